"""What message and claim each say beyond what they share.

"Do cup winners get a flat?" and "Do cup winners skip military service?" have a subject in common and nothing else, and
vectors call them near. So the words that both have are taken away, and what is left on either side is compared by
itself: other words for the same thing, or another thing said of the same subject.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sangto.lib.folding import has_diacritics, lacks_diacritics
from sangto.matching.background import Background
from sangto.matching.encoder import Encoder
from sangto.matching.guard.alignment import align, stretch, weight
from sangto.matching.guard.reading import MAX_CHARS, Reading, Unit, read

# Wordings of one claim that are laid beside the message.
_WORDINGS: Final = 8
# Likeness of two rests that counts neither for nor against (cosine without the language's mean).
_EVEN: Final = 0.6


@dataclass(frozen=True, slots=True)
class Rest:
    """`frame`: share of both that aligns. `covered`, `claim_covered`: share of each side's content that the
    other has.
    """

    frame: float
    covered: float
    claim_covered: float
    said: str
    claimed: str
    vietnamese: bool

    @property
    def uncovered(self) -> float:
        """The smaller of what is left on both sides: a longer message, or a longer claim, is no difference
        by itself.
        """
        return min(1 - self.covered, 1 - self.claim_covered)

    def apart(self, alike: float) -> float:
        """0 or less where both sides have something left that is not alike."""
        return -self.uncovered * (_EVEN - alike)


NOTHING: Final = Rest(0.0, 0.0, 0.0, "", "", vietnamese=False)


def rest_of(message: str, claims: Sequence[str]) -> Rest:
    """Of the wording in the message's language that aligns best; NOTHING without one."""
    texts = [claim[:MAX_CHARS] for claim in claims[:_WORDINGS] if claim and not claim.isspace()]
    if not texts or not message.strip():
        return NOTHING
    bare = lacks_diacritics(message)
    if not bare and has_diacritics(message) and lacks_diacritics(texts[0]):
        bare = True
    mine = read(message[: 2 * MAX_CHARS], bare=bare)
    same_tongue = [one for one in (read(text, bare=bare) for text in texts) if one.vietnamese is mine.vietnamese]
    if not same_tongue:
        return NOTHING
    best = max(same_tongue, key=lambda one: align(mine, one).share)
    return _rest(mine, best)


def alike(rest: Rest, encoder: Encoder, background: Background) -> float:
    """Cosine of what is left on both sides, without what all texts of the language share; 1 where a side has
    nothing.
    """
    if not rest.said or not rest.claimed:
        return 1.0
    rows = encoder.encode_queries([rest.said, rest.claimed]) - background.queries[0 if rest.vietnamese else 1]
    lengths = float(np.linalg.norm(rows[0]) * np.linalg.norm(rows[1]))
    return float(rows[0] @ rows[1]) / lengths if lengths else 1.0


def _rest(mine: Reading, theirs: Reading) -> Rest:
    claim = [unit for unit in theirs.units if unit.content]
    said = stretch([unit for unit in mine.units if unit.content], claim)
    left, missing = _without(said, claim), _without(claim, said)
    return Rest(
        align(mine, theirs).share,
        1 - weight(left) / max(weight(said), 0.5),
        1 - weight(missing) / max(weight(claim), 0.5),
        _shown(left),
        _shown(missing),
        mine.vietnamese,
    )


def _without(units: Sequence[Unit], others: Sequence[Unit]) -> list[Unit]:
    known = {unit.key for unit in others}
    return [unit for unit in units if unit.key not in known]


def _shown(units: Iterable[Unit]) -> str:
    return " ".join(unit.shown for unit in units)


__all__ = ["NOTHING", "Rest", "alike", "rest_of"]
