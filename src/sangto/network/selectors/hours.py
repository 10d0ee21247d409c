"""When a desk works: the hours of its unit, or of the nearest unit above that has any."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

from sangto.lib.working_hours import OFFICE_VN, WorkCalendar, next_close, next_open
from sangto.network.models import Unit, UnitHours
from sangto.network.selectors.viewers import lineage
from sangto.network.types import DeskInfo, Span


def calendar_of(desk: DeskInfo | uuid.UUID) -> WorkCalendar:
    """The working hours that count at the desk; office hours of Viet Nam where no unit above it has said any."""
    desk_id = desk if isinstance(desk, uuid.UUID) else desk.id
    row = UnitHours.objects.filter(unit__path__in=lineage([desk_id])).order_by("-unit__depth").first()
    return OFFICE_VN if row is None else calendar_of_row(row)


def calendar_of_unit(unit_id: uuid.UUID) -> WorkCalendar:
    """The same for a unit itself."""
    path = Unit.objects.values_list("path", flat=True).get(id=unit_id)
    above = [path[:end] for end in range(Unit.steplen, len(path) + 1, Unit.steplen)]
    row = UnitHours.objects.filter(unit__path__in=above).order_by("-unit__depth").first()
    return OFFICE_VN if row is None else calendar_of_row(row)


def calendar_of_row(row: UnitHours) -> WorkCalendar:
    """Raises BadCalendar for a row that no form of ours wrote."""
    return WorkCalendar(
        tz=row.tz,
        week=tuple(tuple((int(start), int(end)) for start, end in day) for day in row.week),
        country=row.country,
        subdivision=row.subdivision,
        extra_closed=frozenset(dt.date.fromisoformat(day) for day in row.extra_closed),
        extra_open=frozenset(dt.date.fromisoformat(day) for day in row.extra_open),
    )


def open_spans(cal: WorkCalendar, starts_at: dt.datetime, ends_at: dt.datetime) -> tuple[Span, ...]:
    """The working time between two moments, in order."""
    return tuple(_open_spans(cal, starts_at, ends_at))


def _open_spans(cal: WorkCalendar, starts_at: dt.datetime, ends_at: dt.datetime) -> Iterator[Span]:
    at = starts_at
    while (opens := next_open(cal, at)) < ends_at:
        # Asked just after the opening, so that the moment itself never counts as the end of what went before.
        at = next_close(cal, opens)
        yield Span(opens, min(at, ends_at))
        if at >= ends_at:
            return
