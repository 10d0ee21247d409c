"""What may stand below what in the organisation tree. Values in, values out."""

from __future__ import annotations

from typing import Final

from sangto.lib.codes import UnitKind

# Areas from large to small: a smaller one never holds a larger one. A level may be left out, as where there are no
# districts any more.
AREAS: Final = (UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE)
# A desk is where the tree ends.
LEAVES: Final = frozenset({UnitKind.DESK})


def may_stand_below(kind: UnitKind, above: UnitKind | None) -> bool:
    """Whether a unit of this kind may be right below one of that kind; None is the top."""
    if above is None:
        return True
    if above in LEAVES:
        return False
    if kind in AREAS:
        return above == UnitKind.ORGANISATION or (above in AREAS and AREAS.index(above) < AREAS.index(kind))
    return True
