"""The space in which messages and documents are compared: what all texts have in common is taken out of their vectors.

1. Each vector loses the mean of its language, messages and documents apart: so a message and a claim in two languages
   can be near.
2. Directions in which the texts of this index spread most say least about one claim and are pressed down (partial
   whitening). On tweets against 13,824 claims this alone lifts MAP@5 of the cosine from .875 to .884, of the whole from
   .936 to .941. Learnt from the index's own documents; with few of them the space stays nearly as it was.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from sangto.matching.background import Background

Floats = NDArray[np.float32]

# How far directions of large spread are pressed down (0: not, 1: all equal); .8 measures .003 to .006 lower.
_WHITEN: Final = 0.5
# Share of the mean spread that every direction has at least.
_SHRINK: Final = 0.1
# Vectors after which their covariance counts as much as no knowledge, and the weight of the shipped means, in vectors.
_COVARIANCE_AFTER: Final = 150
_MEAN_AFTER: Final = 50


@dataclass(frozen=True, slots=True)
class Space:
    """`queries`, `passages`: mean vectors, shape (2, dim), of Vietnamese and of English; `turn`: shape (dim, dim)."""

    queries: Floats
    passages: Floats
    turn: Floats | None
    """None where nothing was learnt."""
    shares: tuple[float, float] = (0.5, 0.5)
    """Of the index's documents, by language."""

    @classmethod
    def plain(cls, background: Background) -> Self:
        """Nothing learnt: only the means of the shipped texts are taken out."""
        return cls(background.queries, background.passages, None)

    @classmethod
    def learn(cls, background: Background, rows: Floats) -> Self:
        """From vectors of an index's documents, shape (n, dim); any n."""
        if not len(rows):
            return cls.plain(background)
        rows = np.asarray(rows, dtype=np.float32)
        place = language_of(rows, background.passages)
        means = []
        for number, prior in enumerate(background.passages):
            own = rows[place == number]
            means.append((prior * _MEAN_AFTER + own.sum(axis=0)) / (_MEAN_AFTER + len(own)))
        passages = np.stack(means).astype(np.float32)
        moved = (rows - passages[place]).astype(np.float64)
        values, directions = np.linalg.eigh(moved.T @ moved / len(moved))
        values = np.maximum(values, 0.0)
        mean = max(float(values.mean()), 1e-9)
        known = (1 - _SHRINK) * len(rows) / (len(rows) + _COVARIANCE_AFTER)
        values = known * values + (1 - known) * mean
        turn = directions * (values / mean) ** (-_WHITEN / 2)
        vietnamese = float((place == 0).mean())
        return cls(background.queries, passages, turn.astype(np.float32), (vietnamese, 1 - vietnamese))

    def has_other(self, *, vietnamese: bool) -> bool:
        """Whether the index may hold documents in the other language than the message's."""
        return self.shares[1 if vietnamese else 0] > 0

    def of_message(self, rows: Floats, *, vietnamese: bool) -> Floats:
        """Unit rows of vectors of a message."""
        return self._turned(rows - self.queries[0 if vietnamese else 1])

    def of_documents(self, rows: Floats) -> Floats:
        """Unit rows of vectors of documents, each by the language it is nearest to."""
        return self._turned(rows - self.passages[language_of(rows, self.passages)])

    def _turned(self, moved: Floats) -> Floats:
        return unit(moved if self.turn is None else moved @ self.turn)

    def to_bytes(self) -> bytes:
        out = io.BytesIO()
        turn = np.eye(self.queries.shape[1], dtype=np.float32) if self.turn is None else self.turn
        np.savez(out, queries=self.queries, passages=self.passages, turn=turn, shares=np.array(self.shares))
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, dim: int) -> Self:
        """Raises ValueError where it is no space of so many dimensions."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as kept:
                found = [np.asarray(kept[name], dtype=np.float32) for name in ("queries", "passages", "turn", "shares")]
        except Exception as error:
            raise ValueError(f"no space ({error})") from error
        if [one.shape for one in found] != [(2, dim), (2, dim), (dim, dim), (2,)] or not all(map(_finite, found)):
            raise ValueError("a space of another encoder, or damaged")
        queries, passages, turn, shares = found
        return cls(queries, passages, turn, (float(shares[0]), float(shares[1])))


def unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), dtype=np.float32)


def language_of(rows: Floats, means: Floats) -> NDArray[np.intp]:
    """0 where a row is nearer to the mean of Vietnamese texts, 1 where to that of English ones."""
    return np.asarray((rows @ means.T / np.linalg.norm(means, axis=1)).argmax(axis=1))


def _finite(values: Floats) -> bool:
    return bool(np.isfinite(values).all())


__all__ = ["Space", "language_of", "unit"]
