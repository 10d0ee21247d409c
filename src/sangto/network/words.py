"""What our verbs and things are called in the log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "publisher_created": _("publisher entered"),
    "unit_created": _("unit added"),
    "site_created": _("site added"),
    "desk_created": _("desk set up"),
    "desk_careful_set": _("careful mode changed"),
    "person_created": _("person entered"),
    "person_invited_again": _("invited again"),
    "role_granted": _("role given"),
    "role_revoked": _("role taken back"),
    "guest_invited": _("guest invited"),
    "guest_revoked": _("guest's link closed"),
    "drill_clock_set": _("drill clock set"),
    "object:desk": _("Desk"),
    "object:person": _("Person"),
    "object:guest": _("Guest"),
    "object:publisher": _("Publisher"),
    "object:unit": _("Unit"),
    "object:site": _("Site"),
}
