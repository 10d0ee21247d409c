"""From one message to the documents that may answer it, each with what is measured about the two.

1. Views: the message without its frame, the sentences of a long one; typed without diacritics, it is written out first.
2. Candidates: nearest vectors of each view, and BM25 with and without diacritics.
3. All candidates are scored by meaning and BM25 alike, whichever source brought them; the best are compared in full.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sangto.matching.background import background_of
from sangto.matching.cleaning import Message, folded_tokens, tokens
from sangto.matching.coverage import USUAL, Coverage, WordSpace, coverage, terms_of
from sangto.matching.encoder import Encoder
from sangto.matching.features import Prepared, Wording, prepare, prepare_text, share
from sangto.matching.index import Field, Index
from sangto.matching.learnt import Learnt
from sangto.matching.letters import marks_of
from sangto.matching.restore import Restorer
from sangto.matching.space import Space, unit
from sangto.matching.stems import stem, telling

Floats = NDArray[np.float32]

# Candidates from each source, and how many of them are compared word by word.
_FROM_MEANING: Final = 50
# Of documents in the other language only the nearest come into question, and fewer vectors are compared for them.
_FROM_OTHER: Final = 25
_COMPARED_OTHER: Final = 300
_FROM_WORDS: Final = 50
COMPARED: Final = 16
_PREPARED: Final = 8_192
# Wordings of a claim whose words are laid beside those of the message (each takes the encoder some milliseconds).
_COVERED: Final = 2
# Words of a message that are looked up; the index takes the rarest of them.
_MAX_WORDS: Final = 400
# The lead of a document that has no rival, in cosine (the 95th percentile of leads in the project's own texts).
LEAD_ALONE: Final = 0.3
# A standard score says no more than this: where the best fifty lie close together, a small gap is many spreads wide.
_LOWEST: Final = -4.0
_HIGHEST: Final = 6.0
# How many documents there are, as a power of ten: among few the nearest has no rival, whatever it says. Weighed within
# what the own texts have, 17 to 150 and more.
_FEW: Final = 1.2
_MANY: Final = 2.2
# Weights in the choice of those that are compared in full; letters are not known yet.
_WORDS_BEFORE: Final = 0.6
# BM25 of a document that is not among the best is not known before it is chosen: this share of the last one's.
_UNKNOWN_WORDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class View:
    """One way to read the message: whole, or one sentence of it; `said` is what is compared."""

    said: Wording
    written: str
    """The text that is encoded: with diacritics where they could be restored."""


@dataclass(slots=True)
class Candidate:
    """A document under comparison with one message."""

    key: int
    prepared: Prepared
    crossed: bool
    """No wording of the document is in the message's language."""
    view: View
    """The sentence that fits best (the whole message if it is short)."""
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Meanings:
    """Cosines in the index's space, one for each candidate."""

    claim: Floats
    """The whole message with the claim."""
    plain: Floats
    """The same before directions are pressed down: between two languages those directions help."""
    whole: Floats
    """The whole message with the nearest vector of the document."""
    part: Floats
    """The best sentence with the nearest vector; equal to `whole` for a short message."""
    view: NDArray[np.intp]
    """Which view that was."""


class Retriever:
    """Thread-safe, as the index is."""

    def __init__(self, index: Index, encoder: Encoder) -> None:
        self.index = index
        self.encoder = encoder
        self.background = background_of(encoder)
        self._words = WordSpace.of(encoder)
        self._learnt = Learnt(index.folder, self.background)
        self._plain = Space.plain(self.background)
        self._prepared: OrderedDict[int, Prepared] = OrderedDict()
        self._mutex = threading.Lock()

    def restorer(self) -> Restorer:
        return self._learnt.restorer()

    def find(self, message: Message, views: Sequence[View], lang: str | None) -> list[Candidate]:
        """Unordered; `values` holds the features of `decision.FEATURES`."""
        # Asked once: a rebuild may empty the index meanwhile.
        documents = len(self.index)
        if not documents or not views:
            return []
        said, as_written = _looked_up(message)
        folded, exact = self._by_words(said, as_written)
        vectors = self.encoder.encode_queries([view.written for view in views])
        vietnamese = message.vietnamese or lang == "vi"
        space = self._learnt.space()
        mixed = space.has_other(vietnamese=vietnamese)
        nearest = self.index.nearest(vectors, _FROM_MEANING)
        if mixed:
            # As if the message had been written in the other language: all texts of one language share a direction.
            own, other = self.background.queries[:: 1 if vietnamese else -1]
            nearest += self.index.nearest(unit(vectors[:1] + other - own), _FROM_OTHER, _COMPARED_OTHER)
        keys = list(dict.fromkeys([*(key for row in nearest for key, _ in row), *folded, *exact]))
        meanings = self._meanings(space, vectors, keys, vietnamese=vietnamese)

        z_claim, z_plain, z_whole = map(standard, (meanings.claim, meanings.plain, meanings.whole))
        z_part = standard(meanings.part) if len(views) > 1 else np.zeros_like(z_claim)
        by_meaning = z_claim + z_whole + z_part
        by_words = sum(standard(_supposed(known, keys), tuple(known.values()), documents) for known in (folded, exact))
        # A document in the other language shares no words: the nearest of them are compared whatever words say.
        chosen = [
            int(at)
            for at in dict.fromkeys(
                [
                    *np.argsort(-by_meaning - _WORDS_BEFORE * by_words, kind="stable")[:COMPARED],
                    *np.argsort(-by_meaning, kind="stable")[: COMPARED // 2 if mixed else 0],
                ]
            )
        ]
        prepared = self.prepare([keys[at] for at in chosen])
        chosen = [at for at in chosen if keys[at] in prepared]
        if not chosen:
            return []

        by_folded = self._complete("folded", said, folded, [keys[at] for at in chosen])
        # How a word is written hardly counts beside claims (decision.ORDER): there a guess will do.
        by_exact = (
            self._complete("exact", as_written, exact, [keys[at] for at in chosen])
            if any(document.article for document in prepared.values())
            else _supposed(exact, [keys[at] for at in chosen])
        )
        z_words = standard(by_folded, tuple(folded.values()), documents)
        z_exact = standard(by_exact, tuple(exact.values()), documents)
        weights = self.index.word_weights("folded", said)
        unknown = max(weights.values(), default=1.0)
        most_words = max(max(folded.values(), default=0.0), 1e-6)
        best = meanings.part
        order = np.sort(best)[::-1]
        first, second = float(order[0]), float(order[1]) if len(order) > 1 else float(order[0]) - LEAD_ALONE
        whole = views[0].said
        letters = self._letters(message, views, meanings, [(at, prepared[keys[at]]) for at in chosen])
        z_letters = standard(letters)
        # To be the first of two or three says nothing.
        rivals = min(1.0, log10(documents) / _FEW)
        found = []
        for place, at in enumerate(chosen):
            document, view = prepared[keys[at]], views[int(meanings.view[at])]
            value = float(best[at])
            found.append(
                Candidate(
                    keys[at],
                    document,
                    not any(w.vietnamese == vietnamese for w in document.wordings),
                    view,
                    {
                        "meaning": value,
                        "lead": rivals * (value - (second if value >= first else first)),
                        "words_of_message": max(
                            share(text.stems, document.all_stems, weights) for text in (whole, view.said)
                        ),
                        "words_of_claim": best_share(view.said, whole, document, weights, unknown),
                        "letters": float(letters[place]),
                        "rank_by_words": rivals * float(by_folded[place]) / most_words,
                        "plain": float(meanings.plain[at]),
                        "z_claim": float(z_claim[at]),
                        "z_plain": float(z_plain[at]),
                        "z_whole": float(z_whole[at]),
                        "z_part": float(z_part[at]),
                        "z_words": float(z_words[place]),
                        "z_exact": float(z_exact[place]),
                        "z_letters": float(z_letters[place]),
                        "documents": min(_MANY, max(_FEW, log10(documents))),
                        "rivals": rivals,
                    },
                )
            )
        return found

    def coverage(self, candidate: Candidate) -> Coverage:
        """Of the words of message and claim, in the wording that covers most, of the message's language if it can."""
        if self._words is None:
            return USUAL
        wordings = [wording for wording in candidate.prepared.wordings if wording.claim]
        own = [wording for wording in wordings if wording.vietnamese == candidate.view.said.vietnamese]
        message = self.encoder.encode_words(candidate.view.written)
        claims = [self.encoder.encode_words(wording.text) for wording in (own or wordings)[:_COVERED]]
        terms = [term for side in (message, *claims) for term in terms_of(side) if term]
        rarity = self.index.word_weights("folded", terms)
        found = (coverage(self._words, message, claim, rarity) for claim in claims)
        return max(found, key=lambda one: one.claim + one.message, default=USUAL)

    def prepare(self, keys: Sequence[int]) -> dict[int, Prepared]:
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

    def _letters(
        self, message: Message, views: Sequence[View], meanings: _Meanings, chosen: Sequence[tuple[int, Prepared]]
    ) -> Floats:
        """Likeness in letters of each chosen document with the sentence that fits it best."""
        known = self._learnt.letters()
        beside, english = folded_tokens(message.beside), not message.vietnamese
        asked = {}
        values = []
        for at, document in chosen:
            view = int(meanings.view[at])
            if view not in asked:
                asked[view] = known.asked(marks_of([*telling(views[view].said.folded, english=english), *beside]))
            values.append(max((asked[view].likeness(one.marks) for one in document.wordings), default=0.0))
        return np.array(values, dtype=np.float32)

    def _by_words(self, said: Sequence[str], as_written: Sequence[str]) -> tuple[dict[int, float], dict[int, float]]:
        folded = dict(self.index.search_words("folded", said, _FROM_WORDS))
        return folded, dict(self.index.search_words("exact", as_written, _FROM_WORDS)) if as_written else {}

    def _complete(self, field: Field, said: Sequence[str], known: Mapping[int, float], keys: Sequence[int]) -> Floats:
        """BM25 of these documents: of those that are not among the best it is asked for."""
        # Where fewer were found than asked for, the others have none of the words.
        missing = [key for key in keys if key not in known] if len(known) >= _FROM_WORDS else []
        scores = {**(self.index.scores_of(field, said, missing) if missing else {}), **known}
        return np.array([scores.get(key, 0.0) for key in keys], dtype=np.float32)

    def _meanings(self, space: Space, vectors: Floats, keys: Sequence[int], *, vietnamese: bool) -> _Meanings:
        rows, counts = self.index.vectors_of(keys)
        has = counts > 0
        first = (np.cumsum(counts) - counts)[has]
        nearest = np.full((len(vectors), len(keys)), -1.0, dtype=np.float32)
        claim, plain = (np.full(len(keys), -1.0, dtype=np.float32) for _ in range(2))
        if len(rows):
            cosines = space.of_message(vectors, vietnamese=vietnamese) @ space.of_documents(rows).T
            nearest[:, has] = np.maximum.reduceat(cosines, first, axis=1)
            claim[has] = cosines[0, first]
            of_claims = self._plain.of_documents(rows[first])
            plain[has] = (self._plain.of_message(vectors[:1], vietnamese=vietnamese) @ of_claims.T)[0]
        return _Meanings(claim, plain, nearest[0], nearest.max(axis=0), nearest.argmax(axis=0))


def views_of(message: Message, restored: Mapping[str, str]) -> list[View]:
    """The whole message first; `restored` holds the texts that could be written out with diacritics."""
    return [View(prepare_text(text), restored.get(text, text)) for text in (message.core, *message.parts)]


def _supposed(known: Mapping[int, float], keys: Sequence[int]) -> Floats:
    """BM25 of each document as far as it is known: none has more than the last of the best."""
    others = _UNKNOWN_WORDS * min(known.values()) if len(known) >= _FROM_WORDS else 0.0
    return np.array([known.get(key, others) for key in keys], dtype=np.float32)


def standard(values: Floats, reference: Sequence[float] = (), documents: int = 0) -> Floats:
    """Standard scores against the best 50: of `reference` where given (with zeros for documents it does not hold)."""
    best = np.sort(np.asarray(reference if len(reference) else values, dtype=np.float32))[::-1][:_FROM_WORDS]
    if len(reference):
        best = np.concatenate([best, np.zeros(max(0, min(documents, _FROM_WORDS) - len(best)), dtype=np.float32)])
    spread = float(best.std()) if len(best) > 1 else 0.0
    if spread < 1e-6:
        return np.zeros(len(values), dtype=np.float32)
    return np.asarray(np.clip((values - best.mean()) / spread, _LOWEST, _HIGHEST), dtype=np.float32)


def best_share(
    part: Wording, whole: Wording, document: Prepared, weights: Mapping[str, float], unknown: float
) -> float:
    """The largest share of one wording's words that the message has; words it lacks count as rare ones."""
    said = part.stems | whole.stems
    best = 0.0
    for wording in document.wordings:
        found = wording.stems
        if len(found) < 2:
            continue
        held = sum(weights.get(word, unknown) for word in found & said)
        lacking = sum(weights.get(word, unknown * 0.6) for word in found - said)
        best = max(best, held / (held + lacking) if held else 0.0)
    return best


def _looked_up(message: Message) -> tuple[list[str], list[str]]:
    """Words for the folded field, and for the exact one: only Vietnamese with diacritics has more to say there."""
    own = telling(folded_tokens(message.core), english=not message.vietnamese)
    folded = [*own, *folded_tokens(message.beside)]
    said = [stem(word) for word in folded[:_MAX_WORDS]]
    as_written = tokens(message.core)[:_MAX_WORDS] if message.vietnamese and not message.bare else []
    return said, as_written
