"""Message and claim laid side by side, word by word: how much of the frame is the same, and what was put in
its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from sangto.matching.guard.reading import REMEMBERED, Reading, Unit
from sangto.matching.guard.terms import stem

# A weak word (a verb, a quality) counts half of a thing.
_WEAK: Final = 0.5
# A word both have, but elsewhere in the order.
_MOVED: Final = 0.7
# Units of the message that are aligned with a claim (the alignment is quadratic); of a longer one its best stretch.
_STRETCH: Final = 1.6
_STRETCH_MORE: Final = 6
_MAX_UNITS: Final = 60
# Things in a row that may have taken the place of others.
_SUBSTITUTED: Final = 4
# Shares of claim and of message, without what was substituted, that must be the same for a substitution to count.
SAME_CLAIM: Final = 0.86
SAME_STRETCH: Final = 0.8
# Content words both must have in order.
_SHARED: Final = 3
# Letters in which two spellings of one word may differ, by the length of the shorter.
_TYPO_LENGTHS: Final = ((8, 2), (5, 1))


@dataclass(frozen=True, slots=True)
class Run:
    """Units of the message that stand where the claim has others."""

    mine: tuple[Unit, ...]
    theirs: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """`share`: of the content words of claim and stretch, those that are the same (0 to 1)."""

    share: float
    in_order: int
    runs: tuple[Run, ...]
    claim_weight: float
    claim_same: float
    stretch_weight: float
    stretch_same: float


def weight(units: Iterable[Unit]) -> float:
    return sum(_WEAK if unit.weak else 1.0 for unit in units)


@lru_cache(REMEMBERED)
def align(mine: Reading, theirs: Reading) -> Alignment:
    claim = [unit for unit in theirs.units if unit.content][:_MAX_UNITS]
    said = stretch([unit for unit in mine.units if unit.content], claim)
    keys, their_keys = [unit.key for unit in said], [unit.key for unit in claim]
    matcher = SequenceMatcher(None, keys, their_keys, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if not blocks:
        return Alignment(0.0, 0, (), weight(claim), 0.0, weight(said), 0.0)
    first, last = blocks[0], blocks[-1]
    # The message goes on before and after; as many units as the claim has there may stand for them.
    start = max(0, first.a - first.b)
    end = min(len(said), last.a + last.size + len(claim) - last.b - last.size)
    matched_mine = {at for block in blocks for at in range(block.a, block.a + block.size)}
    matched_theirs = {at for block in blocks for at in range(block.b, block.b + block.size)}
    inner = range(first.a, last.a + last.size)
    moved_theirs = [u for at, u in enumerate(claim) if at not in matched_theirs and u.key in mine.keys]
    moved_mine = [said[at] for at in inner if at not in matched_mine and said[at].key in theirs.keys]
    claim_same = weight(claim[at] for at in matched_theirs) + _MOVED * weight(moved_theirs)
    stretch_same = weight(said[at] for at in matched_mine) + _MOVED * weight(moved_mine)
    claim_weight, stretch_weight = weight(claim), weight(said[at] for at in inner)
    share = (claim_same + stretch_same) / (claim_weight + stretch_weight)
    return Alignment(
        min(share, 1.0),
        len(matched_theirs),
        tuple(_runs(said, claim, matcher, start, end)),
        claim_weight,
        claim_same,
        stretch_weight,
        stretch_same,
    )


def substitutions(mine: Reading, theirs: Reading, known: frozenset[str]) -> Iterator[Run]:
    """Things of the claim with other things in their place, in a frame that is the same. `known`: syllables, folded,
    of all wordings of the claim."""
    found = align(mine, theirs)
    if found.in_order < _SHARED:
        return
    for run in found.runs:
        new = tuple(u for u in run.mine if u.key not in theirs.keys and not set(u.bare.split()) <= known)
        gone = tuple(u for u in run.theirs if u.key not in mine.keys and not set(u.bare.split()) <= mine.bares)
        strong_new, strong_gone = _strong(new), _strong(gone)
        if not strong_new or not strong_gone or max(len(new), len(gone)) > _SUBSTITUTED:
            continue
        if any(same_word(one, other) for one in _spans(new) for other in _spans(gone)):
            continue
        rest = max(found.claim_weight - weight(gone), 0.5)
        span = max(found.stretch_weight - weight(new), 0.5)
        if found.claim_same >= SAME_CLAIM * rest and found.stretch_same >= SAME_STRETCH * span:
            yield Run(strong_new, strong_gone)


def same_word(one: str, other: str) -> bool:
    """Two spellings of one word, folded: a typo, a joined name, initials, another ending."""
    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return True
    short, long = sorted((one, other), key=len)
    if " " in long and " " not in short and short == "".join(word[0] for word in long.split()):
        return True
    if " " in long:
        return False
    if stem(short) == stem(long):
        return True
    for length, letters in _TYPO_LENGTHS:
        if len(short) >= length:
            return _distance_within(short, long, letters) and not _negated(short, long)
    return False


def _negated(short: str, long: str) -> bool:
    return long.endswith(short) and long[: len(long) - len(short)] in ("un", "in", "im", "il", "ir", "dis", "non")


def _spans(units: Sequence[Unit]) -> list[str]:
    plain = [unit.bare for unit in units]
    return [" ".join(plain[a:b]) for a in range(len(plain)) for b in range(a + 1, min(len(plain), a + 4) + 1)]


def _strong(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """Things; details are compared by their values elsewhere."""
    return tuple(unit for unit in units if not unit.weak and not unit.key.startswith(("#", "@")) and len(unit.bare) > 1)


def _runs(
    said: Sequence[Unit], claim: Sequence[Unit], matcher: SequenceMatcher[str], start: int, end: int
) -> Iterator[Run]:
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "replace":
            first, last, room = a1, a2, b2 - b1 + 1
            if first == 0 and last > room:
                first = max(first, min(start, last - 1), last - room)
            if last == len(said) and last - first > room:
                last = min(last, max(end, first + 1), first + room)
            yield Run(tuple(said[first:last]), tuple(claim[b1:b2]))


def stretch(said: Sequence[Unit], claim: Sequence[Unit]) -> Sequence[Unit]:
    """The stretch of a longer message with the most of the claim's words."""
    size = min(_MAX_UNITS, int(_STRETCH * len(claim)) + _STRETCH_MORE)
    if len(said) <= size:
        return said
    wanted = {unit.key for unit in claim}
    have: Counter[str] = Counter(unit.key for unit in said[:size] if unit.key in wanted)
    best, best_at = len(have), 0
    for at in range(size, len(said)):
        if said[at].key in wanted:
            have[said[at].key] += 1
        left = said[at - size].key
        if left in wanted:
            have[left] -= 1
            if not have[left]:
                del have[left]
        if len(have) > best:
            best, best_at = len(have), at - size + 1
    return said[best_at : best_at + size]


def _distance_within(one: str, other: str, most: int) -> bool:
    """Whether insertions, deletions, changes and swaps of neighbours, `most` of them, lead from one to the other."""
    if abs(len(one) - len(other)) > most:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        following = [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j] + 1, following[-1] + 1, row[j - 1] + (a != b))
            if before and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        before, row = row, following
    return row[-1] <= most
