from django.apps import AppConfig


class ContestConfig(AppConfig):
    name = "sangto.contest"
    label = "contest"
    verbose_name = "Contests"
