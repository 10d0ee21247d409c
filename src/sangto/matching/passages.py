"""Which texts of a document get a vector."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sangto.lib.folding import fold, tidy, words
from sangto.matching.cleaning import sentences
from sangto.matching.embeddings import Embeddings
from sangto.matching.encoder import Encoder
from sangto.matching.types import Document, Progress

Floats = NDArray[np.float32]

# A claim is one or two sentences; a text longer than this (an article) is also cut into pieces of this size.
PIECE_WORDS = 90
MAX_PIECES = 24


def passages_of(document: Document) -> list[str]:
    """The claim, its title and each known wording; a long text in pieces of whole sentences. Never empty."""
    texts = [*_pieces(document.text), document.title, *document.extra]
    unique = {fold(tidy(text)): tidy(text) for text in reversed(texts) if text and tidy(text)}
    return list(reversed(unique.values())) or ["-"]


def encode_documents(
    documents: Iterable[Document],
    encoder: Encoder,
    progress: Progress | None = None,
    *,
    cache: Embeddings | None = None,
) -> Mapping[str, Floats]:
    """Vectors for `Index.put`: id to an array of shape (k, dim). With a cache only new texts are encoded."""
    lists = {document.id: passages_of(document) for document in documents}
    passages = [text for texts in lists.values() for text in texts]
    rows = encoder.encode_passages(passages, progress) if cache is None else cache.passages(passages, progress)
    vectors, at = {}, 0
    for document_id, texts in lists.items():
        vectors[document_id] = rows[at : at + len(texts)]
        at += len(texts)
    return vectors


def _pieces(text: str) -> Sequence[str]:
    if len(words(text)) <= PIECE_WORDS:
        return [text]
    pieces: list[str] = []
    current: list[str] = []
    size = 0
    for sentence in sentences(text):
        length = len(words(sentence))
        if current and size + length > PIECE_WORDS:
            pieces.append(" ".join(current))
            current, size = [], 0
        current.append(sentence)
        size += length
    pieces.append(" ".join(current))
    return pieces[:MAX_PIECES] or [text]
