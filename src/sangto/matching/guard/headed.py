"""Names after a word that says what they name: "sông Hồng", "bão Yagi", "Bộ Y tế", "Hurricane Ian".

No list of the names is needed: where both texts name one of a sort and not the same, they speak of two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from sangto.lib.folding import fold, tidy, words
from sangto.matching.guard.alignment import same_word
from sangto.matching.guard.function_words import tells
from sangto.matching.guard.places import lies_in
from sangto.matching.guard.reading import MAX_CHARS, Reading, Unit
from sangto.matching.types import Difference

_HEADS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys("sông hồ đập cầu chùa núi đèo đảo vịnh".split(), "place"),
        **dict.fromkeys(("sân bay", "quận", "huyện", "xã", "phường", "bến xe", "nhà máy"), "place"),
        **dict.fromkeys(
            ("bão", "bộ", "sở", "cục", "tổng cục", "bệnh viện", "ngân hàng", "đại học", "hãng", "tập đoàn"), "name"
        ),
        **dict.fromkeys(("hurricane", "typhoon", "cyclone", "tropical storm"), "name"),
        **dict.fromkeys(("lake", "mount", "river"), "place"),
    }
)
# "Bộ đội" is no ministry, "hồ sơ" no lake; what a head makes with these words is another word (folded).
_COMPOUNDS: Final = frozenset(
    "doi phan phim luat kit do anh truong mon xuong nao may so thich hong cau thu duong truyen hinh nang lanh pin "
    "gach dat da cung ly xin the hoi danh den do ca bo loi ai nay kia chinh hai hang khong nuoc vien san thi chay "
    "chung tai thuy dien tho nhan ket nho lon to mieng mat be boi than thuat nhi ngoai tam than kinh".split()
)
_NAME: Final = r"(?:[A-ZĐÀ-Ỹ][^\W\d_]*)"
_LONGEST: Final = 4


def headed_names(message: Reading, original: str, claims: Sequence[str]) -> Iterator[Difference]:
    """`original`: the message with its capitals; `claims`: all wordings, with theirs."""
    said = words(fold(message.text))
    known = [found for claim in claims for found in _named(tidy(claim, limit=MAX_CHARS))]
    capitals = _has_capitals(original)
    for head in dict.fromkeys(found[0] for found in known):
        names = [name for other, name in known if other == head]
        if any(_within(name, said) for name in names):
            continue
        new = _after(head, message, original, capitals=capitals)
        if new and all(fold(new).split()[0] != name[0] for name in names):
            yield Difference(_HEADS[head], f"{head} {new}", f"{head} {' '.join(names[0])}")


def names_apart(message: Reading, claim: Reading, others: Sequence[Reading]) -> Iterator[Difference]:
    """A word written as a name that only the message has, and one that only the claim has; for texts of one frame."""
    known = {part for reading in (claim, *others) for unit in reading.units for part in unit.bare.split()}
    new = [unit for unit in message.units if _is_name(unit) and known.isdisjoint(unit.bare.split())]
    gone = [unit for unit in claim.units if _is_name(unit) and message.bares.isdisjoint(unit.bare.split())]
    one_thing = any(
        same_word(one.bare, other.bare) or lies_in(one.key[1:], other.key[1:]) for one in new for other in gone
    )
    if new and gone and not one_thing:
        place = new[0].key.startswith("@") or gone[0].key.startswith("@")
        yield Difference("place" if place else "name", new[0].shown, gone[0].shown)


def _is_name(unit: Unit) -> bool:
    return (unit.named and not unit.weak and len(unit.bare) > 1) or unit.key.startswith("@")


def _named(claim: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Heads with the capitalised words after them, folded."""
    for match in _PATTERN.finditer(claim):
        yield match.group("head").lower(), tuple(fold(match.group("name")).split())


def _after(head: str, message: Reading, original: str, *, capitals: bool) -> str:
    """What the message names after the head; "" where it names nothing."""
    plain, wanted = words(message.text), words(head if message.marked else fold(head))
    # What has a meaning of its own is no name: "the ministry forbids".
    known = {part for unit in message.units if unit.key.startswith("=") for part in unit.bare.split()}
    # Without diacritics "song" is a river, two, or alive.
    if message.vietnamese and not message.marked and len(wanted) == 1:
        return ""
    for at in range(len(plain) - len(wanted)):
        if plain[at : at + len(wanted)] != wanted:
            continue
        following = plain[at + len(wanted)]
        if fold(following) in _COMPOUNDS or following.isdigit():
            continue
        if (message.vietnamese and not tells(following, vietnamese=True)) or fold(following) in known:
            continue
        # Who writes names with capitals writes this one with one.
        if capitals and not re.search(rf"(?<!\w){re.escape(following.capitalize())}", original):
            continue
        return following
    return ""


def _within(name: Sequence[str], said: Sequence[str]) -> bool:
    """Whether the name, or the part of it that people call it by, is in the message."""
    return all(part in said for part in name) or any(len(part) > 3 and part in said for part in name)


def _has_capitals(text: str) -> bool:
    return re.search(r"(?<=[^\s.!?…:] )[A-ZĐÀ-Ỹ][^\W\d_]", text) is not None


def _pattern() -> re.Pattern[str]:
    heads = "|".join(sorted(map(re.escape, _HEADS), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?P<head>(?i:{heads}))\s+(?P<name>{_NAME}(?:\s{_NAME}){{0,{_LONGEST - 1}}})")


_PATTERN: Final = _pattern()

__all__ = ["headed_names", "names_apart"]
