from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "sangto.publishing"
    label = "publishing"
    verbose_name = "Publishing"
