"""What someone had in hand goes to a successor, or back to the pool."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from sangto.audit.types import SYSTEM
from sangto.rumours import workflow
from sangto.rumours.models import Enquiry, ExpertRequest, Rumour, Task
from sangto.rumours.services.common import log, touch
from sangto.rumours.services.write_note import follow

_OPEN = [state.value for state in workflow.OPEN]
_ENQUIRY_OPEN = ("open", "worded", "approved")


def hand_work_over(*, from_id: UUID, to_id: UUID | None, desk_id: UUID) -> None:
    """Open rumours, tasks, enquiries and questions to experts of one person at one desk; None: nobody holds them."""
    with transaction.atomic():
        rows = Rumour.objects.select_for_update().filter(desk_id=desk_id, owner_id=from_id, state__in=_OPEN)
        for rumour in rows.order_by("id"):
            rumour.owner_id = to_id
            touch(rumour, "owner_id")
            if to_id is not None:
                follow(rumour, to_id)
            log(rumour, SYSTEM, "rumour_handed_over", {"from": str(from_id), "to": str(to_id) if to_id else ""})
        Task.objects.filter(desk_id=desk_id, assignee_id=from_id, done_at=None).update(assignee_id=to_id)
        Enquiry.objects.filter(desk_id=desk_id, spokesperson_id=from_id, state__in=_ENQUIRY_OPEN).update(
            spokesperson_id=to_id
        )
        if to_id is not None:
            # A question was asked by somebody: without a successor it stays theirs in the record.
            ExpertRequest.objects.filter(
                desk_id=desk_id, asked_by_id=from_id, answered_at=None, declined_at=None, withdrawn_at=None
            ).update(asked_by_id=to_id)
