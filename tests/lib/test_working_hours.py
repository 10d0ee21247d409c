"""Working time against a walker that looks at every minute."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangto.lib.working_hours import (
    ALWAYS,
    OFFICE_VN,
    BadCalendar,
    Spans,
    WorkCalendar,
    add_working,
    is_open,
    next_close,
    next_open,
    working_between,
)

MINUTE = dt.timedelta(minutes=1)
VN = ZoneInfo("Asia/Ho_Chi_Minh")
ZONES = (
    "Asia/Ho_Chi_Minh",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/St_Johns",
    "Africa/Casablanca",
)
# About when clocks are set somewhere, Tết, the end of a year, the day that Apia left out.
TURNS = (
    dt.datetime(2026, 3, 8, 2, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 29, tzinfo=dt.UTC),
    dt.datetime(2026, 4, 4, 12, tzinfo=dt.UTC),
    dt.datetime(2026, 10, 3, 12, tzinfo=dt.UTC),
    dt.datetime(2026, 10, 25, tzinfo=dt.UTC),
    dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC),
    dt.datetime(2026, 2, 15, 17, tzinfo=dt.UTC),
    dt.datetime(2026, 12, 31, 12, tzinfo=dt.UTC),
    dt.datetime(2011, 12, 29, 10, tzinfo=dt.UTC),
)


@lru_cache
def free_days(country: str, year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays(country, years=[year]))


def at_work(cal: WorkCalendar, at: dt.datetime) -> bool:
    """The oracle: what a clock and a calendar on the wall say. Written apart from the code under test."""
    wall = at.astimezone(ZoneInfo(cal.tz))
    day = wall.date()
    hours: Spans = cal.week[day.weekday()]
    if day in cal.extra_open:
        hours = hours or cal.week[0]
    elif day in cal.extra_closed or (cal.country and day in free_days(cal.country, day.year)):
        return False
    return any(start <= wall.hour * 60 + wall.minute < end for start, end in hours)


@st.composite
def spans(draw: st.DrawFn) -> Spans:
    cuts = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
    return tuple((a * 15, b * 15) for a, b in zip(cuts[::2], cuts[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    week = draw(st.lists(spans(), min_size=7, max_size=7).filter(any))
    days = st.sampled_from([turn.date() + dt.timedelta(days=n) for turn in TURNS for n in range(-1, 3)])
    closed = draw(st.frozensets(days, max_size=3))
    return WorkCalendar(
        tz=draw(st.sampled_from(ZONES)),
        week=tuple(week),
        country=draw(st.sampled_from(("", "VN", "DE", "US"))),
        extra_closed=closed,
        extra_open=draw(st.frozensets(days, max_size=3)) - closed,
    )


@st.composite
def moments(draw: st.DrawFn) -> dt.datetime:
    return draw(st.sampled_from(TURNS)) + MINUTE * draw(st.integers(-1500, 1500))


def test_it_works() -> None:
    friday = dt.datetime(2026, 11, 27, 16, 30, tzinfo=VN)
    # Half an hour on Friday, the rest on Monday, with a break at noon.
    assert add_working(OFFICE_VN, friday, dt.timedelta(hours=5)) == dt.datetime(2026, 11, 30, 14, 30, tzinfo=VN)
    assert working_between(OFFICE_VN, friday, friday + dt.timedelta(days=3)) == dt.timedelta(hours=7)


def test_tet_is_free_and_a_made_up_day_is_not() -> None:
    """Tết of 2026 begins on 17 February; the Monday before it is free too."""
    before = dt.datetime(2026, 2, 13, 17, tzinfo=VN)
    assert next_open(OFFICE_VN, before) > dt.datetime(2026, 2, 20, tzinfo=VN)
    saturday = dt.date(2026, 2, 14)
    worked = WorkCalendar(tz=OFFICE_VN.tz, week=OFFICE_VN.week, country="VN", extra_open=frozenset({saturday}))
    assert next_open(worked, before) == dt.datetime(2026, 2, 14, 8, tzinfo=VN)


def test_a_night_shift_goes_on_after_midnight() -> None:
    night = WorkCalendar(tz="Asia/Ho_Chi_Minh", week=(((0, 360), (1320, 1440)),) * 7)
    evening = dt.datetime(2026, 11, 26, 22, tzinfo=VN)
    assert next_close(night, evening) == dt.datetime(2026, 11, 27, 6, tzinfo=VN)
    assert add_working(night, evening, dt.timedelta(hours=8)) == dt.datetime(2026, 11, 27, 6, tzinfo=VN)


@settings(max_examples=150, deadline=None)
@given(calendars(), moments(), st.integers(0, 3000))
def test_what_lies_between_is_what_one_counts(cal: WorkCalendar, start: dt.datetime, minutes: int) -> None:
    end = start + MINUTE * minutes
    counted = sum(at_work(cal, start + MINUTE * n) for n in range(minutes))
    assert working_between(cal, start, end) == MINUTE * counted
    assert working_between(cal, end, start) == dt.timedelta()


@settings(max_examples=150, deadline=None)
@given(calendars(), moments(), st.integers(1, 900))
def test_what_is_added_has_passed_and_not_a_minute_earlier(cal: WorkCalendar, start: dt.datetime, amount: int) -> None:
    try:
        got = add_working(cal, start, MINUTE * amount)
    except BadCalendar:
        # Every day that it would be open is a holiday.
        assert not any(at_work(cal, start + MINUTE * 15 * n) for n in range(96 * 60))
        return
    assert got.utcoffset() == dt.timedelta()
    left, at = amount, start
    while left:
        if at > start + dt.timedelta(days=5):
            # Far off: the counting of the other test vouches for it.
            assert working_between(cal, start, got) == MINUTE * amount
            assert working_between(cal, start, got - MINUTE) < MINUTE * amount
            return
        left -= at_work(cal, at)
        at += MINUTE
    assert got == at


@settings(max_examples=150, deadline=None)
@given(calendars(), moments())
def test_open_means_open(cal: WorkCalendar, at: dt.datetime) -> None:
    assert is_open(cal, at) == at_work(cal, at)
    try:
        opens = next_open(cal, at)
    except BadCalendar:
        return
    assert at_work(cal, opens)
    assert opens == at or not at_work(cal, at)
    assert working_between(cal, at, opens) == dt.timedelta()
    closes = next_close(cal, at)
    assert closes > opens
    assert at_work(cal, closes - MINUTE)


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("tz_unknown", {"tz": "Asia/Atlantis"}),
        ("tz_unknown", {"tz": "../etc/passwd"}),
        ("week_not_seven", {"week": OFFICE_VN.week[:6]}),
        ("span_invalid", {"week": (((600, 500),), *OFFICE_VN.week[1:])}),
        ("span_invalid", {"week": (((0, 1441),), *OFFICE_VN.week[1:])}),
        ("spans_overlap", {"week": (((0, 600), (500, 700)), *OFFICE_VN.week[1:])}),
        ("never_open", {"week": ((),) * 7}),
        ("country_unknown", {"country": "XX"}),
        ("subdivision_unknown", {"country": "VN", "subdivision": "ZZ"}),
        (
            "date_twice",
            {"extra_open": frozenset({dt.date(2026, 1, 1)}), "extra_closed": frozenset({dt.date(2026, 1, 1)})},
        ),
    ],
)
def test_nonsense_is_refused_by_name(code: str, fields: dict[str, object]) -> None:
    good: dict[str, object] = {"tz": OFFICE_VN.tz, "week": OFFICE_VN.week}
    with pytest.raises(BadCalendar) as refused:
        WorkCalendar(**{**good, **fields})  # type: ignore[arg-type]
    assert refused.value.code == code


def test_round_the_clock_is_plain_time_also_over_years() -> None:
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for days in (1, 30, 369, 371, 900):
        assert add_working(ALWAYS, start, dt.timedelta(days=days)) == start + dt.timedelta(days=days)
        assert working_between(ALWAYS, start, start + dt.timedelta(days=days)) == dt.timedelta(days=days)


def test_a_calendar_that_never_opens_says_so() -> None:
    """Open on 1 January only, which is a holiday, and nothing else for a year."""
    closed = frozenset(dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(800))
    shut = WorkCalendar(tz="Asia/Ho_Chi_Minh", week=OFFICE_VN.week, extra_closed=closed)
    with pytest.raises(BadCalendar, match="never_open"):
        next_open(shut, TURNS[0])
    with pytest.raises(BadCalendar, match="never_open"):
        add_working(shut, TURNS[0], MINUTE)
