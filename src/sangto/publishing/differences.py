"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher

from sangto.publishing.types import Difference, Draft, Piece, TextFields
from sangto.publishing.wording import FIELD_NAMES, LIMITS

_WORDS = re.compile(r"\S+\s*|\s+")


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The runs of words that stayed, went and came; joined, "same" and "added" give `after` back exactly."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=len(old) > 500).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(old[i1:i2])))
            continue
        if i2 > i1:
            found.append(Piece("removed", "".join(old[i1:i2])))
        if j2 > j1:
            found.append(Piece("added", "".join(new[j1:j2])))
    return tuple(found)


def differences(before: Draft, after: Draft) -> tuple[Difference, ...]:
    """Every field that is not the same, in reading order."""
    found: list[Difference] = []
    for lang in after.texts.keys() | before.texts.keys():
        found.extend(_of_language(lang, before.texts, after.texts))
    found.sort(key=lambda one: (one.lang != "vi", list(LIMITS).index(one.field)))
    return tuple(found)


def _of_language(lang: str, before: Mapping[str, TextFields], after: Mapping[str, TextFields]) -> list[Difference]:
    old, new = before.get(lang, TextFields()), after.get(lang, TextFields())
    return [
        Difference(
            lang=lang,
            field=name,
            label=str(FIELD_NAMES[name]),
            before=getattr(old, name),
            after=getattr(new, name),
            pieces=pieces(getattr(old, name), getattr(new, name)),
        )
        for name in LIMITS
        if getattr(old, name) != getattr(new, name)
    ]
