"""How alike two texts are in their letters: cosine of groups of four, weighed by how few documents have them.

It sees what words miss: other endings, joined words, slips of the keyboard, names in another spelling. On tweets
against
13,824 claims the weighing lifts MAP@5 of the whole from .880 to .889 (train split); groups of 3 to 5 measure alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Marks = NDArray[np.int64]

_GROUP: Final = 4
_LONGEST_WORD: Final = 30
# Groups are counted by hash. A text has some 150, a desk's documents some 30,000 different ones.
_BUCKETS: Final = 1 << 16


def marks_of(folded: Sequence[str]) -> Marks:
    """Buckets of the groups of these folded words, a blank at each end of a word."""
    found = set()
    for word in folded:
        padded = f" {word[:_LONGEST_WORD]} ".encode("utf-8", "replace")
        for at in range(max(1, len(padded) - _GROUP + 1)):
            found.add(crc32(padded[at : at + _GROUP]) % _BUCKETS)
    return np.array(sorted(found), dtype=np.int64)


class Letters:
    """`weights`: squared rarity of each bucket, shape (65536,)."""

    def __init__(self, weights: Floats) -> None:
        self.weights = weights

    @classmethod
    def learn(cls, texts: Iterable[Marks]) -> Self:
        """From the marks of documents, any number of them; of none, all groups count alike."""
        counts = np.zeros(_BUCKETS)
        total = 0
        for marks in texts:
            counts[marks] += 1
            total += 1
        return cls((np.log1p((total + 1) / (counts + 0.5)) ** 2).astype(np.float32))

    def asked(self, marks: Marks) -> Asked:
        return Asked(self.weights, marks)

    def to_bytes(self) -> bytes:
        return self.weights.astype("<f4").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Raises ValueError where it is something else."""
        weights = np.frombuffer(data, dtype="<f4").astype(np.float32)
        if weights.shape != (_BUCKETS,) or not np.isfinite(weights).all() or (weights < 0).any():
            raise ValueError("these are no weights of letters")
        return cls(weights)


class Asked:
    """One message, to be laid beside many texts."""

    def __init__(self, weights: Floats, marks: Marks) -> None:
        self._weights = weights
        self._own = np.zeros(_BUCKETS, dtype=np.float32)
        self._own[marks] = weights[marks]
        self._length = float(np.sqrt(self._own[marks].sum()))

    def likeness(self, marks: Marks) -> float:
        """0 to 1."""
        shared = float(self._own[marks].sum())
        if shared <= 0.0:
            return 0.0
        return shared / (self._length * float(np.sqrt(self._weights[marks].sum())))


__all__ = ["Asked", "Letters", "Marks", "marks_of"]
