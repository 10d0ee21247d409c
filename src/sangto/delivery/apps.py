from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "sangto.delivery"
    label = "delivery"
    verbose_name = "Delivery"
