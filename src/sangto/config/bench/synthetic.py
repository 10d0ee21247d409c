"""Claims for measuring size and time only: words drawn by Zipf's law, vectors drawn at random. They mean nothing.

Vietnamese-like syllables, few and long-tailed as those of a real text; vectors that share a direction as those of the
encoder do, the rest spread over more dimensions than real ones (harder to search: real claims have near neighbours).
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sangto.lib.folding import fold, nfc
from sangto.matching.schema import Fields
from sangto.matching.types import Document

Floats = NDArray[np.float32]

LEAST_WORDS: Final = 8
MOST_WORDS: Final = 27
# A message keeps this share of its claim's words, in their order, and has a few others.
_KEPT: Final = 0.6
_OTHERS: Final = 3
# Zipf and Mandelbrot: the word of rank r is drawn as often as 1 / (r + 2.7).
_SHIFT: Final = 2.7
# Length of the shared direction (unrelated texts of the encoder have a cosine of about .8), spectrum of the rest, and
# how far a message lies from its claim (cosine about .97; of paraphrases .89, but of one claim alone).
_SHARED: Final = 0.9
_SPECTRUM: Final = -0.9
_AWAY: Final = 0.6

_ONSETS: Final = " b c ch d đ g gh gi h k kh l m n ng ngh nh ph qu r s t th tr v x".split(" ")
_RIMES: Final = (
    "a ai an ang anh ao at ay ăn ăng âm ân âng ât âu e em en et ê ên ênh i ia iên iêng in inh it iu o oa oan ong oi on "
    "ô ôi ôn ông ôt ơ ơi ơn u ua uôi uôn uông ung ư ưa ưng ươi ươn ương y yên"
).split()
_TONES: Final = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")


@dataclass(frozen=True, slots=True)
class Batch:
    documents: list[Document]
    fields: dict[str, Fields]
    vectors: Floats
    messages: list[str]


class Maker:
    """The same claims for the same seed."""

    def __init__(self, dim: int, seed: int = 1) -> None:
        self._rng = np.random.default_rng(seed)
        made = {nfc(onset + rime + tone) for onset, rime, tone in itertools.product(_ONSETS, _RIMES, _TONES)}
        self._words = np.array(sorted(made))
        self._rng.shuffle(self._words)
        self._folded = np.array([fold(word) for word in self._words])
        often = 1 / (np.arange(len(self._words)) + _SHIFT)
        self._upto = np.cumsum(often / often.sum())
        spread = np.arange(6, dim + 6) ** _SPECTRUM
        spread *= (1 - _SHARED**2) / spread.sum()
        turn = np.linalg.qr(self._rng.normal(size=(dim, dim)))[0]
        self._basis = np.ascontiguousarray((turn * np.sqrt(spread)).T, dtype=np.float32)
        shared = self._rng.normal(size=dim)
        self._shared = (shared / np.linalg.norm(shared) * _SHARED).astype(np.float32)

    def batches(self, claims: int, size: int) -> Iterator[Batch]:
        for start in range(0, claims, size):
            yield self._batch(start, min(size, claims - start))

    def near(self, vectors: Floats) -> Floats:
        """What messages about these claims would have for vectors."""
        moved = vectors + _AWAY * self._random(len(vectors))
        return _unit(moved)

    def _batch(self, start: int, count: int) -> Batch:
        lengths = self._rng.integers(LEAST_WORDS, MOST_WORDS + 1, count)
        drawn = np.searchsorted(self._upto, self._rng.random((count, MOST_WORDS)))
        kept = self._rng.random((count, MOST_WORDS)) < _KEPT
        others = np.searchsorted(self._upto, self._rng.random((count, _OTHERS)))
        documents, messages = [], []
        fields: dict[str, Fields] = {}
        marks = self._rng.integers(0, 1 << 40, (count, 16))
        for row in range(count):
            numbers = drawn[row, : lengths[row]]
            text, folded = " ".join(self._words[numbers]), " ".join(self._folded[numbers])
            name = f"z{start + row}"
            documents.append(Document(name, text, lang="vi"))
            fields[name] = {
                "exact": [text],
                "folded": [folded],
                "claim": [text],
                "claim_folded": [folded],
                # As many different terms as real ones; nothing is looked up by them.
                "print": [hashlib.blake2b(folded.encode(), digest_size=16).hexdigest()],
                "band": [f"{band:02x}{mark:010x}" for band, mark in enumerate(marks[row].tolist())],
            }
            said = [*numbers[kept[row, : lengths[row]]], *others[row]]
            messages.append(" ".join(self._words[said]))
        return Batch(documents, fields, _unit(self._shared + self._random(count)), messages)

    def _random(self, count: int) -> Floats:
        return self._rng.standard_normal((count, self._basis.shape[0]), dtype=np.float32) @ self._basis


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
