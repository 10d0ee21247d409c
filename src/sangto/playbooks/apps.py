from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from sangto.ui import menus


class PlaybooksConfig(AppConfig):
    name = "sangto.playbooks"
    label = "playbooks"
    verbose_name = "Playbooks"

    def ready(self) -> None:
        from sangto.audit.words import say
        from sangto.playbooks.words import WORDS

        say(WORDS)
        menus.add("desk", menus.Entry("playbooks", "playbooks/", gettext_lazy("Playbooks"), "tree", 50))
