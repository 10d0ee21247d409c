"""The rota: shifts are planned, called off, offered and taken; people take leave; calendars get secret links."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils import timezone

from sangto.audit import services as audit
from sangto.audit.types import Actor
from sangto.lib.codes import DeskKind, RoleCode
from sangto.network import selectors
from sangto.network.clock import desk_now
from sangto.network.models import CalendarLink, Leave, Person, Shift, Swap
from sangto.network.signals import duty_changed
from sangto.network.types import DeskInfo, InvalidLeave, InvalidShift, InvalidSwap, Refused, Viewer

# Nobody decides well for longer; a longer duty is two shifts of two people.
LONGEST_SHIFT = dt.timedelta(hours=24)
LONGEST_LEAVE = dt.timedelta(days=366)
# A rota that repeats is planned by the quarter.
REPEATS_AT_MOST = 13
CALENDAR_SALT = "sangto.network.calendar"


@transaction.atomic
def add_shift(
    *,
    desk: DeskInfo,
    person_id: uuid.UUID,
    code: RoleCode | str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    actor: Actor,
) -> uuid.UUID:
    """One person is on duty for some hours. Raises InvalidShift."""
    code = RoleCode(code)
    if ends_at <= starts_at:
        raise InvalidShift("ends_before_start")
    if ends_at - starts_at > LONGEST_SHIFT:
        raise InvalidShift("too_long")
    if ends_at <= desk_now(desk):
        raise InvalidShift("over")
    _must_be_free(desk, person_id, code, starts_at, ends_at)
    row = Shift.objects.create(
        desk_id=desk.id, desk_kind=desk.kind, person_id=person_id, code=code, starts_at=starts_at, ends_at=ends_at
    )
    _record(row, "shift_added", actor, {"person": person_id, "code": str(code)})
    return row.id


def _must_be_free(
    desk: DeskInfo,
    person_id: uuid.UUID,
    code: RoleCode,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
) -> None:
    # The person's row is the lock: two planners cannot give somebody two shifts at the same hour.
    person = Person.objects.select_for_update().filter(id=person_id, is_active=True).first()
    if person is None or not selectors.has_role_at(person_id, desk.id, code):
        raise InvalidShift("no_such_role")
    taken = Shift.objects.filter(
        person_id=person_id, desk_kind=desk.kind, called_off_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    if taken.exists():
        raise InvalidShift("overlaps")
    if Leave.objects.filter(person_id=person_id, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise InvalidShift("on_leave")
    if person.suspended_until is not None and person.suspended_until > max(starts_at, timezone.now()):
        raise InvalidShift("suspended")


def _record(row: Shift, verb: str, actor: Actor, data: dict[str, Any] | None = None) -> None:
    audit.record(actor=actor, verb=verb, object_kind="shift", object_id=row.id, desk_id=row.desk_id, data=data or {})
    duty_changed.send(Shift, desk_id=row.desk_id)


@transaction.atomic
def call_off_shift(*, shift_id: uuid.UUID, actor: Actor) -> None:
    """Nobody serves it; a calendar is told so. One that is called off already stays as it is."""
    row = Shift.objects.select_for_update().filter(id=shift_id, called_off_at=None).first()
    if row is None:
        return
    row.called_off_at = timezone.now()
    row.revision += 1
    row.save(update_fields=("called_off_at", "revision", "changed_at"))
    Swap.objects.filter(shift=row, settled_at=None).update(settled_at=timezone.now())
    _record(row, "shift_called_off", actor)


@transaction.atomic
def offer_swap(*, shift_id: uuid.UUID, viewer: Viewer, to_id: uuid.UUID | None = None) -> uuid.UUID:
    """Someone offers a shift of theirs, to one colleague or to all who may serve it. Raises InvalidSwap."""
    row = Shift.objects.select_for_update().filter(id=shift_id, called_off_at=None).first()
    if row is None or row.ends_at <= desk_now(selectors.desk(row.desk_id)):
        raise InvalidSwap("over")
    if row.person_id != viewer.id:
        raise InvalidSwap("not_yours")
    if to_id is not None:
        if to_id == viewer.id:
            raise InvalidSwap("own_shift")
        if not selectors.has_role_at(to_id, row.desk_id, RoleCode(row.code)):
            raise InvalidSwap("no_such_role")
    if Swap.objects.filter(shift=row, settled_at=None).exists():
        raise InvalidSwap("offered_already")
    swap = Swap.objects.create(
        desk_id=row.desk_id, desk_kind=row.desk_kind, shift=row, offered_by_id=row.person_id, offered_to_id=to_id
    )
    _record_swap(swap, "swap_offered", viewer.actor)
    return swap.id


@transaction.atomic
def take_swap(*, swap_id: uuid.UUID, viewer: Viewer) -> None:
    """A colleague who may serve the shift takes it: from now on it is theirs. Raises InvalidSwap or InvalidShift."""
    swap, row = _open_swap(swap_id)
    if viewer.id is None or viewer.id == row.person_id:
        raise InvalidSwap("own_shift")
    if swap.offered_to_id not in (None, viewer.id):
        raise InvalidSwap("not_for_you")
    desk = selectors.desk(row.desk_id)
    if row.ends_at <= desk_now(desk):
        raise InvalidSwap("over")
    _must_be_free(desk, viewer.id, RoleCode(row.code), row.starts_at, row.ends_at)
    swap.taken_by_id = viewer.id
    swap.settled_at = timezone.now()
    swap.save(update_fields=("taken_by", "settled_at"))
    row.person_id = viewer.id
    row.revision += 1
    row.save(update_fields=("person", "revision", "changed_at"))
    _record_swap(swap, "swap_taken", viewer.actor)


@transaction.atomic
def withdraw_swap(*, swap_id: uuid.UUID, viewer: Viewer) -> None:
    """Whoever offered it keeps the shift. Raises InvalidSwap."""
    swap, _row = _open_swap(swap_id)
    if swap.offered_by_id != viewer.id:
        raise InvalidSwap("not_yours")
    swap.settled_at = timezone.now()
    swap.save(update_fields=("settled_at",))
    _record_swap(swap, "swap_withdrawn", viewer.actor)


def _open_swap(swap_id: uuid.UUID) -> tuple[Swap, Shift]:
    # The shift first, as everywhere, so that no two of these wait for each other.
    row = Shift.objects.select_for_update().filter(swaps__id=swap_id, called_off_at=None).first()
    swap = Swap.objects.select_for_update().filter(id=swap_id, settled_at=None).first()
    if row is None or swap is None:
        raise InvalidSwap("settled")
    return swap, row


def _record_swap(swap: Swap, verb: str, actor: Actor) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        object_kind="swap",
        object_id=swap.id,
        desk_id=swap.desk_id,
        data={"shift": swap.shift_id},
    )
    duty_changed.send(Swap, desk_id=swap.desk_id)


@transaction.atomic
def take_leave(*, person_id: uuid.UUID, starts_at: dt.datetime, ends_at: dt.datetime, actor: Actor) -> int:
    """Someone is away; how many of their shifts fall into that time. Those stay until somebody takes them or they are
    called off, and are shown as clashes. Raises InvalidLeave."""
    if ends_at <= starts_at:
        raise InvalidLeave("ends_before_start")
    if ends_at - starts_at > LONGEST_LEAVE:
        raise InvalidLeave("too_long")
    row = Leave.objects.create(person_id=person_id, starts_at=starts_at, ends_at=ends_at)
    audit.record(actor=actor, verb="leave_taken", object_kind="leave", object_id=row.id, data={"person": person_id})
    return _tell_desks_of(row)


@transaction.atomic
def cancel_leave(*, leave_id: uuid.UUID, person_id: uuid.UUID, actor: Actor) -> None:
    """The person is there after all."""
    row = Leave.objects.select_for_update().filter(id=leave_id, person_id=person_id).first()
    if row is None:
        return
    audit.record(actor=actor, verb="leave_cancelled", object_kind="leave", object_id=row.id, data={"person": person_id})
    _tell_desks_of(row)
    row.delete()


def _tell_desks_of(row: Leave) -> int:
    shifts = Shift.objects.filter(
        person_id=row.person_id, called_off_at=None, starts_at__lt=row.ends_at, ends_at__gt=row.starts_at
    )
    desks = list(shifts.values_list("desk_id", flat=True))
    for desk_id in sorted(set(desks)):
        duty_changed.send(Leave, desk_id=desk_id)
    return len(desks)


@transaction.atomic
def open_calendar_link(*, person_id: uuid.UUID, desk: DeskInfo | None, actor: Actor) -> uuid.UUID:
    """A new secret address; an older one for the same calendar stops working. Raises Refused at a drill desk."""
    if desk is not None and desk.kind == DeskKind.DRILL:
        raise Refused("drill_desk")
    Person.objects.select_for_update().get(id=person_id)
    for old in CalendarLink.objects.filter(person_id=person_id, desk=desk.id if desk else None, revoked_at=None):
        revoke_calendar_link(link_id=old.id, person_id=person_id, actor=actor)
    row = CalendarLink.objects.create(person_id=person_id, desk_id=desk.id if desk else None)
    audit.record(
        actor=actor,
        verb="calendar_link_opened",
        object_kind="calendar_link",
        object_id=row.id,
        desk_id=desk.id if desk else None,
    )
    return row.id


@transaction.atomic
def revoke_calendar_link(*, link_id: uuid.UUID, person_id: uuid.UUID, actor: Actor) -> None:
    """The address stops working at once, for everyone who has it."""
    changed = CalendarLink.objects.filter(id=link_id, person_id=person_id, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    if changed:
        audit.record(actor=actor, verb="calendar_link_revoked", object_kind="calendar_link", object_id=link_id)


def calendar_token(link_id: uuid.UUID) -> str:
    """What stands in the address; whether it still opens stands in the row."""
    return signing.Signer(salt=CALENDAR_SALT).sign(link_id.hex)


def calendar_of_token(token: str) -> uuid.UUID | None:
    """The link that an address names, if it was signed here."""
    try:
        return uuid.UUID(signing.Signer(salt=CALENDAR_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
