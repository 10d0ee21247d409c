from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "sangto.delivery"
    label = "delivery"
    verbose_name = "Delivery"

    def ready(self) -> None:
        from sangto.audit.words import say
        from sangto.delivery.words import WORDS

        say(WORDS)
