from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "sangto.evidence"
    label = "evidence"
    verbose_name = "Evidence"

    def ready(self) -> None:
        from sangto.audit.words import say

        say({"source_added": _("source recorded"), "object:source": _("Source")})
