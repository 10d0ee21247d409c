"""Its ends: an answer, no verdict, another rumour; and its reopening."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from sangto.audit.services import record
from sangto.catalogue.services import withdraw_document
from sangto.intake import services as intake
from sangto.lib.cleaning import clean_line
from sangto.lib.codes import (
    ClosingReason,
    DocumentKind,
    RumourState,
)
from sangto.network.types import Viewer
from sangto.rumours import workflow
from sangto.rumours.models import Rumour, Sighting
from sangto.rumours.services.common import check, locked, log, move, refused_clearly, tips_of, touch
from sangto.rumours.services.open_rumour import describe, recount
from sangto.rumours.services.run_clock import FIELDS as CLOCK
from sangto.rumours.services.run_clock import meet_clock, restart_clock
from sangto.rumours.signals import rumour_answered
from sangto.rumours.types import RumourProblem


def close(*, rumour_id: UUID, viewer: Viewer, reason: str) -> None:
    """No verdict, for a reason of the closed list; the senders' private pages say which."""
    if reason not in ClosingReason.values():
        raise RumourProblem(_("Choose why it is closed."), "reason")
    with transaction.atomic():
        rumour = locked(rumour_id)
        check(viewer, "rumours.work", rumour.desk_id)
        rumour.closing_reason = reason
        meet_clock(rumour)
        move(rumour, "close", "closing_reason", *CLOCK)
        withdraw_document(kind=DocumentKind.OPEN, object_id=rumour.id)
        intake.close_tips(tip_ids=tips_of(rumour), reason=ClosingReason(reason))
        log(rumour, viewer.actor, "rumour_closed", {"reason": reason})


def reopen(*, rumour_id: UUID, viewer: Viewer, why: str) -> None:
    """New facts: worked on again. A published answer stays published until a correction replaces it."""
    with transaction.atomic():
        rumour = locked(rumour_id)
        desk = check(viewer, "rumours.work", rumour.desk_id)
        was_closed = rumour.state == RumourState.CLOSED
        rumour.closing_reason = ""
        restart_clock(rumour)
        move(rumour, "reopen", "closing_reason", *CLOCK)
        if was_closed:
            intake.reopen_tips(tip_ids=tips_of(rumour))
            describe(rumour, desk)
        record(
            actor=viewer.actor,
            verb="reopened_because",
            object_kind="rumour",
            object_id=rumour.id,
            desk_id=rumour.desk_id,
            data={"words": len(clean_line(why).split())},
        )
        log(rumour, viewer.actor, "rumour_reopened")


def merge(*, rumour_id: UUID, into_number: int, viewer: Viewer) -> None:
    """The same claim as another rumour of this desk: its tips, exhibits and tasks move there."""
    with refused_clearly(), transaction.atomic():
        rumour = locked(rumour_id)
        desk = check(viewer, "rumours.work", rumour.desk_id)
        target = Rumour.objects.select_for_update().filter(desk_id=desk.id, number=into_number).first()
        if target is None or target.id == rumour.id:
            raise RumourProblem(_("There is no other rumour with this number at this desk."), "into")
        if target.state not in workflow.OPEN:
            raise RumourProblem(_("That rumour is answered or closed already. Reopen it first."), "into")
        rumour.merged_into = target
        meet_clock(rumour)
        move(rumour, "merge", "merged_into", *CLOCK)
        withdraw_document(kind=DocumentKind.OPEN, object_id=rumour.id)
        rumour.sightings.update(rumour=target)
        rumour.exhibits.update(rumour=target)
        rumour.tasks.update(rumour=target)
        recount(rumour)
        recount(target)
        describe(target, desk)
        touch(target)
        log(rumour, viewer.actor, "rumour_merged", {"into": str(target.id)})
        log(target, viewer.actor, "rumour_joined", {"from": str(rumour.id)})


def send_to_review(*, rumour_id: UUID, viewer: Viewer) -> None:
    """An article version waits for a second person."""
    _step(rumour_id, viewer, "send_to_review")


def back_to_work(*, rumour_id: UUID, viewer: Viewer) -> None:
    """The second person wants changes."""
    _step(rumour_id, viewer, "back_to_work")


def _step(rumour_id: UUID, viewer: Viewer, verb: str) -> None:
    with transaction.atomic():
        rumour = locked(rumour_id)
        check(viewer, workflow.TRANSITIONS[verb].perm, rumour.desk_id)
        move(rumour, verb)
        log(rumour, viewer.actor, verb)


def mark_answered(*, rumour_id: UUID, viewer: Viewer, documents: Mapping[str, UUID], version: int) -> None:
    """The article is out: the rumour is answered, and a job that commits with it tells everyone who asked."""
    with transaction.atomic():
        rumour = locked(rumour_id)
        check(viewer, "articles.publish", rumour.desk_id)
        meet_clock(rumour)
        move(rumour, "answer", *CLOCK)
        withdraw_document(kind=DocumentKind.OPEN, object_id=rumour.id)
        app.configure_task("rumours.tell_askers").defer(
            rumour_id=str(rumour.id), documents={lang: str(key) for lang, key in documents.items()}
        )
        rumour_answered.send(sender=Rumour, rumour_id=rumour.id, desk_id=rumour.desk_id)
        log(rumour, viewer.actor, "rumour_answered", {"version": version})


def tell_askers(*, rumour_id: UUID, documents: Mapping[str, UUID]) -> int:
    """Give every waiting tip of the rumour its answer. Safe to repeat."""
    ids = list(Sighting.objects.filter(rumour_id=rumour_id).order_by("id").values_list("tip_id", flat=True))
    return intake.answer_tips(tip_ids=ids, document_ids=documents)
