"""Fits coefficients.json from texts of this project alone: pairs.yaml and the claims and tips of a content folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import yaml
from numpy.typing import NDArray

from sangto.lib.folding import fold, has_diacritics
from sangto.matching.encoder import Encoder
from sangto.matching.features import NAMES
from sangto.matching.index import Index
from sangto.matching.matcher import ANSWER_AT, LEAD_ALONE, Candidate, Coefficients, Matcher, Route
from sangto.matching.passages import encode_documents
from sangto.matching.types import Document, Progress

Array = NDArray[np.float64]

# Features that mean nothing where claim and message are in two languages.
_WORD_FEATURES: Final = frozenset({"words_of_message", "words_of_claim", "letters", "rank_by_words"})
# Pull towards zero, in units of the features' own spread: few hundred messages must not make steep curves.
_RIDGE: Final = 1.0
_STEPS: Final = 4_000


@dataclass(frozen=True, slots=True)
class Example:
    """A message with the id of the document it belongs to."""

    message: str
    document_id: str


def own_texts(content: Path | None) -> tuple[list[Document], list[Example]]:
    """Documents with a Vietnamese and an English wording, and messages about them that the documents do not contain."""
    documents: list[Document] = []
    examples: list[Example] = []
    pairs = yaml.safe_load(resources.files(__package__).joinpath("pairs.yaml").read_text("utf-8"))
    for number, pair in enumerate(pairs):
        documents.append(Document(f"pair-{number}", pair["vi"], lang="vi", extra=(pair["en"],)))
        examples += [Example(message, f"pair-{number}") for message in pair["m"]]
    for path in sorted(content.glob("*.yaml")) if content else ():
        entry: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        claim, title = entry["claim"], entry.get("title", {})
        extra = tuple(text for text in (claim.get("en", ""), title.get("en", "")) if text)
        documents.append(Document(entry["slug"], claim["vi"], title.get("vi", ""), lang="vi", extra=extra))
        examples += [Example(tip["text"], entry["slug"]) for tip in entry.get("tips", ())]
    return documents, examples


def collect(
    documents: Sequence[Document], examples: Sequence[Example], encoder: Encoder, progress: Progress
) -> dict[str, tuple[Array, Array, Array]]:
    """Per route: features (n, 6), labels (n,), and the number of the message each row belongs to."""
    worlds = [
        # As written, and Vietnamese once more without diacritics.
        (documents, [*examples, *(replace(e, message=fold(e.message)) for e in examples if has_diacritics(e.message))]),
        # Documents in one language only: what the crossed route sees.
        ([replace(d, extra=()) for d in documents], [e for e in examples if not has_diacritics(e.message)]),
        (
            [replace(d, text=d.extra[0], title="", lang="en", extra=()) for d in documents if d.extra],
            [e for e in examples if has_diacritics(e.message)],
        ),
    ]
    rows: dict[str, tuple[list[tuple[float, ...]], list[float], list[int]]] = {}
    number = 0
    total = sum(len(messages) for _, messages in worlds)
    for world, messages in worlds:
        with tempfile.TemporaryDirectory() as folder, Index.open(Path(folder), encoder.dim) as index:
            index.put(world, encode_documents(world, encoder))
            index.commit(1)
            matcher = Matcher(index, encoder, _blank())
            for example in messages:
                number += 1
                progress(number / total, f"Compared {number} of {total} messages")
                candidates = matcher.candidates(example.message)
                gold = [c for c in candidates if c.prepared.document.id == example.document_id]
                others = [c for c in candidates if c.prepared.document.id != example.document_id]
                # Each message is seen twice: with its document, and as if nobody had answered it yet.
                for group, label_of in (([*gold, *others], example.document_id), (_alone(others), "")):
                    for candidate in group:
                        features, labels, groups = rows.setdefault(candidate.route, ([], [], []))
                        features.append(candidate.values)
                        labels.append(float(candidate.prepared.document.id == label_of))
                        groups.append(number)
    return {route: (np.array(values), np.array(labels), np.array(of)) for route, (values, labels, of) in rows.items()}


def fit(data: Mapping[str, tuple[Array, Array, Array]], version: str) -> Coefficients:
    """One logistic per route, weights not negative (more likeness never lowers the probability)."""
    routes = {}
    for route, (features, labels, _) in data.items():
        used = np.array([not (route == "crossed" and name in _WORD_FEATURES) for name in NAMES])
        intercept, weights = _logistic(features[:, used], labels)
        every = np.zeros(len(NAMES))
        every[used] = weights
        routes[route] = Route(round(float(intercept), 4), tuple(round(float(w), 4) for w in every))
    return Coefficients(version, routes)


def cross_validated(data: Mapping[str, tuple[Array, Array, Array]], folds: int = 5) -> dict[str, dict[str, float]]:
    """Per route, on messages the fit has not seen: rank 1, and answers at the answering bar."""
    result = {}
    for route, (features, labels, groups) in data.items():
        first = good = bad = absent = unanswered = matched = 0
        for fold_number in range(folds):
            held = groups % folds == fold_number
            fitted = fit({route: (features[~held], labels[~held], groups[~held])}, "trial").routes[route]
            scores = fitted.intercept + features[held] @ np.array(fitted.weights)
            bar = np.log(ANSWER_AT / (1 - ANSWER_AT))
            for number in np.unique(groups[held]):
                own = groups[held] == number
                values, truth = scores[own], labels[held][own]
                present = (len(values) + 1) // 2
                if not truth.any():
                    continue
                matched += 1
                best = int(values[:present].argmax())
                first += truth[best] == 1
                good += truth[best] == 1 and values[best] >= bar
                bad += truth[best] == 0 and values[best] >= bar
                absent += 1
                unanswered += len(values[present:]) == 0 or values[present:].max() < bar
        if matched:
            result[route] = {
                "messages": matched,
                "rank_1": round(first / matched, 3),
                "answered": round(good / matched, 3),
                "wrongly_answered": round(bad / matched, 3),
                "absent_answered": round(1 - unanswered / absent, 3),
            }
    return result


def as_json(coefficients: Coefficients, note: str, measured: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": coefficients.version,
        "note": note,
        "measured": dict(measured),
        "routes": {
            name: {"intercept": route.intercept, "weights": dict(zip(NAMES, route.weights, strict=True))}
            for name, route in sorted(coefficients.routes.items())
        },
    }


def _logistic(features: Array, labels: Array) -> tuple[float, Array]:
    """Maximum likelihood with a ridge, by projected gradient (Nesterov steps) on standardised features."""
    centre, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    x = np.hstack([np.ones((len(features), 1)), (features - centre) / spread])
    ridge = np.full(x.shape[1], _RIDGE)
    ridge[0] = 0.0
    rate = 1.0 / (0.25 * float(np.linalg.eigvalsh(x.T @ x)[-1]) + _RIDGE)
    current = ahead = np.zeros(x.shape[1])
    for step in range(_STEPS):
        gradient = x.T @ (1 / (1 + np.exp(-x @ ahead)) - labels) + ridge * ahead
        following = ahead - rate * gradient
        following[1:] = np.maximum(following[1:], 0.0)
        ahead = following + step / (step + 3) * (following - current)
        current = following
    weights = current[1:] / spread
    return float(current[0] - (weights * centre).sum()), cast("Array", weights)


def _alone(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The other documents as they would stand if the right one were not in the index."""
    left = list(candidates)
    if not left:
        return []
    order = sorted((candidate.values[0] for candidate in left), reverse=True)
    first, second = order[0], order[1] if len(order) > 1 else order[0] - LEAD_ALONE
    most = max(candidate.values[5] for candidate in left) or 1.0
    alone = []
    for candidate in left:
        value = candidate.values[0]
        lead = value - (second if value >= first else first)
        alone.append(replace(candidate, values=(value, lead, *candidate.values[2:5], candidate.values[5] / most)))
    return alone


def _blank() -> Coefficients:
    route = Route(0.0, (0.0,) * len(NAMES))
    return Coefficients("blank", {"plain": route, "bare": route, "crossed": route})
