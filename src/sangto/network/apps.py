from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "sangto.network"
    label = "network"
    verbose_name = "Network"
