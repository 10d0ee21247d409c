"""Plain BM25 over claim and title: what any search engine does with a message, and the least that a matcher must beat.

It has no rule for answering: it shows what it finds. `folded` reads message and claims without diacritics, the usual
remedy for Vietnamese typed without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from floor.analysis import standard
from floor.engine import Said, best_of_each
from floor.terms import TermIndex
from sangto.lib.folding import fold
from sangto.matching.types import Decision, Document

_HITS: Final = 10


class Bm25:
    decides = False

    def __init__(self, *, folded: bool = False) -> None:
        self.title = "BM25, folded" if folded else "BM25"
        self._folded = folded

    def build(self, documents: Sequence[Document]) -> None:
        self._ids = [document.id for document in documents]
        texts = (" ".join((document.text, document.title, *document.extra)) for document in documents)
        self._index = TermIndex(["text"], ({"text": self._terms(text)} for text in texts))

    def ask(self, text: str) -> Said:
        # A word that a message repeats counts once: the score is that of the different words.
        terms = list(dict.fromkeys(self._terms(text)))
        found = self._index.search("text", terms, count=_HITS)
        hits = best_of_each((self._ids[row], score) for row, score in found)
        return Said(Decision.SUGGEST if hits else Decision.NONE, tuple(hits))

    def close(self) -> None:
        pass

    def _terms(self, text: str) -> list[str]:
        return standard(fold(text) if self._folded else text)
