from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "sangto.evidence"
    label = "evidence"
    verbose_name = "Evidence"
