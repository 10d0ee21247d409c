"""Does ".9" come true nine times in ten? A reliability diagram: what was predicted beside what was seen, bin by bin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sangto.matching.bounds import at_least, at_most

# Tenths, and finer at the top, where it is decided what is answered.
EDGES: Final = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
# One-sided each: together an interval of 90 %.
_WIDTH: Final = 40


@dataclass(frozen=True, slots=True)
class Bin:
    """Labels with a probability from `low` (included) to `high` (excluded, but for 1). Shares are 0 to 1."""

    low: float
    high: float
    labels: int
    predicted: float
    """Mean probability."""
    seen: float
    """Share that was right."""
    seen_at_least: float
    seen_at_most: float


def bins(labels: Iterable[tuple[float, bool]], edges: Sequence[float] = EDGES) -> tuple[Bin, ...]:
    """From pairs of (probability, right); bins without a label are left out."""
    places: list[list[tuple[float, bool]]] = [[] for _ in edges[1:]]
    for probability, right in labels:
        if not 0 <= probability <= 1:
            raise ValueError(f"{probability} is no probability")
        place = next(at for at, high in enumerate(edges[1:]) if probability < high or at == len(places) - 1)
        places[place].append((probability, right))
    found = []
    for low, high, inside in zip(edges, edges[1:], places, strict=False):
        if inside:
            hits, cases = sum(right for _, right in inside), len(inside)
            mean = sum(probability for probability, _ in inside) / cases
            found.append(Bin(low, high, cases, mean, hits / cases, at_least(hits, cases), at_most(hits, cases)))
    return tuple(found)


def calibration_error(found: Sequence[Bin]) -> float:
    """Expected calibration error: the mean distance of predicted and seen, each bin by its labels. 0 without labels."""
    labels = sum(one.labels for one in found)
    return sum(one.labels * abs(one.predicted - one.seen) for one in found) / labels if labels else 0.0


def drawing(found: Sequence[Bin], width: int = _WIDTH) -> str:
    """For a terminal: a bar as long as the share that was right, and ◆ where the probability said it would end."""
    lines = [
        f"{'probability':<12}  labels  predicted  right   {'(90 % interval)':<18} {'█ right, ◆ predicted':<{width}}"
    ]
    for one in found:
        bar = list("█" * round(one.seen * width) + "·" * (width - round(one.seen * width)))
        bar[min(width - 1, int(one.predicted * width))] = "◆"
        lines.append(
            f"{one.low:.2f} to {one.high:.2f}  {one.labels:>6}  {one.predicted:>9.3f}  {one.seen:.3f}"
            f"   {f'({one.seen_at_least:.3f} to {one.seen_at_most:.3f})':<18} {''.join(bar)}"
        )
    return "\n".join(lines)


__all__ = ["EDGES", "Bin", "bins", "calibration_error", "drawing"]
