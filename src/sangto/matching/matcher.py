"""One message in, ranked documents with a probability and reasons out.

1. A copy or near copy of a known wording, or nothing but a known link, is recognised without the encoder (copies.py).
2. Otherwise candidates come from the nearest vectors and from BM25 (candidates.py), are put in order, and each gets the
   probability that it makes the same claim (decision.py). Vietnamese without diacritics is written out first.
3. The difference guard turns an answer into a suggestion where a number, a place or a "not" disagrees, and so does an
   open question ("how do I ..."): no verdict on a claim answers it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sangto.lib.folding import words
from sangto.matching.asking import asks_openly
from sangto.matching.candidates import Retriever, View, views_of
from sangto.matching.cleaning import Message, fingerprint, read_message, tokens
from sangto.matching.copies import bands
from sangto.matching.coverage import MUCH, USUAL, Coverage
from sangto.matching.decision import (
    READ_CLOSELY,
    Coefficients,
    Scored,
    load_coefficients,
    probability,
    read_closely,
    rests_compared,
    scored,
    words_covered,
)
from sangto.matching.differences import Apart, differences
from sangto.matching.encoder import Encoder
from sangto.matching.features import Prepared, Wording, agreement, near_copy, prepare_text, shared_words
from sangto.matching.index import Index
from sangto.matching.rests import alike
from sangto.matching.stems import terms
from sangto.matching.telling import means_otherwise
from sangto.matching.types import Decision, Difference, Hit, Match, Reason

# Below this nothing is shown.
SUGGEST_AT: Final = 0.10
COPY_PROBABILITY: Final = 0.995
NEAR_COPY_PROBABILITY: Final = 0.97

# Candidates by bands that are compared in full for a near copy.
_COPY_CANDIDATES: Final = 10
# Likeness of what message and claim do not share where it is not asked for (the median of the own train messages).
_USUAL: Final = 0.3
# Rests of two texts are hardly ever more alike than this.
_LIKE: Final = 0.8
# Words beside a link below which the link alone is what was sent.
_LINK_ALONE: Final = 2


@dataclass(frozen=True, slots=True)
class Ranked:
    first: tuple[Scored, ...]
    free: bool
    """Neither a difference nor an open question keeps the best from being answered."""


class Matcher:
    """Thread-safe. `index` may be reloaded or written to meanwhile."""

    def __init__(self, index: Index, encoder: Encoder, coefficients: Coefficients | None = None) -> None:
        self.index = index
        self.encoder = encoder
        self.coefficients = coefficients or load_coefficients()
        self._retriever = Retriever(index, encoder)

    def match(
        self,
        text: str,
        *,
        lang: str | None = None,
        top: int = 10,
        careful: bool = False,
        floor: float = SUGGEST_AT,
        answer_at: float | None = None,
    ) -> Match:
        """Hits below the probability `floor` are left out; 0 ranks everything that was looked at.

        `lang` is the asker's language where it is known. In careful mode only copies and near copies are answered.
        `answer_at` is the desk's own threshold; without it the one that was fitted with the coefficients.
        """
        started = time.perf_counter()
        message = read_message(text)
        bar = self.coefficients.answer_at if answer_at is None else answer_at
        hits = self._linked(message)
        if hits is None and not any(character.isalnum() for character in message.core):
            return Match(Decision.NONE, (), _ms_since(started))
        hits = hits or self._copies(message)
        asks = False
        if hits:
            decision = _decide(hits[0], bar, careful=careful, asks=False)
        else:
            hits, asks = self._ranked(message, lang, top, floor, bar)
            decision = _decide(hits[0], bar, careful=careful, asks=asks) if hits else Decision.NONE
        kept = [hit for hit in hits if hit.probability >= floor][:top]
        return Match(decision if kept else Decision.NONE, tuple(kept), _ms_since(started), asks)

    def ranked(self, text: str, *, lang: str | None = None, first: int = 5) -> Ranked | None:
        """The first documents with all that was measured (for training); None for a copy, or where nothing
        is like it.
        """
        message = read_message(text)
        if self._linked(message) or not message.core or self._copies(message):
            return None
        found = self._scored(message, lang)
        if not found:
            return None
        said = found[0].candidate.view.said.text
        told = differences(said, found[0].candidate.prepared.claims, message.core, self._apart)
        read = [
            read_closely(message, one) if place < READ_CLOSELY else one for place, one in enumerate(found[1:first], 1)
        ]
        return Ranked((found[0], *read), free=not told and not asks_openly(said, message.raw))

    # Copies

    def _linked(self, message: Message) -> list[Hit] | None:
        """Documents about the link, where the message is little else."""
        if not message.urls or len(words(message.core)) > _LINK_ALONE:
            return None
        found = self._retriever.prepare(self.index.with_urls(message.urls))
        hits = [
            Hit(document.document.id, COPY_PROBABILITY, (Reason("same_link"),), (), copy=True)
            for document in found.values()
        ]
        return sorted(hits, key=lambda hit: hit.id) or None

    def _copies(self, message: Message) -> list[Hit]:
        exact = self._exact_copies(message)
        if exact:
            return exact
        said = prepare_text(message.core)
        long = prepare_text(message.raw) if len(message.raw) > len(said.text) else said
        texts = list(dict.fromkeys((message.core, *message.parts)))
        shared: dict[int, int] = {}
        for text in texts:
            for key, count in self.index.with_bands(bands(text), _COPY_CANDIDATES):
                shared[key] = max(shared.get(key, 0), count)
        best = sorted(shared, key=lambda key: (-shared[key], key))[: _COPY_CANDIDATES * 2]
        hits = []
        for prepared in self._retriever.prepare(best).values():
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
        marks = [mark] if message.raw == message.core else [mark, fingerprint(message.raw)]
        for prepared in self._retriever.prepare(self.index.with_fingerprint(marks)).values():
            same = [w for w in prepared.wordings if w.claim and fingerprint(w.text) == mark]
            # Without diacritics two Vietnamese sentences can fall together: where both have them, they must agree.
            if not same or any(not w.vietnamese or message.bare or tokens(w.text) == said for w in same):
                hits.append(Hit(prepared.document.id, COPY_PROBABILITY, (Reason("exact_copy"),), (), copy=True))
        return sorted(hits, key=lambda hit: hit.id)

    # Meaning and words

    def _views(self, message: Message) -> list[View]:
        if not message.bare:
            return views_of(message, {})
        restorer = self._retriever.restorer()
        return views_of(message, {text: restorer.restore(text) for text in (message.core, *message.parts)})

    def _scored(self, message: Message, lang: str | None, bar: float = 0.0) -> list[Scored]:
        """In order. What the first says and does not share with the message is compared too: only the first can be
        answered.

        The encoder is asked only where the document can still be probable enough for an answer, at `bar`: so every
        probability from there on is that of all that can be measured.
        """
        found = scored(message, self._retriever.find(message, self._views(message), lang))
        if found:
            first = found[0]
            likeness, covered = _USUAL, USUAL
            # Where one side has nothing left there is nothing to ask: that is as alike as can be.
            most = _LIKE if first.rest.said and first.rest.claimed else 1.0
            if probability(self.coefficients, _measured(first, most, MUCH)) >= bar:
                covered = self._retriever.coverage(first.candidate)
                if probability(self.coefficients, _measured(first, most, covered)) >= bar:
                    likeness = alike(first.rest, self.encoder, self._retriever.background)
            found[0] = _measured(first, likeness, covered)
        return found

    def _apart(self, text: str, yours: str, article: str) -> bool:
        return means_otherwise(text, yours, article, self.encoder, self._retriever.restorer().restore)

    def _ranked(self, message: Message, lang: str | None, top: int, floor: float, bar: float) -> tuple[list[Hit], bool]:
        """Hits in order, their probabilities never rising, and whether the best is asked about openly."""
        ranked = self._scored(message, lang, bar)
        if not ranked:
            return [], False
        weights = self.index.word_weights("folded", terms(message.core)[:200])
        hits: list[Hit] = []
        highest = 1.0
        for place, one in enumerate(ranked[:top]):
            # What is less probable than the floor ends the list, and what follows need not be read.
            found = read_closely(message, one) if 0 < place < READ_CLOSELY else one
            highest = min(highest, probability(self.coefficients, found))
            if highest < floor:
                break
            # Only the first can be answered: of the others a word in another's place is told without asking further.
            hits.append(_hit(message, highest, found, weights, None if hits else self._apart))
        return hits, asks_openly(ranked[0].candidate.view.said.text, message.raw)


def _measured(found: Scored, likeness: float, covered: Coverage) -> Scored:
    """With what the encoder says of rests and of words."""
    rests = rests_compared(found.rest, likeness) if found.route == "same" else {}
    return replace(found, values={**found.values, **rests, **words_covered(covered)})


def _decide(first: Hit, answer_at: float, *, careful: bool, asks: bool) -> Decision:
    if first.probability < SUGGEST_AT:
        return Decision.NONE
    sure = first.copy or (first.probability >= answer_at and not careful and not asks)
    return Decision.ANSWER if sure and not first.differences else Decision.SUGGEST


def _hit(message: Message, likely: float, found: Scored, weights: Mapping[str, float], apart: Apart | None) -> Hit:
    candidate, document = found.candidate, found.candidate.prepared
    said = candidate.view.said.text
    reasons = [Reason("same_meaning", {"percent": max(0, min(100, round(found.values["meaning"] * 100)))})]
    shared = shared_words(words(message.core), document, weights)
    if shared and not candidate.crossed:
        code = "folded_words" if message.bare else "same_words"
        reasons.append(Reason(code, {"words": ", ".join(shared)}))
    if said != message.core and message.parts:
        reasons.append(Reason("part_of_message", {"sentence": said[:200]}))
    told = differences(said, document.claims, message.core, apart)
    return Hit(document.document.id, likely, tuple(reasons), told, copy=False)


def _near_hit(message: Wording, near: tuple[Wording, float], prepared: Prepared) -> Hit:
    wording, score = near
    alike, _ = agreement(message, wording)
    found: tuple[Difference, ...] = differences(_same_stretch(message, wording), [wording.text, *prepared.claims])
    likely = NEAR_COPY_PROBABILITY + 0.02 * alike if not found else 0.5
    reason = Reason("near_copy", {"percent": round(100 * score)})
    return Hit(prepared.document.id, likely, (reason,), found, copy=not found)


def _same_stretch(message: Wording, wording: Wording) -> str:
    """The stretch of a long message where the wording stands: the rest has numbers of its own."""
    if len(message.folded) <= 2 * len(wording.folded):
        return message.text
    plain = words(message.text)
    places = [at for at in range(len(message.folded) - 2) if message.folded[at : at + 3] in wording.shingles]
    if not places or len(plain) != len(message.folded):
        return message.text
    return " ".join(plain[max(0, places[0] - 3) : places[-1] + 6])


def _ms_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)


__all__ = ["SUGGEST_AT", "Matcher", "Ranked"]
