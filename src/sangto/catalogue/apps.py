from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "sangto.catalogue"
    label = "catalogue"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        from sangto.audit.words import say
        from sangto.catalogue.words import WORDS

        say(WORDS)
