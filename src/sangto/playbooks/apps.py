from django.apps import AppConfig


class PlaybooksConfig(AppConfig):
    name = "sangto.playbooks"
    label = "playbooks"
    verbose_name = "Playbooks"
