"""What is measured about one message and one document: few numbers, each of which can be shown to a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from sangto.lib.folding import fold, has_diacritics, tidy, words
from sangto.matching.letters import Marks, marks_of
from sangto.matching.passages import PIECE_WORDS
from sangto.matching.stems import stem, telling
from sangto.matching.types import Document

# Wordings of one document that are compared word by word, and the characters of each.
_MAX_WORDINGS: Final = 24
_MAX_CHARS: Final = 600
_SHINGLE: Final = 3

# Near copy, on words without diacritics: shingles of three words shared by both, or the whole wording inside a longer
# message. Of 1,545 Vietnamese sentence pairs these call 47 near copies without a difference; 46 are paraphrases.
NEAR_COPY_JACCARD: Final = 0.7
NEAR_COPY_INSIDE: Final = 0.9
NEAR_COPY_MIN_WORDS: Final = 6
NEAR_COPY_INSIDE_MIN_WORDS: Final = 8


@dataclass(frozen=True, eq=False)
class Wording:
    """One way to say the claim, made ready for comparison."""

    text: str
    folded: tuple[str, ...]
    stems: frozenset[str]
    """The folded words as the index looks them up."""
    marks: Marks
    """Its letters (letters.py)."""
    vietnamese: bool
    claim: bool
    """Whether it is a claim or a known message; a title may be the answer's."""

    @cached_property
    def shingles(self) -> frozenset[tuple[str, ...]]:
        """Three words in a row: only copies ask for them."""
        return _shingles(self.folded)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document made ready; kept while it is in use."""

    document: Document
    wordings: tuple[Wording, ...]
    all_stems: frozenset[str]
    article: bool
    """Its text is longer than a claim: what is sought may stand anywhere in it."""

    @property
    def claims(self) -> list[str]:
        return [wording.text for wording in self.wordings if wording.claim]


def prepare_text(text: str, *, claim: bool = True) -> Wording:
    line = tidy(text, limit=_MAX_CHARS)
    folded = tuple(words(fold(line)))
    vietnamese = has_diacritics(line)
    return Wording(
        line,
        folded,
        frozenset(map(stem, folded)),
        marks_of(telling(folded, english=not vietnamese)),
        vietnamese=vietnamese,
        claim=claim,
    )


def prepare(document: Document) -> Prepared:
    texts: dict[str, bool] = {}
    for text, claim in ((document.text, True), (document.title, False), *((extra, True) for extra in document.extra)):
        if text:
            texts.setdefault(text, claim)
    wordings = tuple(prepare_text(text, claim=claim) for text, claim in list(texts.items())[:_MAX_WORDINGS])
    # What no wording holds: the subtitle, the end of long texts, and more texts than are compared.
    left = [document.subtitle, *(text for text in texts if len(text) > _MAX_CHARS), *list(texts)[_MAX_WORDINGS:]]
    others = stems_of(" ".join(left)) if any(left) else frozenset[str]()
    return Prepared(
        document,
        wordings,
        others.union(*(wording.stems for wording in wordings)),
        article=len(words(document.text)) > PIECE_WORDS,
    )


def stems_of(text: str) -> frozenset[str]:
    return frozenset(map(stem, words(fold(tidy(text)))))


def share(part: Iterable[str], whole: frozenset[str] | set[str], weights: Mapping[str, float]) -> float:
    """Weight of the words of `part` that are in `whole`, of all words of `part`: 0 to 1."""
    total = found = 0.0
    for word in set(part):
        weight = weights.get(word, 1.0)
        total += weight
        if word in whole:
            found += weight
    return found / total if total else 0.0


def agreement(message: Wording, wording: Wording) -> tuple[float, float]:
    """(Jaccard of the shingles, share of the wording's shingles that stand in the message)."""
    if not message.shingles or not wording.shingles:
        return 0.0, 0.0
    shared = len(message.shingles & wording.shingles)
    return shared / len(message.shingles | wording.shingles), shared / len(wording.shingles)


def near_copy(message: Wording, document: Prepared) -> tuple[Wording, float] | None:
    """The known wording that the message repeats nearly word for word, and how much of it."""
    best: tuple[Wording, float] | None = None
    for wording in document.wordings:
        if not wording.claim or len(wording.folded) < NEAR_COPY_MIN_WORDS:
            continue
        alike, inside = agreement(message, wording)
        long_enough = len(wording.folded) >= NEAR_COPY_INSIDE_MIN_WORDS
        if alike >= NEAR_COPY_JACCARD or (inside >= NEAR_COPY_INSIDE and long_enough):
            score = max(alike, inside)
            if best is None or score > best[1]:
                best = (wording, score)
    return best


def shared_words(message: Sequence[str], document: Prepared, weights: Mapping[str, float], limit: int = 5) -> list[str]:
    """The rarest words both have, as the message writes them (for the reader's eyes)."""
    seen: dict[str, str] = {}
    for word in message:
        bare = stem(fold(word))
        if bare in document.all_stems and len(bare) > 1:
            seen.setdefault(bare, word.lower())
    chosen = sorted(seen, key=lambda bare: (-weights.get(bare, 0.0), bare))[:limit]
    return [seen[bare] for bare in seen if bare in chosen]


def _shingles(folded: Sequence[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(folded[at : at + _SHINGLE]) for at in range(len(folded) - _SHINGLE + 1))
