"""How candidates are ordered, and how probable it is that one makes the same claim as the message.

The order is a sum of standard scores with fixed weights. The probability is a logistic over a few features, one per
route: `same` (message and document have a language in common) and `crossed` (words say nothing, only meaning, numbers
and names do). Its coefficients are fitted on texts of this project and stand, readable, in coefficients.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from sangto.matching.agreement import same_details
from sangto.matching.candidates import LEAD_ALONE, Candidate
from sangto.matching.cleaning import Message
from sangto.matching.coverage import USUAL, Coverage
from sangto.matching.rests import NOTHING, Rest, rest_of

# Weights of the order, in standard scores over the best fifty. Chosen on the train and dev splits of 2021 2A and 2B and
# on the train split of eval/own (docs/matching.md has the table); meaning leads, words help.
ORDER: Final[Mapping[str, float]] = MappingProxyType(
    {
        "z_claim": 0.3,
        "z_whole": 0.6,
        "z_part": 0.1,
        "z_words": 0.45,
        "z_exact": 0.05,
        "z_letters": 0.6,
        "words_of_claim": 2.0,
    }
)
# Where words say nothing, meaning stands in for them.
ORDER_CROSSED: Final[Mapping[str, float]] = MappingProxyType(
    {"z_plain": 2.2, "z_claim": 0.4, "z_whole": 0.4, "z_part": 0.12}
)
# In an article the first lines are no claim, and its letters are those of anything. On ViFactCheck dev (496 articles,
# 15,000 distractors) this lifts Hit@5 from .967 to .983; BM25 alone has .970.
ORDER_ARTICLE: Final[Mapping[str, float]] = MappingProxyType({"z_whole": 1.05, "z_words": 0.68, "z_exact": 0.32})
# The best of the order that are worth a close reading: words laid side by side, numbers and names compared.
READ_CLOSELY: Final = 3

FEATURES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "same": (
            "meaning", "plain", "lead", "order_lead", "z_claim", "words_of_message", "words_of_claim", "letters",
            "rank_by_words", "frame", "covered", "claim_covered", "rests_alike", "rests_apart", "details",
            "details_missing", "claim_said", "message_said", "claim_worst", "claim_least", "message_least", "bare",
            "part", "documents",
        ),
        "crossed": (
            "meaning", "plain", "lead", "order_lead", "z_plain", "words_of_message", "details", "details_missing",
            "claim_said", "message_said", "claim_worst", "claim_least", "message_least", "part",
            "documents",
        ),
    }
)  # fmt: skip
# What says how the message is written, or among how many it was asked, and not how like it is: of either sign.
FREE: Final = frozenset({"bare", "part", "documents"})


@dataclass(frozen=True, slots=True)
class Route:
    """Logistic: `intercept` + sum of weight times feature, in the order of FEATURES."""

    intercept: float
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Coefficients:
    version: str
    answer_at: float
    """Probability from which a match is answered: precision at least .99 on the texts it was fitted on, in folds."""
    routes: Mapping[str, Route]


@dataclass(frozen=True, slots=True)
class Scored:
    candidate: Candidate
    order: float
    values: Mapping[str, float]
    rest: Rest

    @property
    def route(self) -> str:
        return "crossed" if self.candidate.crossed else "same"


def read_coefficients(text: str, name: str) -> Coefficients:
    """Raises ValueError, naming the file, where it does not fit the features of this version."""
    try:
        values: dict[str, Any] = json.loads(text)
        routes = {}
        for route, features in FEATURES.items():
            weights = values["routes"][route]["weights"]
            _check(route, weights, features)
            routes[route] = Route(
                _finite(values["routes"][route]["intercept"]), tuple(_finite(weights[feature]) for feature in features)
            )
        return Coefficients(str(values["version"]), _finite(values["answer_at"]), routes)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(
            f"{name} holds no coefficients of this version ({str(error)[:200]}). "
            "Fit them again or take the shipped ones."
        ) from error


def _finite(value: float | str) -> float:
    number = float(value)
    if not np.isfinite(number):
        raise ValueError(f"{value} is no weight")
    return number


def _check(route: str, weights: Mapping[str, Any], features: Sequence[str]) -> None:
    if set(weights) != set(features):
        raise ValueError(f"route {route}: its features must be {', '.join(features)}")


@cache
def load_coefficients() -> Coefficients:
    return read_coefficients(
        resources.files(__package__).joinpath("coefficients.json").read_text("utf-8"), "coefficients.json"
    )


def scored(message: Message, candidates: Sequence[Candidate]) -> list[Scored]:
    """Best first, with the features of FEATURES for each; the first is read closely."""
    ordered = sorted(
        ((_order(candidate), candidate) for candidate in candidates),
        key=lambda pair: (-pair[0], pair[1].prepared.document.id),
    )
    found = []
    for place, (order, candidate) in enumerate(ordered):
        others = ordered[1][0] if place == 0 and len(ordered) > 1 else ordered[0][0]
        values = {
            **candidate.values,
            "order_lead": candidate.values["rivals"] * (order - others if len(ordered) > 1 else 10 * LEAD_ALONE),
            "bare": float(message.bare),
            "part": float(bool(message.parts)),
        }
        found.append(
            Scored(candidate, order, {**values, **_read(NOTHING, (0.0, 0.0)), **words_covered(USUAL)}, NOTHING)
        )
    return [*(read_closely(message, first) for first in found[:1]), *found[1:]]


def read_closely(message: Message, found: Scored) -> Scored:
    """With the words of message and claim laid side by side, and their numbers and names compared."""
    claims = found.candidate.prepared.claims
    rest = rest_of(found.candidate.view.said.text, claims)
    return replace(found, values={**found.values, **_read(rest, same_details(message.core, claims))}, rest=rest)


def _read(rest: Rest, details: tuple[float, float]) -> dict[str, float]:
    return {
        "frame": rest.frame,
        "covered": rest.covered,
        "claim_covered": rest.claim_covered,
        **rests_compared(rest, 0.0),
        "details": details[0],
        "details_missing": details[1],
    }


def rests_compared(rest: Rest, alike: float) -> dict[str, float]:
    """Of what message and claim do not share; it takes the encoder to say how alike that is (rests.py)."""
    return {"rests_alike": alike, "rests_apart": rest.apart(alike)}


def words_covered(found: Coverage) -> dict[str, float]:
    """Of the words of both sides in context, which takes the encoder as well (coverage.py)."""
    return {
        "claim_said": found.claim,
        "message_said": found.message,
        "claim_worst": found.worst,
        "claim_least": found.claim_least,
        "message_least": found.message_least,
    }


def probability(coefficients: Coefficients, found: Scored) -> float:
    route = coefficients.routes[found.route]
    names = FEATURES[found.route]
    score = route.intercept + sum(w * found.values[name] for w, name in zip(route.weights, names, strict=True))
    return float(1 / (1 + np.exp(-np.clip(score, -30, 30))))


def _order(candidate: Candidate) -> float:
    article = ORDER_ARTICLE if candidate.prepared.article else ORDER
    weights = ORDER_CROSSED if candidate.crossed else article
    return sum(weight * candidate.values[name] for name, weight in weights.items())
