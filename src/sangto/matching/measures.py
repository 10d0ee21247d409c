"""How good a run was: ranks and decisions against judgements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sangto.matching.types import Decision

MAP_DEPTH: Final = 5
MRR_DEPTH: Final = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the engine said about one query, and which documents would have been right (none: it matches nothing)."""

    ranked: tuple[str, ...]
    decision: Decision
    right: frozenset[str]
    kind: str = ""

    @property
    def answered_wrongly(self) -> bool:
        return self.decision is Decision.ANSWER and (not self.ranked or self.ranked[0] not in self.right)

    @property
    def answered_rightly(self) -> bool:
        return self.decision is Decision.ANSWER and not self.answered_wrongly


def average_precision(ranked: Sequence[str], right: Collection[str], depth: int = MAP_DEPTH) -> float:
    """As trec_eval's map_cut: the sum of precisions at the right ranks, over the number of right documents."""
    found, total = 0, 0.0
    for rank, document in enumerate(ranked[:depth], 1):
        if document in right:
            found += 1
            total += found / rank
    return total / len(right)


def reciprocal_rank(ranked: Sequence[str], right: Collection[str], depth: int = MRR_DEPTH) -> float:
    return next((1 / rank for rank, document in enumerate(ranked[:depth], 1) if document in right), 0.0)


def measure(outcomes: Iterable[Outcome]) -> dict[str, float | int]:
    """Ranks over queries that match something. `answered`: share of those answered, rightly; `wrongly_answered`:
    share of all queries answered with a document that is not right, whether or not another would have been.
    """
    everything = list(outcomes)
    judged = [outcome for outcome in everything if outcome.right]

    def mean(values: Iterable[float]) -> float:
        listed = list(values)
        return round(sum(listed) / len(listed), 4) if listed else 0.0

    return {
        "queries": len(everything),
        "with_match": len(judged),
        "map@5": mean(average_precision(o.ranked, o.right) for o in judged),
        "mrr@10": mean(reciprocal_rank(o.ranked, o.right) for o in judged),
        "hit@1": mean(float(bool(o.right & set(o.ranked[:1]))) for o in judged),
        "hit@5": mean(float(bool(o.right & set(o.ranked[:5]))) for o in judged),
        "answered": mean(float(o.answered_rightly) for o in judged),
        "suggested": mean(float(o.decision is Decision.SUGGEST) for o in everything),
        "wrongly_answered": mean(float(o.answered_wrongly) for o in everything),
        "answered_n": sum(o.answered_rightly for o in judged),
        "wrongly_answered_n": sum(o.answered_wrongly for o in everything),
    }
