"""How soon a rumour needs an answer, as a rule that explains itself. Pure.

The rule has a name and a version; each part says what it saw, how many points that gave and how many it could give. An
editor's word stands over it. What harm and urgency it guesses from words are guesses, and are shown as such.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import log2
from typing import Any, Final

import yaml

from sangto.lib.codes import Harm, Priority, Urgency
from sangto.lib.folding import fold, has_diacritics, tidy, words
from sangto.lib.said import Words
from sangto.matching.guard.places import place_at
from sangto.matching.spelling import one_tone_place

RULE: Final = "triage-1"
# Points that each part can give. Reach is on a logarithm: the step from 1 to 10 messages says as much as from 100 to
# 1,000. `full` is where a part gives all it has.
MESSAGES_MOST, MESSAGES_FULL = 14.0, 1_000
SPEED_MOST, SPEED_FULL = 16.0, 200
DOORS_MOST, DOORS_FULL = 4.0, 4
PLACES_MOST, PLACES_FULL = 6.0, 16
# What people may lose; a second kind of harm adds a little.
HARM_POINTS: Final = {Harm.SAFETY: 30.0, Harm.HEALTH: 22.0, Harm.MONEY: 15.0}
HARM_MOST, HARM_SECOND = 30.0, 3.0
URGENCY_POINTS: Final = {Urgency.NOW: 20.0, Urgency.TODAY: 12.0, Urgency.DAYS: 5.0, Urgency.NONE: 0.0}
URGENCY_MOST = 20.0
# What evidence can hardly settle comes later; where it is not known, as what is rather so than not.
CHECKABLE_MOST, CHECKABLE_UNKNOWN = 10.0, 0.6
# Who waits rises slowly; what nobody has asked about for days sinks.
AGE_MOST, AGE_FULL_HOURS = 5.0, 48.0
STALE_AFTER_HOURS, STALE_FULL_HOURS, STALE_MOST = 72.0, 240.0, 10.0
# From how many points on.
URGENT_FROM, HIGH_FROM, NORMAL_FROM = 65.0, 38.0, 7.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rule looks at. Counts are 0 or more, checkability 0 to 1 or None, ages in hours of the desk's clock."""

    tips: int = 1
    tips_per_hour: float = 0.0
    doors: int = 1
    places: int = 0
    harms: frozenset[Harm] = frozenset()
    urgency: Urgency = Urgency.NONE
    checkability: float | None = None
    age_hours: float = 0.0
    # Since the last message.
    quiet_hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """One thing the rule saw, and what that gave."""

    code: str
    points: float
    most: float
    value: float | str

    def as_data(self) -> dict[str, Any]:
        return {"code": self.code, "points": round(self.points, 1), "most": self.most, "value": self.value}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Part:
        return cls(str(data["code"]), float(data["points"]), float(data["most"]), data["value"])

    @property
    def why(self) -> Words:
        """What it saw, in words."""
        return _why(self.code, self.value)


@dataclass(frozen=True, slots=True)
class Triage:
    """What the rule makes of the facts: 0 to 100 points, and the priority they give."""

    rule: str
    score: float
    priority: Priority
    parts: tuple[Part, ...]


def triage(facts: Facts) -> Triage:
    """The rule "triage-1"."""
    harms = sorted(facts.harms, key=lambda harm: -HARM_POINTS[harm])
    # Lives first, whether evidence can settle it or not.
    checkable = CHECKABLE_UNKNOWN if facts.checkability is None else facts.checkability
    if Harm.SAFETY in facts.harms:
        checkable = 1.0
    parts = (
        Part("messages", _grows(facts.tips, MESSAGES_FULL, MESSAGES_MOST), MESSAGES_MOST, facts.tips),
        Part("speed", _grows(facts.tips_per_hour, SPEED_FULL, SPEED_MOST), SPEED_MOST, round(facts.tips_per_hour, 1)),
        Part("doors", _grows(facts.doors - 1, DOORS_FULL - 1, DOORS_MOST), DOORS_MOST, facts.doors),
        Part("places", _grows(facts.places, PLACES_FULL, PLACES_MOST), PLACES_MOST, facts.places),
        Part(
            "harm",
            min(HARM_MOST, HARM_POINTS[harms[0]] + HARM_SECOND * (len(harms) - 1)) if harms else 0.0,
            HARM_MOST,
            " ".join(harm.value for harm in harms),
        ),
        Part("urgency", URGENCY_POINTS[facts.urgency], URGENCY_MOST, facts.urgency.value),
        Part(
            "checkability",
            CHECKABLE_MOST * min(1.0, max(0.0, checkable)),
            CHECKABLE_MOST,
            "" if facts.checkability is None else round(facts.checkability, 2),
        ),
        Part(
            "waiting", AGE_MOST * min(1.0, max(0.0, facts.age_hours) / AGE_FULL_HOURS), AGE_MOST, round(facts.age_hours)
        ),
        Part("quiet", -_stale(facts.quiet_hours), 0.0, round(facts.quiet_hours)),
    )
    score = min(100.0, max(0.0, sum(part.points for part in parts)))
    return Triage(RULE, round(score, 1), _priority(score, facts), parts)


def _priority(score: float, facts: Facts) -> Priority:
    if Harm.SAFETY in facts.harms and facts.urgency in (Urgency.NOW, Urgency.TODAY):
        return Priority.URGENT
    if score >= URGENT_FROM:
        return Priority.URGENT
    if score >= HIGH_FROM or Harm.SAFETY in facts.harms:
        return Priority.HIGH
    return Priority.NORMAL if score >= NORMAL_FROM else Priority.LOW


def _grows(value: float, full: float, most: float) -> float:
    return most * min(1.0, log2(1 + max(0.0, value)) / log2(1 + full))


def _stale(quiet_hours: float) -> float:
    beyond = max(0.0, quiet_hours - STALE_AFTER_HOURS)
    return STALE_MOST * min(1.0, beyond / (STALE_FULL_HOURS - STALE_AFTER_HOURS))


PART_NAMES: Final[Mapping[str, Words]] = {
    "messages": Words("Số tin nhắn", "Messages"),
    "speed": Words("Tốc độ lan", "Speed"),
    "doors": Words("Lối nhận tin", "Doors"),
    "places": Words("Địa phương", "Places"),
    "harm": Words("Tác hại", "Harm"),
    "urgency": Words("Độ gấp", "Urgency"),
    "checkability": Words("Khả năng kiểm chứng", "Checkability"),
    "waiting": Words("Đã chờ", "Waiting"),
    "quiet": Words("Đã lắng", "Gone quiet"),
}


def _why(code: str, value: float | str) -> Words:
    if code in _TOLD:
        return _TOLD[code](value if isinstance(value, int | float) else 0.0)
    if code == "harm":
        said = [_HARM_WORDS[Harm(harm)] for harm in str(value).split() if harm in Harm.values()]
        if not said:
            return Words("không thấy tác hại rõ", "no harm in sight")
        return Words("; ".join(word.vi for word in said), "; ".join(word.en for word in said))
    if code == "urgency":
        return _URGENCY_WORDS.get(str(value), Words(str(value), str(value)))
    if code == "checkability":
        if not isinstance(value, int | float):
            return Words("chưa biết có kiểm chứng được không", "not known yet whether evidence can settle it")
        share = f"{value:.0%}".replace("%", " %")
        return Words(f"khoảng {share} là kiểm chứng được", f"about {share} that evidence can settle it")
    return Words(f"{code}: {value}", f"{code}: {value}")


def _places_told(n: float) -> Words:
    if not n:
        return Words("không nhắc địa phương nào", "names no place")
    return Words(f"nhắc {n:g} địa phương", f"names {n:g} place{_s(n)}")


def _quiet_told(n: float) -> Words:
    if n < STALE_AFTER_HOURS:
        return Words("vẫn còn người hỏi", "people still ask")
    return Words(f"{n:g} giờ nay không ai hỏi", f"nobody has asked for {n:g} hours")


def _s(number: float) -> str:
    return "" if number == 1 else "s"


_TOLD: Final[Mapping[str, Callable[[float], Words]]] = {
    "messages": lambda n: Words(f"{n:g} tin nhắn", f"{n:g} message{_s(n)}"),
    "speed": lambda n: Words(f"{n:g} tin trong giờ qua", f"{n:g} in the last hour"),
    "doors": lambda n: Words(f"đến bằng {n:g} lối", f"came by {n:g} door{_s(n)}"),
    "places": _places_told,
    "waiting": lambda n: Words(f"đã chờ {n:g} giờ", f"has waited {n:g} hour{_s(n)}"),
    "quiet": _quiet_told,
}
_HARM_WORDS: Final = {
    Harm.SAFETY: Words("có thể nguy hiểm tính mạng", "someone may be hurt or die"),
    Harm.HEALTH: Words("có thể hại sức khỏe", "someone's health may suffer"),
    Harm.MONEY: Words("có thể mất tiền", "someone may lose money"),
}
_URGENCY_WORDS: Final = {
    Urgency.NOW.value: Words("người ta có thể làm theo ngay", "people may act on it at once"),
    Urgency.TODAY.value: Words("người ta có thể làm theo trong ngày", "people may act on it today"),
    Urgency.DAYS.value: Words("người ta có thể làm theo trong vài ngày", "people may act on it within days"),
    Urgency.NONE.value: Words("không gấp", "not pressing"),
}


@dataclass(frozen=True, slots=True)
class _Signs:
    """Words of one kind of harm or urgency, as written and without diacritics, and what takes them back."""

    written: re.Pattern[str]
    folded: re.Pattern[str]
    not_written: re.Pattern[str] | None
    not_folded: re.Pattern[str] | None

    def in_text(self, text: str, *, marked: bool) -> bool:
        sign, taken_back = (self.written, self.not_written) if marked else (self.folded, self.not_folded)
        return sign.search(taken_back.sub(" · ", text) if taken_back else text) is not None


def _pattern(phrases: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted({re.escape(phrase) for phrase in phrases}, key=lambda phrase: -len(phrase))
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)") if longest_first else None


@cache
def _signs() -> Mapping[str, _Signs]:
    lists = yaml.safe_load(resources.files("sangto.rumours").joinpath("harm_words.yaml").read_text("utf-8"))
    made = {}
    for code, said in lists.items():
        yes = [one_tone_place(phrase.lower()) for phrase in (*said["vi"], *said["en"])]
        no = [one_tone_place(phrase.lower()) for phrase in said.get("not", ())]
        # Without diacritics a short word of Vietnamese is too many words: only phrases, and English, are looked for.
        bare = [fold(phrase) for phrase in (*(v for v in said["vi"] if " " in v), *said["en"])]
        written, folded = _pattern(yes), _pattern(bare)
        if written is None or folded is None:
            raise ValueError(f"harm_words.yaml: {code} has no words")
        made[code] = _Signs(written, folded, _pattern(no), _pattern(fold(phrase) for phrase in no))
    return made


def _codes_in(text: str, codes: Iterable[str]) -> list[str]:
    plain = tidy(text).lower()
    marked = has_diacritics(plain)
    line = one_tone_place(plain) if marked else fold(plain)
    return [code for code in codes if _signs()[code].in_text(line, marked=marked)]


def guess_harms(text: str) -> frozenset[Harm]:
    """What people may lose who believe this, as far as words give it away. A guess, never a finding."""
    return frozenset(Harm(code) for code in _codes_in(text, Harm.values()))


def guess_urgency(text: str) -> Urgency:
    """By when people may act on it, as far as words give it away. A guess."""
    found = _codes_in(text, (Urgency.NOW.value, Urgency.TODAY.value, Urgency.DAYS.value))
    return Urgency(found[0]) if found else Urgency.NONE


def places_in(text: str) -> frozenset[str]:
    """The places that a message names: provinces, cities, countries, by one name each."""
    plain = tidy(text)
    marked = has_diacritics(plain)
    written = words(plain)
    looked_at = [one_tone_place(word.lower()) if marked else fold(word) for word in written]
    capital = [word[:1].isupper() for word in written]
    found: set[str] = set()
    at = 0
    while at < len(looked_at):
        place, length = place_at(looked_at, capital, at, marked=marked)
        if place:
            found.add(place)
        at += max(1, length)
    return frozenset(found)
