"""People rest for a time or leave, and nothing they had in hand is left without somebody who sees it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone

from sangto.audit import services as audit
from sangto.audit.types import SYSTEM, Actor
from sangto.lib.codes import RoleCode, SuspensionReason
from sangto.network import selectors
from sangto.network.clock import desk_now
from sangto.network.models import CalendarLink, Collaborator, Invitation, Person, Role, Shift
from sangto.network.services.grant_role import only_admin
from sangto.network.services.hand_over import hand_over
from sangto.network.services.plan_duty import call_off_shift
from sangto.network.signals import person_leaving, person_returned, person_suspended
from sangto.network.types import InvalidDeparture, LastAdmin

# Longer than that is no pause: the person leaves, and may be invited again.
SUSPENDED_AT_MOST = dt.timedelta(days=366)


@transaction.atomic
def suspend_person(
    *,
    person_id: uuid.UUID,
    until: dt.datetime,
    reason: SuspensionReason | str,
    actor: Actor,
    successors: Mapping[uuid.UUID, uuid.UUID | None] | None = None,
) -> None:
    """Until then nobody gets in with the account, and its person is not on duty.

    `successors` says for a desk to whom the open work there goes (None: to the pool); at a desk that it does not name,
    the work waits for its owner. Suspending again changes date and reason. Raises InvalidDeparture or LastAdmin.
    """
    reason = SuspensionReason(reason)
    now = timezone.now()
    if until <= now:
        raise InvalidDeparture("date_in_past")
    if until - now > SUSPENDED_AT_MOST:
        raise InvalidDeparture("too_long")
    person = _person(person_id, actor)
    desks = _desk_ids(person_id)
    heirs = {desk_id: heir for desk_id, heir in (successors or {}).items() if desk_id in desks}
    _check_successors(person_id, heirs)
    person_suspended.send(Person, person_id=person_id, desk_ids=desks, until=until, reason=reason.value)
    person.suspended_until = until
    person.suspended_reason = reason
    person.save(update_fields=("suspended_until", "suspended_reason"))
    audit.record(
        actor=actor,
        verb="person_suspended",
        object_kind="person",
        object_id=person_id,
        data={"reason": reason.value, "until": until},
    )
    for desk_id, heir in heirs.items():
        hand_over(from_id=person_id, to_id=heir, desk_id=desk_id, actor=actor)


@transaction.atomic
def lift_suspension(*, person_id: uuid.UUID, actor: Actor) -> None:
    """The account opens again at once."""
    changed = Person.objects.filter(id=person_id, suspended_until__isnull=False).update(
        suspended_until=None, suspended_reason=""
    )
    if changed:
        audit.record(actor=actor, verb="person_returned", object_kind="person", object_id=person_id)
        person_returned.send(Person, person_id=person_id, desk_ids=_desk_ids(person_id))


def end_suspensions(*, now: dt.datetime) -> int:
    """Those that have come to their end are tidied away and announced; their people could sign in already."""
    over = list(Person.objects.filter(suspended_until__lte=now).values_list("id", flat=True))
    for person_id in over:
        lift_suspension(person_id=person_id, actor=SYSTEM)
    return len(over)


@transaction.atomic
def leave_desk(*, person_id: uuid.UUID, desk_id: uuid.UUID, successor_id: uuid.UUID | None, actor: Actor) -> None:
    """Someone works at this desk no longer; the account stays.

    Raises InvalidDeparture: reaches_further when a role from a unit above would keep them here.
    """
    _person(person_id, actor, may_be_admin=True)
    if desk_id not in _desk_ids(person_id):
        raise InvalidDeparture("gone")
    inherited = selectors.person_at(selectors.desk(desk_id), person_id)
    if inherited is not None and any(role.unit is not None for role in inherited.inherited):
        raise InvalidDeparture("reaches_further")
    _check_successors(person_id, {desk_id: successor_id})
    person_leaving.send(Person, person_id=person_id, desk_ids=frozenset({desk_id}))
    hand_over(from_id=person_id, to_id=successor_id, desk_id=desk_id, actor=actor)
    _clear(person_id, [desk_id], actor)
    Role.objects.filter(person_id=person_id, desk_id=desk_id).delete()
    audit.record(actor=actor, verb="person_left_desk", object_kind="person", object_id=person_id, desk_id=desk_id)


@transaction.atomic
def leave(
    *, person_id: uuid.UUID, actor: Actor, successors: Mapping[uuid.UUID, uuid.UUID | None] | None = None
) -> None:
    """Someone leaves altogether: the account closes and every role ends; what they did stays theirs.

    At each desk the open work goes to the one whom `successors` names, and to the pool where it names nobody.
    """
    person = _person(person_id, actor)
    desks = _desk_ids(person_id)
    heirs = {desk_id: (successors or {}).get(desk_id) for desk_id in desks}
    _check_successors(person_id, heirs)
    person_leaving.send(Person, person_id=person_id, desk_ids=desks)
    for desk_id in sorted(heirs):
        hand_over(from_id=person_id, to_id=heirs[desk_id], desk_id=desk_id, actor=actor)
    _clear(person_id, desks, actor)
    Role.objects.filter(person_id=person_id).delete()
    CalendarLink.objects.filter(person_id=person_id, revoked_at=None).update(revoked_at=timezone.now())
    person.is_active = False
    person.left_at = timezone.now()
    person.suspended_until = None
    person.suspended_reason = ""
    person.save(update_fields=("is_active", "left_at", "suspended_until", "suspended_reason"))
    audit.record(actor=actor, verb="person_left", object_kind="person", object_id=person_id)


def _person(person_id: uuid.UUID, actor: Actor, *, may_be_admin: bool = False) -> Person:
    if actor.id == person_id:
        raise InvalidDeparture("yourself")
    person = Person.objects.select_for_update().filter(id=person_id, is_active=True).first()
    if person is None:
        raise InvalidDeparture("gone")
    if not may_be_admin and only_admin(person_id):
        raise LastAdmin(str(person_id))
    return person


def _desk_ids(person_id: uuid.UUID) -> frozenset[uuid.UUID]:
    return frozenset(desk.id for desk in selectors.desks_of_person(person_id))


def _check_successors(person_id: uuid.UUID, heirs: Mapping[uuid.UUID, uuid.UUID | None]) -> None:
    for desk_id, heir in heirs.items():
        if heir is None:
            continue
        row = selectors.person_at(selectors.desk(desk_id), heir)
        fit = row is not None and row.is_active and row.suspended_until is None and row.all_roles - {RoleCode.READER}
        if heir == person_id or not fit:
            raise InvalidDeparture("successor_unfit")


def _clear(person_id: uuid.UUID, desk_ids: Collection[uuid.UUID], actor: Actor) -> None:
    """Shifts that are not over, open invitations and lines of the register end with the work at these desks."""
    for desk_id in desk_ids:
        now = desk_now(desk_id)
        for shift_id in Shift.objects.filter(
            person_id=person_id, desk_id=desk_id, called_off_at=None, ends_at__gt=now
        ).values_list("id", flat=True):
            call_off_shift(shift_id=shift_id, actor=actor)
        Collaborator.objects.filter(person_id=person_id, desk_id=desk_id, ended_on=None).update(
            ended_on=timezone.localdate(now)
        )
    Invitation.objects.filter(person_id=person_id, desk_id__in=desk_ids, withdrawn_at=None).update(
        withdrawn_at=timezone.now()
    )
