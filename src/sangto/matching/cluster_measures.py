"""How well clusters agree with given ones: over pairs of tips, and over tips (B³)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping


def agreement(found: Mapping[str, Hashable], given: Mapping[str, Hashable]) -> dict[str, float]:
    """Over the tips of `given`; each must be in `found`.

    `pair_*`: of the pairs of tips that are together in one of the two, those that are together in both (0 where nobody
    is together). `b3_*` (Bagga and Baldwin, 1998): for each tip, the share of its cluster that belongs with it, and the
    share of what belongs with it that is in its cluster; means over tips.
    """
    cells = Counter((found[tip], cluster) for tip, cluster in given.items())
    mine = Counter(found[tip] for tip in given)
    theirs = Counter(given.values())
    together = _pairs(cells.values())
    precision, recall = _share(together, _pairs(mine.values())), _share(together, _pairs(theirs.values()))
    b3_precision = _share(sum(n * n / mine[one] for (one, _), n in cells.items()), len(given))
    b3_recall = _share(sum(n * n / theirs[other] for (_, other), n in cells.items()), len(given))
    values = {
        "pair_f1": _f1(precision, recall),
        "pair_precision": precision,
        "pair_recall": recall,
        "b3_f1": _f1(b3_precision, b3_recall),
        "b3_precision": b3_precision,
        "b3_recall": b3_recall,
    }
    return {name: round(value, 4) for name, value in values.items()}


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _f1(precision: float, recall: float) -> float:
    return _share(2 * precision * recall, precision + recall)
