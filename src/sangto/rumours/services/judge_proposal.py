"""An editor says whether an answer that the machine proposed is the answer to a message."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sangto.intake import selectors as tips
from sangto.intake import services as intake
from sangto.intake.types import NotAProposal
from sangto.network.types import Viewer
from sangto.rumours.models import Sighting
from sangto.rumours.services.common import check, locked, log
from sangto.rumours.types import RumourProblem, UnknownProposal


def judge_proposal(*, reply_id: UUID, right: bool, viewer: Viewer) -> None:
    """A label for the desk's threshold; the asker is answered, or waits again, as `intake.services.judge` says."""
    found = tips.proposal_desk(reply_id)
    if found is None:
        raise UnknownProposal
    tip_id, desk_id = found
    check(viewer, "rumours.work", desk_id)
    with transaction.atomic():
        sighting = Sighting.objects.filter(tip_id=tip_id).first()
        # Locked before the tip, as everywhere: two people at one rumour wait for each other and do not cross.
        rumour = locked(sighting.rumour_id) if sighting else None
        try:
            intake.judge(reply_id=reply_id, right=right, actor=viewer.actor)
        except NotAProposal as gone:
            raise RumourProblem(
                _("This cannot be judged any more: the answer was withdrawn, or the message is older than a year.")
            ) from gone
        if rumour is not None:
            log(rumour, viewer.actor, "proposal_accepted" if right else "proposal_rejected", {"tip": str(tip_id)})
