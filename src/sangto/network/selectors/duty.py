"""Who is on duty, when nobody is, and what stands in the way of a shift."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from sangto.lib.codes import DeskKind, RoleCode
from sangto.network.clock import desk_now
from sangto.network.cover import without
from sangto.network.models import CalendarLink, Leave, Person, Role, Shift, Swap
from sangto.network.selectors.desks import desk_info
from sangto.network.selectors.hours import calendar_of, open_spans
from sangto.network.selectors.viewers import has_role_at, is_suspended, roles_reaching
from sangto.network.types import (
    CalendarLinkRow,
    DeskInfo,
    DutyShift,
    LeaveRow,
    OnDuty,
    Rota,
    ShiftRow,
    Span,
    SwapRow,
)

# A calendar is told of shifts from so long ago on, so that a called-off one disappears from it.
FEED_LOOKS_BACK = dt.timedelta(days=30)


def on_duty(desk: DeskInfo, at: dt.datetime | None = None) -> tuple[OnDuty, ...]:
    """Who is on duty at the desk's moment `at` (now, if none is given), leads first.

    Not whoever is on leave, suspended or gone, or no longer holds the role of the shift. Two queries.
    """
    at = at or desk_now(desk)
    order = list(RoleCode)
    found = (
        OnDuty(shift.person_id, shift.person.name, RoleCode(shift.code), shift.ends_at)
        for shift in _serving(desk, at).select_related("person")
    )
    return tuple(sorted(found, key=lambda duty: (order.index(duty.code), duty.name, duty.until)))


def _serving(desk: DeskInfo, at: dt.datetime) -> QuerySet[Shift]:
    # A drill's clock may stand years away; whether an account rests is a matter of the real day.
    rests_at = timezone.now() if desk.kind == DeskKind.DRILL else at
    return Shift.objects.filter(
        Q(person__suspended_until=None) | Q(person__suspended_until__lte=rests_at),
        Exists(Role.objects.filter(roles_reaching(desk.id), person_id=OuterRef("person_id"), code=OuterRef("code"))),
        ~Exists(Leave.objects.filter(person_id=OuterRef("person_id"), starts_at__lte=at, ends_at__gt=at)),
        desk_id=desk.id,
        called_off_at=None,
        starts_at__lte=at,
        ends_at__gt=at,
        person__is_active=True,
    )


def rota(desk: DeskInfo, *, starts_at: dt.datetime, ends_at: dt.datetime) -> Rota:
    """The shifts that touch these days with what stands in their way, and the working time without anyone."""
    shifts = list(
        Shift.objects.filter(desk_id=desk.id, called_off_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at)
        .select_related("person")
        .order_by("starts_at", "ends_at", "id")
    )
    people = {shift.person_id for shift in shifts}
    away = _away(people, starts_at=starts_at, ends_at=ends_at)
    holding = set(Role.objects.filter(roles_reaching(desk.id), person_id__in=people).values_list("person_id", "code"))
    offers = {
        swap.shift_id: SwapRow(
            id=swap.id,
            offered_by=swap.offered_by_id,
            offered_to=swap.offered_to_id,
            offered_to_name=swap.offered_to.name if swap.offered_to else "",
        )
        for swap in Swap.objects.filter(shift__in=shifts, settled_at=None).select_related("offered_to")
    }
    rows: list[ShiftRow] = []
    covered: list[Span] = []
    for shift in shifts:
        span = Span(shift.starts_at, shift.ends_at)
        clashes = _clashes(shift, away[shift.person_id], holds=(shift.person_id, shift.code) in holding)
        rows.append(
            ShiftRow(
                id=shift.id,
                person_id=shift.person_id,
                name=shift.person.name,
                code=RoleCode(shift.code),
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
                clashes=clashes,
                swap=offers.get(shift.id),
            )
        )
        covered += _served(shift, span, away[shift.person_id], clashes)
    opened = open_spans(calendar_of(desk), starts_at, ends_at)
    return Rota(starts_at=starts_at, ends_at=ends_at, shifts=tuple(rows), gaps=without(opened, covered))


def _away(
    people: Collection[uuid.UUID], *, starts_at: dt.datetime, ends_at: dt.datetime
) -> dict[uuid.UUID, list[Span]]:
    away: dict[uuid.UUID, list[Span]] = defaultdict(list)
    for leave in Leave.objects.filter(person_id__in=people, starts_at__lt=ends_at, ends_at__gt=starts_at):
        away[leave.person_id].append(Span(leave.starts_at, leave.ends_at))
    return away


def _clashes(shift: Shift, away: Iterable[Span], *, holds: bool) -> tuple[str, ...]:
    person = shift.person
    found = []
    if not person.is_active:
        found.append("gone")
    if person.suspended_until is not None and person.suspended_until > max(shift.starts_at, timezone.now()):
        found.append("suspended")
    if not holds:
        found.append("no_such_role")
    if any(span.starts_at < shift.ends_at and span.ends_at > shift.starts_at for span in away):
        found.append("on_leave")
    return tuple(found)


def _served(shift: Shift, span: Span, away: list[Span], clashes: tuple[str, ...]) -> tuple[Span, ...]:
    """The part of a shift in which somebody is really there."""
    if "gone" in clashes or "no_such_role" in clashes:
        return ()
    if "suspended" in clashes and shift.person.suspended_until is not None:
        away = [*away, Span(span.starts_at, shift.person.suspended_until)]
    return without([span], away)


def leaves_of_desk(desk: DeskInfo, *, ends_after: dt.datetime) -> tuple[LeaveRow, ...]:
    """Who of the desk is, or will be, away."""
    return tuple(
        LeaveRow(row.id, row.person_id, row.person.name, row.starts_at, row.ends_at)
        for row in Leave.objects.filter(
            person__in=Role.objects.filter(roles_reaching(desk.id)).values("person_id"), ends_at__gt=ends_after
        )
        .select_related("person")
        .order_by("starts_at", "id")
    )


def leaves_of(person_id: uuid.UUID) -> tuple[LeaveRow, ...]:
    """A person's own absences that are not over."""
    return tuple(
        LeaveRow(row.id, row.person_id, row.person.name, row.starts_at, row.ends_at)
        for row in Leave.objects.filter(person_id=person_id, ends_at__gt=timezone.now())
        .select_related("person")
        .order_by("starts_at", "id")
    )


def shifts_of(person_id: uuid.UUID, *, ends_after: dt.datetime, desk: DeskInfo | None = None) -> tuple[DutyShift, ...]:
    """A person's shifts that end after this moment, called-off ones left out."""
    rows = Shift.objects.filter(person_id=person_id, called_off_at=None, ends_at__gt=ends_after)
    if desk is not None:
        rows = rows.filter(desk_id=desk.id)
    return tuple(_duty_shift(row) for row in rows.select_related("desk", "person").order_by("starts_at", "id"))


def _duty_shift(row: Shift) -> DutyShift:
    return DutyShift(
        id=row.id,
        desk=desk_info(row.desk),
        person_id=row.person_id,
        name=row.person.name,
        code=RoleCode(row.code),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        called_off=row.called_off_at is not None,
        revision=row.revision,
        changed_at=row.changed_at,
    )


def shift_desk(shift_id: uuid.UUID) -> uuid.UUID | None:
    """Whose rota it stands on, or None if there is no such shift."""
    return Shift.objects.filter(id=shift_id).values_list("desk_id", flat=True).first()


def swap_desk(swap_id: uuid.UUID) -> uuid.UUID | None:
    return Swap.objects.filter(id=swap_id).values_list("desk_id", flat=True).first()


def calendar_links(person_id: uuid.UUID) -> tuple[CalendarLinkRow, ...]:
    """The person's open calendar links, their own first."""
    rows = CalendarLink.objects.filter(person_id=person_id, revoked_at=None).select_related("desk")
    return tuple(
        CalendarLinkRow(row.id, row.person_id, desk_info(row.desk) if row.desk else None)
        for row in rows.order_by("desk__name_vi", "id")
    )


def open_calendar(link_id: uuid.UUID) -> CalendarLinkRow | None:
    """What an open calendar link shows, as long as its owner has an account and, for a desk, still works there."""
    row = CalendarLink.objects.filter(id=link_id, revoked_at=None).select_related("desk", "person").first()
    if row is None or not row.person.is_active or is_suspended(row.person):
        return None
    if row.desk_id is not None and not has_role_at(row.person_id, row.desk_id):
        return None
    return CalendarLinkRow(row.id, row.person_id, desk_info(row.desk) if row.desk else None)


def calendar_shifts(link: CalendarLinkRow) -> tuple[DutyShift, ...]:
    """The shifts that a calendar is told of, called-off ones too. Never those of drills: a link leads outside."""
    rows = Shift.objects.filter(desk_kind=DeskKind.LIVE, ends_at__gt=timezone.now() - FEED_LOOKS_BACK)
    rows = rows.filter(desk_id=link.desk.id) if link.desk else rows.filter(person_id=link.person_id)
    return tuple(_duty_shift(row) for row in rows.select_related("desk", "person").order_by("starts_at", "id"))


def colleagues_for(desk: DeskInfo, code: RoleCode) -> tuple[tuple[uuid.UUID, str], ...]:
    """Who could serve in this role at the desk: holders with an account that is open, by name."""
    holders = Role.objects.filter(roles_reaching(desk.id), code=code).values("person_id")
    return tuple(Person.objects.filter(id__in=holders, is_active=True).order_by("name", "id").values_list("id", "name"))
