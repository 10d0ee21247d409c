from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "sangto.publishing"
    label = "publishing"
    verbose_name = "Publishing"

    def ready(self) -> None:
        from sangto.audit.words import say
        from sangto.intake.signals import tip_texts_removed
        from sangto.publishing import panels, receivers
        from sangto.publishing.words import WORDS
        from sangto.ui import slots

        say(WORDS)
        tip_texts_removed.connect(receivers.on_tip_texts_removed, dispatch_uid="publishing.tip_texts_removed")
        slots.register("rumour.main", "publishing/_panel.html", panels.article_panel, order=20)
        slots.register("ask.below", "publishing/_latest.html", panels.latest_panel)
