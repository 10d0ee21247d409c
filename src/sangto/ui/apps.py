from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "sangto.ui"
    label = "ui"
    verbose_name = "Interface"
