from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "sangto.reports"
    label = "reports"
    verbose_name = "Figures"
