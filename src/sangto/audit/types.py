"""What other rooms hand to the audit."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class ActorKind(StrEnum):
    PERSON = "person"
    GUEST = "guest"
    PUBLIC = "public"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who did it, as kind and id: the log never holds a name."""

    kind: ActorKind
    id: uuid.UUID | None = None


SYSTEM = Actor(ActorKind.SYSTEM)
PUBLIC = Actor(ActorKind.PUBLIC)


@dataclass(frozen=True)
class EventRow:
    """One placed event of the feed, as a follower reads it."""

    position: int
    kind: str
    desk_id: uuid.UUID | None
    desk_kind: str
    object_id: uuid.UUID | None
    data: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True)
class LogRow:
    """One entry of the log; without a position it waits for the sequencer."""

    at: datetime
    actor_kind: str
    actor_id: uuid.UUID | None
    verb: str
    data: Mapping[str, Any]
    position: int | None


@dataclass(frozen=True, slots=True)
class DeskLogRow:
    """One entry on a desk's log page; without a position it waits for the sequencer."""

    id: uuid.UUID
    at: datetime
    actor_kind: str
    actor_id: uuid.UUID | None
    verb: str
    object_kind: str
    object_id: uuid.UUID | None
    position: int | None
