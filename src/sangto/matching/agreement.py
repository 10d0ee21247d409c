"""The other side of the difference guard: numbers, dates, places and names that message and claim have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sangto.lib.folding import lacks_diacritics
from sangto.matching.guard.reading import MAX_CHARS, read

# More of them prove nothing more.
_ENOUGH: Final = 3
_WORDINGS: Final = 6


def same_details(message: str, claims: Sequence[str]) -> tuple[float, float]:
    """(sorts of detail in which both agree, sorts of the claim's details that the message does not mention): 0 to 3."""
    texts = [claim for claim in claims[:_WORDINGS] if claim and not claim.isspace()]
    if not texts or not message.strip():
        return 0.0, 0.0
    bare = lacks_diacritics(message)
    mine = read(message[: 2 * MAX_CHARS], bare=bare).groups
    first = read(texts[0][:MAX_CHARS], bare=bare).groups
    shared = set()
    for text in texts:
        theirs = read(text[:MAX_CHARS], bare=bare).groups
        shared |= {
            group
            for group, values in mine.items()
            if any(one.fits(other) for one in values.values() for other in theirs.get(group, {}).values())
        }
    return float(min(_ENOUGH, len(shared))), float(min(_ENOUGH, len(first.keys() - mine.keys())))


__all__ = ["same_details"]
