"""Working time: when a calendar is open, and how much of it lies between two moments.

A calendar is given in local wall time and worked out in UTC: what counts is what a clock on the wall shows, also when
clocks are set forward or back. Every moment that goes in knows its zone; every moment that comes out is in UTC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

MINUTES_A_DAY: Final = 1440
DAYS_A_WEEK: Final = 7
# Longer than any run of holidays and shutdowns: a calendar that stays closed for so long is a mistake.
CLOSED_AT_MOST: Final = dt.timedelta(days=370)
_DAY: Final = dt.timedelta(days=1)
_QUARTER: Final = 15

Spans = tuple[tuple[int, int], ...]


class BadCalendar(ValueError):
    """The calendar is nonsense, or it never opens; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class WorkCalendar:
    """When people work.

    `week` has seven days, Monday first; a span is [from, to) in minutes of the local day, and a night shift is a span
    up to 1440 that goes on at 0 of the next day. `country` names whose public holidays are free ("" for none), with
    an optional `subdivision`. A day of `extra_open` is worked although it would be free, by the hours of its weekday
    or, if that has none, of Monday.

    Raises BadCalendar with the code tz_unknown, week_not_seven, span_invalid, spans_overlap, never_open,
    country_unknown, subdivision_unknown or date_twice.
    """

    tz: str
    week: tuple[Spans, ...]
    country: str = ""
    subdivision: str = ""
    extra_closed: frozenset[dt.date] = frozenset()
    extra_open: frozenset[dt.date] = frozenset()

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.tz)
        except (KeyError, ValueError, OSError) as unknown:
            raise BadCalendar("tz_unknown") from unknown
        _check_week(self.week)
        _check_holidays(self.country, self.subdivision)
        if self.extra_closed & self.extra_open:
            raise BadCalendar("date_twice")


def _check_week(week: tuple[Spans, ...]) -> None:
    if len(week) != DAYS_A_WEEK:
        raise BadCalendar("week_not_seven")
    for spans in week:
        end_before = 0
        for start, end in spans:
            if not 0 <= start < end <= MINUTES_A_DAY:
                raise BadCalendar("span_invalid")
            if start < end_before:
                raise BadCalendar("spans_overlap")
            end_before = end
    if not any(week):
        raise BadCalendar("never_open")


def _check_holidays(country: str, subdivision: str) -> None:
    known = holidays.list_supported_countries()
    if country and country not in known:
        raise BadCalendar("country_unknown")
    if subdivision and subdivision not in known.get(country, ()):
        raise BadCalendar("subdivision_unknown")


ALWAYS: Final = WorkCalendar(tz="Asia/Ho_Chi_Minh", week=(((0, MINUTES_A_DAY),),) * 7)
_OFFICE_DAY: Final[Spans] = ((8 * 60, 11 * 60 + 30), (13 * 60 + 30, 17 * 60))
OFFICE_VN: Final = WorkCalendar(tz="Asia/Ho_Chi_Minh", week=(*((_OFFICE_DAY,) * 5), (), ()), country="VN")


@lru_cache(maxsize=512)
def _holidays(country: str, subdivision: str, year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))


def _local_spans(cal: WorkCalendar, day: dt.date) -> Spans:
    own = cal.week[day.weekday()]
    if day in cal.extra_open:
        return own or cal.week[0]
    if day in cal.extra_closed or (cal.country and day in _holidays(cal.country, cal.subdivision, day.year)):
        return ()
    return own


def _offset(zone: ZoneInfo, at: dt.datetime) -> dt.timedelta:
    return at.astimezone(zone).utcoffset() or dt.timedelta()


@lru_cache(maxsize=4096)
def _even_day(tz: str, day: dt.date) -> dt.timedelta | None:
    """The one offset from UTC that holds all the day, and well before and after; None where clocks are set."""
    zone = ZoneInfo(tz)
    noon = dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)
    offsets = {_offset(zone, noon + dt.timedelta(hours=hours)) for hours in range(-40, 41, 8)}
    return offsets.pop() if len(offsets) == 1 else None


def _open_on(cal: WorkCalendar, day: dt.date) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The open spans of a local day, in UTC: the moments at which a clock on the wall there lies within a span."""
    spans = _local_spans(cal, day)
    if not spans:
        return
    even = _even_day(cal.tz, day)
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
    if even is not None:
        for start, end in spans:
            yield midnight - even + dt.timedelta(minutes=start), midnight - even + dt.timedelta(minutes=end)
        return
    # Clocks are set about now, at a full quarter of an hour; a local day may last 22 hours, or 26, or be left out.
    zone = ZoneInfo(cal.tz)
    quarter = dt.timedelta(minutes=_QUARTER)
    at = midnight - dt.timedelta(hours=28)
    until = midnight + dt.timedelta(hours=52)
    while at < until:
        there = at.astimezone(zone)
        if there.date() == day:
            minute = there.hour * 60 + there.minute
            for start, end in spans:
                first, last = max(start, minute), min(end, minute + _QUARTER)
                if first < last:
                    yield at + dt.timedelta(minutes=first - minute), at + dt.timedelta(minutes=last - minute)
        at += quarter


def _spans_from(cal: WorkCalendar, at: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Open spans that end after `at`, in order, those that touch made one; ends after so long without an opening."""
    day = at.astimezone(ZoneInfo(cal.tz)).date() - _DAY
    held: tuple[dt.datetime, dt.datetime] | None = None
    last = at
    while day - last.date() <= CLOSED_AT_MOST:
        for opens, closes in _open_on(cal, day):
            if closes <= at:
                continue
            last = closes
            if held is not None and opens <= held[1]:
                held = (held[0], max(held[1], closes))
                # Round the clock there is no end: what is needed of it is given day by day.
                if held[1] - held[0] > CLOSED_AT_MOST:
                    yield held
                    held = (held[1], held[1])
                continue
            if held is not None and held[0] < held[1]:
                yield held
            held = (opens, closes)
        day += _DAY
    if held is not None and held[0] < held[1]:
        yield held


def _first(cal: WorkCalendar, at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    span = next(_spans_from(cal, at), None)
    if span is None:
        raise BadCalendar("never_open")
    return span


def is_open(cal: WorkCalendar, at: dt.datetime) -> bool:
    """Whether it is working time at this moment."""
    there = at.astimezone(ZoneInfo(cal.tz))
    minute = there.hour * 60 + there.minute
    return any(start <= minute < end for start, end in _local_spans(cal, there.date()))


def next_open(cal: WorkCalendar, at: dt.datetime) -> dt.datetime:
    """The first working moment at or after `at`."""
    opens, _closes = _first(cal, at)
    return max(opens, at).astimezone(dt.UTC)


def next_close(cal: WorkCalendar, at: dt.datetime) -> dt.datetime:
    """Where the working time that holds at `at`, or begins next after it, ends; far away for a round-the-clock one."""
    _opens, closes = _first(cal, at)
    return closes


def working_between(cal: WorkCalendar, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    """How much working time lies in [start, end); nothing when end is not after start."""
    total = dt.timedelta()
    for opens, closes in _spans_from(cal, start):
        if opens >= end:
            break
        total += max(dt.timedelta(), min(closes, end) - max(opens, start))
        if closes >= end:
            break
    return total


def add_working(cal: WorkCalendar, start: dt.datetime, amount: dt.timedelta) -> dt.datetime:
    """The moment at which so much working time has passed since `start`; nothing to add gives the next opening."""
    if amount < dt.timedelta():
        raise BadCalendar("negative_amount")
    left = amount
    for opens, closes in _spans_from(cal, start):
        begin = max(opens, start)
        if left <= closes - begin:
            return (begin + left).astimezone(dt.UTC)
        left -= closes - begin
    raise BadCalendar("never_open")
