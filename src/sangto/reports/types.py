"""What the pages of reports receive."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LogLine:
    """One thing that was done, with the rumour's number where it was about one."""

    at: datetime
    actor_kind: str
    name: str
    verb: str
    object_kind: str
    object_id: uuid.UUID | None
    number: int | None
    position: int | None


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log; `before` leads to the next one."""

    lines: tuple[LogLine, ...]
    before: uuid.UUID | None
    unchained: int
