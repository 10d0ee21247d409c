"""What our verbs and things are called in the log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "playbook_published": _("playbook published"),
    "run_started": _("playbook begun"),
    "run_moved": _("playbook moved to a newer version"),
    "choice_made": _("step answered"),
    "run_ended": _("playbook ended"),
    "object:run": _("Playbook run"),
    "object:playbook_version": _("Playbook"),
}
