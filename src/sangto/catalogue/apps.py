from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "sangto.catalogue"
    label = "catalogue"
    verbose_name = "Catalogue"
