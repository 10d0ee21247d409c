"""The only clock that deadlines use: the wall's at a live desk, its own at a drill."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils import timezone

from sangto.lib.codes import DeskKind
from sangto.network.models import Desk
from sangto.network.types import DeskInfo, UnknownDesk


def drill_time(
    *,
    now: dt.datetime,
    set_at: dt.datetime | None,
    shows: dt.datetime | None,
    rate: float,
) -> dt.datetime:
    """What a drill's clock shows at wall time `now`: it showed `shows` at `set_at` and runs `rate` times as fast."""
    if set_at is None or shows is None:
        return now
    return shows + (now - set_at) * rate


def desk_now(desk: DeskInfo | Desk | uuid.UUID) -> dt.datetime:
    """The desk's present moment. A live desk needs no look-up; a drill's clock is read anew each time."""
    now = timezone.now()
    if not isinstance(desk, uuid.UUID) and desk.kind == DeskKind.LIVE:
        return now
    desk_id = desk if isinstance(desk, uuid.UUID) else desk.id
    row = Desk.objects.filter(id=desk_id).values_list("kind", "clock_set_at", "clock_shows", "clock_rate").first()
    if row is None:
        raise UnknownDesk(str(desk_id))
    kind, set_at, shows, rate = row
    if kind == DeskKind.LIVE:
        return now
    return drill_time(now=now, set_at=set_at, shows=shows, rate=rate)
