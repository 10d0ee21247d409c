"""A state of clusters that is cut, edited or something else is refused; one that is taken works."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.vector_rows import unit_rows
from sangto.matching.cluster_state import FORMAT, read_state
from sangto.matching.clusters import Clusters, Tip

TIPS = [Tip(f"t{n}", f"tin đồn số {n // 2} về uống nước chanh", unit_rows(n // 2, 1)[0]) for n in range(8)]
MEANS = np.zeros((2, 8), dtype=np.float32)


def _kept() -> str:
    clusters = Clusters(MEANS)
    clusters.add_all(TIPS)
    first, second = sorted(set(clusters.groups().values()))[:2]
    clusters.split([clusters.members(clusters.merge(first, second))[-1]])
    return clusters.to_json()


KEPT = _kept()


def _used(state: str) -> None:
    """Everything that reads what a state brought."""
    clusters = Clusters.from_json(state, TIPS, MEANS)
    for tip, cluster in clusters.groups().items():
        assert clusters.resolve(cluster) == cluster == clusters.cluster_of(tip)
        assert tip in clusters.members(cluster)
    for join in clusters.joins:
        try:
            clusters.resolve(join.id)
        except LookupError:
            assert join.into not in clusters.groups().values()
    clusters.add("new", "một tin khác hẳn", unit_rows(99, 1)[0])
    clusters.forget("t0")
    again = Clusters.from_json(clusters.to_json(), TIPS[1:], MEANS)
    assert again.cluster_of("new") == clusters.cluster_of("new")


def test_it_works() -> None:
    state = read_state(KEPT)
    assert {tip for tips in state.members.values() for tip in tips} == {tip.id for tip in TIPS}
    assert state.joins
    assert state.apart
    _used(KEPT)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": FORMAT + 1}, "format"),
        ({"members": {"a": []}}, "is empty"),
        ({"members": {"a": ["t0"], "b": ["t0"]}}, "twice"),
        ({"members": {"a": "t0"}}, "lists"),
        ({"members": ["a"]}, "AttributeError"),
        ({"joins": [["a", "b", True], ["b", "a", False]]}, "was joined"),
        ({"joins": [["a", "a", True]]}, "was joined"),
        ({"joins": [["a", 5, True]]}, "an id must be a text"),
        ({"apart": [["t0"]]}, "ValueError"),
        ({"together": 5}, "TypeError"),
    ],
)
def test_what_cannot_be_is_refused_and_says_what_to_do(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=rf"{said}.*group the tips again"):
        read_state(json.dumps({**json.loads(KEPT), **change}))


@settings(deadline=None, max_examples=60)
@given(st.randoms(use_true_random=False))
def test_a_damaged_state_is_refused_or_works(chance: random.Random) -> None:
    damaged = KEPT
    for _ in range(chance.randint(1, 3)):
        at, end = sorted((chance.randrange(len(damaged) + 1), chance.randrange(len(damaged) + 1)))
        damaged = chance.choice(
            [
                damaged[:at],
                damaged[:at] + damaged[end:] if end - at < 40 else damaged,
                damaged[:at] + chance.choice('[]{}",:0tnf\\') + damaged[at + 1 :],
                damaged.replace(f't{chance.randrange(8)}"', f't{chance.randrange(8)}"', 1),
                damaged[:at] + damaged[at:end][:30] + damaged[at:],
                "[" * chance.choice([1, 5_000]) + damaged,
            ]
        )
    try:
        _used(damaged)
    except ValueError as error:
        assert "group the tips again" in str(error)  # noqa: PT017 - either is right
