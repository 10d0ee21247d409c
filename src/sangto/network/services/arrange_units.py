"""The tree of the organisation: units come in, get another name or place, and have working hours."""

from __future__ import annotations

import uuid

from django.db import connection, transaction
from django.utils import timezone

from sangto.audit import services as audit
from sangto.audit.types import Actor
from sangto.lib.codes import UnitKind
from sangto.lib.working_hours import BadCalendar, WorkCalendar, next_open
from sangto.network import selectors
from sangto.network.models import Role, Site, Unit, UnitHours
from sangto.network.places import may_stand_below
from sangto.network.services.hand_over import hand_over
from sangto.network.types import InvalidHours, InvalidUnit

# Paths of many rows change when a branch is moved: one at a time. (Any number that nobody else locks by.)
_TREE_LOCK = 0x5A19_7E0


@transaction.atomic
def create_unit(
    *,
    name_vi: str,
    name_en: str,
    actor: Actor,
    parent_id: uuid.UUID | None = None,
    kind: UnitKind | str = UnitKind.ORGANISATION,
) -> uuid.UUID:
    """A node of the organisation tree, below `parent_id` or at the top. Raises InvalidUnit."""
    _lock_the_tree()
    kind = UnitKind(kind)
    values = {"name_vi": _name(name_vi), "name_en": _name(name_en), "kind": kind}
    if parent_id is None:
        unit: Unit = Unit.objects.add_root(values)
    else:
        parent = Unit.objects.get(id=parent_id)
        if not may_stand_below(kind, UnitKind(parent.kind)):
            raise InvalidUnit("wrong_place")
        unit = Unit.objects.add_child(parent, values)
    audit.record(actor=actor, verb="unit_created", object_kind="unit", object_id=unit.id)
    return unit.id


@transaction.atomic
def rename_unit(*, unit_id: uuid.UUID, name_vi: str, name_en: str, kind: UnitKind | str, actor: Actor) -> None:
    """Another name or kind. Raises InvalidUnit (wrong_place, name_empty)."""
    _lock_the_tree()
    unit = Unit.objects.get(id=unit_id)
    kind = UnitKind(kind)
    parent = Unit.objects.get_parent(unit)
    below = Unit.objects.get_children(unit).values_list("kind", flat=True)
    fits = may_stand_below(kind, None if parent is None else UnitKind(parent.kind))
    if not fits or not all(may_stand_below(UnitKind(child), kind) for child in below):
        raise InvalidUnit("wrong_place")
    Unit.objects.filter(id=unit_id).update(name_vi=_name(name_vi), name_en=_name(name_en), kind=kind)
    audit.record(actor=actor, verb="unit_renamed", object_kind="unit", object_id=unit_id, data={"kind": str(kind)})


@transaction.atomic
def move_unit(*, unit_id: uuid.UUID, parent_id: uuid.UUID | None, actor: Actor) -> None:
    """The unit and all below it hang elsewhere from now on.

    Whoever held a role at its desks by a unit above, and no longer does, loses it; what they had in hand there
    returns to the pool. Raises InvalidUnit (below_itself, wrong_place).
    """
    _lock_the_tree()
    unit = Unit.objects.get(id=unit_id)
    target = None if parent_id is None else Unit.objects.get(id=parent_id)
    if target is not None and target.path.startswith(unit.path):
        raise InvalidUnit("below_itself")
    if not may_stand_below(UnitKind(unit.kind), None if target is None else UnitKind(target.kind)):
        raise InvalidUnit("wrong_place")
    above = [unit.path[:end] for end in range(Unit.steplen, len(unit.path), Unit.steplen)]
    people = set(Role.objects.filter(unit__path__in=above).values_list("person_id", flat=True))
    before = {person_id: _desks(person_id) for person_id in people}
    if target is None:
        last = Unit.objects.get_last_root_node()
        if last.id != unit.id:
            Unit.objects.move(unit, last, pos="last-sibling")
    else:
        Unit.objects.move(unit, target, pos="last-child")
    audit.record(
        actor=actor,
        verb="unit_moved",
        object_kind="unit",
        object_id=unit_id,
        data={"below": parent_id} if parent_id else {},
    )
    for person_id, desks in before.items():
        for lost in sorted(desks - _desks(person_id)):
            hand_over(from_id=person_id, to_id=None, desk_id=lost, actor=actor)


def _desks(person_id: uuid.UUID) -> frozenset[uuid.UUID]:
    return frozenset(desk_id for _code, desk_id in selectors.roles_of(person_id) if desk_id is not None)


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise InvalidUnit("name_empty")
    return name


def _lock_the_tree() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE_LOCK])


@transaction.atomic
def set_hours(*, unit_id: uuid.UUID, calendar: WorkCalendar, actor: Actor) -> None:
    """From now on the unit, and what is below it without hours of its own, works by this calendar."""
    try:
        next_open(calendar, timezone.now())
    except BadCalendar as never:
        raise InvalidHours("never_open") from never
    UnitHours.objects.update_or_create(
        unit_id=unit_id,
        defaults={
            "tz": calendar.tz,
            "week": [[list(span) for span in day] for day in calendar.week],
            "country": calendar.country,
            "subdivision": calendar.subdivision,
            "extra_closed": sorted(day.isoformat() for day in calendar.extra_closed),
            "extra_open": sorted(day.isoformat() for day in calendar.extra_open),
        },
    )
    audit.record(actor=actor, verb="hours_set", object_kind="unit", object_id=unit_id)


@transaction.atomic
def clear_hours(*, unit_id: uuid.UUID, actor: Actor) -> None:
    """The hours of the nearest unit above count again."""
    gone, _ = UnitHours.objects.filter(unit_id=unit_id).delete()
    if gone:
        audit.record(actor=actor, verb="hours_cleared", object_kind="unit", object_id=unit_id)


@transaction.atomic
def create_site(
    *, unit_id: uuid.UUID, name: str, actor: Actor, address: str = "", capacity: int | None = None
) -> uuid.UUID:
    row = Site.objects.create(unit_id=unit_id, name=name, address=address, capacity=capacity)
    audit.record(actor=actor, verb="site_created", object_kind="site", object_id=row.id)
    return row.id
