from django.apps import AppConfig


class DrillsConfig(AppConfig):
    name = "sangto.drills"
    label = "drills"
    verbose_name = "Drills"
