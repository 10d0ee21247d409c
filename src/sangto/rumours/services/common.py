"""What every change of a rumour does: lock, check, count the edit, log, announce."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sangto.audit.services import announce, record
from sangto.audit.types import Actor
from sangto.live.services import publish
from sangto.network.clock import desk_now
from sangto.network.rules import may
from sangto.network.selectors import desk as desk_by_id
from sangto.network.types import DeskInfo, Viewer
from sangto.rumours import workflow
from sangto.rumours.models import Rumour
from sangto.rumours.signals import rumour_changed, rumour_opened
from sangto.rumours.types import NotAllowed, RumourProblem, UnknownRumour

CHECK_VIOLATION = "23514"


@contextmanager
def refused_clearly() -> Iterator[None]:
    """A rule that only the database knows (a verdict stands on this evidence) becomes a sentence for the person."""
    try:
        yield
    except IntegrityError as refusal:
        if getattr(refusal.__cause__, "sqlstate", "") != CHECK_VIOLATION:
            raise
        raise RumourProblem(
            _("A verdict stands on this evidence, so it has to stay where it is. Nothing was changed.")
        ) from refusal


def locked(rumour_id: UUID) -> Rumour:
    rumour = Rumour.objects.select_for_update().filter(id=rumour_id).first()
    if rumour is None:
        raise UnknownRumour
    return rumour


def person_of(viewer: Viewer) -> UUID:
    """The person whose name stands under a row; a guest or the machine has none."""
    if not viewer.is_person or viewer.id is None:
        raise NotAllowed("a person is needed")
    return viewer.id


def check(viewer: Viewer, perm: str, desk_id: UUID) -> DeskInfo:
    desk = desk_by_id(desk_id)
    if not may(viewer, perm, desk):
        raise NotAllowed(perm)
    return desk


def board_stream(desk_id: UUID) -> str:
    """The name of the live stream of a desk's board."""
    return f"desk:{desk_id}"


def log(rumour: Rumour, actor: Actor, verb: str, data: Mapping[str, Any] | None = None) -> None:
    """What every change of a rumour does: entry, event, and a hint to open boards once it is committed."""
    record(actor=actor, verb=verb, object_kind="rumour", object_id=rumour.id, desk_id=rumour.desk_id, data=data)
    kind = "rumour_opened" if verb == "rumour_opened" else "rumour_changed"
    announce(kind=kind, object_id=rumour.id, desk_id=rumour.desk_id, desk_kind=rumour.desk_kind)
    signal = rumour_opened if verb == "rumour_opened" else rumour_changed
    signal.send(sender=Rumour, rumour_id=rumour.id, desk_id=rumour.desk_id)
    # Codes and counts only: who holds a stream's word long after losing the role learns no text from it.
    hint = {
        "number": rumour.number,
        "state": str(rumour.state),
        "priority": str(rumour.priority),
        "tips": rumour.tip_count,
        "owned": rumour.owner_id is not None,
    }
    transaction.on_commit(partial(publish, stream=board_stream(rumour.desk_id), kind=kind, data=hint), robust=True)


def touch(rumour: Rumour, *fields: str) -> None:
    rumour.changed_at = desk_now(rumour.desk_id)
    rumour.edit_number += 1
    rumour.save(update_fields=[*fields, "changed_at", "edit_number"])


def move(rumour: Rumour, verb: str, *fields: str) -> None:
    rumour.state = workflow.after(rumour.state, verb)
    touch(rumour, "state", *fields)


def tips_of(rumour: Rumour) -> list[UUID]:
    return list(rumour.sightings.order_by("id").values_list("tip_id", flat=True))
