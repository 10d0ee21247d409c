from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "sangto.intake"
    label = "intake"
    verbose_name = "Intake"

    def ready(self) -> None:
        from sangto.audit.words import say
        from sangto.intake.words import WORDS

        say(WORDS)
