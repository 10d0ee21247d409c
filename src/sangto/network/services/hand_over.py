"""Work passes from one person to another, or back to the pool of the desk."""

from __future__ import annotations

import uuid

from django.db import transaction

from sangto.audit import services as audit
from sangto.audit.types import Actor
from sangto.network.models import Person
from sangto.network.signals import work_handed_over


@transaction.atomic
def hand_over(*, from_id: uuid.UUID, to_id: uuid.UUID | None, desk_id: uuid.UUID, actor: Actor) -> None:
    """The rooms above move what is open; whoever receives it is checked by the caller."""
    work_handed_over.send(Person, from_id=from_id, to_id=to_id, desk_id=desk_id)
    audit.record(
        actor=actor,
        verb="work_handed_over",
        object_kind="person",
        object_id=from_id,
        desk_id=desk_id,
        data={"to": to_id} if to_id else {},
    )
