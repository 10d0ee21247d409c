"""What a person still has in hand here, for the page on which somebody leaves."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sangto.network.holdings import Holding
from sangto.network.types import DeskInfo
from sangto.rumours import workflow
from sangto.rumours.models import Enquiry, ExpertRequest, Rumour, Task

_OPEN = [state.value for state in workflow.OPEN]


def held(*, person_id: UUID, desk: DeskInfo) -> Sequence[Holding]:
    board = reverse("rumours:board", kwargs={"desk_slug": desk.slug})
    return (
        Holding(
            _("open rumours"),
            Rumour.objects.filter(desk_id=desk.id, owner_id=person_id, state__in=_OPEN).count(),
            board,
        ),
        Holding(
            _("open tasks"),
            Task.objects.filter(desk_id=desk.id, assignee_id=person_id, done_at=None, rumour__state__in=_OPEN).count(),
        ),
        Holding(
            _("enquiries of the press"),
            Enquiry.objects.filter(
                desk_id=desk.id, spokesperson_id=person_id, state__in=("open", "worded", "approved")
            ).count(),
        ),
        Holding(
            _("questions to experts"),
            ExpertRequest.objects.filter(
                desk_id=desk.id, asked_by_id=person_id, answered_at=None, declined_at=None, withdrawn_at=None
            ).count(),
        ),
    )
