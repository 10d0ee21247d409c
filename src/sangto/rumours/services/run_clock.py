"""The clock of a rumour in the database: it starts, stands still, goes on, is met; and what it does is told once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sangto.audit.types import SYSTEM
from sangto.lib.codes import DeskKind, PauseReason, Priority
from sangto.lib.working_hours import WorkCalendar
from sangto.network.clock import desk_now
from sangto.network.selectors import calendar_of
from sangto.network.types import Viewer
from sangto.rumours import workflow
from sangto.rumours.clock import CHAIN, RULE, Clock, Pause
from sangto.rumours.models import ClockEvent, ClockPause, Rumour
from sangto.rumours.services.common import check, locked, log, person_of, touch
from sangto.rumours.types import RumourProblem

FIELDS: Final = (
    "clock_rule",
    "clock_started_at",
    "clock_carried_s",
    "clock_round",
    "clock_met_at",
    "due_at",
    "warn_at",
    "next_clock_at",
    "escalation_level",
)
# So many clocks are looked at in one turn of the job.
BATCH: Final = 500


def clock_of(rumour: Rumour, calendar: WorkCalendar, pauses: Iterable[ClockPause]) -> Clock:
    """What is stored of it, as a value."""
    return Clock(
        Priority(rumour.priority),
        calendar,
        rumour.clock_started_at or rumour.opened_at,
        tuple(
            Pause(pause.paused_at, pause.resumed_at, pause.reason)
            for pause in sorted(pauses, key=lambda pause: pause.paused_at)
        ),
        dt.timedelta(seconds=rumour.clock_carried_s),
        rumour.clock_met_at,
    )


def start_clock(rumour: Rumour) -> None:
    """From now on, with nothing spent; the caller saves FIELDS."""
    rumour.clock_rule = RULE
    rumour.clock_started_at = desk_now(rumour.desk_id)
    rumour.clock_carried_s = 0.0
    rumour.clock_met_at = None
    rumour.escalation_level = 0
    _wind(rumour, clock_of(rumour, calendar_of(rumour.desk_id), ()), told=())


def restart_clock(rumour: Rumour) -> None:
    """A reopened rumour owes an answer anew; the caller saves FIELDS."""
    _let_go_on(rumour, None)
    rumour.clock_round += 1
    start_clock(rumour)


def meet_clock(rumour: Rumour) -> None:
    """The answer, a notice or the closing is there: the clock is over; the caller saves FIELDS."""
    if rumour.clock_met_at is None:
        rumour.clock_met_at = desk_now(rumour.desk_id)
    rumour.next_clock_at = rumour.warn_at = None


def rewind_clock(rumour: Rumour, priority: Priority) -> None:
    """Another priority from now on; what was spent stays spent. The caller saves FIELDS and the priority."""
    now = desk_now(rumour.desk_id)
    pauses = list(rumour.pauses.all())
    clock = clock_of(rumour, calendar_of(rumour.desk_id), pauses).with_priority(priority, now)
    rumour.priority = priority
    rumour.clock_started_at = clock.started_at
    rumour.clock_carried_s = clock.carried.total_seconds()
    _wind(rumour, clock, _told(rumour))


def pause_clock(*, rumour_id: UUID, viewer: Viewer, reason: str) -> None:
    """It stands still until someone lets it go on, for a reason of the closed list."""
    if reason not in PauseReason.values():
        raise RumourProblem(_("Choose why the clock stands still."), "reason")
    with transaction.atomic():
        rumour = locked(rumour_id)
        check(viewer, "rumours.work", rumour.desk_id)
        if rumour.state not in workflow.OPEN or rumour.clock_met_at is not None:
            raise workflow.NotNow("pause", rumour.state)
        pauses = list(rumour.pauses.all())
        if any(pause.resumed_at is None for pause in pauses):
            raise RumourProblem(_("The clock stands still already. Nothing was changed."), "reason")
        pauses.append(
            ClockPause.objects.create(
                desk_id=rumour.desk_id,
                desk_kind=rumour.desk_kind,
                rumour=rumour,
                reason=reason,
                paused_at=desk_now(rumour.desk_id),
                paused_by_id=person_of(viewer),
            )
        )
        _wind(rumour, clock_of(rumour, calendar_of(rumour.desk_id), pauses), _told(rumour))
        touch(rumour, *FIELDS)
        log(rumour, viewer.actor, "clock_paused", {"reason": reason})


def resume_clock(*, rumour_id: UUID, viewer: Viewer) -> None:
    """It goes on from where it stood. Saying it twice changes nothing."""
    with transaction.atomic():
        rumour = locked(rumour_id)
        check(viewer, "rumours.work", rumour.desk_id)
        if not _let_go_on(rumour, viewer):
            return
        clock = clock_of(rumour, calendar_of(rumour.desk_id), rumour.pauses.all())
        _wind(rumour, clock, _told(rumour))
        touch(rumour, *FIELDS)
        log(rumour, viewer.actor, "clock_resumed")


def tick_clocks() -> int:
    """Tell every warning, breach and escalation that has come, each once; gives how many.

    A live desk's by the wall's clock, a drill's by its own. A job that slept tells what it missed, in order.
    """
    told = 0
    for rumour_id in _due():
        with transaction.atomic():
            rumour = Rumour.objects.select_for_update(skip_locked=True).filter(id=rumour_id).first()
            if rumour is not None and rumour.next_clock_at is not None:
                told += _tell(rumour)
    return told


def _due() -> tuple[UUID, ...]:
    waiting = Rumour.objects.filter(next_clock_at__isnull=False).order_by("next_clock_at")
    due = list(
        waiting.filter(desk_kind=DeskKind.LIVE, next_clock_at__lte=timezone.now()).values_list("id", flat=True)[:BATCH]
    )
    drills = Rumour.objects.filter(next_clock_at__isnull=False, desk_kind=DeskKind.DRILL)
    for desk_id in drills.values_list("desk_id", flat=True).distinct():
        here = waiting.filter(desk_id=desk_id, next_clock_at__lte=desk_now(desk_id))
        due += here.values_list("id", flat=True)[:BATCH]
    return tuple(due)


def _tell(rumour: Rumour) -> int:
    now = desk_now(rumour.desk_id)
    clock = clock_of(rumour, calendar_of(rumour.desk_id), rumour.pauses.all())
    told = _told(rumour)
    events = clock.due_events(now, told)
    for event in events:
        ClockEvent.objects.create(
            desk_id=rumour.desk_id,
            desk_kind=rumour.desk_kind,
            rumour=rumour,
            kind=event.stage.kind.value,
            level=event.stage.level,
            due_at=event.at,
            told_at=now,
            role=event.stage.role,
            round=rumour.clock_round,
        )
        told.add((event.stage.kind.value, event.stage.level))
        rumour.escalation_level = max(rumour.escalation_level, event.stage.level)
    _wind(rumour, clock, told)
    rumour.clock_told_until = now
    rumour.save(update_fields=[*FIELDS, "clock_told_until"])
    for event in events:
        log(rumour, SYSTEM, f"clock_{event.stage.kind.value}", {"level": event.stage.level, "to": event.stage.role})
    return len(events)


def _told(rumour: Rumour) -> set[tuple[str, int]]:
    return set(rumour.clock_events.filter(round=rumour.clock_round).values_list("kind", "level"))


def _wind(rumour: Rumour, clock: Clock, told: Iterable[tuple[str, int]]) -> None:
    """Write down by when it is due and what it does next. While it stands still the last due time stays to be seen."""
    rumour.due_at = clock.due_at or rumour.due_at
    rumour.warn_at = clock.moment(clock.target * CHAIN[0].share) if clock.met_at is None else None
    following = clock.next_event(set(told))
    rumour.next_clock_at = following.at if following else None


def _let_go_on(rumour: Rumour, viewer: Viewer | None) -> bool:
    now = desk_now(rumour.desk_id)
    return bool(
        rumour.pauses.filter(resumed_at=None).update(
            resumed_at=now, resumed_by_id=person_of(viewer) if viewer is not None else None
        )
    )
