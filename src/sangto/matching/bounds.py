"""How large a share can be, seen in few cases: the exact one-sided bounds of Clopper and Pearson (Biometrika 1934).

With 95 % confidence the true share is not beyond the bound. For no hits in n cases the upper bound is 1 − .05^(1/n),
about 3/n (the "rule of three").
"""

from __future__ import annotations

from functools import cache
from math import exp, lgamma, log, log1p
from typing import Final

CONFIDENCE: Final = 0.95
# Halvings of an interval of length 1: beyond them a float changes no more.
_HALVINGS: Final = 50
# A part of a sum that a float does not see.
_NOTHING: Final = 1e-17


def at_most(hits: int, cases: int, confidence: float = CONFIDENCE) -> float:
    """The upper bound; 1 where there are no cases. Raises ValueError for more hits than cases."""
    _check(hits, cases)
    if hits == cases:
        return 1.0
    low, high = hits / cases, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if chance_of_at_most(hits, cases, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def at_least(hits: int, cases: int, confidence: float = CONFIDENCE) -> float:
    """The lower bound; 0 where there are no cases."""
    _check(hits, cases)
    return 1 - at_most(cases - hits, cases, confidence)


def chance_of_at_most(hits: int, cases: int, share: float) -> float:
    """P(X ≤ hits) for X binomial with that many cases and 0 < share < 1."""
    # Added up from the side on which chances fall: from the other, the first can be too small for a float.
    if hits >= cases * share:
        return 1 - _sum(cases - hits - 1, cases, 1 - share)
    return _sum(hits, cases, share)


@cache
def cases_needed(hits: int, share: float, confidence: float = CONFIDENCE) -> int:
    """The fewest cases in which so many hits still show that the share is at most `share`."""
    few, enough = hits, 2 * (hits + 1)
    while chance_of_at_most(hits, enough, share) > 1 - confidence:
        few, enough = enough, 2 * enough
    while enough - few > 1:
        middle = (few + enough) // 2
        if middle > hits and chance_of_at_most(hits, middle, share) <= 1 - confidence:
            enough = middle
        else:
            few = middle
    return enough


def _sum(hits: int, cases: int, share: float) -> float:
    """The chances of `hits`, `hits` − 1, … 0, each from the one before; what is too small to change the sum is left."""
    if hits < 0:
        return 0.0
    first = lgamma(cases + 1) - lgamma(hits + 1) - lgamma(cases - hits + 1)
    chance = exp(first + hits * log(share) + (cases - hits) * log1p(-share))
    odds = (1 - share) / share
    total = chance
    for k in range(hits, 0, -1):
        chance *= k / (cases - k + 1) * odds
        total += chance
        if chance < _NOTHING * total:
            break
    return min(1.0, total)


def _check(hits: int, cases: int) -> None:
    if not 0 <= hits <= cases:
        raise ValueError(f"{hits} hits in {cases} cases")


__all__ = ["CONFIDENCE", "at_least", "at_most", "cases_needed", "chance_of_at_most"]
