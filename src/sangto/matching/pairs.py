"""Two texts in; whether they say the same, how probable that is, and why.

1. Texts with the same words are the same.
2. How alike they are: a logistic over a few features (pair_features.py), one for each route: two plain sentences, a
   message and a statement, two languages. Its weights stand, readable, in pair_coefficients.json.
3. Where they are alike, the difference guard reads both: another number, date, place or name, or a "not", makes another
   claim of it (pair_differences.py), and is the reason given.

The order of the two texts makes no difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp, isfinite
from typing import Any, Final

from sangto.lib.folding import tidy, words
from sangto.matching.background import background_of, centred
from sangto.matching.encoder import Encoder
from sangto.matching.pair_differences import Findings, compare
from sangto.matching.pair_features import FEATURES, Side, features_of, read_side, route_of
from sangto.matching.types import Difference, Progress

COEFFICIENTS: Final = "pair_coefficients.json"
# From this probability a pair is called the same.
SAME_AT: Final = 0.5
# Below this likeness a difference changes nothing and is not looked for.
_READ_CLOSELY: Final = 0.2
_COPY: Final = 0.999
# Pairs whose vectors are held at a time: about 30 MB.
_CHUNK: Final = 10_000
# Of the time a pair takes, the encoder's share (measured on 1,545 pairs of newspaper sentences).
_ENCODING: Final = 0.9
_TOLD_EVERY: Final = 100
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Route:
    """Logistic: `intercept` + sum of weight times feature, in the order of FEATURES."""

    intercept: float
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PairCoefficients:
    version: str
    encoder: str
    """The one they were fitted with: cosines of another mean something else."""
    still_same: float
    """Share of alike pairs with a deciding difference that say the same all the same, of those it was fitted on."""
    routes: Mapping[str, Route]


@dataclass(frozen=True, slots=True)
class Judged:
    """`differences`: those that decided, or that a reader should know of."""

    same: bool
    probability: float
    reason: str
    route: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """A pair with its features, before anything is decided (for judging and for fitting)."""

    one: Side
    other: Side
    route: str
    values: Mapping[str, float]


def read_pair_coefficients(text: str, name: str) -> PairCoefficients:
    """Raises ValueError, naming the file, where it does not fit the features of this version."""
    try:
        values: dict[str, Any] = json.loads(text)
        routes = {route: _route(values["routes"][route], route) for route in FEATURES}
        still_same = _share(values["still_same"])
        return PairCoefficients(str(values["version"]), str(values["encoder"]), still_same, routes)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        missing = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise ValueError(
            f"{name} holds no pair coefficients of this version ({missing}). Fit them again with "
            "`python -m sangto.matching train-pairs`, or leave the option out for those that are shipped."
        ) from error


@cache
def load_pair_coefficients() -> PairCoefficients:
    return read_pair_coefficients(resources.files(__package__).joinpath(COEFFICIENTS).read_text("utf-8"), COEFFICIENTS)


class PairJudge:
    """Thread-safe."""

    def __init__(self, encoder: Encoder, coefficients: PairCoefficients | None = None) -> None:
        self._encoder = encoder
        self._coefficients = coefficients or load_pair_coefficients()

    def judge(self, pairs: Sequence[tuple[str, str]], progress: Progress | None = None) -> list[Judged]:
        """One result a pair, in their order."""
        return [_judged(compared, self._coefficients) for compared in compare_all(pairs, self._encoder, progress)]


def compare_all(
    pairs: Sequence[tuple[str, str]], encoder: Encoder, progress: Progress | None = None
) -> Iterator[Compared]:
    """The features of each pair; every text is encoded once in a stretch of ten thousand pairs."""
    means = background_of(encoder).queries
    for start in range(0, len(pairs), _CHUNK):
        sides = [(read_side(one), read_side(other)) for one, other in pairs[start : start + _CHUNK]]
        rows = {text: row for row, text in enumerate(dict.fromkeys(side.encoded for pair in sides for side in pair))}
        vectors = encoder.encode_queries(list(rows), _part_of(progress, start, len(sides), len(pairs)))
        moved = centred(vectors, means)
        for done, (one, other) in enumerate(sides, 1):
            a, b = rows[one.encoded], rows[other.encoded]
            values = features_of(one, other, float(vectors[a] @ vectors[b]), float(moved[a] @ moved[b]))
            yield Compared(one, other, route_of(one, other), values)
            # What is done with the pair is done when the next is asked for.
            if progress is not None and (done == len(sides) or not done % _TOLD_EVERY):
                share = start + len(sides) * _ENCODING + (1 - _ENCODING) * done
                progress(min(1.0, share / len(pairs)), f"Compared {start + done:,} of {len(pairs):,} pairs")


def likeness(coefficients: PairCoefficients, compared: Compared) -> float:
    """Probability from the features alone, before the differences are read."""
    route = coefficients.routes[compared.route]
    names = FEATURES[compared.route]
    score = route.intercept + sum(w * compared.values[name] for w, name in zip(route.weights, names, strict=True))
    return 1 / (1 + exp(-max(-30.0, min(30.0, score))))


def _judged(compared: Compared, coefficients: PairCoefficients) -> Judged:
    one, other = compared.one, compared.other
    if not words(one.said) or not words(other.said):
        return Judged(same=False, probability=0.0, reason="A text without a word says nothing", route="plain")
    if one.said == other.said:
        return Judged(same=True, probability=_COPY, reason="The same text", route=compared.route)
    # "5" and "-5" are the same words: the guard has the last word.
    copied = words(one.said.lower()) == words(other.said.lower())
    alike = _COPY if copied else likeness(coefficients, compared)
    found = Findings((), ())
    if alike >= _READ_CLOSELY:
        plain = compared.route == "plain"
        found = compare(one.said, other.said, plain=plain, apart=compared.values["apart"])
    if found.deciding:
        told = "; ".join(_told(difference) for difference in found.deciding)
        return Judged(
            same=False,
            probability=alike * coefficients.still_same,
            reason=f"Another claim: {told}",
            route=compared.route,
            differences=found.deciding,
        )
    same = alike >= SAME_AT
    reason = f"{'Same meaning' if same else 'Too little in common'}: {_closeness(compared)}"
    if same and found.noted:
        reason += f". Look at: {'; '.join(_told(difference) for difference in found.noted)}"
    return Judged(same, alike, reason, compared.route, found.noted if same else ())


def _closeness(compared: Compared) -> str:
    close = f"closeness {max(0, round(100 * compared.values['apart']))} of 100"
    if compared.route == "crossed":
        return f"{close}, two languages"
    return f"{close}, {round(100 * compared.values['words'])} % of the words by weight"


def _told(difference: Difference) -> str:
    yours, article = tidy(difference.yours, limit=_SHOWN), tidy(difference.article, limit=_SHOWN)
    if yours and article:
        return f"{difference.kind} “{yours}” against “{article}”"
    return f"{difference.kind} “{yours or article}” only in the {'first' if yours else 'second'}"


def _part_of(progress: Progress | None, start: int, count: int, total: int) -> Progress | None:
    if progress is None:
        return None

    def tell(share: float, line: str) -> None:
        progress((start + share * _ENCODING * count) / total, line)

    return tell


def _route(given: Mapping[str, Any], name: str) -> Route:
    weights = given["weights"]
    if set(weights) != set(FEATURES[name]):
        raise ValueError(f"route {name}: its features must be {', '.join(FEATURES[name])}")
    return Route(_number(given["intercept"]), tuple(_number(weights[feature]) for feature in FEATURES[name]))


def _share(value: object) -> float:
    share = _number(value)
    if not 0 <= share < SAME_AT:
        raise ValueError(f"still_same must be from 0 to below {SAME_AT}")
    return share


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return float(value)


__all__ = [
    "COEFFICIENTS",
    "SAME_AT",
    "Compared",
    "Judged",
    "PairCoefficients",
    "PairJudge",
    "Route",
    "compare_all",
    "likeness",
    "load_pair_coefficients",
    "read_pair_coefficients",
]
