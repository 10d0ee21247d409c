"""The clock of a rumour against a walker that counts every minute."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangto.lib.codes import Priority
from sangto.lib.working_hours import OFFICE_VN, Spans, WorkCalendar
from sangto.rumours.clock import CHAIN, TARGETS, Clock, ClockState, EventKind, Pause

MINUTE = dt.timedelta(minutes=1)
VN = ZoneInfo("Asia/Ho_Chi_Minh")
ZONES = ("Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
DAY: Spans = ((480, 690), (810, 1020))
NIGHT: Spans = ((0, 360), (1320, 1440))
WEEKS = (
    (DAY, DAY, DAY, DAY, DAY, (), ()),
    (NIGHT,) * 7,
    (((0, 1440),),) * 7,
    (DAY, (), DAY, (), DAY, ((600, 720),), ()),
)
# Evenings before a night, a week-end, Tết, a public holiday, and hours in which clocks are set.
STARTS = (
    dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC),
    dt.datetime(2026, 11, 27, 9, 30, tzinfo=dt.UTC),
    dt.datetime(2026, 2, 13, 8, tzinfo=dt.UTC),
    dt.datetime(2026, 4, 29, 9, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 28, 23, tzinfo=dt.UTC),
    dt.datetime(2026, 10, 24, 22, tzinfo=dt.UTC),
    dt.datetime(2026, 10, 31, 23, tzinfo=dt.UTC),
    dt.datetime(2026, 4, 4, 14, tzinfo=dt.UTC),
)
# The walker gives up after so many minutes.
FAR = 60 * 24 * 12


@lru_cache
def free_days(country: str, year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays(country, years=[year]))


def ticks(clock: Clock, at: dt.datetime) -> bool:
    """The oracle: whether the minute that begins at `at` counts. Written apart from the code under test."""
    if at < clock.started_at or (clock.met_at is not None and at >= clock.met_at):
        return False
    if any(pause.starts_at <= at and (pause.ends_at is None or at < pause.ends_at) for pause in clock.pauses):
        return False
    if clock.priority == Priority.URGENT:
        return True
    wall = at.astimezone(ZoneInfo(clock.calendar.tz))
    if clock.calendar.country and wall.date() in free_days(clock.calendar.country, wall.year):
        return False
    minute = wall.hour * 60 + wall.minute
    return any(start <= minute < end for start, end in clock.calendar.week[wall.weekday()])


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    started = draw(st.sampled_from(STARTS)) + MINUTE * draw(st.integers(-600, 600))
    cuts = sorted(draw(st.lists(st.integers(-100, 4000), max_size=6, unique=True)))
    pauses = [
        Pause(started + MINUTE * a, started + MINUTE * b, "embargo")
        for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    if len(cuts) % 2:
        pauses.append(Pause(started + MINUTE * cuts[-1], None, "force"))
    calendar = WorkCalendar(
        tz=draw(st.sampled_from(ZONES)),
        week=draw(st.sampled_from(WEEKS)),
        country=draw(st.sampled_from(("", "VN", "DE"))),
    )
    return Clock(
        draw(st.sampled_from(list(Priority))),
        calendar,
        started,
        tuple(pauses),
        carried=MINUTE * draw(st.sampled_from((0, 0, 30, 500))),
        met_at=draw(st.none() | st.integers(0, 5000).map(lambda n: started + MINUTE * n)),
    )


def test_it_works() -> None:
    """Asked at 16:00 on a Thursday: a day of work is over on Friday at 16:00, and warns at 14:00."""
    asked = dt.datetime(2026, 11, 26, 16, tzinfo=VN)
    clock = Clock(Priority.NORMAL, OFFICE_VN, asked)
    # Thursday 1 h, Friday 3.5 h and 3.5 h: 8 h.
    assert clock.due_at == dt.datetime(2026, 11, 27, 17, tzinfo=VN)
    events = [(event.stage.kind, event.stage.level, event.at.astimezone(VN)) for event in clock.events()]
    assert events == [
        (EventKind.WARNED, 0, dt.datetime(2026, 11, 27, 15, tzinfo=VN)),
        (EventKind.BREACHED, 0, dt.datetime(2026, 11, 27, 17, tzinfo=VN)),
        # The escalation takes up on Monday.
        (EventKind.ESCALATED, 1, dt.datetime(2026, 11, 30, 14, tzinfo=VN)),
        (EventKind.ESCALATED, 2, dt.datetime(2026, 12, 1, 9, tzinfo=VN)),
    ]
    assert Clock(Priority.URGENT, OFFICE_VN, asked).due_at == asked + dt.timedelta(hours=1)


@settings(max_examples=120, deadline=None)
@given(clocks(), st.integers(0, 6000))
def test_what_is_spent_is_what_one_counts(clock: Clock, minutes: int) -> None:
    now = clock.started_at + MINUTE * minutes
    counted = sum(ticks(clock, clock.started_at + MINUTE * n) for n in range(minutes))
    assert clock.spent(now) == clock.carried + MINUTE * counted
    assert clock.left(now) == clock.target - clock.spent(now)


@settings(max_examples=80, deadline=None)
@given(clocks())
def test_each_event_comes_at_the_minute_at_which_one_has_counted_so_far(clock: Clock) -> None:
    clock = replace(clock, met_at=None)
    at = {(event.stage.kind, event.stage.level): event.at for event in clock.events()}
    wanted = {stage: (clock.target * stage.share - clock.carried) // MINUTE for stage in CHAIN}
    counted, n = 0, 0
    reached: dict[tuple[EventKind, int], dt.datetime] = {}
    for stage, minutes in wanted.items():
        while counted < minutes and n < FAR:
            counted += ticks(clock, clock.started_at + MINUTE * n)
            n += 1
        if counted >= minutes:
            # What was spent before it began comes as it begins.
            reached[stage.kind, stage.level] = clock.started_at + MINUTE * n if minutes > 0 else clock.started_at
    for key, moment in reached.items():
        assert at[key] == moment
    for key, moment in at.items():
        if key not in reached:
            assert moment > clock.started_at + MINUTE * (FAR - 1)


@settings(max_examples=60, deadline=None)
@given(clocks(), st.lists(st.integers(0, 20_000), min_size=1, max_size=12), st.integers(0, 20_000))
def test_a_job_that_runs_when_it_likes_tells_each_event_once_and_in_order(
    clock: Clock, looks: list[int], last: int
) -> None:
    told: list[tuple[str, int]] = []
    for minutes in sorted({*looks, last}):
        now = clock.started_at + MINUTE * minutes
        for event in clock.due_events(now, told):
            assert event.at <= now
            told.append((event.stage.kind.value, event.stage.level))
        following = clock.next_event(told)
        assert following is None or following.at > now
    end = clock.started_at + MINUTE * max(*looks, last)
    assert told == [(e.stage.kind.value, e.stage.level) for e in clock.events() if e.at <= end]
    assert len(set(told)) == len(told)


@settings(max_examples=60, deadline=None)
@given(clocks(), st.integers(1, 3000), st.integers(1, 3000))
def test_a_pause_moves_everything_by_the_working_time_it_lasted(clock: Clock, after: int, length: int) -> None:
    clock = replace(clock, pauses=(), met_at=None)
    starts = clock.started_at + MINUTE * after
    ends = starts + MINUTE * length
    held = replace(clock, pauses=(Pause(starts, ends, "embargo"),))
    lost = replace(clock, started_at=starts, carried=dt.timedelta()).spent(ends)
    far = ends + dt.timedelta(days=3)
    assert held.spent(far) == clock.spent(far) - lost
    for before, later in zip(clock.events(), held.events(), strict=True):
        assert later.at == before.at if before.at <= starts else later.at >= before.at


@settings(max_examples=60, deadline=None)
@given(clocks(), st.integers(0, 3000), st.sampled_from(list(Priority)))
def test_another_priority_keeps_what_was_spent(clock: Clock, after: int, priority: Priority) -> None:
    clock = replace(clock, met_at=None)
    now = clock.started_at + MINUTE * after
    changed = clock.with_priority(priority, now)
    assert changed.spent(now) == clock.spent(now)
    assert changed.left(now) == TARGETS[priority] - clock.spent(now)
    assert (changed.paused is None) == (clock.paused is None)
    assert changed.priority == priority


def test_what_is_spent_already_comes_at_once_when_it_becomes_urgent() -> None:
    clock = Clock(Priority.LOW, OFFICE_VN, dt.datetime(2026, 11, 26, 8, tzinfo=VN))
    now = dt.datetime(2026, 11, 26, 11, tzinfo=VN)
    urgent = clock.with_priority(Priority.URGENT, now)
    assert urgent.due_at == now
    assert [event.stage.level for event in urgent.due_events(now)] == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("hour", "state"),
    [(8, ClockState.RUNNING), (14, ClockState.RUNNING), (15, ClockState.WARNED), (17, ClockState.BREACHED)],
)
def test_a_clock_says_how_it_stands(hour: int, state: ClockState) -> None:
    clock = Clock(Priority.NORMAL, OFFICE_VN, dt.datetime(2026, 11, 26, 16, tzinfo=VN))
    now = dt.datetime(2026, 11, 27, hour, tzinfo=VN)
    assert clock.state(now) == state
    paused = replace(clock, pauses=(Pause(dt.datetime(2026, 11, 27, 7, tzinfo=VN), None, "force"),))
    assert paused.state(now) == ClockState.PAUSED
    assert paused.next_event() is None
    assert paused.due_at is None
    met = replace(clock, met_at=dt.datetime(2026, 11, 27, 7, 30, tzinfo=VN))
    assert met.state(now) == ClockState.MET
    assert met.events() == ()
