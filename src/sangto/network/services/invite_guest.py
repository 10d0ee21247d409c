"""Guests: people without an account, let in by a signed link."""

from __future__ import annotations

import datetime as dt
import uuid

from django.core import signing
from django.db import transaction
from django.utils import timezone

from sangto.audit import services as audit
from sangto.audit.types import Actor
from sangto.network import selectors
from sangto.network.models import Guest
from sangto.network.types import DeskInfo

GUEST_SALT = "sangto.network.guest"
GUEST_PURPOSES = ("expert", "participant", "observer")
# A forgotten link should not stay open for ever; longer work gets a new link.
GUEST_LASTS_AT_MOST = dt.timedelta(days=90)


@transaction.atomic
def invite_guest(
    *,
    desk: DeskInfo,
    name: str,
    purpose: str,
    invited_by: uuid.UUID,
    lasts: dt.timedelta,
    subject_id: uuid.UUID | None = None,
) -> tuple[uuid.UUID, str]:
    """Someone without an account, let in by a signed link: its id and the link's token."""
    if purpose not in GUEST_PURPOSES:
        raise ValueError(f"not a purpose: {purpose}")
    if not dt.timedelta() < lasts <= GUEST_LASTS_AT_MOST:
        raise ValueError(f"a link lasts between a moment and {GUEST_LASTS_AT_MOST.days} days")
    row = Guest.objects.create(
        desk_id=desk.id,
        desk_kind=desk.kind,
        name=" ".join(name.split()),
        purpose=purpose,
        subject_id=subject_id,
        invited_by_id=invited_by,
        expires_at=timezone.now() + lasts,
    )
    audit.record(
        actor=selectors.viewer_of_person(invited_by).actor,
        verb="guest_invited",
        object_kind="guest",
        object_id=row.id,
        desk_id=desk.id,
        data={"purpose": purpose},
    )
    return row.id, guest_token(row.id)


def guest_token(guest_id: uuid.UUID) -> str:
    """The same link each time; whether it still opens stands in the row."""
    return signing.Signer(salt=GUEST_SALT).sign(guest_id.hex)


def guest_of_token(token: str) -> uuid.UUID | None:
    """The guest that a link names, if it was signed here."""
    try:
        return uuid.UUID(signing.Signer(salt=GUEST_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None


@transaction.atomic
def revoke_guest(*, guest_id: uuid.UUID, actor: Actor) -> None:
    """The link and every session opened by it close at the next request."""
    row = Guest.objects.select_for_update().filter(id=guest_id, revoked_at=None).first()
    if row is None:
        return
    row.revoked_at = timezone.now()
    row.save(update_fields=("revoked_at",))
    audit.record(actor=actor, verb="guest_revoked", object_kind="guest", object_id=guest_id, desk_id=row.desk_id)
