"""The desks, and whose they are."""

from __future__ import annotations

import uuid

from sangto.lib.codes import DeskKind
from sangto.network.models import Desk
from sangto.network.types import DeskInfo, NotSetUp, UnknownDesk, Viewer


def desk_info(row: Desk) -> DeskInfo:
    return DeskInfo(
        id=row.id,
        kind=DeskKind(row.kind),
        slug=row.slug,
        name_vi=row.name_vi,
        name_en=row.name_en,
        careful=row.careful,
        is_default=row.is_default,
    )


def default_desk() -> DeskInfo:
    """The live desk that the ask page writes to."""
    row = Desk.objects.filter(is_default=True).first()
    if row is None:
        raise NotSetUp("this installation has no default desk yet")
    return desk_info(row)


def desk_by_slug(slug: str) -> DeskInfo:
    row = Desk.objects.filter(slug=slug).first()
    if row is None:
        raise UnknownDesk(slug)
    return desk_info(row)


def desk(desk_id: uuid.UUID) -> DeskInfo:
    row = Desk.objects.filter(id=desk_id).first()
    if row is None:
        raise UnknownDesk(str(desk_id))
    return desk_info(row)


def desks_of(viewer: Viewer) -> tuple[DeskInfo, ...]:
    """The desks at which the viewer holds a role, live ones first; an administrator of the installation sees all."""
    rows = Desk.objects.order_by("-kind", "name_vi", "slug")
    if not viewer.is_admin:
        rows = rows.filter(id__in=[desk_id for _code, desk_id in viewer.roles if desk_id is not None])
    return tuple(desk_info(row) for row in rows)
