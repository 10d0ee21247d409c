"""Messages that are about another claim get a rumour of their own."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sangto.intake import selectors as tips
from sangto.network.clock import desk_now
from sangto.network.types import Viewer
from sangto.rumours import workflow
from sangto.rumours.models import Rumour
from sangto.rumours.services import run_clock, triage_rumour
from sangto.rumours.services.common import check, locked, log, person_of, touch
from sangto.rumours.services.open_rumour import describe, open_rumour, recount
from sangto.rumours.services.triage_rumour import assess, read_text
from sangto.rumours.types import RumourProblem


def split_rumour(*, rumour_id: UUID, tip_ids: Collection[UUID], viewer: Viewer) -> int:
    """These messages become a new rumour; its number. Who asked keeps their private page and is told as before.

    At least one message stays: a rumour that is about something else altogether is stated anew, not split.
    """
    chosen = set(tip_ids)
    if not chosen:
        raise RumourProblem(_("Choose the messages that are about something else."), "tips")
    with transaction.atomic():
        rumour = locked(rumour_id)
        desk = check(viewer, "rumours.work", rumour.desk_id)
        if rumour.state not in workflow.OPEN:
            raise workflow.NotNow("split", rumour.state)
        here = set(rumour.sightings.values_list("tip_id", flat=True))
        if not chosen <= here:
            raise RumourProblem(
                _("A message has moved meanwhile. Nothing was changed; look at the page again."), "tips"
            )
        if chosen == here:
            raise RumourProblem(_("At least one message has to stay. Write another claim instead."), "tips")
        texts = [row for row in tips.tip_texts(sorted(chosen)) if row.text]
        first = texts[0] if texts else None
        new_id = open_rumour(
            desk=desk,
            text=first.text if first else rumour.headline,
            lang=first.lang if first else rumour.lang,
            actor=viewer.actor,
        )
        new = locked(new_id)
        rumour.sightings.filter(tip_id__in=chosen).update(rumour=new, joined_by_id=person_of(viewer), probability=None)
        for row in texts[1:]:
            read_text(new, row.text)
        for changed in (rumour, new):
            recount(changed)
            assess(changed, now=desk_now(desk))
            touch(changed, *triage_rumour.FIELDS, *run_clock.FIELDS)
            describe(changed, desk)
        log(rumour, viewer.actor, "rumour_split", {"to": str(new.id), "tips": len(chosen)})
        log(new, viewer.actor, "rumour_split_off", {"from": str(rumour.id), "tips": len(chosen)})
    return Rumour.objects.values_list("number", flat=True).get(id=new_id)
