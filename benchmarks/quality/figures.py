"""Figures of what an engine said: ranks and decisions, traps with their bound, the drop under perturbation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from floor.engine import Said
from quality.sets import Message, MessageSet
from sangto.config.bench.machine import percentile
from sangto.matching.bounds import at_most
from sangto.matching.measures import Outcome, average_precision, measure
from sangto.matching.types import Decision

# What a person does to a text without changing what it says: the perturbations whose drop has a bar.
HARMLESS: Final = frozenset({"typos", "casing", "dialect", "rewrite"})
PRECISION: Final = 0.99


@dataclass(frozen=True, slots=True)
class Asked:
    """A message, what was said, and how long it took."""

    message: Message
    said: Said
    took_ms: float

    @property
    def outcome(self) -> Outcome:
        ranked = tuple(document for document, _ in self.said.hits)
        return Outcome(ranked, self.said.decision, self.message.right, self.message.kind)

    @property
    def precision(self) -> float:
        return average_precision(self.outcome.ranked, self.message.right)


def figures_of(part: MessageSet, asked: Sequence[Asked], before: Sequence[Asked]) -> dict[str, Any]:
    """`before`: what the same engine said to the set that this one's messages are variants of."""
    times = [one.took_ms for one in asked]
    found: dict[str, Any] = {
        "p50_ms": round(percentile(times, 0.5), 2),
        "p99_ms": round(percentile(times, 0.99), 2),
    }
    if part.form == "traps":
        return found | trap_figures(asked)
    found |= measure(one.outcome for one in asked)
    if part.form == "variants":
        found |= drop_figures(asked, before)
    else:
        kinds = by_kind(asked)
        if len(kinds) > 1:
            found["kinds"] = {kind: measure(one.outcome for one in group) for kind, group in kinds.items()}
    return found


def trap_figures(asked: Sequence[Asked]) -> dict[str, Any]:
    def of(group: Sequence[Asked]) -> dict[str, Any]:
        made = [one for one in group if not one.message.right]
        twins = [one for one in group if one.message.right]
        caught = sum(one.said.decision is Decision.ANSWER for one in made)
        return {
            "traps": len(made),
            "traps_answered_n": caught,
            "traps_answered": round(caught / len(made), 4) if made else 0.0,
            "traps_answered_upper_95": round(at_most(caught, len(made)), 4),
            "twins": len(twins),
            "twins_answered": share(one.outcome.answered_rightly for one in twins),
            "twins_answered_with_another": share(one.outcome.answered_wrongly for one in twins),
        }

    return {**of(asked), "kinds": {kind: of(group) for kind, group in by_kind(asked).items()}}


def drop_figures(asked: Sequence[Asked], before: Sequence[Asked]) -> dict[str, Any]:
    """Mean over the variants of: average precision of the message as it was, less that of the variant."""
    was = {one.message.id: one.precision for one in before}

    def drop(group: Sequence[Asked]) -> float:
        return round(math.fsum(was[one.message.base] - one.precision for one in group) / len(group), 4)

    kinds = by_kind(asked)
    harmless = [one for one in asked if one.message.kind in HARMLESS]
    return {
        "drop": drop(harmless) if harmless else 0.0,
        "drop_of_messages": len(harmless),
        "drops": {kind: drop(group) for kind, group in kinds.items()},
    }


def bar_for(train: Iterable[Asked]) -> float:
    """The lowest score of the first hit from which at least 99 % of the messages get a right one; infinite if none."""
    rows = sorted(
        ((one.said.hits[0][1], one.said.hits[0][0] in one.message.right) for one in train if one.said.hits),
        reverse=True,
    )
    bar, right = math.inf, 0
    for place, (score, is_right) in enumerate(rows, 1):
        right += is_right
        last_of_equals = place == len(rows) or rows[place][0] < score
        if last_of_equals and right >= PRECISION * place:
            bar = score
    return bar


def at_bar(asked: Iterable[Asked], bar: float) -> list[Asked]:
    """The same hits, answered from that score on."""
    return [Asked(one.message, Said(_decided(one.said, bar), one.said.hits), one.took_ms) for one in asked]


def _decided(said: Said, bar: float) -> Decision:
    if not said.hits:
        return Decision.NONE
    return Decision.ANSWER if said.hits[0][1] >= bar else Decision.SUGGEST


def by_kind(asked: Iterable[Asked]) -> dict[str, list[Asked]]:
    groups: dict[str, list[Asked]] = {}
    for one in asked:
        groups.setdefault(one.message.kind, []).append(one)
    return dict(sorted(groups.items()))


def share(values: Iterable[bool]) -> float:
    listed = list(values)
    return round(sum(listed) / len(listed), 4) if listed else 0.0
