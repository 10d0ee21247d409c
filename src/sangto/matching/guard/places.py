"""Places: a gazetteer of Viet Nam and the world, and which of them lies in which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

from sangto.lib.folding import fold, words
from sangto.matching.cleaning import one_tone_place
from sangto.matching.guard.detail import Detail
from sangto.matching.guard.terms import reach_of

# Names that without their marks are everyday words: hydropower, peace, as high as, nature, seaside, weather.
_WORDS_WITHOUT_MARKS: Final = frozenset(
    {
        *(("thuy", "dien"), ("hoa", "binh"), ("cao", "bang"), ("nhat",), ("ha", "lan"), ("o", "nhat"), ("tau", "khua")),
        *(
            ("thai", "binh"),
            ("dong", "bac"),
            ("tay", "bac"),
            ("nha", "be"),
            ("can", "gio"),
            ("ba", "vi"),
            ("ba", "lan"),
        ),
        *(("dien", "bien"), ("long", "an"), ("an", "giang"), ("phia", "bac"), ("phia", "nam"), ("nam", "bo")),
        *(
            ("bac", "bo"),
            ("trung", "bo"),
            ("o", "lao"),
            ("tay", "ho"),
            ("ba", "dinh"),
            ("hoang", "mai"),
            ("ha", "long"),
        ),
        *(
            ("phan", "lan"),
            ("dan", "mach"),
            ("nam", "my"),
            ("nuoc", "y"),
            ("nuoc", "duc"),
            ("nuoc", "ao"),
            ("nuoc", "anh"),
        ),
        *(
            ("nuoc", "bi"),
            ("chau", "a"),
            ("con", "dao"),
            ("tan", "phu"),
            ("thanh", "xuan"),
            ("chau", "au"),
            ("dong", "anh"),
        ),
    }
)
# Countries of one syllable are everyday words or given names too: only after these, or where written as names.
_SHORT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "mỹ": "nước Mỹ", "pháp": "nước Pháp", "đức": "nước Đức", "nga": "nước Nga", "úc": "nước Úc", "ý": "nước Ý",
        "nhật": "Nhật Bản", "hàn": "Hàn Quốc", "lào": "nước Lào", "anh": "Anh quốc", "thái": "Thái Lan",
            "bỉ": "nước Bỉ",
        "my": "nước Mỹ", "uc": "nước Úc",
    }
)  # fmt: skip
_BEFORE_SHORT: Final = frozenset("ở bên từ tại nước sang qua đi o ben tu nuoc đài học hàng nhập xứ".split())
_BEFORE_SHORT_BARE: Final = frozenset("o ben nuoc".split())
_PERSONS: Final = frozenset({"anh", "thái", "my", "nga", "ý", "đức"})


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names as tuples of lower-case words, as written and without diacritics; `within`: what holds each place."""

    written: Mapping[tuple[str, ...], str]
    folded: Mapping[tuple[str, ...], str]
    within: Mapping[str, frozenset[str]]
    reach: Mapping[str, int]
    folded_reach: Mapping[str, int]


@cache
def gazetteer() -> Gazetteer:
    written: dict[tuple[str, ...], str] = {}
    folded: dict[tuple[str, ...], str] = {}
    within: dict[str, frozenset[str]] = {}
    holders: frozenset[str] = frozenset()
    for line in resources.files("sangto.matching").joinpath("places.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("[in:"):
            holders = frozenset(name.strip() for name in line[4:].strip("] ").split(";") if name.strip())
            continue
        names = line.split("|")
        within[names[0]] = holders
        for name in names:
            written.setdefault(tuple(words(one_tone_place(name.lower()))), names[0])
            bare = tuple(words(fold(name)))
            if (
                len(bare) > 1 or len(name) >= 5 or (len(name) > 2 and name.isupper())
            ) and bare not in _WORDS_WITHOUT_MARKS:
                folded.setdefault(bare, names[0])
    return Gazetteer(written, folded, within, reach_of(written), reach_of(folded))


def place_at(plain: Sequence[str], capital: Sequence[bool], at: int, *, marked: bool) -> tuple[str, int]:
    """(key, words) of the place whose name starts at this word; ("", 0) if none does."""
    known = gazetteer()
    names, reach = (known.written, known.reach) if marked else (known.folded, known.folded_reach)
    for length in range(min(reach.get(plain[at], 0), len(plain) - at), 0, -1):
        place = names.get(tuple(plain[at : at + length]))
        if place is not None:
            return place, length
    short = _SHORT.get(plain[at]) if marked or plain[at] in ("my", "uc") else None
    if short is None or at == 0:
        return "", 0
    before = plain[at - 1] in (_BEFORE_SHORT if marked else _BEFORE_SHORT_BARE)
    # Written with a capital between small words it is a name of a country; between capitals, of a person or place.
    named = (
        marked
        and capital[at]
        and not capital[at - 1]
        and not (at + 1 < len(plain) and capital[at + 1])
        and plain[at] not in _PERSONS
    )
    return (short, 1) if (before and (plain[at] not in ("anh", "thái", "my") or capital[at])) or named else ("", 0)


def places_differ(mine: Mapping[str, Detail], theirs: Mapping[str, Detail]) -> tuple[Detail, Detail] | None:
    """A place only the message has and one only the claim has, where neither lies in a place of the other side."""
    new = [detail for place, detail in mine.items() if not any(lies_in(place, other) for other in theirs)]
    missing = [detail for place, detail in theirs.items() if not any(lies_in(place, other) for other in mine)]
    return (new[0], missing[0]) if new and missing else None


def lies_in(one: str, other: str) -> bool:
    """Whether two places are one, or one of them lies in the other."""
    within = gazetteer().within
    return one == other or one in within.get(other, ()) or other in within.get(one, ())
