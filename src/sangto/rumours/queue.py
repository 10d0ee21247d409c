"""What to answer next, and what one article would answer together. The same number of questions however many wait."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import BooleanField, Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from sangto.lib.codes import Priority, RumourLinkKind, Topic
from sangto.lib.working_hours import WorkCalendar, working_between
from sangto.network.clock import desk_now
from sangto.network.selectors import abilities_at, calendar_of, on_duty
from sangto.network.types import DeskInfo, Viewer
from sangto.rumours import workflow
from sangto.rumours.clock import ClockState
from sangto.rumours.models import ClockPause, ExpertRequest, Rumour, RumourLink
from sangto.rumours.ordering import Place, Waiting, in_order
from sangto.rumours.selectors import info_rows
from sangto.rumours.types import RumourInfo

# So many are put in fine order; nobody reads farther down, and the database has ranked all of them before.
LOOKED_AT: Final = 300
PAGE: Final = 50
# Links that are read to find themes, and groups and rumours that are shown.
LINKS_MOST: Final = 20_000
GROUPS_MOST: Final = 30
OF_A_GROUP: Final = 8
SHOWS: Final = ("all", "mine", "nobody")
_OPEN: Final = [state.value for state in workflow.OPEN]


@dataclass(frozen=True, slots=True)
class Queued:
    """A rumour with its place in the order."""

    rumour: RumourInfo
    place: Place
    position: int


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the order. `all` is how many are open under this choice."""

    rows: tuple[Queued, ...]
    show: str
    page: int
    pages: int
    all: int
    on_duty: tuple[str, ...]
    me_on_duty: bool
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Theme:
    """Open rumours that one article may answer, the loudest first; `linked`: a person said so."""

    topic: str
    linked: bool
    rumours: tuple[RumourInfo, ...]
    count: int
    messages: int
    per_hour: float

    @property
    def more(self) -> int:
        return self.count - len(self.rumours)


def queue(desk: DeskInfo, viewer: Viewer, *, show: str = "all", page: int = 1) -> Queue:
    """The order for this person. Ranked by the database over all that are open, in fine order among the first."""
    now = desk_now(desk)
    rows = Rumour.objects.filter(desk_id=desk.id, state__in=_OPEN)
    if show == "mine":
        rows = rows.filter(owner_id=viewer.id)
    elif show == "nobody":
        rows = rows.filter(owner_id=None)
    count = rows.count()
    found = list(_ranked(rows, now)[:LOOKED_AT])
    duty = on_duty(desk, now)
    me_on_duty = any(one.person_id == viewer.id for one in duty)
    fields = abilities_at(None, [viewer.id])[viewer.id].topics if viewer.id else ()
    asked = _asked({row.id for row in found})
    themes = _theme_sizes(desk)
    calendar = calendar_of(desk)
    order = in_order(
        Waiting(
            number=row.number,
            score=row.triage_score,
            priority=Priority(row.priority),
            state=_state(row, now),
            left=_left(row, now, calendar),
            mine=row.owner_id == viewer.id,
            owned=row.owner_id is not None,
            on_duty=me_on_duty,
            my_field=row.topic in fields,
            waits_for_expert=asked.get(row.id) is False,
            expert_answered=asked.get(row.id) is True,
            theme=themes.get(row.id, 1),
            age_hours=(now - row.opened_at) / dt.timedelta(hours=1),
        )
        for row in found
    )
    pages = max(1, -(-len(order) // PAGE))
    page = min(max(1, page), pages)
    shown = order[(page - 1) * PAGE : page * PAGE]
    infos = {info.number: info for info in info_rows(desk, [place.number for place in shown])}
    return Queue(
        rows=tuple(
            Queued(infos[place.number], place, position)
            for position, place in enumerate(shown, (page - 1) * PAGE + 1)
            if place.number in infos
        ),
        show=show,
        page=page,
        pages=pages,
        all=count,
        on_duty=tuple(one.name for one in duty),
        me_on_duty=me_on_duty,
        now=now,
    )


def _ranked(rows: QuerySet[Rumour], now: dt.datetime) -> QuerySet[Rumour]:
    """By `ordering.rank` as far as stored columns tell, then by the points of triage."""
    late = Q(due_at__lte=now)
    stands = Q(stands_still=True)
    rank = Case(
        When(stands, then=Value(8)),
        When(late & Q(priority=Priority.URGENT), then=Value(0)),
        When(priority=Priority.URGENT, then=Value(1)),
        When(late & Q(priority=Priority.HIGH), then=Value(2)),
        When(late, then=Value(3)),
        When(warn_at__lte=now, then=Value(4)),
        When(priority=Priority.HIGH, then=Value(5)),
        When(priority=Priority.NORMAL, then=Value(6)),
        default=Value(7),
        output_field=IntegerField(),
    )
    pauses = ClockPause.objects.filter(rumour_id=OuterRef("id"), resumed_at=None)
    return (
        rows.annotate(stands_still=Exists(pauses, output_field=BooleanField()))
        .annotate(rank=rank)
        .order_by("rank", "-triage_score", "due_at", "number")
    )


def _state(row: Rumour, now: dt.datetime) -> ClockState:
    if getattr(row, "stands_still", False):
        return ClockState.PAUSED
    if row.due_at <= now:
        return ClockState.BREACHED
    return ClockState.WARNED if row.warn_at is not None and row.warn_at <= now else ClockState.RUNNING


def _left(row: Rumour, now: dt.datetime, calendar: WorkCalendar) -> dt.timedelta | None:
    if getattr(row, "stands_still", False):
        return None
    if row.priority == Priority.URGENT:
        return row.due_at - now
    if row.due_at > now:
        return working_between(calendar, now, row.due_at)
    return -working_between(calendar, row.due_at, now)


def _asked(ids: Iterable[UUID]) -> Mapping[UUID, bool]:
    """Of rumours with an expert who was asked: whether one has answered."""
    rows = ExpertRequest.objects.filter(rumour_id__in=list(ids), declined_at=None, withdrawn_at=None)
    found: dict[UUID, bool] = {}
    for rumour_id, answered_at in rows.values_list("rumour_id", "answered_at"):
        found[rumour_id] = found.get(rumour_id, False) or answered_at is not None
    return found


def _linked(desk: DeskInfo) -> list[list[UUID]]:
    """Open rumours that people linked as one theme, as groups; each group in the order of ids."""
    links = RumourLink.objects.filter(
        desk_id=desk.id, kind=RumourLinkKind.SAME_THEME, first__state__in=_OPEN, second__state__in=_OPEN
    )
    parent: dict[UUID, UUID] = {}

    def root(one: UUID) -> UUID:
        parent.setdefault(one, one)
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for first, second in links.order_by("id").values_list("first_id", "second_id")[:LINKS_MOST]:
        parent[root(first)] = root(second)
    groups: dict[UUID, list[UUID]] = defaultdict(list)
    for one in sorted(parent, key=str):
        groups[root(one)].append(one)
    return list(groups.values())


def _theme_sizes(desk: DeskInfo) -> Mapping[UUID, int]:
    return {one: len(group) for group in _linked(desk) for one in group}


def themes(desk: DeskInfo) -> tuple[Theme, ...]:
    """What one article may answer: first what people linked, then the open rumours of each topic; the loudest first."""
    linked = _linked(desk)
    in_theme = {one for group in linked for one in group}
    columns = ("id", "number", "topic", "tip_count", "tips_per_hour")
    rows = Rumour.objects.filter(desk_id=desk.id, state__in=_OPEN).order_by("-triage_score", "number")
    facts = {row[0]: row for row in rows.values_list(*columns)}
    groups: list[tuple[str, bool, list[UUID]]] = [
        (_topic_of(group, facts), True, [one for one in facts if one in set(group)]) for group in linked
    ]
    of_topic: dict[str, list[UUID]] = defaultdict(list)
    for one, row in facts.items():
        if row[2] and one not in in_theme:
            of_topic[row[2]].append(one)
    groups += [(topic, False, ids) for topic, ids in of_topic.items() if len(ids) > 1]
    weighed = sorted(
        groups,
        key=lambda group: (not group[1], -sum(facts[one][4] for one in group[2]), -len(group[2]), group[0]),
    )[:GROUPS_MOST]
    shown = [number for _topic, _linked, ids in weighed for number in (facts[one][1] for one in ids[:OF_A_GROUP])]
    infos = {info.number: info for info in info_rows(desk, shown)}
    return tuple(
        Theme(
            topic=topic,
            linked=by_person,
            rumours=tuple(infos[facts[one][1]] for one in ids[:OF_A_GROUP] if facts[one][1] in infos),
            count=len(ids),
            messages=sum(facts[one][3] for one in ids),
            per_hour=sum(facts[one][4] for one in ids),
        )
        for topic, by_person, ids in weighed
    )


def _topic_of(group: Sequence[UUID], facts: Mapping[UUID, tuple[UUID, int, str, int, float]]) -> str:
    """What most of them are about."""
    topics = [facts[one][2] for one in group if one in facts and facts[one][2]]
    return max(Topic.values(), key=topics.count) if topics else ""
