"""How much of what one side says the other says too: word by word, by meaning and in context.

The vector of a whole text says what it is about. "Do cup winners skip military service?" is about what "cup winners get
a flat" is about, and no word of it comes near "flat". So each word of the claim is laid beside the word of the message
that comes nearest, and the other way round, in whatever languages both are (late interaction: Khattab and Zaharia,
2020).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sangto.lib.folding import fold, words
from sangto.matching.background import background_texts, kept_path, read_rows, write_rows
from sangto.matching.encoder import Encoder, Words
from sangto.matching.guard.function_words import FUNCTION_WORDS
from sangto.matching.space import unit
from sangto.matching.stems import stem

Floats = NDArray[np.float32]

# Directions in which all words spread say least: how far they are pressed down (0: not), and the share of the mean
# spread that each direction has at least.
_WHITEN: Final = 0.5
_SHRINK: Final = 0.1
# What a word of grammar counts beside the rarest.
_GRAMMAR: Final = 0.2
# Words of a side that are least covered and looked at together.
_LEAST: Final = 3
# Words of a text that are looked at.
_MOST: Final = 80


@dataclass(frozen=True, slots=True)
class Coverage:
    """`claim`: mean likeness of the claim's words with the nearest of the message, weighed by rarity; `message` the
    other way. The others are 0 where every word is covered, and lower the rarer a word is that is not: `worst` the
    claim's single worst, `claim_least` and `message_least` the mean of the three.
    """

    claim: float
    message: float
    worst: float
    claim_least: float
    message_least: float


# Where it is not asked for, or the encoder gives no vectors of words: the middle of the own train messages.
USUAL: Final = Coverage(0.34, 0.33, -0.58, -0.53, -0.69)
# As much as other words for the same cover: one in a hundred of the own train messages has more.
MUCH: Final = Coverage(0.95, 0.94, -0.08, -0.06, -0.09)


@dataclass(frozen=True, slots=True)
class WordSpace:
    """What all words have in common: `mean`, shape (dim,); `turn`, shape (dim, dim), presses common directions down."""

    mean: Floats
    turn: Floats

    @classmethod
    def of(cls, encoder: Encoder) -> WordSpace | None:
        """Learnt once for an encoder from background.txt, then read from its cache; None without vectors of words."""
        path = kept_path(encoder, "words")
        found = read_rows(path, encoder.dim + 1, encoder.dim)
        if found is None:
            rows = np.vstack([encoder.encode_words(text).vectors for text in background_texts()])
            if not len(rows):
                return None
            mean = rows.mean(axis=0)
            values, directions = np.linalg.eigh(np.cov((rows - mean).T.astype(np.float64)))
            spread = (1 - _SHRINK) * np.maximum(values, 0.0) + _SHRINK * max(float(values.mean()), 1e-9)
            turn = directions * (spread / spread.mean()) ** (-_WHITEN / 2)
            found = np.vstack([mean[None, :], turn]).astype(np.float32)
            write_rows(path, found)
        return cls(found[0], found[1:])

    def rows(self, said: Words) -> Floats:
        return unit(np.asarray((said.vectors[:_MOST] - self.mean) @ self.turn, dtype=np.float32))


def terms_of(said: Words) -> list[str]:
    """What each word is looked up by; "" for a mark of punctuation."""
    return [stem(found[0]) if (found := words(fold(word))) else "" for word in said.written[:_MOST]]


def coverage(space: WordSpace, message: Words, claim: Words, rarity: Mapping[str, float]) -> Coverage:
    """`rarity`: of the terms of both; USUAL where one side has no words."""
    if not len(message.vectors) or not len(claim.vectors):
        return USUAL
    alike = space.rows(message) @ space.rows(claim).T
    mine, theirs = (_weights(terms_of(side), rarity) for side in (message, claim))
    said, claimed = alike.max(axis=1), alike.max(axis=0)
    lacking, missing = np.sort((1 - claimed) * theirs)[::-1], np.sort((1 - said) * mine)[::-1]
    return Coverage(
        float((claimed * theirs).sum() / theirs.sum()),
        float((said * mine).sum() / mine.sum()),
        -float(lacking[0]),
        -float(lacking[:_LEAST].mean()),
        -float(missing[:_LEAST].mean()),
    )


def _weights(terms: Sequence[str], rarity: Mapping[str, float]) -> Floats:
    most = max(rarity.values(), default=1.0) or 1.0
    weights = [
        0.01 if not term else _GRAMMAR if term in FUNCTION_WORDS else max(_GRAMMAR, rarity.get(term, most) / most)
        for term in terms
    ]
    return np.array(weights, dtype=np.float32)


__all__ = ["MUCH", "USUAL", "Coverage", "WordSpace", "coverage", "terms_of"]
