"""Vietnamese typed without diacritics, written out again: "uong nuoc chanh" as "uống nước chanh".

1. Each bare syllable has candidates: the words of the model that fold to it.
2. A beam search finds the most likely sequence under trigram, bigram and single counts, each order smoothed by the next
   (Dirichlet), the single counts by a prior.
3. The counts are those that ship (syllables.json, collocations.txt) plus those learnt from the desk's own documents.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from operator import itemgetter
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sangto.lib.folding import MAX_CHARS, fold, nfc
from sangto.matching.cleaning import one_tone_place

# Words that are no syllable share ids: context needs to know that something stands there, not what.
_START: Final = 0
_NUMBER: Final = 1
_OTHER: Final = 2
# Ids fit 16 bits, so that three fit one integer. Vietnamese has about 7,000 syllables in use; the rest are names.
_VOCABULARY: Final = 1 << 16
_BITS: Final = 16
_MASK: Final = (1 << _BITS) - 1

# Smoothing, in counts (chosen on headlines: half of a news set learnt, the other half restored).
_PRIOR_WORDS: Final = 5_000.0
_PAIR_WEIGHT: Final = 30.0
_TRIPLE_WEIGHT: Final = 20.0
# One entry of the hand-written list counts as much as this many sightings.
_LISTED: Final = 6
_UNKNOWN: Final = 1e-7

# Hypotheses kept at each word. More changes under one syllable in a thousand.
_BEAM: Final = 8
# Entries kept of pairs and of triples: about 100 bytes each, reached at some 20,000 articles. Beyond, what was seen
# once is forgotten.
_MOST_PAIRS: Final = 400_000
_MOST_TRIPLES: Final = 600_000
# A text with at least this share of marked words is written with diacritics: learnt from, and never changed.
_MARKED_SHARE: Final = 0.5

_MAGIC: Final = b"sangto-restore-1\n"

_TOKEN: Final = re.compile(
    # The part of an address before its @ has at most 64 characters (RFC 5321).
    r"(?P<skip>(?:https?://|www\.)\S+|[^\s@]{1,64}@\S+|[@#]\w+)|(?P<word>[^\W\d_]+)|(?P<number>\d[\d.,]*)|(?P<end>[.!?;:\n]+)"
)


_KINDS: Final[Mapping[str, int]] = {"number": _NUMBER, "end": _START, "skip": _OTHER}
_NAMES: Final = ("<s>", "<n>", "<x>")


class RestoreFileError(ValueError):
    """What was handed to `from_bytes` is no saved counts of this version."""


@dataclass(frozen=True, slots=True)
class _Base:
    """What ships: the vocabulary with its prior, and counts."""

    words: tuple[str, ...]
    prior: tuple[float, ...]
    one: Mapping[int, int]
    two: Mapping[int, int]
    three: Mapping[int, int]
    listed: Mapping[int, int]
    """The part of `one` that comes from the list: it says what follows a syllable, not how frequent that is."""


class _Token(NamedTuple):
    """A stretch of the text; `options` are ids, one where nothing can change."""

    start: int
    end: int
    options: tuple[int, ...]
    breaks: bool


# Log probability, the word before the last, the last word, what came before. Plain tuples: made by the thousand.
_Path = tuple[float, int, int, Any]


class Restorer:
    """Not safe to teach from two threads at once; reading is. Learning the same text twice counts it twice."""

    def __init__(self, base: _Base) -> None:
        self._base = base
        self._words = list(base.words)
        self._ids = {word: i for i, word in enumerate(base.words)}
        self._prior = list(base.prior)
        self._one = Counter(base.one)
        self._two = Counter(base.two)
        self._three = Counter(base.three)
        self._total = sum(self._one.values()) - sum(base.listed.values())
        self._options: dict[str, tuple[int, ...]] = {}
        for word in base.words[_OTHER + 1 :]:
            self._offer(word, self._ids[word])

    @classmethod
    def shipped(cls) -> Restorer:
        """The model in the package, with nothing learnt yet."""
        return cls(_shipped())

    def learn(self, texts: Iterable[str]) -> None:
        """Counts the words of texts written with diacritics; others teach nothing and are passed over."""
        for many in _chunks(texts, 2_000):
            ids: list[int] = []
            for text in many:
                if written_out(text):
                    ids += self._numbered(text)
            self._count(ids)
            self._forget()

    def restore(self, text: str) -> str:
        """The text with diacritics. What already carries marks, links, numbers and foreign words stay as they are."""
        return self.restore_scored(text)[0]

    def restore_scored(self, text: str) -> tuple[str, float]:
        """Also the mean natural log probability of a word: about -6 for plain sentences, lower for strange ones."""
        tokens = self._read(text)
        if not tokens or written_out(text):
            return text, 0.0
        best = self._search(tokens, _BEAM, merge=True)[0]
        return self._written(text, tokens, best), best[0] / len(tokens)

    def alternatives(self, text: str, n: int) -> list[str]:
        """The `n` most likely ways to write the text, best first."""
        tokens = self._read(text)
        if not tokens or written_out(text):
            return [text]
        paths = self._search(tokens, max(4 * n, _BEAM), merge=False)
        return list(dict.fromkeys(self._written(text, tokens, path) for path in paths))[:n]

    def to_bytes(self) -> bytes:
        """What was learnt beyond the shipped model, compressed."""
        new = self._words[len(self._base.words) :]
        head = json.dumps({"base": len(self._base.words), "words": new}, ensure_ascii=False).encode("utf-8")
        tables = [
            _packed(own, given)
            for own, given in (
                (self._one, self._base.one),
                (self._two, self._base.two),
                (self._three, self._base.three),
            )
        ]
        sizes = np.array([len(head), *(len(table) for table in tables)], dtype="<u8").tobytes()
        return _MAGIC + zlib.compress(sizes + head + b"".join(tables), 6)

    @classmethod
    def from_bytes(cls, saved: bytes) -> Restorer:
        """The shipped model plus what `to_bytes` kept. Raises RestoreFileError on anything else."""
        restorer = cls.shipped()
        if not saved.startswith(_MAGIC):
            raise RestoreFileError("These are no learnt syllables of this version; learn them from the documents again")
        try:
            plain = zlib.decompress(saved[len(_MAGIC) :])
            sizes = [int(size) for size in np.frombuffer(plain[:32], dtype="<u8")]
            head = json.loads(plain[32 : 32 + sizes[0]])
            words, old = list(head["words"]), int(head["base"])
            at, counts = 32 + sizes[0], []
            for size in sizes[1:4]:
                counts.append(_unpacked(plain[at : at + size], size))
                at += size
            restorer._take(words, counts)  # noqa: SLF001
        except (zlib.error, ValueError, KeyError, IndexError, TypeError, OverflowError, RecursionError) as error:
            raise RestoreFileError(f"Learnt syllables are damaged ({error}); learn them from the documents again")
        if old != len(restorer._base.words) or len(plain) != at:  # noqa: SLF001
            raise RestoreFileError("Learnt syllables belong to another shipped model; learn them again")
        return restorer

    # Learning

    def _take(self, words: Sequence[str], counts: Sequence[Mapping[int, int]]) -> None:
        for word in words:
            self._id_of(str(word))
        for own, more in zip((self._one, self._two, self._three), counts, strict=True):
            own.update(more)
        self._total = sum(self._one.values()) - sum(self._base.listed.values())

    def _numbered(self, text: str) -> list[int]:
        ids = [_START]
        for found in _TOKEN.finditer(nfc(text).lower()):
            kind = found.lastgroup or "skip"
            ids.append(self._id_of(found["word"]) if kind == "word" else _KINDS[kind])
        return ids

    def _id_of(self, word: str) -> int:
        known = self._ids.get(word)
        if known is not None:
            return known
        plain = one_tone_place(word)
        if plain != word:
            known = self._ids[word] = self._id_of(plain)
            return known
        if len(self._words) >= _VOCABULARY or len(word) > 20:
            return _OTHER
        new = self._ids[word] = len(self._words)
        self._words.append(word)
        self._prior.append(_UNKNOWN)
        self._offer(word, new)
        return new

    def _offer(self, word: str, word_id: int) -> None:
        bare = fold(word)
        self._options[bare] = (*self._options.get(bare, ()), word_id)

    def _count(self, ids: list[int]) -> None:
        self._one.update(ids)
        self._two.update([a << _BITS | b for a, b in pairwise(ids) if b])
        triples = zip(ids, ids[1:], ids[2:], strict=False)
        self._three.update([a << 2 * _BITS | b << _BITS | c for a, b, c in triples if b and c])
        self._total += len(ids)

    def _forget(self) -> None:
        """The rarest go first. What ships stays."""
        for own, given, most in (
            (self._two, self._base.two, _MOST_PAIRS),
            (self._three, self._base.three, _MOST_TRIPLES),
        ):
            rare = 1
            while len(own) > most:
                for key in [key for key, count in own.items() if count <= rare and key not in given]:
                    del own[key]
                rare += 1

    # Restoring

    def _read(self, text: str) -> list[_Token]:
        tokens: list[_Token] = []
        breaks = True
        for found in _TOKEN.finditer(text[:MAX_CHARS]):
            if found["end"]:
                breaks = True
                continue
            if found["word"]:
                lowered = found["word"].lower()
                known = self._options.get(lowered) if lowered.isascii() else None
                options = known or (self._ids.get(one_tone_place(nfc(lowered)), _OTHER),)
            else:
                options = (_NUMBER,) if found["number"] else (_OTHER,)
            tokens.append(_Token(found.start(), found.end(), options, breaks))
            breaks = False
        return tokens

    def _search(self, tokens: Sequence[_Token], beam: int, *, merge: bool) -> list[_Path]:
        """Merged, the best of all paths is exact but for the beam; unmerged, paths that end alike stay apart."""
        one, two, three, log = self._one.get, self._two.get, self._three.get, math.log
        listed, prior = self._base.listed.get, self._prior
        scale = 1.0 / (self._total + _PRIOR_WORDS)
        paths: list[_Path] = [(0.0, _START, _START, None)]
        for token in tokens:
            if token.breaks:
                paths = [(path[0], _START, _START, path) for path in paths]
            singles = [(w, (one(w, 0) - listed(w, 0) + _PRIOR_WORDS * prior[w]) * scale) for w in token.options]
            found: list[_Path] = []
            unseen: list[tuple[float, _Path]] = []
            for path in paths:
                score, before, last, _ = path
                context = last << _BITS
                smooth = _PAIR_WEIGHT / (one(last, 0) + _PAIR_WEIGHT)
                together = two(before << _BITS | last, 0)
                unseen.append((score + log(smooth * _TRIPLE_WEIGHT / (together + _TRIPLE_WEIGHT)), path))
                for word, single in singles:
                    pair = two(context | word)
                    if pair:
                        chance = smooth * (pair / _PAIR_WEIGHT + single)
                        if together:
                            triple = three(before << 2 * _BITS | context | word, 0)
                            chance = (triple + _TRIPLE_WEIGHT * chance) / (max(together, triple) + _TRIPLE_WEIGHT)
                        found.append((score + log(chance), last, word, path))
            # A word that follows nothing it was seen after takes the best path there is.
            for value, path in [max(unseen, key=_score)] if merge else unseen:
                found += [(value + log(single), path[2], word, path) for word, single in singles]
            found.sort(key=_score, reverse=True)
            paths = _distinct(found, beam) if merge else found[:beam]
        return paths

    def _written(self, text: str, tokens: Sequence[_Token], path: _Path) -> str:
        chosen: list[int] = []
        at: _Path | None = path
        while at is not None:
            _, before, last, at = at
            if (before, last) != (_START, _START):
                chosen.append(last)
        pieces: list[str] = []
        done = 0
        for token, word_id in zip(tokens, reversed(chosen), strict=True):
            shown = text[token.start : token.end]
            pieces.append(text[done : token.start])
            free = len(token.options) > 1 or (word_id > _OTHER and shown.isascii())
            pieces.append(_cased(self._words[word_id], shown) if free else shown)
            done = token.end
        return "".join(pieces) + text[done:]


def written_out(text: str) -> bool:
    """Whether the text carries its Vietnamese diacritics, so that bare words in it are meant bare."""
    found = [match["word"] for match in _TOKEN.finditer(text[:2_000]) if match["word"]]
    return bool(found) and sum(not word.isascii() for word in found) >= _MARKED_SHARE * len(found)


_score = itemgetter(0)


def _distinct(paths: Sequence[_Path], most: int) -> list[_Path]:
    """The best path for each pair of last words, best first."""
    kept: dict[tuple[int, int], _Path] = {}
    for path in paths:
        if kept.setdefault((path[1], path[2]), path) is path and len(kept) == most:
            break
    return list(kept.values())


def _cased(word: str, shown: str) -> str:
    if shown.islower():
        return word
    if shown.isupper() and len(shown) > 1:
        return word.upper()
    if shown[0].isupper() and (len(shown) == 1 or shown[1:].islower()):
        return word[0].upper() + word[1:]
    # Mixed case is a brand or a typing accident; letter by letter where the lengths agree.
    if len(word) != len(shown):
        return word
    return "".join(new.upper() if old.isupper() else new for new, old in zip(word, shown, strict=True))


def _chunks(texts: Iterable[str], size: int) -> Iterable[list[str]]:
    many: list[str] = []
    for text in texts:
        many.append(text)
        if len(many) == size:
            yield many
            many = []
    if many:
        yield many


def _packed(own: Mapping[int, int], given: Mapping[int, int]) -> bytes:
    more = {key: count - given.get(key, 0) for key, count in own.items() if count > given.get(key, 0)}
    keys = np.array(sorted(more), dtype="<u8")
    counts = np.array([more[int(key)] for key in keys], dtype="<u4")
    return bytes(np.diff(keys, prepend=np.uint64(0)).astype("<u8").tobytes() + counts.tobytes())


def _unpacked(saved: bytes, size: int) -> dict[int, int]:
    rows = size // 12
    if rows * 12 != len(saved):
        raise ValueError("its tables are cut short")
    keys: NDArray[np.uint64] = np.cumsum(np.frombuffer(saved[: rows * 8], dtype="<u8"), dtype=np.uint64)
    counts = np.frombuffer(saved[rows * 8 :], dtype="<u4")
    return dict(zip(keys.tolist(), counts.tolist(), strict=True))


@cache
def _shipped() -> _Base:
    package = resources.files(__package__)
    values: dict[str, Any] = json.loads(package.joinpath("syllables.json").read_text("utf-8"))
    listed = collocations()
    priors: dict[str, float] = values["prior"]
    words = list(dict.fromkeys([*_NAMES, *priors, *values["one"], *(word for entry in listed for word in entry)]))
    ids = {word: i for i, word in enumerate(words)}
    prior = [_UNKNOWN, _UNKNOWN, _UNKNOWN] + [math.exp(value) for value in priors.values()]
    # A syllable that only the list has: rarer than all of the prior.
    prior += [min(prior[3:]) / 2] * (len(words) - len(prior))
    tables: list[Counter[int]] = [Counter(), Counter(), Counter()]
    for table, name in zip(tables, ("one", "two", "three"), strict=True):
        for line, count in values[name].items():
            table[_key([ids[word] for word in line.split(" ")])] = count
    seen = dict(tables[0])
    for entry in listed:
        numbers = [ids[word] for word in entry]
        for size, table in enumerate(tables, 1):
            for at in range(len(numbers) - size + 1):
                table[_key(numbers[at : at + size])] += _LISTED
    from_list = {key: count - seen.get(key, 0) for key, count in tables[0].items()}
    return _Base(tuple(words), tuple(prior), tables[0], tables[1], tables[2], from_list)


def tokens_of(text: str) -> list[str]:
    """Lower-case words in one spelling, with signs for numbers and the ends of sentences (to make the model file)."""
    found = _TOKEN.finditer(nfc(text).lower())
    return [one_tone_place(m["word"]) if m["word"] else _NAMES[_KINDS[m.lastgroup or "skip"]] for m in found]


def collocations() -> list[list[str]]:
    """Words of two syllables and more, and set phrases, from the hand-written list."""
    text = resources.files(__package__).joinpath("collocations.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return [
        one_tone_place(entry.strip().lower()).split() for line in lines for entry in line.split(",") if entry.strip()
    ]


def _key(numbers: Sequence[int]) -> int:
    key = 0
    for number in numbers:
        key = key << _BITS | number
    return key
