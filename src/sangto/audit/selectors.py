"""What may be read of the log and the feed."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db.models import Max

from sangto.audit.models import Event, LogEntry
from sangto.audit.types import DeskLogRow, EventRow, LogRow


def events_after(position: int, *, kinds: Collection[str] | None = None, limit: int = 500) -> list[EventRow]:
    """Placed events beyond `position`, in order.

    Positions become visible in order and without gaps, so a follower that remembers the last position it handled
    never misses a row. Within a batch rows stand in the order of their birth; handle an event by reading the row it
    names as it is now.
    """
    rows = Event.objects.filter(position__gt=position)
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    return [
        EventRow(
            # Only placed rows are beyond a position.
            position=row.position or 0,
            kind=row.kind,
            desk_id=row.desk_id,
            desk_kind=row.desk_kind,
            object_id=row.object_id,
            data=row.data,
            at=row.at,
        )
        for row in rows.order_by("position")[:limit]
    ]


def head() -> int:
    """The position of the last placed event, 0 when there is none."""
    last: int | None = Event.objects.aggregate(last=Max("position"))["last"]
    return last or 0


def log_of(object_kind: str, object_id: uuid.UUID) -> list[LogRow]:
    """Everything that was done to one object, oldest first."""
    return [
        LogRow(**values)
        for values in LogEntry.objects.filter(object_kind=object_kind, object_id=object_id)
        .order_by("id")
        .values("at", "actor_kind", "actor_id", "verb", "data", "position")
    ]


def unchained() -> int:
    """How many log entries wait for the sequencer."""
    return LogEntry.objects.filter(position=None).count()


def log_of_desk(desk_id: uuid.UUID, *, before: uuid.UUID | None = None, limit: int = 100) -> list[DeskLogRow]:
    """What was done at one desk, newest first; `before` is the id of the last row of the page shown before."""
    rows = LogEntry.objects.filter(desk_id=desk_id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [
        DeskLogRow(**values)
        for values in rows.order_by("-id").values(
            "id", "at", "actor_kind", "actor_id", "verb", "object_kind", "object_id", "position"
        )[:limit]
    ]
