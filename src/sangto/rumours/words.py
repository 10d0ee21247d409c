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
    "triage_judged": _("harm and urgency judged"),
    "priority_set": _("priority set by a person"),
    "priority_cleared": _("priority left to the rule again"),
    "priority_changed": _("priority changed by the rule"),
    "clock_paused": _("clock stopped"),
    "clock_resumed": _("clock goes on"),
    "clock_warned": _("the clock warned"),
    "clock_breached": _("the time was over"),
    "clock_escalated": _("more people were told"),
    "rumour_linked": _("linked with another rumour"),
    "rumour_unlinked": _("link taken away"),
    "note_written": _("note written"),
    "task_reopened": _("task opened again"),
    "object:rumour": _("Rumour"),
}
