"""What our verbs and things are called in the log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "contact_kept": _("address sealed"),
    "contact_rekeyed": _("address sealed with a shorter life"),
    "contacts_destroyed": _("keys of addresses destroyed"),
    "message_queued": _("message to be sent"),
    "opted_out": _("address wants no more mail"),
    "object:contact": _("Address"),
    "object:outbox": _("Message to be sent"),
    "object:opt_out": _("Opt-out"),
}
