"""Message against claim: every detail in which they disagree although they read alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import inf
from types import MappingProxyType
from typing import Final

from sangto.lib.folding import fold, has_diacritics, lacks_diacritics, words
from sangto.matching.guard.alignment import Alignment, align, substitutions
from sangto.matching.guard.headed import headed_names, names_apart
from sangto.matching.guard.places import places_differ
from sangto.matching.guard.polarity import modality, negation, quantifiers
from sangto.matching.guard.reading import MAX_CHARS, Reading, read
from sangto.matching.guard.strict import Apart, numbers_apart, strictly
from sangto.matching.types import Difference

# Groups in which a detail that only the message has is reported, and the share of the frame from which it is:
# measured on
# the project's own train messages, of which one in nine has such a detail at any share.
_TELLING: Final[Mapping[str, float]] = MappingProxyType(
    {
        **dict.fromkeys(("percent", "money", "calendar year", "place"), 0.55),
        **dict.fromkeys(("span", "months", "month", "level"), 0.75),
    }
)
# Share of words with diacritics up to which a text counts as typed without; of written Vietnamese it is three in four.
_MARKED_HERE_AND_THERE: Final = 0.3
# Numbers without a unit say what they are only where the words around them agree.
_NO_UNIT_FRAME: Final = 0.5
_ONE: Final = frozenset({"một", "mot", "1", "one", "a", "an"})
# Viet Nam itself; a part of it against another part is a difference.
_WIDE: Final = "Việt Nam"
# Alternatives (tăng, giảm) that do not stand in each other's place are compared where so much of the frame is the same.
_OPPOSITE_FRAME: Final = 0.45
# Share of the frame from which words with a capital are laid against each other.
_NAMED_FRAME: Final = 0.6
# Things of one sort (an illness, an animal) of which each side names others: also where little else is the same, and
# between languages. Only what is taken for a repeat of the claim is asked.
_NAME_FRAME: Final = 0.0
# Alternatives that people say of other things in the same breath: compared only in each other's place.
_IN_PLACE_ONLY: Final = frozenset(
    {"trade", "heat", "amount", "help", "before", "age", "sex", "more", "first", "person", "vehicle", "appliance"}
)
# Wordings of one claim that are aligned with the message, the claim itself first.
_MAX_ALIGNED: Final = 8
# Kinds that name the thing already: the words around it need not be told too.
_NAMED_ALREADY: Final = frozenset({"place", "opposite"})


def differences(
    message: str, claims: Sequence[str], whole: str = "", apart: Apart | None = None
) -> tuple[Difference, ...]:
    """What the message says otherwise than the claim.

    The first of `claims` is the claim itself and has the last word on its details; the others are its translations,
    known messages and titles, which may hold the true number instead of the claimed one. Where `message` is one
    sentence of a longer text, `whole` is that text: its numbers and places count, its other denials do not.
    `apart` is asked whether one word in the place of another means something else (`strict.Apart`).
    """
    readings = _readings(message, claims, whole)
    if readings is None:
        return ()
    mine, everything, theirs, as_written = readings
    same_tongue = [claim for claim in theirs if claim.vietnamese is mine.vietnamese][:_MAX_ALIGNED]
    best = max(same_tongue, key=lambda claim: align(mine, claim).share, default=None)
    laid = align(mine, best) if best is not None else None
    frame = laid.share if laid else 0.0
    found = [*_details_that_differ(everything, theirs, frame)]
    found += _details_not_covered(mine, theirs, {difference.kind for difference in found}, frame)
    found += negation(mine, theirs, best)
    found += _opposites(mine, theirs, laid, [read(text) for text in as_written])
    found += modality(mine, theirs, frame)
    found += quantifiers(mine, theirs, frame)
    if best is not None and not any(difference.kind in _NAMED_ALREADY for difference in found):
        found += _names(mine, best, theirs)
    if not any(difference.kind in ("place", "name") for difference in found):
        found += headed_names(everything, whole or message, claims)
        if not found and frame >= _NAMED_FRAME and theirs[0] in same_tongue:
            found += names_apart(mine, theirs[0], theirs[1:])
    # What is nearly the same is compared once more, and strictly.
    if not found:
        found += numbers_apart(everything, theirs)
    if not found and best is not None:
        # Titles tell the truth, and other messages have details of their own: the claim itself, where it can be read.
        told = theirs[0] if theirs[0] in same_tongue else best
        others = [claim for claim in theirs[:_MAX_ALIGNED] if claim is not told]
        found += strictly(mine, told, apart, as_written[theirs.index(told)], others)
    return tuple(found)


def same_frame(message: str, claim: str) -> float:
    """Share (0 to 1) of the content words of the claim, and of the stretch of the message about it, that align."""
    readings = _readings(message, [claim], "")
    return align(readings[0], readings[2][0]).share if readings else 0.0


def _readings(
    message: str, claims: Sequence[str], whole: str
) -> tuple[Reading, Reading, list[Reading], list[str]] | None:
    """Message, whole and claims, and the claims as written: in lower case, with their diacritics."""
    texts = [claim[: 2 * MAX_CHARS] for claim in claims if claim and not claim.isspace()]
    message, whole = message[: 2 * MAX_CHARS], whole[: 2 * MAX_CHARS]
    if not texts or not message.strip():
        return None
    # Where one side has no diacritics, both are read without.
    bare = _bare(message)
    if not bare and has_diacritics(message) and lacks_diacritics(texts[0]):
        bare = True
    mine = read(message, bare=bare)
    theirs = [read(text, bare=bare) for text in texts]
    return mine, read(whole, bare=bare) if whole else mine, theirs, [read(text).text for text in texts]


def _bare(text: str) -> bool:
    """Vietnamese without diacritics, but for a word here and there ("vắc xin", written out by the reading of chats)."""
    if not has_diacritics(text):
        return lacks_diacritics(text)
    said = words(text)
    plain = [word for word in said if not has_diacritics(word)]
    return len(said) - len(plain) <= _MARKED_HERE_AND_THERE * len(said) and lacks_diacritics(" ".join(plain))


def _details_that_differ(message: Reading, claims: Sequence[Reading], frame: float) -> Iterator[Difference]:
    for group, values in message.groups.items():
        if group == "of " and frame < _NO_UNIT_FRAME:
            continue
        known = {}
        for claim in claims[1:]:
            known.update(claim.groups.get(group, {}))
        # The claim's own numbers, where it has any of this sort; a number of another wording does no harm.
        own = claims[0].groups.get(group) or known
        if not own:
            continue
        if group == "place":
            pair = places_differ(values, {**known, **own})
            if pair is not None:
                yield Difference("place", pair[0].shown, pair[1].shown)
            continue
        new = [one for one in values.values() if not any(one.fits(other) for other in own.values())]
        missing = [one for one in own.values() if not any(one.fits(other) for other in values.values())]
        if new and missing:
            yield Difference(new[0].kind, new[0].shown, missing[0].shown)
            continue
        # "Under 5.5 million" and "under 3.5 million", whatever else of this sort is said.
        for sign in "<>":
            said, wanted = ([one for one in side.values() if one.value.startswith(sign)] for side in (values, own))
            if len(said) == len(wanted) == 1 and said[0].value != wanted[0].value:
                yield Difference(said[0].kind, said[0].shown, wanted[0].shown)


def _details_not_covered(
    message: Reading, claims: Sequence[Reading], told: set[str], frame: float
) -> Iterator[Difference]:
    """Details of the message of a sort that the claim has none of: the answer may not hold for them."""
    theirs = {group for claim in claims for group in claim.groups}
    for group, values in message.groups.items():
        detail = next(iter(values.values()))
        # "Một ngày", "an hour": the article of a span, rather than a number.
        if group == "span" and detail.shown.split()[0] in _ONE:
            continue
        if frame < _TELLING.get(group, inf) or group in theirs or detail.kind in told or detail.value == _WIDE:
            continue
        yield Difference(detail.kind, detail.shown, "")


def _opposites(
    message: Reading, claims: Sequence[Reading], laid: Alignment | None, as_written: Sequence[Reading]
) -> Iterator[Difference]:
    told: set[str] = set()
    for run in laid.runs if laid else ():
        for one in run.mine:
            for other in run.theirs:
                for name, kind, which in one.sets:
                    if any(name == theirs and which != that for theirs, _, that in other.sets) and name not in told:
                        told.add(name)
                        yield Difference(kind, one.shown, other.shown)
    share = laid.share if laid else 0.0
    for name, said in message.sets.items():
        needed = _NAME_FRAME if next(iter(said.values()))[0] == "name" else _OPPOSITE_FRAME
        if name in told or name in _IN_PLACE_ONLY or share < needed:
            continue
        # Without diacritics little is known of things, and what the claim has can be looked up as it was written.
        texts = as_written if needed == _NAME_FRAME else claims
        theirs = {which: shown for claim in texts for which, shown in claim.sets.get(name, {}).items()}
        if not theirs or said.keys() & theirs.keys():
            continue
        kind, shown = next(iter(said.values()))
        if kind != "name" or not any(message.bares.issuperset(words(fold(one))) for _, one in theirs.values()):
            yield Difference(kind, shown, next(iter(theirs.values()))[1])


def _names(message: Reading, claim: Reading, claims: Sequence[Reading]) -> Iterator[Difference]:
    known = frozenset(syllable for reading in claims for syllable in reading.bares)
    for run in substitutions(message, claim, known):
        yield Difference("name", " ".join(unit.shown for unit in run.mine), " ".join(unit.shown for unit in run.theirs))
        return
