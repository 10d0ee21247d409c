"""When a passed-on message was written, and what it tells about two of them that they are near each other in time.

A rumour goes round in days: of pairs of posts that made one claim, nearly half were of one day and three quarters of
one week (development clusters), while two posts taken at random were years apart. Only dates with a year are read, in
the places where programs put them; what a sentence says of a date is no time of writing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_MONTHS: Final[Mapping[str, int]] = MappingProxyType(
    {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
)
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2100
# A header or a signature stands near an end.
_HEAD: Final = 600
_TAIL: Final = 300

_MONTH: Final = r"(?P<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DATE: Final = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2})\s+(?:thg|tháng)\s*(?P<month>\d{1,2}),?\s+(?:năm\s+)?(?P<year>\d{4})", re.IGNORECASE),
    re.compile(rf"{_MONTH}\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})", re.IGNORECASE),
    re.compile(rf"(?P<day>\d{{1,2}})\s+{_MONTH},?\s+(?P<year>\d{{4}})", re.IGNORECASE),
)
# Where programs write the time: "[10:23, 12/03/2024] A B:", "Date: …", "On … wrote:", "— A B (@ab) March 3, 2024".
_STAMPS: Final = (
    re.compile(r"^[ \t>]*[\[(]([^\])\n]{6,40})[\])]", re.MULTILINE),
    re.compile(r"^[ \t>]*(\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},?\s+\d{1,2}:\d{2}[^\n]{0,12}?)\s+[-–—]\s", re.MULTILINE),
    re.compile(
        r"^[ \t>*]*(?:date|sent|ngày(?:\s+gửi)?|thời\s+gian|đã\s+gửi)\s*:\*?([^\n]{6,60})", re.IGNORECASE | re.MULTILINE
    ),
    re.compile(r"^[ \t>]*(?:on|vào)\s([^\n]{6,160})\s(?:wrote|đã\s+viết|viết)\s*:", re.IGNORECASE | re.MULTILINE),
)
_SIGNED: Final = re.compile(r"[—–-]{1,2}\s?[^—\n]{1,60}\(@?\w{1,30}\)\s+([^\n]{6,24})\s*$")

# Of pairs that make one claim, this share were written on different days, and it falls so with the days between:
# .45 within the day, .65 within two, .86 within a month, .95 within a year (development clusters, 520 pairs).
_APART: Final = 0.55
_FALL: Final = 0.4
# Before there are dated tips, time is taken to be spread over a year to each side, with the weight of so many tips.
_PRIOR_TIPS: Final = 20
_PRIOR_DAYS: Final = 730
# Far apart says little: old rumours come back.
_FAR: Final = -2.0


def written_on(text: str) -> date | None:
    """The latest day that a header, a time stamp or a signature of the message names."""
    found = [day for stamp in _stamps(text) for day in _dates(stamp)]
    return max(found, default=None)


def _stamps(text: str) -> Iterator[str]:
    head = text[:_HEAD]
    for pattern in _STAMPS:
        for match in pattern.finditer(head):
            yield match.group(1)
    signed = _SIGNED.search(text[-_TAIL:])
    if signed:
        yield signed.group(1)


def _dates(stamp: str) -> Iterator[date]:
    for pattern in _DATE:
        for match in pattern.finditer(stamp):
            parts = match.groupdict()
            month = _MONTHS.get((parts.get("name") or "")[:3].lower()) or int(parts.get("month") or 0)
            year = int(parts["year"])
            if _FIRST_YEAR <= year <= _LAST_YEAR:
                try:
                    yield date(year, month, int(parts["day"]))
                except ValueError:
                    continue


class Times:
    """The days of the tips in rows, in order of arrival; rows without a day are neither near nor far."""

    def __init__(self) -> None:
        self._days: list[int] = []

    def append(self, day: date | None) -> None:
        self._days.append(day.toordinal() if day else 0)

    def remove(self, row: int) -> None:
        self._days[row] = 0

    def evidence(self, row: int, before: int) -> Floats:
        """Log of how much likelier two tips of one claim are so near in time than this tip and any other; from -2 up.

        Shape (before,): the row against each row below `before`; 0 where either has no day.
        """
        out = np.zeros(before, dtype=np.float32)
        own = self._days[row]
        if not own:
            return out
        days = np.array(self._days, dtype=np.int64)
        gaps = np.abs(days - own)
        dated = days > 0
        near = np.sort(gaps[dated])
        apart = gaps[:before]
        others = np.searchsorted(near, apart, side="right") - 1
        prior = np.minimum(1.0, (2.0 * apart + 1) / _PRIOR_DAYS)
        any_two = (others + _PRIOR_TIPS * prior) / (len(near) - 1 + _PRIOR_TIPS)
        one_claim = 1 - _APART * (1.0 + apart) ** -_FALL
        values = np.log(one_claim / np.maximum(any_two, 1e-9)) + _FAR
        known = dated[:before]
        out[known] = values[known]
        return out
