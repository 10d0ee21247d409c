"""Colleagues are asked to a desk by letter; the letter can be sent again or withdrawn, and grows old."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from sangto.audit import services as audit
from sangto.audit.types import Actor
from sangto.lib.codes import RoleCode
from sangto.network import selectors
from sangto.network.invitations import send_invitation
from sangto.network.models import Desk, Invitation, Person, Role
from sangto.network.services.add_person import create_person, set_active
from sangto.network.services.grant_role import grant_role, revoke_role
from sangto.network.types import DeskInfo


@transaction.atomic
def invite_person(
    *, desk: DeskInfo, email: str, name: str, language: str, code: RoleCode | str, actor: Actor
) -> tuple[uuid.UUID, bool]:
    """A role at the desk for whoever has this address; who has no password yet gets a link to choose one.

    Returns the person and whether a letter was sent. Somebody who left comes back with the account they had. Raises
    InvalidPerson.
    """
    person_id = selectors.person_by_email(email)
    if person_id is None:
        unit_id = Desk.objects.values_list("unit_id", flat=True).get(id=desk.id)
        person_id = create_person(
            email=email, name=name, password=None, language=language, unit_id=unit_id, actor=actor
        )
    person = Person.objects.select_for_update().get(id=person_id)
    if not person.is_active:
        set_active(person_id=person_id, active=True, actor=actor)
        person.refresh_from_db()
    grant_role(person_id=person_id, desk_id=desk.id, code=code, actor=actor)
    if person.has_usable_password():
        return person_id, False
    _write(person, desk_id=desk.id, desk_kind=desk.kind, code=RoleCode(code))
    return person_id, True


def _write(person: Person, *, desk_id: uuid.UUID, desk_kind: str, code: RoleCode) -> None:
    now = timezone.now()
    Invitation.objects.update_or_create(
        person=person,
        desk_id=desk_id,
        withdrawn_at=None,
        defaults={
            "desk_kind": desk_kind,
            "code": code,
            "sent_at": now,
            "expires_at": now + dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
        },
    )
    send_invitation(person)


@transaction.atomic
def invite_again(*, person_id: uuid.UUID, actor: Actor) -> None:
    """A new link for someone who has not chosen a password yet; the old one still works until it is used or too old."""
    person = Person.objects.select_for_update().get(id=person_id)
    if person.has_usable_password():
        return
    now = timezone.now()
    Invitation.objects.filter(person=person, withdrawn_at=None).update(
        sent_at=now, expires_at=now + dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    )
    send_invitation(person)
    audit.record(actor=actor, verb="person_invited_again", object_kind="person", object_id=person_id)


@transaction.atomic
def withdraw_invitation(*, person_id: uuid.UUID, desk_id: uuid.UUID, actor: Actor) -> None:
    """The role it brought is taken back; where no other desk has asked the same person, the letter's link dies too.

    Once a password was chosen there is no invitation any more: then roles are taken back, or the person leaves.
    """
    person = Person.objects.select_for_update().get(id=person_id)
    row = Invitation.objects.filter(person=person, desk_id=desk_id, withdrawn_at=None).first()
    if row is None or person.has_usable_password():
        return
    row.withdrawn_at = timezone.now()
    row.save(update_fields=("withdrawn_at",))
    for code in Role.objects.filter(person=person, desk_id=desk_id).values_list("code", flat=True):
        revoke_role(person_id=person_id, desk_id=desk_id, code=code, actor=actor)
    audit.record(actor=actor, verb="invitation_withdrawn", object_kind="person", object_id=person_id, desk_id=desk_id)
    if not Role.objects.filter(person=person).exists():
        # A link is made from the password that somebody has: another one that nobody can use makes it void.
        person.set_unusable_password()
        person.save(update_fields=("password",))
        set_active(person_id=person_id, active=False, actor=actor)
