"""What our verbs mean in the log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "tuning_applied": _("threshold for answering set by the desk's labels"),
    "tuning_taken_back": _("threshold for answering taken back"),
    "object:tuning": _("Threshold"),
}
