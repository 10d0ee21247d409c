"""Working hours as people write them: "08:00-11:30, 13:30-17:00". Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from sangto.lib.working_hours import Spans

_SPAN = re.compile(r"(\d{1,2})[:.h](\d{2})?\s*[-–]\s*(\d{1,2})[:.h](\d{2})?")


class BadHours(ValueError):
    """A part that is no time of day; `part` is what was written."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


def read_spans(text: str) -> Spans:
    """The spans of one day in minutes; nothing for a free day. Raises BadHours."""
    spans = []
    for part in (piece.strip() for piece in text.replace(";", ",").split(",")):
        if not part:
            continue
        found = _SPAN.fullmatch(part)
        if found is None:
            raise BadHours(part)
        first, last = (int(hours) * 60 + int(minutes or 0) for hours, minutes in (found.group(1, 2), found.group(3, 4)))
        minutes = [int(value or 0) for value in found.group(2, 4)]
        if not first < last <= 1440 or max(minutes) > 59:
            raise BadHours(part)
        spans.append((first, last))
    return tuple(sorted(spans))


def write_spans(spans: Iterable[tuple[int, int]]) -> str:
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def read_days(text: str) -> frozenset[dt.date]:
    """Days, one a line or with commas, as 2026-12-31 or 31/12/2026. Raises BadHours."""
    days = set()
    for part in re.split(r"[\s,;]+", text.strip()):
        if not part:
            continue
        try:
            if "/" in part:
                day, month, year = (int(piece) for piece in part.split("/"))
                days.add(dt.date(year, month, day))
            else:
                days.add(dt.date.fromisoformat(part))
        except ValueError as bad:
            raise BadHours(part) from bad
    return frozenset(days)


def write_days(days: Iterable[dt.date]) -> str:
    return "\n".join(day.isoformat() for day in sorted(days))
