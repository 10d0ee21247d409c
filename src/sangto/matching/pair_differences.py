"""Which differences make two alike texts say two things.

The guard (differences.py) reports every detail in which two texts disagree; for a reader who decides about one message
that is right, for two sentences of two newspapers it is too much: they also say "avoid" for "do not", and "mention" for
"bring up". What settles a pair is

- another number, date, time or place for the same thing, seen from either text;
- between a message and a claim any difference where few other words differ;
- between two sentences a "not", a name or a "may" where nearly everything else is the same word for word: what was
  changed is then all there is to it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sangto.lib.folding import fold, has_diacritics, lacks_diacritics, words
from sangto.matching.differences import differences
from sangto.matching.guard.alignment import align
from sangto.matching.guard.function_words import FUNCTION_WORDS
from sangto.matching.guard.reading import Reading, Unit, read
from sangto.matching.guard.terms import stem, terms
from sangto.matching.types import Difference

# Kinds that are values: two of them cannot both be so.
_VALUES: Final = frozenset({"number", "percent", "money", "year", "date", "time"})
# Kinds that settle a pair wherever both readings show them.
_SETTLING: Final = _VALUES | {"place"}
# "More than half" and "two thirds" can both be so.
_BOUNDS: Final = frozenset(
    "hon tren duoi gan khoang chung toi over above under about around nearly almost more least most".split()
)
# Content words (a verb or quality counts half) that may differ besides, on both sides together; in front of a claim
# that is denied as a whole ("officials deny that ...") there are more.
_BESIDES: Final = 1.0
_IN_FRONT: Final = 3.0
# The same between a message and a claim, measured on the project's train split.
_BESIDES_IN_MESSAGE: Final = 3.0
_BESIDES_A_NAME: Final = 2.0
_WEAK: Final = 0.5
# Content words that may stand where the other text names a place.
_REPLACED: Final = 2.0
# One short word for another, and nothing else: below this closeness (0 to 1) it is another thing. Of 93 traps of the
# train split 40 are below it, of 15 pairs that say the same one is.
_MOVED: Final = 0.88
_SHORT: Final = 2
_FRAME: Final = 2
# Words from the start of a text within which it may deny the whole of what follows.
_OPENING: Final = 5
# A swapped "may" counts where the words around it align so far (0 to 1): newspapers write "will" for "may" lightly.
_MODAL_FRAME: Final = 0.97

_NEGATORS: Final = frozenset(
    "khong ko chang cha chua dung hong not no never without cannot neither nor none nobody nothing dont doesnt didnt "
    "isnt arent wasnt werent wont cant couldnt shouldnt wouldnt".split()
)
# Words that deny without a "not": with one of them on the other side a "not" may say the same.
_DENYING: Final = frozenset(
    "tranh cam it mat kho thieu vo phi quen ngung dung hoan het kem bai han che tru bo huy chi khoi "
    "avoid avoids avoided ban bans banned few little fail fails failed lack lacks refuse refuses refused hardly rarely "
    "stop stops stopped only unable impossible forbidden prohibited".split()
)
# After these an English verb takes another form ("wore", "did not wear").
_AUXILIARIES: Final = frozenset({"do", "does", "did", "doesn't", "didn't", "don't"})
_REFUTED: Final = re.compile(
    r"\b(?:bác bỏ|bac bo|phủ nhận|phu nhan|đính chính|dinh chinh|làm gì có|lam gi co|không có chuyện|khong co chuyen"
    r"|ko có chuyện|den(?:y|ies|ied)|refute[sd]?|debunk(?:s|ed)?|no truth|not true that)\b"
)


@dataclass(frozen=True, slots=True)
class Findings:
    """`deciding`: the differences that make another claim of it; `noted`: all, seen from the first text."""

    deciding: tuple[Difference, ...]
    noted: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Rest:
    """What one text has and the other has not, besides the differences found."""

    reading: Reading
    left: tuple[Unit, ...]

    @property
    def weight(self) -> float:
        return sum(_WEAK if unit.weak else 1.0 for unit in self.left)


def compare(one: str, other: str, *, plain: bool, apart: float = 1.0) -> Findings:
    """`plain`: both are sentences as newspapers write them, neither is a message about a claim.

    `apart`: the cosine of the two without what all texts of their language share (pair_features.py).
    """
    if one > other:
        # Of two readings of one kind the first is kept: always the same one, whichever text comes first.
        turned = compare(other, one, plain=plain, apart=apart)
        return Findings(_mirrored(turned.deciding), _mirrored(turned.noted))
    there = differences(one, [other])
    back = _mirrored(differences(other, [one]))
    noted = _merged(there, back)
    if not noted:
        return Findings((), ())
    both = {found.kind for found in there} & {found.kind for found in back} & _SETTLING
    bare = lacks_diacritics(one) or lacks_diacritics(other)
    mine, theirs = read(one, bare=bare), read(other, bare=bare)
    rests = _rest(mine, theirs, noted), _rest(theirs, mine, noted)
    moved = apart < _MOVED
    deciding = []
    for found in noted:
        settled = found.kind in both and (not plain or _of_one_thing(found))
        possible = found.kind in both or found.kind not in _VALUES
        near = _alone(found, *rests, moved=moved) if plain else _nearly_alone(found, *rests)
        if not _in_both(found, one, other) and (settled or (possible and near)):
            deciding.append(found)
    return Findings(tuple(deciding), noted)


def _mirrored(found: Iterable[Difference]) -> tuple[Difference, ...]:
    return tuple(Difference(one.kind, one.article, one.yours) for one in found)


def _merged(there: Iterable[Difference], back: Iterable[Difference]) -> tuple[Difference, ...]:
    """One of each kind, the one that names both sides before one that names only one."""
    found: dict[str, Difference] = {}
    for difference in (*there, *back):
        known = found.get(difference.kind)
        if known is None or (not (known.yours and known.article) and difference.yours and difference.article):
            found[difference.kind] = difference
    return tuple(found.values())


def _in_both(found: Difference, one: str, other: str) -> bool:
    """Whether the text that is said to have another has the same too, beside it."""
    here, there = f" {' '.join(_folded(one))} ", f" {' '.join(_folded(other))} "
    mine, theirs = (f" {' '.join(_folded(shown))} " for shown in (found.yours, found.article))
    return bool((mine.strip() and mine in there) or (theirs.strip() and theirs in here))


def _of_one_thing(found: Difference) -> bool:
    """Whether two values are of one thing, as far as the words with them tell ("6 người", "4 người"), and exact."""
    if found.kind != "number" or _bounded(found):
        return not _bounded(found)
    sides = _folded(found.yours), _folded(found.article)
    units = [side[-1] for side in sides if side and side[-1].isalpha() and side[-1] not in FUNCTION_WORDS]
    return len(units) == len(sides) and len(set(units)) == 1


def _bounded(found: Difference) -> bool:
    yours, article = (_BOUNDS.intersection(_folded(shown)) for shown in (found.yours, found.article))
    return yours != article


def _nearly_alone(found: Difference, mine: _Rest, theirs: _Rest) -> bool:
    """The same between a message and a claim, where people put things their own way."""
    return mine.weight + theirs.weight <= (_BESIDES_A_NAME if found.kind == "name" else _BESIDES_IN_MESSAGE)


def _alone(found: Difference, mine: _Rest, theirs: _Rest, *, moved: bool) -> bool:
    """Whether this one thing was changed and nothing else to speak of. `moved`: and the meaning with it."""
    if found.kind == "negation":
        return _one_denies(mine, theirs)
    besides = mine.weight + theirs.weight
    if found.kind == "name":
        sides = ((mine, found.yours), (theirs, found.article))
        if all(_named(side.reading, shown) for side, shown in sides):
            # Of a long name the guard shows one word; its others are no other change.
            return besides - sum(unit.named for unit in (*mine.left, *theirs.left)) <= _BESIDES
        if besides <= _BESIDES and all(_named(side.reading, shown) or _thing(shown) for side, shown in sides):
            return True
        short = all(1 <= len(words(shown)) <= _SHORT for _, shown in sides)
        return moved and short and besides <= 0 and len(mine.reading.keys & theirs.reading.keys) >= _FRAME
    if found.kind == "modality":
        same = align(mine.reading, theirs.reading).share >= _MODAL_FRAME
        return same and besides <= 0 and bool(found.yours and found.article)
    if found.kind == "opposite" and _denials(mine.reading.text) != _denials(theirs.reading.text):
        return False
    if found.kind == "place" and not (found.yours and found.article):
        # In its place stands something else, perhaps a place unknown to the guard; left out, it is no contradiction.
        naming, silent = (mine, theirs) if found.yours else (theirs, mine)
        return naming.weight <= 0 < silent.weight <= _REPLACED
    return besides <= _BESIDES and bool(found.yours and found.article) and not _bounded(found)


def _one_denies(mine: _Rest, theirs: _Rest) -> bool:
    here, there = _denials(mine.reading.text), _denials(theirs.reading.text)
    if here == there:
        return False
    denying, affirming = (mine, theirs) if here > there else (theirs, mine)
    refuted = _REFUTED.search(denying.reading.text)
    if refuted and not _REFUTED.search(affirming.reading.text):
        opening = len(words(denying.reading.text[: refuted.start()])) <= _OPENING
        # "There is no talk of stopping" and "it does not stop" say the same.
        claimed = _denials(_REFUTED.sub(" ", denying.reading.text)) == min(here, there)
        return opening and claimed and affirming.weight <= 0 and denying.weight <= _IN_FRONT
    if min(here, there) and mine.weight + theirs.weight:
        return False
    said = Counter(_folded(denying.reading.text))
    implied = _DENYING & (Counter(_folded(affirming.reading.text)) - said).keys()
    form = 1.0 if said.keys() & _AUXILIARIES and not denying.reading.vietnamese else 0.0
    return not implied and affirming.weight <= form and denying.weight <= form


def _denials(text: str) -> int:
    plain = _folded(text)
    # "Có hay không" is whether, and denies nothing.
    denied = [word in _NEGATORS or word.endswith("n't") for word in plain]
    asked = [at > 0 and plain[at - 1] in ("hay", "or") for at in range(len(plain))]
    return sum(one and not other for one, other in zip(denied, asked, strict=True)) + len(_REFUTED.findall(text))


def _folded(text: str) -> list[str]:
    return words(fold(text.replace("’", "'")))


def _named(reading: Reading, shown: str) -> bool:
    """Whether it is written with a capital inside a sentence."""
    forms = set(_forms(shown))
    return any(unit.named and forms & set(_forms(unit.bare)) for unit in reading.units)


def _thing(shown: str) -> bool:
    """A thing of the guard's lists.

    Of other words nobody can tell here whether they are a thing or another way to put it ("phát triển" for "mới nổi").
    """
    plain = words(shown)
    known = terms()[0 if has_diacritics(shown) else 1]
    term = known.get(tuple(stem(word) for word in plain))
    return term is not None and not term.weak


def _rest(mine: Reading, theirs: Reading, found: Iterable[Difference]) -> _Rest:
    # What a "not" denies, or what was put for it, must stand in the other text too: else it is another thought.
    denied = any(one.kind == "negation" for one in found)
    passed_over = {"negation", "name", "modality"} if denied else set()
    shown = [part for one in found if one.kind not in passed_over for part in (one.yours, one.article)]
    told = {form for part in shown for form in _forms(part)} | _NEGATORS
    told |= {part for refuted in _REFUTED.findall(mine.text) for part in _forms(refuted)}
    have = Counter(unit.key for unit in theirs.units if unit.content)
    left = []
    for unit in mine.units:
        if not unit.content:
            continue
        if have[unit.key] > 0:
            have[unit.key] -= 1
            continue
        forms = set(_forms(unit.bare))
        if not forms <= told and not forms <= {form for bare in theirs.bares for form in _forms(bare)}:
            left.append(unit)
    return _Rest(mine, tuple(left))


def _forms(shown: str) -> list[str]:
    return [stem(word) for word in words(fold(shown))]


__all__ = ["Findings", "compare"]
