"""What our verbs mean in the log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "tip_received": _("message received"),
    "contact_left": _("contact left"),
    "suggestion_settled": _("suggestion settled by the asker"),
    "suggestion_unsettled": _("suggestion not settled in time"),
    "proposal_accepted": _("the machine's answer found right"),
    "proposal_rejected": _("the machine's answer found wrong"),
    "tip_answered": _("asker told"),
    "tip_texts_removed": _("texts removed after twelve months"),
    "object:tip": _("Message"),
}
