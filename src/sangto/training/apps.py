from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "sangto.training"
    label = "training"
    verbose_name = "Training"
