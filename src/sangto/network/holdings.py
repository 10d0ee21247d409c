"""What a person still has in hand at a desk, as the rooms above say it.

A room that gives people work registers once, in its `apps.ready()`:
`holdings.register("rumours", lambda *, person_id, desk: (Holding(_("open rumours"), 3, "/vi/desk/…"),))`.
The page on which somebody is suspended or leaves shows it, and the signal `work_handed_over` moves it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise

from sangto.network.types import DeskInfo


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of open work: what it is called (lower case, plural), how much, and where it is seen ("": nowhere)."""

    label: str | Promise
    count: int
    url: str = ""


class Provider(Protocol):
    """Asked once for a page; what is closed does not count."""

    def __call__(self, *, person_id: uuid.UUID, desk: DeskInfo) -> Sequence[Holding]: ...


_providers: dict[str, Provider] = {}


def register(room: str, provider: Provider) -> None:
    """One provider a room; the same room again replaces it."""
    _providers[room] = provider


def unregister(room: str) -> None:
    _providers.pop(room, None)


def held_by(person_id: uuid.UUID, desk: DeskInfo) -> tuple[Holding, ...]:
    """All that the rooms above say is in the person's hands at this desk; kinds with nothing are left out."""
    return tuple(
        holding
        for room in sorted(_providers)
        for holding in _providers[room](person_id=person_id, desk=desk)
        if holding.count
    )
