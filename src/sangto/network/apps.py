from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "sangto.network"
    label = "network"
    verbose_name = "Network"

    def ready(self) -> None:
        from sangto.audit.words import say
        from sangto.network.words import WORDS

        say(WORDS)
