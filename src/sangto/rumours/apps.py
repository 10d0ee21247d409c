from django.apps import AppConfig


class RumoursConfig(AppConfig):
    name = "sangto.rumours"
    label = "rumours"
    verbose_name = "Rumours"
