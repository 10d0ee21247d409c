"""A text read for comparison: its details, and its words as units of meaning in their order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from sangto.lib.folding import fold, has_diacritics, lacks_diacritics, tidy, words
from sangto.matching.cleaning import expand_shorthand, one_tone_place
from sangto.matching.guard.dates import read_dates
from sangto.matching.guard.detail import Detail, Groups, grouped
from sangto.matching.guard.function_words import FUNCTION_WORDS
from sangto.matching.guard.numbers import read_numbers
from sangto.matching.guard.places import place_at
from sangto.matching.guard.terms import Terms, longest_at, stem, terms

# Claims and messages are compared up to this length; sentences of a long message are compared one by one.
MAX_CHARS: Final = 1_000
# The claims of an index come again with every message about them.
REMEMBERED: Final = 4_096

_WORD: Final = re.compile(r"[^\W_\x00]+(?:['’][^\W\d_]+)*")
_CLAUSE_END: Final = re.compile(r"[,.;:?!()\n…\x00]")
_SENTENCE_END: Final = re.compile(r"[.?!…]")
_UNIT_APART: Final = re.compile(r"(?<=\d)\s+((?:kg|k|tr|h|ng)(?!\w))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unit:
    """One word or name. `key` is its meaning, `bare` its folded letters, `clause` the stretch it stands in."""

    key: str
    bare: str
    shown: str
    clause: int
    content: bool
    weak: bool
    named: bool
    """Written with a capital inside a sentence."""
    sets: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Reading:
    text: str
    marked: bool
    vietnamese: bool
    units: tuple[Unit, ...]
    details: tuple[Detail, ...]
    asks: bool

    @cached_property
    def groups(self) -> Groups:
        return grouped(self.details)

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset(unit.key for unit in self.units if unit.content)

    @cached_property
    def bares(self) -> frozenset[str]:
        """Every syllable, folded."""
        return frozenset(syllable for unit in self.units for syllable in unit.bare.split())

    @cached_property
    def sets(self) -> dict[str, dict[str, tuple[str, str]]]:
        """Set of alternatives → which of them the text says → (kind, as written)."""
        found: dict[str, dict[str, tuple[str, str]]] = {}
        for unit in self.units:
            for name, kind, which in unit.sets:
                found.setdefault(name, {}).setdefault(which, (kind, unit.shown))
        return found

    @cached_property
    def content(self) -> int:
        return sum(unit.content for unit in self.units)


@lru_cache(REMEMBERED)
def read(text: str, *, bare: bool = False) -> Reading:
    """`bare`: read as if it had no diacritics, for comparison with a text that has none."""
    line = tidy(text, limit=MAX_CHARS)
    marked = has_diacritics(line)
    vietnamese = marked or lacks_diacritics(line)
    if vietnamese:
        # Joined to its number, "kg" is a unit and not short for "không".
        line = expand_shorthand(_UNIT_APART.sub(r"\1", line))
    if bare:
        # What chats make of "hong" (not) and "min" (admin), they make of "hồng" and "mịn" typed without marks too.
        line, marked = _folded(expand_shorthand(_folded(line))), False
    lowered = one_tone_place(line.lower())
    if len(lowered) != len(line):
        line = lowered
    details: list[Detail] = []
    rest = read_dates(lowered, details, marked=marked)
    rest = read_numbers(rest, details, marked=marked, vietnamese=vietnamese)
    units, places = _units(line, lowered, details, marked=marked)
    asks = "?" in line or (vietnamese and lowered.rstrip(" ?!.").endswith((" không", " khong", " chưa", " hả")))
    return Reading(lowered, marked, vietnamese, units, (*details, *places), asks)


def _sets_within(shown: str, names: Terms) -> tuple[tuple[str, str, str], ...]:
    """Of the thing that is counted: "500 lions"."""
    plain = [stem(word) for word in words(shown.lower())]
    found: list[tuple[str, str, str]] = []
    for at in range(1, len(plain)):
        length = longest_at(names, plain, at)
        if length:
            found += names[tuple(plain[at : at + length])].sets
    return tuple(found)


def _folded(line: str) -> str:
    """Capitals stay: they tell names."""
    bare = fold(line)
    if len(bare) != len(line):
        return bare
    return "".join(new.upper() if old.isupper() else new for old, new in zip(line, bare, strict=True))


def _units(
    line: str, lowered: str, details: Iterable[Detail], *, marked: bool
) -> tuple[tuple[Unit, ...], list[Detail]]:
    whole = sorted({(d.start, d.end, d.group, d.value) for d in details if d.end > d.start})
    covered: dict[int, tuple[int, str]] = {}
    for start, end, group, value in whole:
        before = covered.get(start)
        covered[start] = (max(end, before[0]) if before else end, f"{before[1] if before else ''}#{group}={value}")
    blanked = lowered
    for start, (end, _) in sorted(covered.items()):
        blanked = blanked[:start] + "\x00" * (end - start) + blanked[end:]
    matches = list(_WORD.finditer(blanked))
    plain = [match.group(0) for match in matches]
    # A capital that starts a sentence, or shouting, tells nothing.
    shouted = sum(char.isupper() for char in line) > 0.5 * sum(char.isalpha() for char in line)
    capital = [line[match.start()].isupper() and not shouted for match in matches]
    lookup = [stem(word) for word in plain]
    names = terms()[0 if marked else 1]

    found: list[tuple[int, Unit]] = []
    places: list[Detail] = []
    clause, reached = 0, 0
    starts_sentence = True
    for start, (end, key) in covered.items():
        shown = line[start:end].strip()
        sets = _sets_within(shown, names)
        found.append((start, Unit(key, fold(shown), shown, -1, content=True, weak=False, named=False, sets=sets)))
    at = 0
    while at < len(matches):
        between = blanked[reached : matches[at].start()]
        if _CLAUSE_END.search(between):
            clause += 1
            starts_sentence = starts_sentence or _SENTENCE_END.search(between) is not None
        place, length = place_at(plain, capital, at, marked=marked)
        term = None
        if not length:
            length = longest_at(names, lookup, at)
            term = names.get(tuple(lookup[at : at + length])) if length else None
            length = length or 1
        # A name does not reach across punctuation.
        while length > 1 and _CLAUSE_END.search(blanked[matches[at].start() : matches[at + length - 1].end()]):
            length -= 1
            term = names.get(tuple(lookup[at : at + length]))
            place = ""
        start, end = matches[at].start(), matches[at + length - 1].end()
        shown = line[start:end]
        bare = " ".join(fold(word) for word in plain[at : at + length])
        named = capital[at] and not starts_sentence
        weak, sets = False, tuple[tuple[str, str, str], ...]()
        if place:
            key, content = f"@{place}", True
            places.append(Detail("place", "place", place, shown, start, end))
        elif term is not None:
            key, content, weak, sets = term.key, True, term.weak and not (named and length < 3), term.sets
        else:
            key = fold(lookup[at])
            content = bare not in FUNCTION_WORDS
        found.append((start, Unit(key, bare, shown, clause, content, weak, named, sets)))
        starts_sentence, reached = False, end
        at += length
    found.sort(key=lambda item: item[0])
    return tuple(unit for _, unit in found), places
