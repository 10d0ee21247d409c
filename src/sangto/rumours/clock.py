"""The clock of a rumour: by when an answer is owed, in working time of the unit. Pure.

A priority owes an answer within so much working time; what is urgent counts round the clock. The clock stands still
while it is paused, with a reason. It warns at three quarters, is over at the whole, and tells more people after that.
Every moment is worked out from what is stored, never by counting ticks: a desk that slept takes up where it would be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from sangto.lib.codes import Priority
from sangto.lib.working_hours import ALWAYS, WorkCalendar, add_working, working_between

RULE: Final = "clock-1"
_HOUR: Final = dt.timedelta(hours=1)
# What may cost a life is answered within the hour, at night too: a rumour travels farthest in its first hours. The
# rest is what a small team keeps on an ordinary week: half a day, a day, three days.
TARGETS: Final = {
    Priority.URGENT: _HOUR,
    Priority.HIGH: 4 * _HOUR,
    Priority.NORMAL: 8 * _HOUR,
    Priority.LOW: 24 * _HOUR,
}


class ClockState(StrEnum):
    """How a clock stands at a moment."""

    RUNNING = "running"
    WARNED = "warned"
    BREACHED = "breached"
    PAUSED = "paused"
    MET = "met"


class EventKind(StrEnum):
    """What a clock does."""

    WARNED = "warned"
    BREACHED = "breached"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True)
class Stage:
    """One thing that happens once so much of the target is spent, and whom it concerns."""

    kind: EventKind
    level: int
    share: float
    role: str


# Whom a stage concerns: the owner (or, without one, who is on duty), the lead, everyone on duty, the leads above.
CHAIN: Final = (
    Stage(EventKind.WARNED, 0, 0.75, "owner"),
    Stage(EventKind.BREACHED, 0, 1.0, "lead"),
    Stage(EventKind.ESCALATED, 1, 1.5, "duty"),
    Stage(EventKind.ESCALATED, 2, 2.0, "above"),
)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock stood still; still does where it has no end."""

    starts_at: dt.datetime
    ends_at: dt.datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A stage, and the moment at which it comes."""

    stage: Stage
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """All that is known of one: moments know their zone, pauses are in order and do not overlap."""

    priority: Priority
    calendar: WorkCalendar
    started_at: dt.datetime
    pauses: tuple[Pause, ...] = ()
    # What was spent before `started_at`, under another priority.
    carried: dt.timedelta = dt.timedelta()
    met_at: dt.datetime | None = None

    @property
    def target(self) -> dt.timedelta:
        return TARGETS[self.priority]

    @property
    def counts_by(self) -> WorkCalendar:
        """The hours that count: all of them where it is urgent."""
        return replace(ALWAYS, tz=self.calendar.tz) if self.priority == Priority.URGENT else self.calendar

    def spent(self, now: dt.datetime) -> dt.timedelta:
        """The working time used up by `now`."""
        until = now if self.met_at is None else min(now, self.met_at)
        return self.carried + sum(
            (
                working_between(self.counts_by, begins, until if ends is None else min(ends, until))
                for begins, ends in self._runs()
                if begins < until
            ),
            dt.timedelta(),
        )

    def left(self, now: dt.datetime) -> dt.timedelta:
        """What is left of the target; below nothing once it is over."""
        return self.target - self.spent(now)

    def moment(self, amount: dt.timedelta) -> dt.datetime | None:
        """When so much is spent; None if it stands still before, until somebody lets it go on."""
        left = amount - self.carried
        if left <= dt.timedelta():
            return self.started_at
        for begins, ends in self._runs():
            if ends is None:
                return add_working(self.counts_by, begins, left)
            here = working_between(self.counts_by, begins, ends)
            if left <= here:
                return add_working(self.counts_by, begins, left)
            left -= here
        return None

    @property
    def due_at(self) -> dt.datetime | None:
        return self.moment(self.target)

    @property
    def paused(self) -> Pause | None:
        """The pause that it is in now."""
        return self.pauses[-1] if self.pauses and self.pauses[-1].ends_at is None else None

    def state(self, now: dt.datetime) -> ClockState:
        if self.met_at is not None and self.met_at <= now:
            return ClockState.MET
        paused = self.paused
        if paused is not None and paused.starts_at <= now:
            return ClockState.PAUSED
        spent = self.spent(now)
        if spent >= self.target:
            return ClockState.BREACHED
        return ClockState.WARNED if spent >= self.target * CHAIN[0].share else ClockState.RUNNING

    def events(self) -> tuple[Event, ...]:
        """All that happens unless something changes, in order; nothing after it was met."""
        events = []
        for stage in CHAIN:
            at = self.moment(self.target * stage.share)
            if at is None or (self.met_at is not None and at >= self.met_at):
                break
            events.append(Event(stage, at))
        return tuple(events)

    def due_events(self, now: dt.datetime, told: Collection[tuple[str, int]] = ()) -> tuple[Event, ...]:
        """What has come by `now` and is not among what was told, as pairs of kind and level."""
        return tuple(
            event
            for event in self.events()
            if event.at <= now and (event.stage.kind.value, event.stage.level) not in told
        )

    def next_event(self, told: Collection[tuple[str, int]] = ()) -> Event | None:
        """What comes next, and when; None while it stands still, or when all was told."""
        return next((event for event in self.events() if (event.stage.kind.value, event.stage.level) not in told), None)

    def with_priority(self, priority: Priority, now: dt.datetime) -> Clock:
        """The same clock under another priority from now on: what was spent stays spent."""
        if priority == self.priority:
            return self
        open_pause = self.paused
        pauses = (replace(open_pause, starts_at=max(open_pause.starts_at, now)),) if open_pause else ()
        return replace(self, priority=priority, started_at=now, pauses=pauses, carried=self.spent(now))

    def _runs(self) -> Iterator[tuple[dt.datetime, dt.datetime | None]]:
        """The times in which it was not paused, in order; the last has no end while it runs."""
        begins = self.started_at
        for pause in self.pauses:
            if pause.starts_at > begins:
                yield begins, pause.starts_at
            if pause.ends_at is None:
                return
            begins = max(begins, pause.ends_at)
        yield begins, None
