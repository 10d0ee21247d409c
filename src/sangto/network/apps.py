from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class NetworkConfig(AppConfig):
    name = "sangto.network"
    label = "network"
    verbose_name = "Network"

    def ready(self) -> None:
        from sangto.audit.words import say
        from sangto.network.words import WORDS
        from sangto.ui import menus

        say(WORDS)
        menus.add("desk", menus.Entry("rota", "rota/", gettext_lazy("Duty rota"), "clock", 70))
