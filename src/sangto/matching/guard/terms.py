"""The words of `terms.txt`: which say the same, which are weak, and of which a sentence says one or the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from sangto.lib.folding import fold, has_diacritics, words
from sangto.matching.cleaning import one_tone_place

_ENDINGS: Final = ("ing", "ed", "es", "s", "ly", "e")
# "ing", "ed" and the like come off down to this length.
_STEM: Final = 3
# Sections of things of one sort.
_NAMED: Final = " name"


@dataclass(frozen=True, slots=True)
class Term:
    """`key` is the meaning. `sets`: (set, kind of difference, which of the set)."""

    key: str
    weak: bool
    sets: tuple[tuple[str, str, str], ...] = ()


class Terms(dict[tuple[str, ...], Term]):
    """By the words of a name. `reach`: its first word, and the words of the longest name that starts so."""

    def __init__(self, known: Mapping[tuple[str, ...], Term]) -> None:
        super().__init__(known)
        self.reach = reach_of(known)


def reach_of(names: Iterable[tuple[str, ...]]) -> dict[str, int]:
    reach: dict[str, int] = {}
    for name in names:
        if name:
            reach[name[0]] = max(reach.get(name[0], 0), len(name))
    return reach


@cache
def terms() -> tuple[Terms, Terms]:
    """By the words of a name: as written, and without diacritics for texts that have none.

    Without diacritics a single syllable that could be several of the names is left out.
    """
    written: dict[tuple[str, ...], Term] = {}
    bare: dict[tuple[str, ...], Term] = {}
    unsure: set[tuple[str, ...]] = set()
    section = ""
    for line in resources.files(__package__).joinpath("terms.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[]")
            continue
        names = line.split("|")
        for name in names:
            alone = section == "weak alone"
            term = _term(section, name if alone else names[0])
            plain = name_words(name)
            _put(written, plain, term)
            folded = tuple(fold(word) for word in plain)
            # "cau" could be a sentence, a bridge or fishing: without its marks it is taken for a thing, and "soi" is
            # not taken for measles.
            if (alone or section.endswith(_NAMED)) and has_diacritics(name) and len(folded) == 1:
                continue
            if len(folded) == 1 and has_diacritics(name) and (folded in unsure or _other(bare, folded, term)):
                unsure.add(folded)
            else:
                _put(bare, folded, term)
    for folded in unsure:
        bare.pop(folded, None)
    return Terms(written), Terms(bare)


def name_words(name: str) -> tuple[str, ...]:
    plain = words(one_tone_place(name.lower()))
    return tuple(stem(word) if not has_diacritics(name) else word for word in plain)


@cache
def stem(word: str) -> str:
    """An English word without its ending; Vietnamese syllables have none of these endings."""
    word = word.removesuffix("'s").removesuffix("’s")
    if len(word) < 5 or not word.isascii() or not word.isalpha():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM and not word.endswith("ss"):
            short = word[: -len(ending)]
            if ending in ("ing", "ed") and len(short) > _STEM and short[-1] == short[-2] and short[-1] not in "ls":
                short = short[:-1]
            return short.removesuffix("e") if ending != "e" else short
    return word


def _term(section: str, key: str) -> Term:
    if section.startswith("one of:"):
        name, kind = section.removeprefix("one of:").rsplit(" ", 1)
        return Term(f"={key}", weak=False, sets=((name.strip(), kind, key),))
    return Term(f"={key}", weak=section.startswith("weak"))


def _put(known: dict[tuple[str, ...], Term], name: tuple[str, ...], term: Term) -> None:
    """A name that stands in several places keeps its first meaning and belongs to every set that has it."""
    before = known.get(name)
    known[name] = term if before is None else Term(before.key, before.weak, before.sets + term.sets)


def _other(known: Mapping[tuple[str, ...], Term], name: tuple[str, ...], term: Term) -> bool:
    before = known.get(name)
    return before is not None and before.key != term.key


def longest_at(known: Terms, plain: Sequence[str], at: int) -> int:
    """Words of the longest known name that starts at `at`; 0 if none does."""
    for length in range(min(known.reach.get(plain[at], 0), len(plain) - at), 0, -1):
        if tuple(plain[at : at + length]) in known:
            return length
    return 0
