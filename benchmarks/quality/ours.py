"""Our matcher as the other engines are: built and asked exactly as `python -m sangto.matching eval` does."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from floor.engine import Said
from sangto.matching.background import background_of
from sangto.matching.embeddings import Embeddings
from sangto.matching.encoder import Encoder
from sangto.matching.index import Index
from sangto.matching.learnt import teach
from sangto.matching.matcher import Matcher
from sangto.matching.passages import encode_documents
from sangto.matching.types import Document, Progress

_HITS: Final = 10
# Documents encoded between two commits.
_CHUNK: Final = 1_000


class Ours:
    title = "Sáng Tỏ"
    decides = True

    def __init__(self, encoder: Encoder, cache: Embeddings | None = None, progress: Progress | None = None) -> None:
        self._encoder, self._cache, self._progress = encoder, cache, progress
        self._folder = tempfile.TemporaryDirectory(prefix="sangto-quality-")

    def build(self, documents: Sequence[Document]) -> None:
        self._index = Index.open(Path(self._folder.name) / "index", self._encoder.dim, encoder=self._encoder.name)
        for start in range(0, len(documents), _CHUNK):
            chunk = documents[start : start + _CHUNK]
            self._index.put(chunk, encode_documents(chunk, self._encoder, cache=self._cache))
            self._index.commit(self._index.position + 1)
            if self._progress is not None:
                done = start + len(chunk)
                self._progress(done / len(documents), f"{self.title}: indexed {done:,} of {len(documents):,} documents")
        teach(self._index, background_of(self._encoder))
        self._matcher = Matcher(self._index, self._encoder)

    def ask(self, text: str) -> Said:
        match = self._matcher.match(text, top=_HITS, floor=0.0)
        return Said(match.decision, tuple((hit.id, hit.probability) for hit in match.hits))

    def close(self) -> None:
        self._index.close()
        self._folder.cleanup()
