"""The stricter comparison of two texts that are nearly the same: whatever is left over on both sides is a difference.

Where most words agree, nobody has put the claim in other words; what differs was changed. So no list of names is needed
here: a thing on one side and another thing on the other, one "not" more, a "may" for a "will", are told as they stand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Final, TypeVar

from sangto.lib.folding import fold, words
from sangto.matching.guard.alignment import align, same_word, stretch, weight
from sangto.matching.guard.function_words import FUNCTION_WORDS, tells
from sangto.matching.guard.places import lies_in
from sangto.matching.guard.polarity import ADDRESS, REFUTED
from sangto.matching.guard.reading import Reading, Unit
from sangto.matching.types import Difference

# Share of each side's content that the other has, from which things left over are told although they do not stand in
# each other's place. At .6 one in nine of the project's own true repeats was held back, at .8 one in thirteen, and of
# the traps made of retold claims 78 instead of 79 of 100 were seen.
NEARLY: Final = 0.8
_NEARLY_DENIED: Final = 0.7
_NEARLY_SURE: Final = 0.7
# Things left over on one side; more of them are another way to say it.
_MOST_LEFT: Final = 3
# A text of the length that is compared has 230 words; more are rows of letters or digits, and cost their cube.
_MOST_UNITS: Final = 300
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
    r"\b(?:hai|ba|bốn|sáu|bảy|tám|chín|mười|mươi|bon|chin|muoi|two|three|four|five|six|seven|eight|nine|ten|twelve"
    r"|twenty|thirty|forty|fifty|hundred|thousand|million)\b"
)
# "Chia sẻ" (share) is no "sẽ" (will).
_SHARED: Final = re.compile(r"\bchia se\b")
# "I can't believe", "not only", "không biết": nothing is denied.
_NOT_DENIED: Final = frozenset("believe wait sure wonder doubt only just biet ro hieu chac chi nhung".split())
# Without diacritics the words for reading, hearing and passing on are not known as such.
_SAYING: Final = frozenset("doc nghe noi thay biet hoi tin don moi vua duoc chia se gap gui nhan check xem ban".split())
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


def strictly(
    message: Reading, claim: Reading, apart: Apart | None, as_written: str = "", others: Sequence[Reading] = ()
) -> Iterator[Difference]:
    """In texts of one language that are nearly the same. `apart` has the last word on things; without it all count.

    `as_written`: the claim with its diacritics, where it was read without. `others`: its other wordings; what one of
    them says is no other thing.
    """
    if max(len(message.units), len(claim.units)) > _MOST_UNITS:
        return
    theirs = [unit for unit in claim.units if unit.content]
    mine = _unframed(stretch([unit for unit in message.units if unit.content], theirs), theirs)
    left, missing = _without(mine, theirs), _without(theirs, mine)
    covered = 1 - weight(left) / max(weight(mine), 0.5)
    claimed = 1 - weight(missing) / max(weight(theirs), 0.5)
    nearly = min(covered, claimed)
    if nearly >= _NEARLY_DENIED:
        yield from _denied(message, claim)
        yield from _counted(message, claim)
    if claimed >= _NEARLY_DENIED:
        yield from _refuted(message, claim)
        yield from _grown(message, claim)
    if nearly >= _NEARLY_SURE:
        yield from _sureness(message, claim)
    found = [*_replaced(message, claim)]
    found = found or [*_reworded(message, claim, words(as_written or claim.text))]
    if not found and nearly >= NEARLY:
        found += _things(left, missing)
    # Vectors hardly tell one name from another: only of what is no name they have a say.
    names = {part for unit in claim.units if unit.named or _is_place(unit) for part in unit.bare.split()}
    for one in found:
        if _one_in_the_other(one, message, claim) or _said_by(others, one.yours):
            continue
        named = not names.isdisjoint(words(fold(one.article)))
        article = _written(one.article.lower(), claim, as_written)
        if apart is None or named or _counts(one) or apart(message.text, one.yours.lower(), article):
            yield one
            return


def _unframed(units: Sequence[Unit], others: Sequence[Unit]) -> Sequence[Unit]:
    """Without the general words around what both say: "I have just read the news that …"."""
    known = {unit.key for unit in others}
    first, last = 0, len(units)
    while first < last and _says_only_so(units[first]) and units[first].key not in known:
        first += 1
    while last > first and _says_only_so(units[last - 1]) and units[last - 1].key not in known:
        last -= 1
    return units[first:last]


def _says_only_so(unit: Unit) -> bool:
    return unit.weak or _SAYING.issuperset(unit.bare.split())


def _denied(message: Reading, claim: Reading) -> Iterator[Difference]:
    """One "not" more or less. Nothing but their number counts; at the end of a text it asks."""
    negators = _NEGATORS[("vi" if message.marked else "bare") if message.vietnamese else "en"]
    mine, theirs = words(message.text), words(claim.text)
    for said in (mine, theirs):
        while said and (said[-1] in negators or fold(said[-1]) in ADDRESS):
            said.pop()
    one, other = (
        [
            word
            for word, following in zip(plain, [*plain[1:], ""], strict=False)
            if (word in negators or word.endswith("n't")) and fold(following) not in _NOT_DENIED
        ]
        for plain in (mine, theirs)
    )
    if len(one) != len(other):
        yield Difference("negation", " ".join(one[:1]), " ".join(other[:1]))


def _refuted(message: Reading, claim: Reading) -> Iterator[Difference]:
    """One side says that the whole is denied: "there is no truth in the story that …"."""
    mine, theirs = REFUTED.findall(message.text), REFUTED.findall(claim.text)
    if len(mine) != len(theirs):
        yield Difference("negation", " ".join(mine[:1]), " ".join(theirs[:1]))


def _counted(message: Reading, claim: Reading) -> Iterator[Difference]:
    """Another number, in digits or in words, in the place of one of the claim's."""
    for pattern in (_DIGITS, _NUMBER_WORDS):
        mine, theirs = (pattern.findall(_unequal(one, other)) for one, other in ((message, claim), (claim, message)))
        new = next((number for number in mine if mine.count(number) > theirs.count(number)), None)
        gone = next((number for number in theirs if theirs.count(number) > mine.count(number)), None)
        if new and gone and new.replace(".", "").replace(",", "") != gone.replace(".", "").replace(",", ""):
            yield Difference("number", new, gone)
            return


def _grown(message: Reading, claim: Reading) -> Iterator[Difference]:
    """A number word put beside one that both have: "mười" and "hai mươi"."""
    mine, theirs = words(message.text), words(claim.text)
    for said, other, mirrored in ((mine, theirs, False), (theirs, mine, True)):
        for tag, a1, a2, b1, _ in SequenceMatcher(None, said, other, autojunk=False).get_opcodes():
            beside = [*said[max(0, a1 - 1) : a1], *said[a2 : a2 + 1]]
            if tag == "delete" and all(map(_is_number, said[a1:a2])) and any(map(_is_number, beside)):
                whole = " ".join(said[max(0, a1 - 1) : a2 + 1])
                short = " ".join(other[max(0, b1 - 1) : b1 + 1])
                yield Difference("number", *((short, whole) if mirrored else (whole, short)))
                return


def _is_number(word: str) -> bool:
    return _NUMBER_WORDS.fullmatch(word) is not None


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
    said_too, claimed_too = _shared(message, claim), _shared(claim, message)
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag != "replace" or b2 - b1 > _MOST_REPLACED:
            continue
        new = [unit for unit in _beside(mine, a1, a2, b1, b2, len(theirs)) if unit.key not in said_too]
        gone = [unit for unit in theirs[b1:b2] if unit.key not in claimed_too]
        if _telling(new) and _telling(gone) and not any(_same(x, y) for x in new for y in gone):
            place = any(_is_place(unit) for unit in new) and any(_is_place(unit) for unit in gone)
            kind = "place" if place else "name"
            yield Difference(kind, " ".join(unit.shown for unit in new), " ".join(unit.shown for unit in gone))


def _reworded(message: Reading, claim: Reading, as_written: Sequence[str]) -> Iterator[Difference]:
    """The same by single words: a unit can be cut wrongly, above all without diacritics.

    What the claim has lost is known by its diacritics; in a message without them anything may stand in its place.
    """
    mine, theirs, said = words(fold(message.text)), words(fold(claim.text)), words(message.text)
    shown = as_written if len(as_written) == len(theirs) else theirs
    said = said if len(said) == len(mine) else mine
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    said_too, claimed_too = _in_common(message, claim, mine), _in_common(claim, message, theirs)
    names = {part for unit in claim.units if unit.named for part in unit.bare.split()}
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        gone_words = b2 - b1
        if tag != "replace" or gone_words > _MOST_REPLACED or same < _FOLLOWS_WORDS * (len(theirs) - gone_words):
            continue
        # What is another word for something the other side says is no other thing.
        new = [at for at in _beside(range(len(mine)), a1, a2, b1, b2, len(theirs)) if at not in said_too]
        gone = [at for at in range(b1, b2) if at not in claimed_too]
        if not any(theirs[at] in names or tells(shown[at], vietnamese=claim.vietnamese) for at in gone):
            continue
        guessed = message.vietnamese and not message.marked
        if guessed and b2 == len(theirs):
            # At the end of a message whoever is asked, and particles.
            new = [at for at in new if mine[at] not in ADDRESS]
        if not any(guessed or tells(said[at], vietnamese=message.vietnamese) for at in new):
            continue
        if not any(same_word(mine[x], theirs[y]) for x in new for y in gone):
            yield Difference("name", " ".join(said[at] for at in new), " ".join(shown[at] for at in gone))


def _in_common(reading: Reading, other: Reading, plain: Sequence[str]) -> set[int]:
    """The places of words in units that say something and whose meaning the other side has too."""
    shared_keys = _shared(reading, other)
    units = [unit for unit in reading.units for _ in words(unit.bare)]
    if len(units) == len(plain):
        return {at for at, unit in enumerate(units) if unit.content and unit.key in shared_keys}
    shared = {part for unit in reading.units if unit.content and unit.key in shared_keys for part in unit.bare.split()}
    return {at for at, word in enumerate(plain) if word in shared}


def _shared(reading: Reading, other: Reading) -> set[str]:
    """The meanings of one side that the other has too, amounts that can be one among them ("800" and "hơn 500")."""
    own, theirs = (Counter(unit.key for unit in side.units if unit.content) for side in (reading, other))
    # Said twice and there only once, one of the two may have been changed.
    known = {key for key, count in own.items() if theirs[key] >= count}
    for unit in {unit.key: unit for unit in reading.units}.values():
        amounts = [one for one in reading.details if f"#{one.group}={one.value}" in unit.key and one.low <= one.high]
        fitting = [one for one in amounts if any(one.group == two.group and one.fits(two) for two in other.details)]
        if amounts and len(fitting) == len(amounts):
            known.add(unit.key)
    return known


def _beside(mine: Sequence[Part], a1: int, a2: int, b1: int, b2: int, length: int) -> Sequence[Part]:
    """What stands in the place of the claim's b1 to b2: before its first and after its last word stands a frame."""
    room = b2 - b1 + 1
    if b1 == 0:
        return mine[max(a1, a2 - room) : a2]
    return mine[a1 : min(a2, a1 + room)] if b2 == length else mine[a1:a2]


def _written(shown: str, claim: Reading, as_written: str) -> str:
    """These words of a claim that was read without diacritics, with them."""
    wanted, folded, marked = words(shown), words(fold(claim.text)), words(as_written)
    if len(folded) == len(marked):
        for at in range(len(folded) - len(wanted) + 1):
            if folded[at : at + len(wanted)] == wanted:
                return " ".join(marked[at : at + len(wanted)])
    return shown


def _said_by(others: Sequence[Reading], shown: str) -> bool:
    wanted = f" {' '.join(words(fold(shown)))} "
    return any(wanted in f" {' '.join(words(fold(other.text)))} " for other in others)


def _counts(found: Difference) -> bool:
    """Another number in the place of one: nobody puts it in other words."""
    one, other = _DIGITS.findall(found.yours), _DIGITS.findall(found.article)
    return bool(one and other and set(one) != set(other)) or _NUMBER_WORDS.fullmatch(found.article) is not None


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
    mine, theirs = (words(_SHARED.sub(" ", fold(reading.text))) for reading in (message, claim))
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
    mine = _numbers(message, claims[0], crossed=crossed)
    own = _numbers(claims[0], message, crossed=crossed)
    known = {number for claim in claims for number in _numbers(claim, message, crossed=crossed)}
    new = [number for number in mine if number not in known]
    missing = [number for number in own if number not in mine]
    if new and missing:
        yield Difference("number", new[0], missing[0])


def _numbers(reading: Reading, other: Reading, *, crossed: bool) -> list[str]:
    """In digits, but for those that are compared with their units, and those that the other side has too."""
    text = list(reading.text)
    for one in reading.details:
        same = any(one.group == known.group and one.fits(known) for known in other.details)
        if same or (one.group in _COMPARED if crossed else not one.group.startswith("of ")):
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
