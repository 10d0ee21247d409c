"""The tree of the organisation, its places, and the roles that are held at its nodes."""

from __future__ import annotations

import uuid

from sangto.lib.codes import RoleCode, UnitKind
from sangto.network.models import Desk, Person, Role, Site, Unit, UnitHours
from sangto.network.selectors.desks import desk_info
from sangto.network.types import SiteRow, UnitPage, UnitRole, UnitRow


def unit_row(row: Unit) -> UnitRow:
    return UnitRow(id=row.id, name_vi=row.name_vi, name_en=row.name_en, depth=row.depth, kind=UnitKind(row.kind))


def units() -> tuple[UnitRow, ...]:
    """The whole tree, each node after its parent."""
    return tuple(unit_row(row) for row in Unit.objects.order_by("path"))


def sites() -> tuple[SiteRow, ...]:
    return tuple(
        SiteRow(
            id=row.id,
            name=row.name,
            address=row.address,
            capacity=row.capacity,
            unit=unit_row(row.unit),
        )
        for row in Site.objects.select_related("unit").order_by("unit__path", "name")
    )


def unit_page(unit_id: uuid.UUID) -> UnitPage | None:
    """A unit, what is above and below it, its desks, and every role that reaches it; None if there is no such unit."""
    unit = Unit.objects.filter(id=unit_id).first()
    if unit is None:
        return None
    lineage = [unit.path[:end] for end in range(Unit.steplen, len(unit.path) + 1, Unit.steplen)]
    line = list(Unit.objects.filter(path__in=lineage).order_by("path"))
    hours = UnitHours.objects.filter(unit__path__in=lineage).select_related("unit").order_by("-unit__depth").first()
    roles = Role.objects.filter(unit__path__in=lineage).select_related("person", "unit")
    return UnitPage(
        unit=unit_row(unit),
        above=tuple(unit_row(row) for row in line if row.id != unit.id),
        below=tuple(unit_row(row) for row in Unit.objects.filter(path__startswith=unit.path, depth=unit.depth + 1)),
        desks=tuple(
            desk_info(row)
            for row in Desk.objects.filter(unit__path__startswith=unit.path).order_by("-kind", "name_vi", "slug")
        ),
        roles=tuple(
            UnitRole(
                person_id=row.person_id,
                name=row.person.name,
                email=row.person.email,
                code=RoleCode(row.code),
                held_at=unit_row(row.unit),
            )
            for row in roles.order_by("unit__path", "person__name", "code")
            if row.unit is not None
        ),
        people=Person.objects.filter(unit=unit, is_active=True).count(),
        hours_of=None if hours is None else unit_row(hours.unit),
    )


def has_own_hours(unit_id: uuid.UUID) -> bool:
    return UnitHours.objects.filter(unit_id=unit_id).exists()
