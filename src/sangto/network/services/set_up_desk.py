"""Setting up the publisher and its desks."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from sangto.audit import services as audit
from sangto.audit.types import Actor
from sangto.lib.codes import DeskKind
from sangto.network.models import Desk, Publisher
from sangto.network.types import UnknownDesk

# Below /desk/ these stand for something else.
RESERVED_SLUGS = frozenset({"outside"})


@transaction.atomic
def create_publisher(
    *,
    name_vi: str,
    name_en: str,
    actor: Actor,
    names: Sequence[str] = (),
    own_hosts: Sequence[str] = (),
    about_vi: str = "",
    about_en: str = "",
    contact_email: str = "",
) -> uuid.UUID:
    """The one publisher of the installation; the database refuses a second."""
    row = Publisher.objects.create(
        name_vi=name_vi,
        name_en=name_en,
        names=list(dict.fromkeys([name_vi, name_en, *names])),
        own_hosts=[host.lower() for host in own_hosts],
        about_vi=about_vi,
        about_en=about_en,
        contact_email=contact_email,
    )
    audit.record(actor=actor, verb="publisher_created", object_kind="publisher", object_id=row.id)
    return row.id


@transaction.atomic
def create_desk(
    *,
    unit_id: uuid.UUID,
    slug: str,
    name_vi: str,
    name_en: str,
    actor: Actor,
    kind: DeskKind = DeskKind.LIVE,
    is_default: bool = False,
    careful: bool = True,
) -> uuid.UUID:
    """A workspace. Its kind can never change; a default desk is a live one."""
    if not slug or slugify(slug) != slug or slug in RESERVED_SLUGS:
        raise ValueError(f"not a name for an address: {slug}")
    row = Desk.objects.create(
        unit_id=unit_id,
        slug=slug,
        name_vi=name_vi,
        name_en=name_en,
        kind=kind,
        is_default=is_default,
        careful=careful,
    )
    audit.record(
        actor=actor,
        verb="desk_created",
        object_kind="desk",
        object_id=row.id,
        desk_id=row.id,
        data={"kind": str(kind), "is_default": is_default},
    )
    audit.announce(kind="desk_created", object_id=row.id, desk_id=row.id, desk_kind=str(kind))
    return row.id


@transaction.atomic
def set_careful(*, desk_id: uuid.UUID, careful: bool, actor: Actor) -> None:
    """In careful mode only copies are answered at once and the rest is suggested."""
    if not Desk.objects.filter(id=desk_id).update(careful=careful):
        raise UnknownDesk(str(desk_id))
    audit.record(
        actor=actor,
        verb="desk_careful_set",
        object_kind="desk",
        object_id=desk_id,
        desk_id=desk_id,
        data={"careful": careful},
    )


@transaction.atomic
def set_drill_clock(*, desk_id: uuid.UUID, shows: dt.datetime, rate: float, actor: Actor) -> None:
    """From now on the drill's clock shows `shows` and runs `rate` times as fast as the wall's (0: paused)."""
    row = Desk.objects.select_for_update().filter(id=desk_id).first()
    if row is None:
        raise UnknownDesk(str(desk_id))
    if row.kind != DeskKind.DRILL:
        raise ValueError("a live desk has the wall's clock")
    if rate < 0:
        raise ValueError("a clock does not run back")
    row.clock_set_at = timezone.now()
    row.clock_shows = shows
    row.clock_rate = rate
    row.save(update_fields=("clock_set_at", "clock_shows", "clock_rate"))
    audit.record(
        actor=actor,
        verb="drill_clock_set",
        object_kind="desk",
        object_id=desk_id,
        desk_id=desk_id,
        data={"shows": shows.isoformat(), "rate": rate},
    )
