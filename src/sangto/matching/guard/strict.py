"""The stricter comparison of two texts that are nearly the same: whatever is left over on both sides is a difference.

Where most words agree, nobody has put the claim in other words; what differs was changed. So no list of names is needed
here: a thing on one side and another thing on the other, one "not" more, a "may" for a "will", are told as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Final, TypeVar

from sangto.lib.folding import fold, words
from sangto.matching.guard.alignment import align, same_word, stretch, weight
from sangto.matching.guard.function_words import FUNCTION_WORDS
from sangto.matching.guard.places import lies_in
from sangto.matching.guard.polarity import ADDRESS, REFUTED
from sangto.matching.guard.reading import Reading, Unit
from sangto.matching.types import Difference

# Share of each side's content that the other has, from which two texts are nearly the same; docs/matching.md says
# what other values catch and cost.
NEARLY: Final = 0.6
_NEARLY_DENIED: Final = 0.7
_NEARLY_SURE: Final = 0.7
# Things left over on one side; more of them are another way to say it.
_MOST_LEFT: Final = 3
# Without diacritics synonyms are not seen, and syllables are taken for others.
_NEARLY_BARE: Final = 0.8
# Share of the claim's words that stand in their order, from which a message follows it word by word.
_FOLLOWS: Final = 0.75
_FOLLOWS_WORDS: Final = 0.8
_MOST_REPLACED: Final = 4
# Share of the frame from which numbers of different things are compared within one language.
_NUMBERS_FRAME: Final = 0.4
_NEGATORS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "vi": frozenset("không chưa chẳng chả chớ đừng".split()),
        # Without diacritics "chua" may heal and "cha" be a father.
        "bare": frozenset("khong chang ko".split()),
        "en": frozenset("not no never without cannot dont doesnt didnt isnt arent wasnt wont cant".split()),
    }
)
# "199k", "400 nghìn", "5 ngàn".
_SHORT_NUMBER: Final = re.compile(r"(?<=\d)\s?(?:k|nghìn|ngàn|nghin|ngan)\b")
_DIGITS: Final = re.compile(r"(?<![\w-])\d+(?:[.,]\d+)*")
_NUMBER_WORDS: Final = re.compile(
    # Written without diacritics they are taken for other words: only as they stand.
    r"\b(?:hai|bốn|sáu|bảy|tám|chín|mười|mươi|bon|chin|muoi|two|three|four|five|six|seven|eight|nine|ten|twelve"
    r"|twenty|thirty|forty|fifty|hundred|thousand|million)\b"
)
_COMPARED: Final = frozenset({"calendar year", "day", "month", "clock", "money", "percent"})
_NUMERIC: Final = re.compile(r"#(?!of )|#of =")
_MODAL: Final[Mapping[str, tuple[frozenset[tuple[str, ...]], ...]]] = MappingProxyType(
    {
        # Less sure or less binding, and more so (folded).
        "vi": (
            frozenset({("co", "the"), ("co", "kha", "nang"), ("co", "le"), ("nen",), ("de", "xuat"), ("du", "kien")}),
            frozenset({("se",), ("phai",), ("chac", "chan"), ("bat", "buoc"), ("da",)}),
        ),
        "en": (
            frozenset(
                {("may",), ("might",), ("could",), ("can",), ("should",), ("possibly",), ("perhaps",), ("maybe",)}
            ),
            frozenset({("will",), ("must",), ("shall",), ("always",), ("never",), ("definitely",), ("certainly",)}),
        ),
    }
)


Part = TypeVar("Part")
# Whether these words of a text (lower-case, second) mean another thing than those that stand there in the claim
# (third).
Apart = Callable[[str, str, str], bool]


def strictly(message: Reading, claim: Reading, apart: Apart | None) -> Iterator[Difference]:
    """In texts of one language that are nearly the same. `apart` has the last word on things; without it all count."""
    theirs = [unit for unit in claim.units if unit.content]
    mine = stretch([unit for unit in message.units if unit.content], theirs)
    left, missing = _without(mine, theirs), _without(theirs, mine)
    covered = 1 - weight(left) / max(weight(mine), 0.5)
    claimed = 1 - weight(missing) / max(weight(theirs), 0.5)
    nearly = min(covered, claimed)
    if nearly >= _NEARLY_DENIED:
        yield from _denied(message, claim)
        yield from _counted(message, claim)
    if nearly >= _NEARLY_SURE:
        yield from _sureness(message, claim)
    found = [*_replaced(message, claim)]
    found = found or [*_reworded(message, claim)]
    if not found and nearly >= (NEARLY if message.marked or not message.vietnamese else _NEARLY_BARE):
        found += _things(left, missing)
    # Vectors hardly tell one name from another: only of what is no name they have a say.
    names = {part for unit in claim.units if unit.named or _is_place(unit) for part in unit.bare.split()}
    for one in found:
        if _one_in_the_other(one, message, claim):
            continue
        named = not names.isdisjoint(words(fold(one.article)))
        if apart is None or named or apart(message.text, one.yours.lower(), one.article.lower()):
            yield one
            return


def _denied(message: Reading, claim: Reading) -> Iterator[Difference]:
    """One "not" more or less. Nothing but their number counts; at the end of a text it asks."""
    negators = _NEGATORS[("vi" if message.marked else "bare") if message.vietnamese else "en"]
    mine, theirs = words(message.text), words(claim.text)
    for said in (mine, theirs):
        while said and (said[-1] in negators or fold(said[-1]) in ADDRESS):
            said.pop()
    one, other = ([word for word in plain if word in negators or word.endswith("n't")] for plain in (mine, theirs))
    refuted = len(REFUTED.findall(message.text)) - len(REFUTED.findall(claim.text))
    if len(one) != len(other) or refuted:
        yield Difference("negation", " ".join(one[:1]), " ".join(other[:1]))


def _counted(message: Reading, claim: Reading) -> Iterator[Difference]:
    """Another number, in digits or in words, in the place of one of the claim's."""
    for pattern in (_DIGITS, _NUMBER_WORDS):
        mine, theirs = (pattern.findall(_unequal(one, other)) for one, other in ((message, claim), (claim, message)))
        new = next((number for number in mine if mine.count(number) > theirs.count(number)), None)
        gone = next((number for number in theirs if theirs.count(number) > mine.count(number)), None)
        if new and gone and new.replace(".", "").replace(",", "") != gone.replace(".", "").replace(",", ""):
            yield Difference("number", new, gone)
            return


def _unequal(reading: Reading, other: Reading) -> str:
    """The text without the details that the other side has too, in whatever form."""
    text = list(reading.text)
    for one in reading.details:
        if any(one.group == known.group and one.value == known.value for known in other.details):
            text[one.start : one.end] = " " * (one.end - one.start)
    return _SHORT_NUMBER.sub("000", "".join(text))


def _replaced(message: Reading, claim: Reading) -> Iterator[Difference]:
    """In a text that follows the claim word by word: other words in the place of its words, be they what they may."""
    mine, theirs = message.units, claim.units
    matcher = SequenceMatcher(None, [unit.key for unit in mine], [unit.key for unit in theirs], autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    if same < _FOLLOWS * len(theirs):
        return
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag != "replace" or b2 - b1 > _MOST_REPLACED:
            continue
        new = _beside(mine, a1, a2, b1, b2, len(theirs))
        gone = theirs[b1:b2]
        if _telling(new) and _telling(gone) and not any(_same(x, y) for x in new for y in gone):
            place = any(_is_place(unit) for unit in new) and any(_is_place(unit) for unit in gone)
            kind = "place" if place else "name"
            yield Difference(kind, " ".join(unit.shown for unit in new), " ".join(unit.shown for unit in gone))


def _reworded(message: Reading, claim: Reading) -> Iterator[Difference]:
    """The same by single words: a unit can be cut wrongly, above all without diacritics."""
    mine, theirs = words(fold(message.text)), words(fold(claim.text))
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    if sum(block.size for block in matcher.get_matching_blocks()) < _FOLLOWS_WORDS * len(theirs):
        return
    said_too, claimed_too = _in_common(message, claim), _in_common(claim, message)
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag != "replace" or b2 - b1 > _MOST_REPLACED:
            continue
        # What is another word for something the other side says is no other thing.
        new = [word for word in _beside(mine, a1, a2, b1, b2, len(theirs)) if word not in said_too]
        gone = [word for word in theirs[b1:b2] if word not in claimed_too]
        if _says(new) and _says(gone) and not any(same_word(x, y) for x in new for y in gone):
            yield Difference("name", " ".join(new), " ".join(gone))


def _in_common(reading: Reading, other: Reading) -> set[str]:
    """The words of those units whose meaning the other side has too."""
    known = {unit.key for unit in other.units}
    return {part for unit in reading.units if unit.key in known for part in unit.bare.split()}


def _beside(mine: Sequence[Part], a1: int, a2: int, b1: int, b2: int, length: int) -> Sequence[Part]:
    """What stands in the place of the claim's b1 to b2: before its first and after its last word stands a frame."""
    room = b2 - b1 + 1
    if b1 == 0:
        return mine[max(a1, a2 - room) : a2]
    return mine[a1 : min(a2, a1 + room)] if b2 == length else mine[a1:a2]


def _says(plain: Sequence[str]) -> bool:
    return any(word not in FUNCTION_WORDS and len(word) > 1 for word in plain)


def _one_in_the_other(found: Difference, message: Reading, claim: Reading) -> bool:
    """Two places of which one holds the other."""
    here, there = (
        [unit.key[1:] for unit in reading.units if _is_place(unit) and unit.bare in fold(shown)]
        for reading, shown in ((message, found.yours), (claim, found.article))
    )
    return any(lies_in(one, other) for one in here for other in there)


def _is_place(unit: Unit) -> bool:
    return unit.key.startswith("@")


def _same(one: Unit, other: Unit) -> bool:
    """One word, or the same number beside it ("1 đã ghi", "1 ghi")."""
    plain, others = one.bare.split(), other.bare.split()
    return same_word(one.bare, other.bare) or bool(plain and others and plain[-1] == others[-1])


def _telling(units: Sequence[Unit]) -> bool:
    return any(unit.bare not in FUNCTION_WORDS and len(unit.bare) > 1 for unit in units)


def _things(left: Sequence[Unit], missing: Sequence[Unit]) -> Iterator[Difference]:
    new, gone = _strong(left), _strong(missing)
    if not new or not gone or len(new) > _MOST_LEFT or len(gone) > _MOST_LEFT:
        return
    if any(same_word(one.bare, other.bare) for one in left for other in missing):
        return
    yield Difference("name", " ".join(unit.shown for unit in new), " ".join(unit.shown for unit in gone))


def _sureness(message: Reading, claim: Reading) -> Iterator[Difference]:
    weaker, stronger = _MODAL["vi" if message.vietnamese else "en"]
    mine, theirs = words(fold(message.text)), words(fold(claim.text))
    for here, there in ((weaker, stronger), (stronger, weaker)):
        said = next((term for term in here if _count(mine, term) > _count(theirs, term)), None)
        gone = next((term for term in there if _count(theirs, term) > _count(mine, term)), None)
        if said and gone:
            yield Difference("modality", " ".join(said), " ".join(gone))
            return


def _count(plain: Sequence[str], term: tuple[str, ...]) -> int:
    return sum(tuple(plain[at : at + len(term)]) == term for at in range(len(plain)))


def numbers_apart(message: Reading, claims: Sequence[Reading]) -> Iterator[Difference]:
    """A number that only the message has and one that only the claim has, whatever each counts: also between languages.

    Dates, times and spans are compared for themselves.
    """
    crossed = message.vietnamese is not claims[0].vietnamese
    if not crossed and align(message, claims[0]).share < _NUMBERS_FRAME:
        return
    mine, own = (_numbers(one, crossed=crossed) for one in (message, claims[0]))
    known = {number for claim in claims for number in _numbers(claim, crossed=crossed)}
    new = [number for number in mine if number not in known]
    missing = [number for number in own if number not in mine]
    if new and missing:
        yield Difference("number", new[0], missing[0])


def _numbers(reading: Reading, *, crossed: bool) -> list[str]:
    """In digits, but for those that are compared with their units."""
    text = list(reading.text)
    for one in reading.details:
        if one.group in _COMPARED if crossed else not one.group.startswith("of "):
            text[one.start : one.end] = " " * (one.end - one.start)
    return _digits("".join(text))


def _digits(shown: str) -> list[str]:
    """The numbers as written, without the points of thousands."""
    return re.findall(r"(?<![\w-])\d+", re.sub(r"(?<=\d)[.,](?=\d{3}(?!\d))", "", shown))


def _without(units: Sequence[Unit], others: Sequence[Unit]) -> list[Unit]:
    known = {unit.key for unit in others} | {unit.bare for unit in others}
    return [unit for unit in units if unit.key not in known and unit.bare not in known]


def _strong(units: Sequence[Unit]) -> list[Unit]:
    """Things; of "300 ravens" beside "300 starlings" the number is the same and the thing is not."""
    return [unit for unit in units if not unit.weak and not _NUMERIC.match(unit.key) and len(unit.bare) > 1]


__all__ = ["NEARLY", "numbers_apart", "strictly"]
