"""What waits for one person at a desk: calls by name, tasks, changes of what they watch, what a clock told."""

from __future__ import annotations

import datetime as dt
from typing import Final
from uuid import UUID

from django.db.models import F, Q, QuerySet

from sangto.lib.codes import RoleCode
from sangto.network.clock import desk_now
from sangto.network.selectors import on_duty, person_names
from sangto.network.types import DeskInfo, Viewer
from sangto.rumours import workflow
from sangto.rumours.models import ClockEvent, Mention, Note, Rumour, Task, Watch
from sangto.rumours.types import Inbox, InboxLine, NoteShown
from sangto.rumours.weighing import event_words

MOST: Final = 50
# What a clock told longer ago is history.
CLOCK_LOOKS_BACK: Final = dt.timedelta(days=7)
_OPEN: Final = [state.value for state in workflow.OPEN]


def notes_of(rumour_id: UUID) -> tuple[NoteShown, ...]:
    rows = list(Note.objects.filter(rumour_id=rumour_id))
    names = person_names({row.person_id for row in rows})
    return tuple(NoteShown(row.id, row.text, names.get(row.person_id, ""), row.at) for row in rows)


def watches(rumour_id: UUID, viewer: Viewer) -> bool:
    return viewer.id is not None and Watch.objects.filter(rumour_id=rumour_id, person_id=viewer.id).exists()


def inbox(desk: DeskInfo, viewer: Viewer) -> Inbox:
    """The same number of questions however much waits."""
    now = desk_now(desk)
    if viewer.id is None:
        return Inbox((), (), (), (), now)
    mentions = list(
        Mention.objects.filter(desk_id=desk.id, person_id=viewer.id, seen_at=None)
        .select_related("note__rumour")
        .order_by("-at")[:MOST]
    )
    tasks = list(
        Task.objects.filter(desk_id=desk.id, assignee_id=viewer.id, done_at=None, rumour__state__in=_OPEN)
        .select_related("rumour")
        .order_by(F("due_at").asc(nulls_last=True), "created_at")[:MOST]
    )
    changes = list(
        Watch.objects.filter(desk_id=desk.id, person_id=viewer.id, rumour__changed_at__gt=F("seen_at"))
        .select_related("rumour")
        .order_by("-rumour__changed_at")[:MOST]
    )
    clocks = list(_clock_events(desk, viewer, now).select_related("rumour").order_by("-told_at")[:MOST])
    names = person_names({mention.note.person_id for mention in mentions})
    return Inbox(
        mentions=tuple(
            _line(m.note.rumour, at=m.at, who=names.get(m.note.person_id, ""), text=m.note.text) for m in mentions
        ),
        tasks=tuple(
            _line(
                task.rumour,
                at=task.due_at,
                text=task.note,
                kind=task.kind,
                task_id=task.id,
                late=task.due_at is not None and task.due_at < now,
            )
            for task in tasks
        ),
        changes=tuple(_line(row.rumour, at=row.rumour.changed_at) for row in changes),
        clocks=tuple(
            _line(event.rumour, at=event.told_at, what=event_words(event.kind, event.role)) for event in clocks
        ),
        now=now,
    )


def _clock_events(desk: DeskInfo, viewer: Viewer, now: dt.datetime) -> QuerySet[ClockEvent]:
    """Those of open rumours whose clock still runs, that concern this person: as owner, as lead, on duty."""
    mine = Q(role="owner", rumour__owner_id=viewer.id)
    duty = any(one.person_id == viewer.id for one in on_duty(desk, now))
    if duty:
        mine |= Q(role="duty") | Q(role="owner", rumour__owner=None)
    if viewer.has(RoleCode.LEAD, desk=desk.id):
        mine |= Q(role__in=("lead", "above"))
    return ClockEvent.objects.filter(
        mine,
        desk_id=desk.id,
        told_at__gt=now - CLOCK_LOOKS_BACK,
        rumour__state__in=_OPEN,
        rumour__clock_met_at=None,
        round=F("rumour__clock_round"),
    )


def _line(rumour: Rumour, **what: object) -> InboxLine:
    return InboxLine(rumour.number, rumour.claim_vi, rumour.claim_en, rumour.headline, **what)  # type: ignore[arg-type]
