"""Exact and near copies, told by their words alone, without the encoder.

`bands` are terms to store with a document and to look up for a message (MinHash with locality-sensitive hashing,
Broder 1997, Indyk and Motwani 1998): two texts share a band with probability 1 - (1 - s^ROWS)^BANDS, s being their
`resemblance`. What is found so is checked exactly, by `resemblance` and then by the difference guard.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from sangto.matching.cleaning import said_words
from sangto.matching.links import canonical_url, urls_of

__all__ = ["BANDS", "ROWS", "bands", "canonical_url", "hamming", "resemblance", "simhash", "urls_of"]

Hashes = NDArray[np.uint64]

# Two texts of resemblance .5 share a band in 99 of 100 cases, of .3 in 78, of .05 in 4.
BANDS: Final = 16
ROWS: Final = 2
# Words of a text that are looked at: 20,000 characters of Vietnamese have about 4,500.
_MAX_WORDS: Final = 5_000

_SEEDS: Final = np.random.default_rng(20_250_101).integers(1, 2**63, size=BANDS * ROWS, dtype=np.uint64)
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_A: Final = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B: Final = np.uint64(0x94D049BB133111EB)


def bands(text: str) -> list[str]:
    """Terms of 12 hexadecimal digits, the number of the band first; empty for a text without words."""
    marks = _shingles(text)
    if not len(marks):
        return []
    lowest = _mixed(marks[None, :] ^ _SEEDS[:, None]).min(axis=1).reshape(BANDS, ROWS)
    joined = lowest[:, 0].copy()
    for row in range(1, ROWS):
        joined = _mixed(joined + lowest[:, row] * _GOLDEN)
    return [f"{number:02x}{int(value) & 0xFFFFFFFFFF:010x}" for number, value in enumerate(joined)]


def simhash(text: str) -> int:
    """64 bits of which near copies share most (Charikar 2002); 0 for a text without words."""
    marks = _shingles(text)
    if not len(marks):
        return 0
    bits = np.unpackbits(_mixed(marks).view(np.uint8).reshape(-1, 8), axis=1).sum(axis=0, dtype=np.int64)
    return int.from_bytes(np.packbits(bits * 2 > len(marks)).tobytes(), "big")


def hamming(first: int, second: int) -> int:
    """Bits in which two `simhash` values differ."""
    return (first ^ second).bit_count()


def resemblance(first: str, second: str) -> float:
    """Share of common shingles, 0 to 1 (Jaccard): what the bands estimate, computed exactly."""
    a, b = _shingles(first), _shingles(second)
    if not len(a) or not len(b):
        return 0.0
    common = len(np.intersect1d(a, b, assume_unique=True))
    return common / (len(a) + len(b) - common)


def _shingles(text: str) -> Hashes:
    return shingles_of(said_words(text))


def shingles_of(words: Sequence[str]) -> Hashes:
    """Distinct hashes of neighbouring pairs of words, the ends included: order counts, one changed word costs two."""
    return _shingles_of(tuple(words[:_MAX_WORDS]))


@lru_cache(maxsize=512)
def _shingles_of(words: tuple[str, ...]) -> Hashes:
    if not words:
        return np.empty(0, dtype=np.uint64)
    single = np.fromiter((crc32(word.encode("utf-8", "replace")) for word in words), np.uint64, len(words))
    single = _mixed(single)
    after = np.append(single[1:], np.uint64(0))
    before = np.concatenate(([np.uint64(0)], single[:1]))
    pairs = np.concatenate((_mixed(single * _GOLDEN + after), _mixed(before[:1] * _GOLDEN + before[1:])))
    return np.unique(pairs)


def _mixed(values: Hashes) -> Hashes:
    """The finaliser of SplitMix64: every input bit reaches every output bit. Wraps on purpose."""
    mixed = values + _GOLDEN
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX_A
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_B
    out: Hashes = mixed ^ (mixed >> np.uint64(31))
    return out
