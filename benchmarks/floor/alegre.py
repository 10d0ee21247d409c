"""Meedan's Alegre with the thresholds of Check (config.yml.example): by words, or by vectors.

Words: `match` with `minimum_should_match` of 70 % to suggest and 88 % (87.5, rounded) to confirm, over the first 1,000
terms of the message; hits with a `_score` of 10 or less are dropped. Every text of a document is an entry of its own.
Vectors: cosine with every entry, .75 to suggest and .95 to confirm; the encoder is ours, not one of theirs.
Both: an entry of fewer than eight words is never confirmed.

In its favour: a message is looked for in the index of its language and in the one of all languages; an entry too long
for one vector is cut into the same pieces as ours, where Alegre would encode its beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from floor.analysis import english, standard
from floor.engine import Hit, Said, best_of_each
from floor.terms import TermIndex
from sangto.lib.folding import has_diacritics, lacks_diacritics
from sangto.matching.embeddings import Embeddings
from sangto.matching.encoder import Encoder
from sangto.matching.passages import encode_documents, passages_of
from sangto.matching.types import Decision, Document, Progress

SUGGEST_WORDS, CONFIRM_WORDS = 0.70, 0.875
MIN_ES_SCORE: Final = 10.0
MAX_TERMS: Final = 1_000
SUGGEST_COSINE, CONFIRM_COSINE = 0.75, 0.95
# Of the longest text that matched; counted at spaces.
MIN_WORDS: Final = 8
# Entries of one query; a long document may have two dozen.
_ROWS: Final = 200
_HITS: Final = 10


class AlegreWords:
    title = "Alegre, words"
    decides = True

    def build(self, documents: Sequence[Document]) -> None:
        entries = [
            (document.id, text, document.lang)
            for document in documents
            for text in (document.text, document.title, document.subtitle, *document.extra)
            if text.strip()
        ]
        self._ids = [key for key, _, _ in entries]
        self._words = [len(text.split()) for _, text, _ in entries]
        self._index = TermIndex(
            ["all", "en"],
            (
                {"all": standard(text), "en": english(text) if is_english(text, lang) else []}
                for _, text, lang in entries
            ),
        )

    def ask(self, text: str) -> Said:
        suggested = self._found(text, SUGGEST_WORDS)
        # What has 88 % of the terms has 70 % of them: without any of these there are none of those.
        sure = self._found(text, CONFIRM_WORDS) if suggested else []
        confirmed = [one for one in sure if self._words[one[0]] >= MIN_WORDS]
        return said(self._named(confirmed), self._named(suggested))

    def close(self) -> None:
        pass

    def _found(self, text: str, threshold: float) -> list[tuple[int, float]]:
        ways = [("all", standard(text)), *([("en", english(text))] if is_english(text) else [])]
        return [
            (row, score)
            for field, terms in ways
            for row, score in self._index.search(
                field, terms[:MAX_TERMS], count=_ROWS, at_least=at_least(len(terms[:MAX_TERMS]), threshold)
            )
            if score > MIN_ES_SCORE
        ]

    def _named(self, rows: Iterable[tuple[int, float]]) -> list[Hit]:
        return best_of_each((self._ids[row], score) for row, score in rows)


class AlegreVectors:
    title = "Alegre, vectors"
    decides = True

    def __init__(self, encoder: Encoder, cache: Embeddings | None = None, progress: Progress | None = None) -> None:
        self._encoder, self._cache, self._progress = encoder, cache, progress

    def build(self, documents: Sequence[Document]) -> None:
        vectors = encode_documents(documents, self._encoder, self._progress, cache=self._cache)
        self._ids = [document.id for document in documents for _ in vectors[document.id]]
        self._rows: NDArray[np.float32] = np.concatenate([vectors[document.id] for document in documents])
        texts = (text for document in documents for text in passages_of(document))
        self._words = np.array([len(text.split()) for text in texts])

    def ask(self, text: str) -> Said:
        cosines = self._rows @ self._encoder.encode_queries([text])[0]
        best = np.argpartition(-cosines, min(_ROWS, len(cosines) - 1))[:_ROWS]
        nearest = best[np.argsort(-cosines[best])]
        suggested = [row for row in nearest if cosines[row] >= SUGGEST_COSINE]
        confirmed = [row for row in suggested if cosines[row] >= CONFIRM_COSINE and self._words[row] >= MIN_WORDS]
        return said(self._named(confirmed, cosines), self._named(suggested, cosines))

    def close(self) -> None:
        pass

    def _named(self, rows: Iterable[np.intp], cosines: NDArray[np.float32]) -> list[Hit]:
        return best_of_each((self._ids[row], float(cosines[row])) for row in rows)


def said(confirmed: Sequence[Hit], suggested: Sequence[Hit]) -> Said:
    """What is confirmed stands first, whatever its score."""
    sure = {key for key, _ in confirmed}
    hits = [*confirmed, *(hit for hit in suggested if hit[0] not in sure)][:_HITS]
    decision = Decision.ANSWER if confirmed else Decision.SUGGEST if hits else Decision.NONE
    return Said(decision, tuple(hits))


def at_least(clauses: int, threshold: float) -> int:
    """minimum_should_match of round(threshold * 100) %, of which Elasticsearch rounds down."""
    return clauses * round(threshold * 100) // 100


def is_english(text: str, lang: str = "") -> bool:
    """Stands for their language detection, on data that is Vietnamese or English."""
    return lang == "en" if lang else not (has_diacritics(text) or lacks_diacritics(text))
