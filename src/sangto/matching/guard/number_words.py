"""Numbers written in words: "hai mươi lăm", "ba trăm nghìn", "twenty-five thousand"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sangto.matching.guard.function_words import tells

SCALES: Final[Mapping[str, float]] = MappingProxyType(
    {
        **dict.fromkeys(("nghìn", "ngàn", "nghin", "ngan", "thousand", "k"), 1e3),
        **dict.fromkeys(("triệu", "trieu", "tr", "million", "củ"), 1e6),
        **dict.fromkeys(("tỷ", "tỉ", "ty", "ti", "billion", "bn"), 1e9),
        **dict.fromkeys(("trăm", "tram", "hundred"), 1e2),
        **dict.fromkeys(("chục", "chuc"), 1e1),
    }
)
_ONES_VI: Final[Mapping[str, int]] = MappingProxyType(
    {
        "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7, "bẩy": 7,
        "tám": 8, "chín": 9,
    }
)  # fmt: skip
_ONES_BARE: Final[Mapping[str, int]] = MappingProxyType(
    {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9}
)
_SMALL_EN: Final[Mapping[str, int]] = MappingProxyType(
    {
        name: number
        for number, name in enumerate(
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen".split(),
            1,
        )
    }
)
_TENS_EN: Final[Mapping[str, int]] = MappingProxyType(
    {
        name: 10 * number
        for number, name in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
    }
)
# Single number words that mean something else as well: father, five or year, a; harm, after, fly and salt when bare.
_OTHER_MEANING: Final = frozenset({"một", "mot", "năm", "nam", "one", "mốt", "tư", "lăm", "lam", "sau", "bay", "muoi"})
_NUMBERS_ONLY: Final = frozenset({"hai", "bốn", "sáu", "bảy", "tám", "chín", "mười"})
_NEVER_ALONE: Final = frozenset({"nam", "lam", "sau", "bay", "tam", "muoi"})
# Before these a lone "ba" or "hai" is no number even if a unit seems to follow.
_COUNTED: Final = frozenset(
    "lượt quả trái con cái chiếc viên cuốn quyển bước hộ ngôi căn tầng cây lon chai gói mũi lần bát chén thìa muỗng lá "
    "tờ vé xe nhà trường bệnh xã huyện tỉnh tập bài môn".split()
)
_NO_NOUN_EN: Final = frozenset(
    "of and or to in on at is are was were the a an more other others by for from with that who which will can".split()
)
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class NumberPhrase:
    """`following`: the two words after it, which end at `ends[1:]`; `ends[0]` is the end of the number itself.

    `sure`: a number whatever follows. `needs_span`: "một" and "năm" count only before a span of time.
    """

    value: float
    start: int
    end: int
    following: tuple[str, ...]
    ends: tuple[int, ...]
    sure: bool
    needs_span: bool
    scaled: bool
    word: str


def number_words(text: str, *, marked: bool, vietnamese: bool) -> Iterator[NumberPhrase]:
    matches = list(_WORD.finditer(text))
    plain = [match.group(0) for match in matches]
    ones = {**_ONES_VI, **_ONES_BARE} if not marked else _ONES_VI
    at = 0
    while at < len(plain):
        value, after, scaled = _vietnamese(plain, at, ones) if vietnamese else _english(plain, at)
        if after == at:
            at += 1
            continue
        # Words beyond a mark of punctuation or something already read do not belong to the number.
        following, ends = [], [matches[after - 1].end()]
        for number in range(after, min(after + 2, len(plain))):
            if text[ends[-1] : matches[number].start()] not in (" ", "-"):
                break
            following.append(plain[number])
            ends.append(matches[number].end())
        lone = after - at == 1
        word = plain[at]
        if lone and vietnamese and not marked and word in _NEVER_ALONE:
            at += 1
            continue
        if vietnamese:
            counted = bool(following) and (following[0] in _COUNTED or _counts(word, following[0], marked=marked))
        else:
            counted = bool(following) and following[0] not in _NO_NOUN_EN and word != "one"
        yield NumberPhrase(
            value,
            matches[at].start(),
            ends[0],
            tuple(following),
            tuple(ends),
            sure=(not lone) or (marked and counted and word not in ("một", "mốt")) or (not vietnamese and counted),
            needs_span=lone and word in _OTHER_MEANING and not (marked and counted and word == "năm"),
            scaled=scaled,
            word=word,
        )
        at = after


def _vietnamese(plain: Sequence[str], at: int, ones: Mapping[str, int]) -> tuple[float, int, bool]:
    value, after = _bare_hundred(plain, at, ones) or _below_thousand(plain, at, ones)
    if after == at:
        return 0.0, at, False
    total, scaled = 0.0, False
    while after < len(plain) and plain[after] in SCALES and SCALES[plain[after]] >= 1e3:
        value *= SCALES[plain[after]]
        after, scaled = after + 1, True
        if after < len(plain) and plain[after] in SCALES and SCALES[plain[after]] >= 1e3:
            continue
        total, more = total + value, 0.0
        if after < len(plain) and plain[after] in ("rưỡi", "ruoi"):
            # Half of the last scale: two and a half million.
            return total + SCALES[plain[after - 1]] / 2, after + 1, True
        more, further = _below_thousand(plain, after, ones)
        if further == after or further >= len(plain) or SCALES.get(plain[further], 0) < 1e3:
            return total, after, scaled
        value, after = more, further
    return total + value if not scaled or value != total else total, after, scaled


def _counts(word: str, following: str, *, marked: bool) -> bool:
    """With its diacritics, a number that means nothing else counts whatever thing follows."""
    return marked and word in _NUMBERS_ONLY and len(following) > 1 and tells(following, vietnamese=True)


def _bare_hundred(plain: Sequence[str], at: int, ones: Mapping[str, int]) -> tuple[float, int] | None:
    """ "Trăm tám mươi": a hundred and eighty."""
    hundred, one, tens = (*plain[at : at + 3], "", "", "")[:3]
    if hundred not in ("trăm", "tram") or one not in ones or tens not in ("mươi", "chục", "muoi"):
        return None
    more, end = _below_thousand(plain, at + 1, ones)
    return 100.0 + more, end


def _below_thousand(plain: Sequence[str], at: int, ones: Mapping[str, int]) -> tuple[float, int]:
    def word(place: int) -> str:
        return plain[place] if place < len(plain) else ""

    value, after = 0.0, at
    if word(after) in ones and word(after + 1) in ("trăm", "tram"):
        value, after = 100.0 * ones[word(after)], after + 2
        if word(after) in ("linh", "lẻ", "le") and word(after + 1) in ones:
            return value + ones[word(after + 1)], after + 2
        if word(after) not in ones and word(after) not in ("mười", "muoi"):
            return value, after
        if word(after) in ones and word(after + 1) not in ("mươi", "muoi"):
            return value, after
    if word(after) in ("mười", "muoi"):
        value, after = value + 10, after + 1
    elif word(after) in ones and word(after + 1) in ("mươi", "muoi", "chục", "chuc"):
        value, after = value + 10 * ones[word(after)], after + 2
    elif word(after) in ones:
        return value + ones[word(after)], after + 1
    else:
        return value, after
    if (
        word(after) in ones
        and word(after + 1) not in ("mươi", "trăm", "muoi", "tram")
        and word(after) not in ("năm", "nam")
    ):
        return value + ones[word(after)], after + 1
    return value, after


def _english(plain: Sequence[str], at: int) -> tuple[float, int, bool]:
    total, current, after, scaled = 0.0, 0.0, at, False
    while after < len(plain):
        word = plain[after]
        if word in _TENS_EN or word in _SMALL_EN:
            number = _TENS_EN.get(word) or _SMALL_EN[word]
            if current % 100 and not (current % 10 == 0 and number < 10):
                break
            current += number
        elif word == "hundred" and after > at:
            current, scaled = current * 100, True
        elif word in ("thousand", "million", "billion") and after > at:
            total, current, scaled = total + current * SCALES[word], 0.0, True
        elif word == "dozen" and (after > at or (at and plain[at - 1] == "a")):
            current, scaled = (current or 1) * 12, True
        else:
            break
        after += 1
    return total + current, after, scaled
