from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "sangto.intake"
    label = "intake"
    verbose_name = "Intake"
