"""What the parts hand over: one detail of a text, and the text with what was read taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import nan
from re import Match, Pattern
from typing import Final

# Stands for a character that has been read: neither a word nor a space, so that no pattern reaches across it.
READ: Final = "\x00"
# Amounts written with other digits are still one: 33 and 33.3 per cent.
_NEARLY: Final = 1.0001
# By so much the ends of two ranges may differ, as people round them.
_ROUNDED: Final = 0.1


@dataclass(frozen=True, slots=True)
class Detail:
    """`value` is what is compared, inside one `group` (kind and unit); `shown` is as written, from `start` to `end`."""

    kind: str
    group: str
    value: str
    shown: str
    start: int = 0
    end: int = 0
    low: float = nan
    high: float = nan
    """The span of amounts that it allows ("dưới 5": 0 to 5), where it is an amount."""

    def fits(self, other: Detail) -> bool:
        """Whether both can be said of one thing: 4 fits "dưới 6", "khoảng 300" fits 310, "hơn 5" does not
        fit "hơn 15".
        """
        if self.value == other.value:
            return True
        if not (self.low <= self.high and other.low <= other.high) or self.value.split()[1:] != other.value.split()[1:]:
            return False
        if self._open and other._open:
            return False
        if self._range and other._range:
            # Two ranges that only overlap are two: "9 to 14 years" and "9 to 28 years".
            return self._beside(other.low, self.low) and self._beside(other.high, self.high)
        return self.low <= other.high * _NEARLY and other.low <= self.high * _NEARLY

    @property
    def _range(self) -> bool:
        return ".." in self.value

    @staticmethod
    def _beside(one: float, other: float) -> bool:
        return abs(one - other) <= _ROUNDED * max(one, other)

    @property
    def _open(self) -> bool:
        return self.value[:1] in ("<", ">")


Groups = dict[str, dict[str, Detail]]


def grouped(details: Iterable[Detail]) -> Groups:
    groups: Groups = {}
    for detail in details:
        groups.setdefault(detail.group, {}).setdefault(detail.value, detail)
    return groups


def take(pattern: Pattern[str], text: str, read: Callable[[Match[str]], bool]) -> str:
    """`text`, of the same length, without the matches that `read` could use."""

    def taken(match: Match[str]) -> str:
        return READ * len(match.group(0)) if read(match) else match.group(0)

    return pattern.sub(taken, text)
