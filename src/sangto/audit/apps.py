from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "sangto.audit"
    label = "audit"
    verbose_name = "Audit"
