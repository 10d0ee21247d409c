"""What our verbs mean in the log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "rumour_opened": _("opened"),
    "tip_joined": _("one more message joined"),
    "tip_left": _("a message left: it is about something else"),
    "rumour_taken": _("taken on"),
    "claim_stated": _("claim written"),
    "exhibit_added": _("source added"),
    "exhibit_removed": _("source removed"),
    "task_added": _("task added"),
    "task_done": _("task done"),
    "rumour_closed": _("closed without a verdict"),
    "reopened_because": _("new facts noted"),
    "rumour_reopened": _("opened again"),
    "rumour_merged": _("joined with another rumour"),
    "rumour_joined": _("another rumour joined"),
    "send_to_review": _("sent to review"),
    "back_to_work": _("changes asked for"),
    "rumour_answered": _("answered"),
    "object:rumour": _("Rumour"),
}
