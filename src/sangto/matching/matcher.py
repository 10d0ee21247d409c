"""One message in, ranked documents with a probability and reasons out.

1. A copy or near copy of a known wording is recognised by its words alone; the encoder does not run.
2. Otherwise candidates come from the nearest vectors and from BM25, with and without diacritics.
3. Each candidate gets a few features and a probability by a logistic (coefficients.json), one per route: `plain`,
   `bare` (Vietnamese without diacritics: vectors say little, folded words lead) and `crossed` (the document has no
   wording in the message's language: words say nothing).
4. The difference guard turns an answer into a suggestion where a number, a place or a "not" disagrees.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sangto.lib.folding import words
from sangto.matching.background import Background, background_of, centred
from sangto.matching.cleaning import Message, fingerprint, folded_tokens, read_message, tokens
from sangto.matching.differences import differences
from sangto.matching.encoder import Encoder
from sangto.matching.features import (
    NAMES,
    Prepared,
    Wording,
    agreement,
    dice,
    near_copy,
    prepare,
    prepare_text,
    share,
    shared_words,
)
from sangto.matching.index import Index
from sangto.matching.types import Decision, Difference, Hit, Match, Reason

Floats = NDArray[np.float32]

# Where a suggestion becomes an answer, and where showing anything starts. What the bar means on messages that the fit
# had not seen stands in coefficients.json under "measured": share answered rightly and wrongly, and share answered
# although the right document is absent.
ANSWER_AT: Final = 0.90
SUGGEST_AT: Final = 0.30
COPY_PROBABILITY: Final = 0.995
NEAR_COPY_PROBABILITY: Final = 0.97

# Candidates from each source. More changes no decision and costs about 0.1 ms each.
_FROM_MEANING: Final = 50
_FROM_WORDS: Final = 40
# Candidates by words that are compared in full for a near copy.
_COPY_CANDIDATES: Final = 10
_PREPARED: Final = 8_192
# The lead of a document that has no rival (the 95th percentile of leads in the project's own texts).
LEAD_ALONE: Final = 0.3


@dataclass(frozen=True, slots=True)
class Route:
    intercept: float
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Coefficients:
    version: str
    routes: Mapping[str, Route]


@cache
def load_coefficients() -> Coefficients:
    """The coefficients in the package. Raises ValueError where they do not fit the features of this version."""
    values = json.loads(resources.files(__package__).joinpath("coefficients.json").read_text("utf-8"))
    routes = {}
    for name, route in values["routes"].items():
        if set(route["weights"]) != set(NAMES):
            raise ValueError(f"coefficients.json, route {name}: features must be {', '.join(NAMES)}")
        routes[name] = Route(route["intercept"], tuple(route["weights"][feature] for feature in NAMES))
    return Coefficients(values["version"], routes)


@dataclass(slots=True)
class Candidate:
    """A document under comparison with one message."""

    key: int
    prepared: Prepared
    route: str
    values: tuple[float, ...]
    part: str
    """The sentence of the message that fits best (the whole if it is short)."""


class Matcher:
    """Thread-safe. `index` may be reloaded or written to meanwhile."""

    def __init__(self, index: Index, encoder: Encoder, coefficients: Coefficients | None = None) -> None:
        self.index = index
        self.encoder = encoder
        self.coefficients = coefficients or load_coefficients()
        self._background: Background | None = None
        self._prepared: OrderedDict[int, Prepared] = OrderedDict()
        self._mutex = threading.Lock()

    def match(
        self,
        text: str,
        *,
        lang: str | None = None,
        top: int = 10,
        careful: bool = False,
        floor: float = SUGGEST_AT,
    ) -> Match:
        """Hits below the probability `floor` are left out; 0 ranks everything that was looked at.

        `lang` is the asker's language where it is known. In careful mode only copies and near copies are answered.
        """
        started = time.perf_counter()
        message = read_message(text)
        if not any(character.isalnum() for character in message.core):
            return Match(Decision.NONE, (), _ms_since(started))
        hits = self._copies(message)
        if not hits:
            hits = self._ranked(message, lang, top, floor)
        hits = [hit for hit in hits if hit.probability >= floor][:top]
        return Match(_decide(hits, careful=careful), tuple(hits), _ms_since(started))

    def candidates(self, text: str, *, lang: str | None = None) -> list[Candidate]:
        """All candidates with their features, unordered (for training and for people who want to know why)."""
        message = read_message(text)
        return self._candidates(message, lang) if message.core else []

    def probability(self, candidate: Candidate) -> float:
        route = self.coefficients.routes[candidate.route]
        score = route.intercept + sum(w * v for w, v in zip(route.weights, candidate.values, strict=True))
        return float(1 / (1 + np.exp(-np.clip(score, -30, 30))))

    # Copies

    def _copies(self, message: Message) -> list[Hit]:
        exact = self._exact_copies(message)
        if exact:
            return exact
        said = prepare_text(message.core)
        long = prepare_text(message.raw) if len(message.raw) > len(said.text) else said
        found = self.index.search_words("folded", said.folded, _COPY_CANDIDATES)
        hits = []
        for prepared in self._prepare([key for key, _ in found]).values():
            for whole in (said, *(prepare_text(part) for part in message.parts), long):
                near = near_copy(whole, prepared)
                if near is not None:
                    hits.append(_near_hit(whole, near, prepared))
                    break
        hits.sort(key=lambda hit: (-hit.probability, hit.id))
        # Where all near copies differ in a detail, other documents may fit better: go on to the full comparison.
        return hits if any(hit.copy for hit in hits) else []

    def _exact_copies(self, message: Message) -> list[Hit]:
        mark, said = fingerprint(message.core), tokens(message.core)
        hits = []
        for prepared in self._prepare(self.index.with_fingerprint([mark, fingerprint(message.raw)])).values():
            same = [w for w in prepared.wordings if w.claim and fingerprint(w.text) == mark]
            # Without diacritics two Vietnamese sentences can fall together: where both have them, they must agree.
            if not same or any(not w.vietnamese or message.bare or tokens(w.text) == said for w in same):
                hits.append(Hit(prepared.document.id, COPY_PROBABILITY, (Reason("exact_copy"),), (), copy=True))
        return sorted(hits, key=lambda hit: hit.id)

    # Meaning and words

    def _ranked(self, message: Message, lang: str | None, top: int, floor: float) -> list[Hit]:
        scored = ((self.probability(candidate), candidate) for candidate in self._candidates(message, lang))
        kept = sorted(
            (pair for pair in scored if pair[0] >= floor),
            key=lambda pair: (-pair[0], -pair[1].values[0], pair[1].prepared.document.id),
        )[:top]
        weights = self.index.word_weights("folded", folded_tokens(message.core)[:200])
        return [self._hit(message, probability, candidate, weights) for probability, candidate in kept]

    def _candidates(self, message: Message, lang: str | None) -> list[Candidate]:
        if not len(self.index):
            return []
        parts = [message.core, *message.parts]
        vectors = self.encoder.encode_queries(parts)
        exact = dict(self.index.search_words("exact", tokens(message.core), _FROM_WORDS))
        folded_words = folded_tokens(message.core)
        folded = dict(self.index.search_words("folded", folded_words, _FROM_WORDS))
        near = {key for row in self.index.nearest(vectors, _FROM_MEANING) for key, _ in row}
        keys = list(dict.fromkeys([*near, *exact, *folded]))
        prepared = self._prepare(keys)
        keys = [key for key in keys if key in prepared]
        if not keys:
            return []

        meaning = self._meanings(vectors, keys)
        best_part, best = meaning.argmax(axis=0), meaning.max(axis=0)
        order = np.sort(best)[::-1]
        first, second = float(order[0]), float(order[1]) if len(order) > 1 else float(order[0]) - LEAD_ALONE
        weights = self.index.word_weights("folded", folded_words[:400])
        unknown = max(weights.values(), default=1.0)
        by_words = {**exact, **{k: v for k, v in folded.items() if message.bare or k not in exact}}
        best_by_words = max(by_words.values(), default=1.0)
        said = [prepare_text(part) for part in parts]

        found = []
        for column, key in enumerate(keys):
            document = prepared[key]
            wording = said[int(best_part[column])]
            value = float(best[column])
            lead = value - (second if value >= first else first)
            found.append(
                Candidate(
                    key,
                    document,
                    _route(message, document, lang),
                    (
                        value,
                        lead,
                        max(share(text.folded, document.all_words, weights) for text in {said[0], wording}),
                        _best_share(wording, said[0], document, weights, unknown),
                        max((dice(wording.grams, other.grams) for other in document.wordings), default=0.0),
                        by_words.get(key, 0.0) / best_by_words,
                    ),
                    wording.text,
                )
            )
        return found

    def _meanings(self, vectors: Floats, keys: Sequence[int]) -> Floats:
        """Cosine of each part of the message with each document's nearest vector, shape (parts, keys).

        All texts of one language share a direction (unrelated texts have cosine .82). Each vector loses the mean of
        its language's background first; which language that is, the vectors themselves say.
        """
        background = self._learnt()
        lists = self.index.vectors_of(keys)
        cosines = centred(vectors, background.queries) @ centred(np.vstack(lists), background.passages).T
        out = np.full((len(vectors), len(keys)), -1.0, dtype=np.float32)
        at = 0
        for column, own in enumerate(lists):
            if len(own):
                out[:, column] = cosines[:, at : at + len(own)].max(axis=1)
            at += len(own)
        return out

    def _learnt(self) -> Background:
        with self._mutex:
            if self._background is None:
                self._background = background_of(self.encoder)
            return self._background

    def _hit(self, message: Message, probability: float, candidate: Candidate, weights: Mapping[str, float]) -> Hit:
        document, values = candidate.prepared, dict(zip(NAMES, candidate.values, strict=True))
        reasons = []
        if candidate.route != "bare":
            reasons.append(Reason("same_meaning", {"percent": max(0, min(100, round(values["meaning"] * 100)))}))
        shared = shared_words(words(message.core), document, weights)
        if shared and candidate.route != "crossed":
            code = "folded_words" if message.bare else "same_words"
            reasons.append(Reason(code, {"words": ", ".join(shared)}))
        if candidate.part != message.core and message.parts:
            reasons.append(Reason("part_of_message", {"sentence": candidate.part[:200]}))
        found = differences(candidate.part, document.claims, message.core)
        return Hit(document.document.id, probability, tuple(reasons), found, copy=False)

    def _prepare(self, keys: Sequence[int]) -> dict[int, Prepared]:
        with self._mutex:
            known = {key: self._prepared[key] for key in keys if key in self._prepared}
        missing = [key for key in keys if key not in known]
        fresh = {key: prepare(document) for key, document in self.index.by_key(missing).items()}
        with self._mutex:
            self._prepared.update(fresh)
            for key in known:
                if key in self._prepared:
                    self._prepared.move_to_end(key)
            while len(self._prepared) > _PREPARED:
                self._prepared.popitem(last=False)
        return {key: known.get(key) or fresh[key] for key in keys if key in known or key in fresh}


def _decide(hits: Sequence[Hit], *, careful: bool) -> Decision:
    if not hits or hits[0].probability < SUGGEST_AT:
        return Decision.NONE
    first = hits[0]
    sure = first.copy or (first.probability >= ANSWER_AT and not careful)
    return Decision.ANSWER if sure and not first.differences else Decision.SUGGEST


def _near_hit(message: Wording, near: tuple[Wording, float], prepared: Prepared) -> Hit:
    wording, score = near
    alike, _ = agreement(message, wording)
    found: tuple[Difference, ...] = differences(_same_stretch(message, wording), [wording.text, *prepared.claims])
    probability = NEAR_COPY_PROBABILITY + 0.02 * alike if not found else 0.5
    reason = Reason("near_copy", {"percent": round(100 * score)})
    return Hit(prepared.document.id, probability, (reason,), found, copy=not found)


def _same_stretch(message: Wording, wording: Wording) -> str:
    """The stretch of a long message where the wording stands: the rest has numbers of its own."""
    if len(message.folded) <= 2 * len(wording.folded):
        return message.text
    plain = words(message.text)
    places = [at for at in range(len(message.folded) - 2) if message.folded[at : at + 3] in wording.shingles]
    if not places or len(plain) != len(message.folded):
        return message.text
    return " ".join(plain[max(0, places[0] - 3) : places[-1] + 6])


def _route(message: Message, document: Prepared, lang: str | None) -> str:
    if message.bare:
        return "bare"
    vietnamese = message.vietnamese or (lang == "vi" and not document.wordings)
    return "plain" if any(w.vietnamese == vietnamese for w in document.wordings) else "crossed"


def _best_share(
    part: Wording, whole: Wording, document: Prepared, weights: Mapping[str, float], unknown: float
) -> float:
    """The largest share of one wording's words that the message has; words it lacks count as rare ones."""
    said = frozenset(part.folded) | frozenset(whole.folded)
    best = 0.0
    for wording in document.wordings:
        found = set(wording.folded)
        if len(found) < 2:
            continue
        held = sum(weights.get(word, unknown) for word in found & said)
        lacking = sum(weights.get(word, unknown * 0.6) for word in found - said)
        best = max(best, held / (held + lacking) if held else 0.0)
    return best


def _ms_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)


__all__ = ["ANSWER_AT", "SUGGEST_AT", "Candidate", "Coefficients", "Matcher", "Route", "load_coefficients"]
