from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from sangto.ui import menus


class RumoursConfig(AppConfig):
    name = "sangto.rumours"
    label = "rumours"
    verbose_name = "Rumours"

    def ready(self) -> None:
        from sangto.audit.words import say
        from sangto.intake.signals import tip_texts_removed, tip_unanswered
        from sangto.playbooks import subjects
        from sangto.rumours import receivers
        from sangto.rumours.facts import facts_of
        from sangto.rumours.words import WORDS

        say(WORDS)
        menus.add("desk", menus.Entry("inbox", "inbox/", gettext_lazy("Inbox"), "bell", 30))
        menus.add("desk", menus.Entry("next", "next/", gettext_lazy("Next"), "next", 20, also=("topics/",)))
        subjects.register("rumour", facts=facts_of)
        tip_unanswered.connect(receivers.on_tip_unanswered, dispatch_uid="rumours.tip_unanswered")
        tip_texts_removed.connect(receivers.on_tip_texts_removed, dispatch_uid="rumours.tip_texts_removed")
