"""What reports read from other rooms."""

from __future__ import annotations

from uuid import UUID

from sangto.audit.selectors import log_of_desk, unchained
from sangto.network.selectors import person_names
from sangto.network.types import DeskInfo
from sangto.reports.types import LogLine, LogPage
from sangto.rumours.selectors import rumours

PAGE = 100


def desk_log(desk: DeskInfo, *, before: UUID | None = None) -> LogPage:
    """What was done at the desk, newest first."""
    rows = log_of_desk(desk.id, before=before, limit=PAGE + 1)
    shown = rows[:PAGE]
    names = person_names({row.actor_id for row in shown if row.actor_id})
    numbers = rumours({row.object_id for row in shown if row.object_kind == "rumour" and row.object_id})
    return LogPage(
        lines=tuple(
            LogLine(
                at=row.at,
                actor_kind=row.actor_kind,
                name=names.get(row.actor_id, "") if row.actor_id else "",
                verb=row.verb,
                object_kind=row.object_kind,
                object_id=row.object_id,
                number=numbers[row.object_id].number if row.object_id in numbers else None,
                position=row.position,
            )
            for row in shown
        ),
        before=shown[-1].id if len(rows) > PAGE else None,
        unchained=unchained(),
    )
