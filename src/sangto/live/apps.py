from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "sangto.live"
    label = "live"
    verbose_name = "Live"
