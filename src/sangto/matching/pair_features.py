"""What is measured about two texts: few numbers, each of which can be shown to a person, whichever text comes first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log
from types import MappingProxyType
from typing import Final

from sangto.lib.folding import fold, has_diacritics, tidy, words
from sangto.matching.background import background_texts
from sangto.matching.cleaning import read_message
from sangto.matching.restore import Restorer

# By route. Plain: two sentences of one language. Message: one of them is asked, typed without diacritics, or framed as
# people frame what they pass on. Crossed: two languages, between which words say nothing.
FEATURES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "plain": ("meaning", "words"),
        "message": ("apart", "inside"),
        "crossed": ("apart",),
    }
)

# The encoder sees no more of a text than this, and neither do the words.
MAX_CHARS: Final = 2_000
# Words that the frame of a message ("anyone know whether ... ?") has at least; fewer can fall off a plain sentence.
_FRAME_WORDS: Final = 3
_REMEMBERED: Final = 8_192


@dataclass(frozen=True, slots=True)
class Side:
    """One text of a pair, made ready. `said` is what is compared: of a message its claim, else the text itself."""

    said: str
    encoded: str
    """What the encoder reads: `said`, written out again where it has no diacritics."""
    casual: bool
    """Typed as people type messages: with a frame around the claim, without diacritics, without a capital."""
    asks: bool
    vietnamese: bool
    bare: bool
    """Vietnamese without diacritics."""
    words: frozenset[str]
    folded: frozenset[str]


@lru_cache(_REMEMBERED)
def read_side(text: str) -> Side:
    line = tidy(text, limit=MAX_CHARS)
    message = read_message(line)
    asks = line.rstrip(" \"'”’).…!").endswith("?")
    casual = bool(message.core) and _casual(line, message.core, bare=message.bare)
    said = message.core if message.core and (casual or asks) else line
    return Side(
        said,
        _restorer().restore(said) if message.bare else said,
        casual,
        asks,
        message.vietnamese or has_diacritics(said),
        message.bare,
        frozenset(words(said.lower())),
        frozenset(words(fold(said))),
    )


def route_of(one: Side, other: Side) -> str:
    if one.vietnamese is not other.vietnamese:
        return "crossed"
    # Two headlines that ask are two sentences; a question about a statement is a message about it.
    return "message" if one.casual or other.casual or one.asks is not other.asks else "plain"


def features_of(one: Side, other: Side, meaning: float, apart: float) -> dict[str, float]:
    """`meaning` is the cosine of the two vectors, `apart` that without what all texts of their language share."""
    folded = one.bare or other.bare
    mine, theirs = (one.folded, other.folded) if folded else (one.words, other.words)
    shared, here, there = _weight(mine & theirs), _weight(mine), _weight(theirs)
    return {
        "meaning": meaning,
        "apart": apart,
        "words": _share(2 * shared, here + there),
        "inside": _share(shared, min(here, there)),
    }


def rarity(word: str) -> float:
    """How rare a word is in ordinary claims (background.txt): under 2 for "là", 5.3 for one that is not there."""
    held, total = _background_counts()
    return log((total + 1) / (held.get(fold(word), 0) + 0.5))


def _weight(some: frozenset[str]) -> float:
    return sum(rarity(word) for word in some)


def _share(part: float, whole: float) -> float:
    return min(1.0, part / whole) if whole > 0 else 0.0


def _casual(line: str, core: str, *, bare: bool) -> bool:
    framed = len(words(line)) - len(words(core)) >= _FRAME_WORDS
    lower = not line.endswith(".") and not any(character.isupper() for character in line)
    return bare or framed or lower


@cache
def _background_counts() -> tuple[Mapping[str, int], int]:
    texts = background_texts()
    return Counter(word for text in texts for word in set(words(fold(text)))), len(texts)


@cache
def _restorer() -> Restorer:
    return Restorer.shipped()


__all__ = ["FEATURES", "MAX_CHARS", "Side", "features_of", "rarity", "read_side", "route_of"]
