"""Questions to experts, as the desk sees them and as the expert does."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from sangto.network.clock import desk_now
from sangto.network.selectors import person_names
from sangto.network.services import guest_token
from sangto.network.types import Viewer
from sangto.rumours.models import ExpertRequest
from sangto.rumours.types import ExpertPage, ExpertShown


def experts_of(rumour_id: UUID, *, may_work: bool) -> tuple[ExpertShown, ...]:
    """Who was asked what, and what they said; the link only for those who may pass it on."""
    rows = list(ExpertRequest.objects.filter(rumour_id=rumour_id).select_related("guest"))
    if not rows:
        return ()
    now = desk_now(rows[0].desk_id)
    names = person_names({row.asked_by_id for row in rows})
    return tuple(
        ExpertShown(
            id=row.id,
            name=row.guest.name,
            question=row.question,
            asked_by=names.get(row.asked_by_id, ""),
            asked_at=row.asked_at,
            due_at=row.due_at,
            late=row.due_at < now and row.answered_at is None and row.declined_at is None and row.withdrawn_at is None,
            answer=row.answer,
            confidence=row.confidence,
            sources=row.sources,
            may_be_quoted=row.may_be_quoted,
            answered_at=row.answered_at,
            declined_at=row.declined_at,
            withdrawn_at=row.withdrawn_at,
            path=reverse("network:guest", kwargs={"guest_token": guest_token(row.guest_id)})
            if may_work and row.withdrawn_at is None
            else "",
        )
        for row in rows
    )


def expert_page(viewer: Viewer) -> ExpertPage | None:
    """What the guest of a link is asked: this question and nothing else of the rumour. None: nothing."""
    if not viewer.is_guest or viewer.id is None:
        return None
    row = ExpertRequest.objects.filter(guest_id=viewer.id, withdrawn_at=None).select_related("guest").first()
    if row is None:
        return None
    return ExpertPage(
        name=row.guest.name,
        question=row.question,
        claim=row.claim,
        asked_by=person_names({row.asked_by_id}).get(row.asked_by_id, ""),
        due_at=row.due_at,
        answer=row.answer,
        confidence=row.confidence,
        sources=row.sources,
        may_be_quoted=row.may_be_quoted,
        answered_at=row.answered_at,
        declined_at=row.declined_at,
    )
