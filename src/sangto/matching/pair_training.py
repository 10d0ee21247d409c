"""Fits pair_coefficients.json from texts of this project alone; the same texts give the same numbers.

Plain sentences learn from retellings.yaml (one statement told twice, and its neighbours in the story) and from the
sentences of one paragraph of an article, which say different things about one subject. Messages and pairs in two
languages learn from pairs.yaml, the train split of eval/own and the articles. Pairs with a deciding difference teach
nothing about likeness; of those is measured how many say the same all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from sangto.matching.encoder import Encoder
from sangto.matching.pair_differences import compare
from sangto.matching.pair_features import FEATURES
from sangto.matching.pair_texts import Example
from sangto.matching.pairs import SAME_AT, Compared, PairCoefficients, Route, compare_all, likeness
from sangto.matching.types import Progress

Array = NDArray[np.float64]

FOLDS: Final = 5
# What two plain sentences learn from: in claims and their neighbours one detail decides, and that is the guard's work.
_PLAIN: Final = frozenset({"retold", "retold-other", "paragraph", "data"})
# Sources made by rule.
_MADE: Final = ("trap-", "twin-", "edit-")
# Pull towards zero, in units of the features' own spread.
_RIDGE: Final = 1.0
_STEPS: Final = 60
_COMPARING: Final = 0.7


@dataclass(frozen=True, slots=True)
class Observed:
    """An example with what is measured about it; `decided`: the guard has found another claim in it."""

    example: Example
    compared: Compared
    decided: bool


def observe(examples: Sequence[Example], encoder: Encoder, progress: Progress) -> list[Observed]:
    def half(share: float, line: str) -> None:
        progress(share * _COMPARING, line)

    pairs = [(example.one, example.other) for example in examples]
    found = []
    for number, (example, compared) in enumerate(zip(examples, compare_all(pairs, encoder, half), strict=True), 1):
        plain = compared.route == "plain"
        apart = compared.values["apart"]
        decided = compare(compared.one.said, compared.other.said, plain=plain, apart=apart).deciding
        found.append(Observed(example, compared, bool(decided)))
        progress(_COMPARING + (1 - _COMPARING) * number / len(examples), f"Read {number:,} of {len(examples):,} pairs")
    return found


def fit(observed: Sequence[Observed], version: str, encoder: str) -> PairCoefficients:
    """One logistic a route, on the pairs that are about likeness."""
    routes = {}
    for route, names in FEATURES.items():
        used = [one for one in observed if one.compared.route == route and not one.decided and _teaches(one, route)]
        features = np.array([[one.compared.values[name] for name in names] for one in used])
        labels = np.array([float(one.example.same) for one in used])
        intercept, slopes = logistic(features, labels)
        routes[route] = Route(round(intercept, 4), tuple(round(slope, 4) for slope in slopes))
    unmeasured = PairCoefficients(version, encoder, 0.0, routes)
    alike = [one.example.same for one in observed if one.decided and likeness(unmeasured, one.compared) >= SAME_AT]
    # One of each kind is added, so that few examples give no certainty.
    still_same = min((sum(alike) + 1) / (len(alike) + 2), SAME_AT - 0.01)
    return PairCoefficients(version, encoder, round(still_same, 4), routes)


def in_folds(observed: Sequence[Observed], version: str = "trial") -> list[bool]:
    """Whether each pair is called the same by coefficients that were fitted without its group."""
    folds = [crc32(one.example.group.encode("utf-8")) % FOLDS for one in observed]
    called = [False] * len(observed)
    for fold in range(FOLDS):
        trial = fit([one for one, where in zip(observed, folds, strict=True) if where != fold], version, "")
        for place, one in enumerate(observed):
            if folds[place] == fold:
                called[place] = called_same(one, trial)
    return called


def called_same(one: Observed, coefficients: PairCoefficients) -> bool:
    return not one.decided and likeness(coefficients, one.compared) >= SAME_AT


def by_route(observed: Sequence[Observed], called: Sequence[bool]) -> dict[str, dict[str, float | int]]:
    """Precision, recall and F1 of "same" on pairs that no rule has made, by route."""
    result = {}
    for route in FEATURES:
        rows = [
            (one.example.same, answer)
            for one, answer in zip(observed, called, strict=True)
            if one.compared.route == route and not one.example.source.startswith(_MADE)
        ]
        result[route] = binary(rows)
    return result


def by_trap(observed: Sequence[Observed], called: Sequence[bool]) -> dict[str, float]:
    """Traps called different, against the claim and against the twin, and twins called the same, by kind."""
    good: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for one, answer in zip(observed, called, strict=True):
        source = one.example.source
        if source.startswith(_MADE):
            made, kind = source.split("-", 1)
            for name in (kind if made != "twin" else "twins_same", "all" if made != "twin" else ""):
                seen[name] += bool(name)
                good[name] += bool(name) and answer is one.example.same
    return {name: round(good[name] / seen[name], 3) for name in sorted(seen) if seen[name]}


def binary(rows: Sequence[tuple[bool, bool]]) -> dict[str, float | int]:
    """Rows of (is the same, is called the same) → pairs, precision, recall and f1 of "same"."""
    hits = sum(truth and answer for truth, answer in rows)
    called, right = sum(answer for _, answer in rows), sum(truth for truth, _ in rows)
    return {
        "pairs": len(rows),
        "precision": round(hits / called, 4) if called else 0.0,
        "recall": round(hits / right, 4) if right else 0.0,
        "f1": round(2 * hits / (called + right), 4) if called + right else 0.0,
    }


def as_json(coefficients: PairCoefficients, note: str, measured: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": coefficients.version,
        "note": note,
        "encoder": coefficients.encoder,
        "measured": dict(measured),
        "still_same": coefficients.still_same,
        "routes": {
            name: {
                "intercept": route.intercept,
                "weights": dict(zip(FEATURES[name], route.weights, strict=True)),
            }
            for name, route in coefficients.routes.items()
        },
    }


def logistic(features: Array, labels: Array) -> tuple[float, list[float]]:
    """Maximum likelihood with a ridge on standardised features, by Newton's method.

    features (n, k), labels (n,) → intercept and k slopes of the features as given.
    """
    centre, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    x = np.hstack([np.ones((len(features), 1)), (features - centre) / spread])
    ridge = np.full(x.shape[1], _RIDGE)
    ridge[0] = 1e-6
    found = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(x @ found, -30, 30)))
        gradient = x.T @ (chance - labels) + ridge * found
        curvature = (x * (chance * (1 - chance))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        found = found - step
        if np.abs(step).max() < 1e-8:
            break
    slopes = found[1:] / spread
    return float(found[0] - (slopes * centre).sum()), [float(slope) for slope in slopes]


def _teaches(one: Observed, route: str) -> bool:
    source = one.example.source
    if route == "plain":
        return source in _PLAIN
    return not source.startswith(("trap-", "edit-"))


__all__ = ["FOLDS", "Observed", "as_json", "binary", "by_route", "by_trap", "fit", "in_folds", "logistic", "observe"]
