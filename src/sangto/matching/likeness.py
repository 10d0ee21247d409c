"""How alike two tips are: a log-odds that they make one claim, from meaning, letters, shared pages and time.

What all tips have in common says nothing about a claim. So the vectors lose their language's mean and are whitened by
the tips' own covariance (a small share of every direction is left as it was), and letters weigh by how few tips have
them. Both are learnt anew as tips come in; until there are enough, the package's background texts stand in.
Another number, date or place (`differences`) makes another claim of the same words.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from sangto.lib.folding import fold, words
from sangto.matching.background import background_texts
from sangto.matching.differences import differences
from sangto.matching.when import Times

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

# Characters of a gram; words are padded with a blank on each side, and count whole as well.
_GRAM: Final = 3
# How much more a rare gram counts than a frequent one: inverse document frequency to this power.
_RARITY: Final = 1.5
# Grams of one tip that are compared.
_MAX_GRAMS: Final = 1_500
# A gram that more than this share of the tips has, and more than so many tips, says little and costs much.
_COMMON_SHARE: Final = 0.1
_COMMON_COUNT: Final = 50
# How far directions of large spread are pressed down (0: not, 1: all equal), and the share of the mean spread that
# every direction has at least. Any from .3 to .7 and .2 to .4 measured alike on the development clusters and on the
# project's own messages.
_WHITEN: Final = 0.5
_SHRINK: Final = 0.4
# Tips after which the covariance of the tips counts as much as no knowledge.
_COVARIANCE_AFTER: Final = 150
# From few tips it is not known what all of them share, and any two look alike: with 10 tips the cosines of unrelated
# ones spread as if they were 1.4 times as close as with 1,000 (measured on both data sets).
_COMMON_AFTER: Final = 8
# The weight of the background's mean, in tips.
_MEAN_PRIOR: Final = 20
# The basis is learnt anew when there are so many times the tips of last time.
_REFRESH: Final = 1.25
# Kinds of difference that make two tips two claims. A "not" does not: a tip that denies a rumour is about that rumour.
_TELLING: Final = frozenset({"number", "percent", "money", "year", "date", "time", "place"})


@dataclass(frozen=True, slots=True)
class Weights:
    """Log-odds = intercept + meaning * z + letters * share + page + time * evidence - detail.

    z is the cosine in units of its chance spread, the evidence that of `Times`, `detail` is taken off for each pair in
    which a number, date or place differs.
    """

    intercept: float
    meaning: float
    letters: float
    page: float
    time: float
    detail: float


class Likeness:
    """Tips in rows, in order of arrival; each new row is compared with all before it."""

    def __init__(self, weights: Weights, means: Floats | None = None) -> None:
        self.weights = weights
        self._means = means
        self._raw: list[Floats] = []
        self._grams: list[NDArray[np.int32]] = []
        self._columns: dict[int, int] = {}
        self._holders: list[array[int]] = []
        self._pages: dict[str, list[int]] = {}
        self._page_of: list[tuple[str, ...]] = []
        self._cores: list[str] = []
        self._times = Times()
        self._gone: set[int] = set()
        self._learnt_at = 0
        self._rarest = 0.0
        self._white = np.empty((0, 0), dtype=np.float32)
        self._norms = np.empty(0, dtype=np.float32)
        self._idf = np.empty(0, dtype=np.float32)
        self._centres = np.empty((0, 0), dtype=np.float32)
        self._turn = np.empty((0, 0), dtype=np.float32)
        self._scale = 1.0
        self._background = _background_counts()

    def __len__(self) -> int:
        return len(self._raw)

    def append(self, core: str, urls: Sequence[str], vector: Floats, day: date | None = None) -> int:
        """The row of a new tip. Without words it is like no other, whatever its vector."""
        row = len(self._raw)
        unit = np.asarray(vector, dtype=np.float32).ravel()
        if not words(core):
            unit = np.zeros_like(unit)
        self._raw.append(unit / max(float(np.linalg.norm(unit)), 1e-6))
        columns = sorted({self._columns.setdefault(mark, len(self._columns)) for mark in _grams_of(core)})
        while len(self._holders) < len(self._columns):
            self._holders.append(array("i"))
        for column in columns:
            self._holders[column].append(row)
        self._grams.append(np.array(columns, dtype=np.int32))
        self._page_of.append(tuple(urls))
        self._cores.append(core)
        self._times.append(day)
        for url in urls:
            self._pages.setdefault(url, []).append(row)
        return row

    def remove(self, row: int) -> None:
        """The row is compared with nothing any more, and what it held is dropped."""
        self._gone.add(row)
        self._raw[row] = np.zeros_like(self._raw[row])
        for column in self._grams[row]:
            holders = self._holders[column]
            if row in holders:
                holders.remove(row)
        self._grams[row] = np.empty(0, dtype=np.int32)
        for url in self._page_of[row]:
            self._pages[url].remove(row)
        self._page_of[row] = ()
        self._cores[row] = ""
        self._times.remove(row)
        if row < len(self._white):
            self._white[row] = 0

    def bring_up(self) -> None:
        """Learns the basis anew where many tips came in, and turns new rows into it."""
        count = len(self._raw)
        if self._learnt_at == 0 or count >= max(self._learnt_at * _REFRESH, self._learnt_at + 1):
            self._learn(count)
        done = len(self._white)
        if done < count:
            self._white = _grown(self._white, count, self._turned(np.stack(self._raw[done:])))
            fresh = np.array([self._norm(row) for row in range(done, count)], dtype=np.float32)
            self._norms = np.concatenate((self._norms, fresh))

    def scores(self, row: int, before: int) -> Floats:
        """Log-odds of the row with each of the rows below `before`, shape (before,); minus 30 for removed ones."""
        weights = self.weights
        meaning = (self._white[:before] @ self._white[row]) * self._scale
        out = weights.intercept + weights.meaning * meaning + weights.letters * self._letters(row, before)
        out += weights.time * self._times.evidence(row, before)
        for url in self._page_of[row]:
            out[[other for other in self._pages[url] if other < before]] += weights.page
        if self._gone:
            out[[gone for gone in self._gone if gone < before]] = -30.0
        return np.asarray(out, dtype=np.float32)

    def told_apart(self, row: int, other: int) -> float:
        """What is taken off the log-odds of the two where a detail of both differs; about 1 ms."""
        found = differences(self._cores[row], (self._cores[other],))
        apart = any(one.yours and one.article and one.kind in _TELLING for one in found)
        return self.weights.detail if apart else 0.0

    def _letters(self, row: int, before: int) -> Floats:
        """Cosine of the grams both have, weighed by their rarity."""
        most = max(_COMMON_COUNT, _COMMON_SHARE * len(self._raw))
        own = [column for column in self._grams[row] if 1 < len(self._holders[column]) <= most]
        if not own:
            return np.zeros(before, dtype=np.float32)
        lists = [np.frombuffer(self._holders[column], dtype=np.int32) for column in own]
        idf = self._rarity(np.array(own)) ** 2
        rows = np.concatenate(lists)
        shares = np.repeat(idf, [len(holders) for holders in lists])
        del lists
        sums = np.bincount(rows, weights=shares, minlength=before)[:before]
        return np.asarray(sums / np.maximum(self._norms[row] * self._norms[:before], 1e-6), dtype=np.float32)

    def _rarity(self, columns: NDArray[np.int64]) -> Floats:
        """Inverse document frequencies as last learnt; a gram met since then is as rare as can be."""
        known = columns < len(self._idf)
        out = np.full(len(columns), self._rarest, dtype=np.float32)
        out[known] = self._idf[columns[known]]
        return out

    def _norm(self, row: int) -> float:
        columns = self._grams[row].astype(np.int64)
        return float(np.sqrt(np.sum(self._rarity(columns) ** 2)))

    def _learn(self, count: int) -> None:
        self._learnt_at = count
        held = np.zeros(len(self._columns), dtype=np.float64)
        held += [len(holders) for holders in self._holders]
        total = count - len(self._gone) + len(background_texts())
        for mark, number in self._background.items():
            column = self._columns.get(mark)
            if column is not None:
                held[column] += number
        self._idf = (np.log1p((total - held + 0.5) / (held + 0.5)) ** _RARITY).astype(np.float32)
        # Of a gram that one tip has and nothing else.
        self._rarest = float(np.log1p((total - 0.5) / 1.5) ** _RARITY)

        # A tip without words, or forgotten, has no direction.
        raw = np.stack([vector for vector in self._raw if vector.any()] or self._raw[:1])
        count = len(raw)
        prior = self._means if self._means is not None else raw.mean(axis=0, keepdims=True)
        nearest = (raw @ (prior / np.maximum(np.linalg.norm(prior, axis=1, keepdims=True), 1e-6)).T).argmax(axis=1)
        self._centres = np.stack(
            [
                (centre * _MEAN_PRIOR + raw[nearest == place].sum(axis=0)) / (_MEAN_PRIOR + (nearest == place).sum())
                for place, centre in enumerate(prior)
            ]
        ).astype(np.float32)
        moved = (raw - self._centres[nearest]).astype(np.float64)
        spread = moved.T @ moved / count
        values, directions = np.linalg.eigh(spread)
        values = np.maximum(values, 0)
        mean = max(float(values.mean()), 1e-9)
        known = (1 - _SHRINK) * count / (count + _COVARIANCE_AFTER)
        values = known * values + (1 - known) * mean
        self._turn = (directions * values ** (-_WHITEN / 2)).astype(np.float32)
        left = values ** (1 - _WHITEN)
        # The spread of the cosine of two vectors that have nothing to do with each other.
        spread_out = float(left.sum() / np.sqrt((left**2).sum()))
        self._scale = spread_out * float(np.sqrt(count / (count + _COMMON_AFTER)))
        self._white = np.empty((0, raw.shape[1]), dtype=np.float32)
        self._norms = np.empty(0, dtype=np.float32)

    def _turned(self, raw: Floats) -> Floats:
        prior = self._means if self._means is not None else self._centres
        nearest = (raw @ (prior / np.maximum(np.linalg.norm(prior, axis=1, keepdims=True), 1e-6)).T).argmax(axis=1)
        turned = (raw - self._centres[nearest]) @ self._turn
        length = np.linalg.norm(turned, axis=1, keepdims=True)
        present = np.linalg.norm(raw, axis=1, keepdims=True) > 0
        return np.asarray(turned / np.maximum(length, 1e-6) * present, dtype=np.float32)


def _grown(old: Floats, count: int, fresh: Floats) -> Floats:
    return fresh if not len(old) else np.concatenate((old[: count - len(fresh)], fresh))


def _grams_of(core: str) -> set[int]:
    """Hashes of folded words and of their grams."""
    found: set[int] = set()
    for word in words(fold(core)):
        padded = f" {word[:30]} "
        found.add(crc32(f"={word[:30]}".encode("utf-8", "replace")))
        for at in range(max(1, len(padded) - _GRAM + 1)):
            found.add(crc32(padded[at : at + _GRAM].encode("utf-8", "replace")))
        if len(found) >= _MAX_GRAMS:
            break
    return found


@cache
def _background_counts() -> Mapping[int, int]:
    counts: dict[int, int] = {}
    for text in background_texts():
        for mark in _grams_of(text):
            counts[mark] = counts.get(mark, 0) + 1
    return counts
