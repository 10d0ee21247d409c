"""What every engine of comparison does, ours included: take documents, then say what it would do with a message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sangto.matching.types import Decision, Document

Hit = tuple[str, float]
"""A document's id and the score that its engine gives it: of a scale of its own."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an engine would do with one message; hits are ordered best first, each document once."""

    decision: Decision
    hits: tuple[Hit, ...]


class Engine(Protocol):
    """`build` is called once, before `ask`. `decides` is false where the recipe has no rule for answering."""

    title: str
    decides: bool

    def build(self, documents: Sequence[Document]) -> None: ...

    def ask(self, text: str) -> Said: ...

    def close(self) -> None: ...


def best_of_each(hits: Iterable[Hit]) -> list[Hit]:
    """Hits of several texts of a document as one: the best. Ordered by score; equals by id, so that a run repeats."""
    best: dict[str, float] = {}
    for document, score in hits:
        best[document] = max(score, best.get(document, score))
    return ordered(best)


def summed(*lists: Iterable[Hit]) -> list[Hit]:
    """As clauses of one query: a document's scores are added."""
    total: dict[str, float] = {}
    for hits in lists:
        for document, score in hits:
            total[document] = total.get(document, 0.0) + score
    return ordered(total)


def ordered(scores: Mapping[str, float]) -> list[Hit]:
    return sorted(scores.items(), key=lambda hit: (-hit[1], hit[0]))
