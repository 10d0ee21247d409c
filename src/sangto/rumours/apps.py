from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from sangto.ui import menus, slots


class RumoursConfig(AppConfig):
    name = "sangto.rumours"
    label = "rumours"
    verbose_name = "Rumours"

    def ready(self) -> None:
        from sangto.audit.words import say
        from sangto.intake.signals import tip_texts_removed, tip_unanswered
        from sangto.network import holdings
        from sangto.network.signals import work_handed_over
        from sangto.playbooks import subjects
        from sangto.rumours import panels, receivers
        from sangto.rumours.facts import facts_of
        from sangto.rumours.holding import held
        from sangto.rumours.panels import sees_press
        from sangto.rumours.words import WORDS

        say(WORDS)
        holdings.register("rumours", held)
        work_handed_over.connect(receivers.on_work_handed_over, dispatch_uid="rumours.work_handed_over")
        slots.register("guest.inside", "rumours/_guest.html", panels.expert_panel)
        menus.add("desk", menus.Entry("inbox", "inbox/", gettext_lazy("Inbox"), "bell", 30))
        menus.add("desk", menus.Entry("press", "press/", gettext_lazy("Press"), "quote", 60, shown=sees_press))
        menus.add("desk", menus.Entry("next", "next/", gettext_lazy("Next"), "next", 20, also=("topics/",)))
        subjects.register("rumour", facts=facts_of)
        tip_unanswered.connect(receivers.on_tip_unanswered, dispatch_uid="rumours.tip_unanswered")
        tip_texts_removed.connect(receivers.on_tip_texts_removed, dispatch_uid="rumours.tip_texts_removed")
