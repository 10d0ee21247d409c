"""What may be known of waiting mail: counts, days and languages, never an address."""

from __future__ import annotations

import uuid

from sangto.delivery.models import Contact, Outbox


def contact_language(contact_id: uuid.UUID) -> str | None:
    """The language its owner asked in; None once the contact is gone."""
    return Contact.objects.filter(id=contact_id).values_list("language", flat=True).first()


def waiting_count() -> int:
    """How many messages have neither gone out nor been given up."""
    return Outbox.objects.filter(settled_at=None).count()
