"""Who is called by name in a note: "@" and the name, as it is written or without diacritics. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sangto.lib.folding import fold

Key = TypeVar("Key", bound=Hashable)
# An address in a text is no call: the sign stands at the beginning or after a space or bracket.
_CALL = re.compile(r"(?:(?<=^)|(?<=[\s(\[,;:]))@(?=\w)")


@dataclass(frozen=True, slots=True)
class Called(Generic[Key]):
    """Whom the text calls, in order; what was called and is nobody's name, or more than one person's."""

    people: tuple[Key, ...]
    unknown: tuple[str, ...]
    ambiguous: tuple[str, ...]


def called(text: str, people: Sequence[tuple[Key, str]]) -> Called[Key]:
    """The longest name that fits after each "@"; a name that two people have is said to be ambiguous."""
    found: dict[Key, None] = {}
    unknown: list[str] = []
    ambiguous: list[str] = []
    for match in _CALL.finditer(text):
        rest = text[match.end() :]
        for plain in (str.casefold, fold):
            fits = _longest(rest, people, plain)
            if fits:
                break
        if not fits:
            unknown.append(re.match(r"\S{1,40}", rest).group(0))  # type: ignore[union-attr]
        elif len(fits) > 1:
            ambiguous.append(next(name for key, name in people if key == fits[0]))
        else:
            found.setdefault(fits[0])
    return Called(tuple(found), tuple(unknown), tuple(ambiguous))


def _longest(rest: str, people: Sequence[tuple[Key, str]], plain: Callable[[str], str]) -> list[Key]:
    said = plain(rest)
    fits: list[Key] = []
    longest = 0
    for key, name in people:
        wanted = plain(name)
        if not wanted or not said.startswith(wanted) or (len(said) > len(wanted) and said[len(wanted)].isalnum()):
            continue
        if len(wanted) > longest:
            fits, longest = [key], len(wanted)
        elif len(wanted) == longest:
            fits.append(key)
    return fits
