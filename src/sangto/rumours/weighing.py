"""How soon a rumour needs an answer, as its page shows it: the parts of triage, and how the clock stands."""

from __future__ import annotations

import datetime as dt
import uuid
from uuid import UUID

from sangto.lib.codes import PauseReason, Priority
from sangto.lib.said import Words
from sangto.network.clock import desk_now
from sangto.network.selectors import calendar_of, person_names
from sangto.rumours import workflow
from sangto.rumours.clock import Clock, Event, EventKind
from sangto.rumours.models import ClockEvent, Rumour
from sangto.rumours.ordering import span_words
from sangto.rumours.services.run_clock import clock_of
from sangto.rumours.triage import PART_NAMES, Part
from sangto.rumours.types import ClockEventShown, ClockShown, PartShown, TriageShown, UnknownRumour, Weighing

_WHOM: dict[str, Words] = {
    "owner": Words("người đang làm", "whoever works on it"),
    "lead": Words("người phụ trách bàn", "the lead of the desk"),
    "duty": Words("mọi người đang trực", "everyone on duty"),
    "above": Words("người phụ trách cấp trên", "the leads above"),
}
_WHAT: dict[str, Words] = {
    EventKind.WARNED.value: Words("Sắp hết hạn", "Time is running out"),
    EventKind.BREACHED.value: Words("Quá hạn", "Time is over"),
    EventKind.ESCALATED.value: Words("Báo thêm", "More people are told"),
}


def weighing(rumour_id: UUID) -> Weighing:
    """How soon, and why; five queries. Raises UnknownRumour."""
    row = Rumour.objects.filter(id=rumour_id).first()
    if row is None:
        raise UnknownRumour
    names = person_names({row.priority_by_id} - {None}) if row.priority_by_id else {}
    return Weighing(_triage(row, names), _clock(row))


def _triage(row: Rumour, names: dict[uuid.UUID, str]) -> TriageShown:
    parts = [Part.from_data(data) for data in row.triage_parts]
    return TriageShown(
        rule=row.triage_rule,
        score=row.triage_score,
        at=row.triaged_at,
        parts=tuple(
            PartShown(
                PART_NAMES.get(part.code, Words(part.code, part.code)),
                part.why,
                part.points,
                part.most,
                round(100 * part.points / part.most) if part.most else 0,
            )
            for part in parts
            # What neither gave nor took anything is no reason.
            if part.points or part.most
        ),
        harms=tuple(row.harms),
        harms_guessed=bool(row.harms) and not row.harms_by_person,
        urgency=row.urgency,
        urgency_guessed=not row.urgency_by_person,
        priority=row.priority,
        priority_by=names.get(row.priority_by_id, "") if row.priority_by_id else "",
        priority_reason=row.priority_reason,
    )


def _clock(row: Rumour) -> ClockShown:
    now = desk_now(row.desk_id)
    pauses = list(row.pauses.all())
    clock = clock_of(row, calendar_of(row.desk_id), pauses)
    told = list(ClockEvent.objects.filter(rumour_id=row.id, round=row.clock_round).order_by("due_at", "level"))
    following = clock.next_event({(event.kind, event.level) for event in told})
    paused = clock.paused
    is_open = row.state in workflow.OPEN
    return ClockShown(
        state=clock.state(now),
        due_at=clock.due_at,
        target=span_words(clock.target),
        round_the_clock=clock.priority == Priority.URGENT,
        spent=span_words(clock.spent(now)),
        left=span_words(abs(clock.left(now))),
        paused_reason=paused.reason if paused and paused.reason in PauseReason.values() else "",
        paused_since=paused.starts_at if paused else None,
        following=_will(following, clock, now) if is_open else None,
        told=tuple(ClockEventShown(event_words(event.kind, event.role), event.due_at) for event in told),
        may_pause=is_open and row.clock_met_at is None,
    )


def _will(event: Event | None, clock: Clock, now: dt.datetime) -> ClockEventShown | None:
    if event is None or clock.met_at is not None:
        return None
    return ClockEventShown(event_words(event.stage.kind.value, event.stage.role), max(event.at, now))


def event_words(kind: str, role: str) -> Words:
    """What a clock told, and whom it concerns."""
    what, whom = _WHAT.get(kind, Words(kind, kind)), _WHOM.get(role, Words(role, role))
    return Words(f"{what.vi}: {whom.vi}", f"{what.en}: {whom.en}")
