"""The list of a desk's rumours under a filter, a page at a time; the same number of questions at any size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from sangto.network.clock import desk_now
from sangto.network.selectors import people_of_desk, person_names
from sangto.network.types import DeskInfo, Viewer
from sangto.rumours import workflow
from sangto.rumours.filters import SORTS, Filter
from sangto.rumours.models import Rumour, SavedView
from sangto.rumours.selectors import info_rows
from sangto.rumours.types import RumourInfo

PAGE: Final = 50
# Beyond that nobody counts, and counting would cost more than showing.
COUNTED_MOST: Final = 10_000
_OPEN: Final = [state.value for state in workflow.OPEN]


@dataclass(frozen=True, slots=True)
class SavedShown:
    """A filter under a name."""

    id: UUID
    name: str
    query: str
    shared: bool
    mine: bool
    by: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list. `count` stops at COUNTED_MOST."""

    rows: tuple[RumourInfo, ...]
    count: int
    page: int
    more: bool
    now: datetime
    people: tuple[tuple[UUID, str], ...]
    saved: tuple[SavedShown, ...]


def listing(desk: DeskInfo, viewer: Viewer, wanted: Filter) -> Listing:
    now = desk_now(desk)
    rows = _filtered(desk, viewer, wanted, now)
    column, largest_first = SORTS[wanted.sort]
    ordered = rows.order_by(f"-{column}" if largest_first else column, "number")
    start = (wanted.page - 1) * PAGE
    numbers = list(ordered.values_list("number", flat=True)[start : start + PAGE + 1])
    infos = {info.number: info for info in info_rows(desk, numbers[:PAGE])}
    return Listing(
        rows=tuple(infos[number] for number in numbers[:PAGE] if number in infos),
        count=rows.order_by()[:COUNTED_MOST].count(),
        page=wanted.page,
        more=len(numbers) > PAGE,
        now=now,
        people=tuple((row.id, row.name) for row in people_of_desk(desk) if row.is_active),
        saved=_saved(desk, viewer),
    )


def _filtered(desk: DeskInfo, viewer: Viewer, wanted: Filter, now: datetime) -> QuerySet[Rumour]:
    # Without a state the list shows what is still to be done.
    asked = Q(state=wanted.state) if wanted.state else Q(state__in=_OPEN)
    same = {"topic": wanted.topic, "priority": wanted.priority}
    asked &= Q(**{field: value for field, value in same.items() if value})
    if wanted.harm:
        asked &= Q(harms__contains=[wanted.harm])
    if wanted.owner:
        asked &= _of(wanted.owner, viewer)
    if wanted.clock:
        over = Q(due_at__lt=now)
        asked &= Q(clock_met_at=None) & (over if wanted.clock == "late" else Q(warn_at__lte=now) & ~over)
    if wanted.watched:
        asked &= Q(watches__person_id=viewer.id)
    if wanted.words:
        asked &= _says(wanted.words)
    return Rumour.objects.filter(asked, desk_id=desk.id)


def _of(owner: str, viewer: Viewer) -> Q:
    if owner == "nobody":
        return Q(owner_id=None)
    return Q(owner_id=viewer.id if owner == "me" else UUID(owner))


def _says(words: str) -> Q:
    number = words.removeprefix("#")
    if number.isascii() and number.isdecimal() and len(number) < 10:
        return Q(number=int(number))
    return Q(claim_vi__icontains=words) | Q(claim_en__icontains=words) | Q(headline__icontains=words)


def _saved(desk: DeskInfo, viewer: Viewer) -> tuple[SavedShown, ...]:
    if viewer.id is None:
        return ()
    rows = list(
        SavedView.objects.filter(Q(person_id=viewer.id) | Q(shared=True), desk_id=desk.id).order_by("name", "id")
    )
    names = person_names({row.person_id for row in rows})
    return tuple(
        SavedShown(row.id, row.name, row.query, row.shared, row.person_id == viewer.id, names.get(row.person_id, ""))
        for row in rows
    )
