"""The kept state of clusters, read with suspicion: who is where, what was joined, what people decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

FORMAT: Final = 1

Sides = tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class State:
    members: Mapping[str, tuple[str, ...]]
    joins: tuple[tuple[str, str, bool], ...]
    """(cluster, the one it became part of, whether by hand), oldest first."""
    apart: tuple[Sides, ...]
    together: tuple[tuple[str, str], ...]


def read_state(text: str) -> State:
    """Raises ValueError, saying what is wrong, for anything but a state that `Clusters.to_json` may have written."""
    try:
        values: dict[str, Any] = json.loads(text)
        _same_format(values["format"])
        members = {str(cluster): _texts(tips) for cluster, tips in values["members"].items()}
        joins = tuple((_text(old), _text(into), _flag(by_hand)) for old, into, by_hand in values["joins"])
        apart = tuple((frozenset(_texts(one)), frozenset(_texts(other))) for one, other in values["apart"])
        together = tuple((_text(first), _text(second)) for first, second in values["together"])
        _check(members, {old: into for old, into, _ in joins})
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ValueError(
            f"This is no state of clusters that can be read ({type(error).__name__}: {str(error)[:200]}). "
            "Take the one kept before, or group the tips again."
        ) from error
    return State(members, joins, apart, together)


def _check(members: Mapping[str, tuple[str, ...]], joined: Mapping[str, str]) -> None:
    """Each tip is in one cluster, each cluster has one, and each join leads to an end."""
    seen: set[str] = set()
    for cluster, tips in members.items():
        if not tips or len(set(tips)) < len(tips) or not seen.isdisjoint(tips):
            raise ValueError(f"cluster {cluster[:60]} is empty, or has a tip that is there twice")
        seen.update(tips)
    ended: set[str] = set()
    for start in joined:
        way: set[str] = set()
        at = start
        while at in joined and at not in ended:
            if at in way or at in members:
                raise ValueError(f"cluster {at[:60]} was joined, and stands")
            way.add(at)
            at = joined[at]
        ended |= way


def _same_format(value: object) -> None:
    if value != FORMAT:
        raise ValueError(f"format {str(value)[:20]} instead of {FORMAT}")


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError("ids must stand in lists")
    return tuple(_text(value) for value in values)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("an id must be a text")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("a join is by hand or not")
    return value
