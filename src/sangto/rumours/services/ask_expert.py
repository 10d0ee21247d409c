"""A question to someone who knows: they answer by a link, without an account, and see this question alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sangto.lib.cleaning import clean_line, clean_text
from sangto.network.clock import desk_now
from sangto.network.services import invite_guest, revoke_guest
from sangto.network.types import Viewer
from sangto.rumours import workflow
from sangto.rumours.models import ExpertRequest, Rumour
from sangto.rumours.services.common import check, locked, log, person_of
from sangto.rumours.services.write_note import follow
from sangto.rumours.types import NotAllowed, RumourProblem

QUESTION_MAX: Final = 2_000
ANSWER_MAX: Final = 4_000
NAME_MAX: Final = 120
# The link stays open for so long after the answer was due: people are late.
GRACE: Final = timedelta(days=3)
DUE_IN_AT_MOST: Final = timedelta(days=30)
# What an expert says of their own answer; the last: not my field.
CONFIDENCE: Final = ("certain", "likely", "unsure", "outside")


def ask_expert(*, rumour_id: UUID, viewer: Viewer, name: str, question: str, due_in: timedelta) -> tuple[UUID, str]:
    """The request's id, and the token of the link that whoever asks passes on by their own means."""
    who, asked = clean_line(name)[:NAME_MAX], clean_text(question)
    if not who:
        raise RumourProblem(_("Write whom you ask."), "name")
    if not asked or len(asked) > QUESTION_MAX:
        raise RumourProblem(_("Write the question, at most 2,000 characters."), "question")
    if not timedelta() < due_in <= DUE_IN_AT_MOST:
        raise RumourProblem(_("Choose by when you need the answer, at most 30 days from now."), "due_in")
    with transaction.atomic():
        rumour = locked(rumour_id)
        desk = check(viewer, "rumours.work", rumour.desk_id)
        if rumour.state not in workflow.OPEN:
            raise workflow.NotNow("ask_expert", rumour.state)
        guest_id, token = invite_guest(
            desk=desk,
            name=who,
            purpose="expert",
            invited_by=person_of(viewer),
            lasts=due_in + GRACE,
            subject_id=rumour.id,
        )
        now = desk_now(desk)
        request = ExpertRequest.objects.create(
            desk_id=desk.id,
            desk_kind=desk.kind,
            rumour=rumour,
            guest_id=guest_id,
            question=asked,
            claim=rumour.claim_vi or rumour.claim_en,
            asked_by_id=person_of(viewer),
            asked_at=now,
            due_at=now + due_in,
        )
        follow(rumour, person_of(viewer))
        log(rumour, viewer.actor, "expert_asked", {"request": str(request.id)})
    return request.id, token


def answer_request(
    *, viewer: Viewer, answer: str, confidence: str, sources: str = "", may_be_quoted: bool = False
) -> None:
    """What the expert says; may be said again until the desk takes the link back. Raises NotAllowed, RumourProblem."""
    said = clean_text(answer)
    if confidence not in CONFIDENCE:
        raise RumourProblem(_("Say how sure you are."), "confidence")
    if not said and confidence != "outside":
        raise RumourProblem(_("Write your answer."), "answer")
    if len(said) > ANSWER_MAX:
        raise RumourProblem(_("The answer is longer than 4,000 characters. Nothing was sent; shorten it."), "answer")
    with transaction.atomic():
        request, rumour = _own(viewer)
        now = desk_now(rumour.desk_id)
        request.confidence, request.sources = confidence, clean_text(sources)[:ANSWER_MAX]
        request.answer, request.may_be_quoted = said, may_be_quoted
        if confidence == "outside" and not said:
            request.declined_at, request.answered_at = now, None
        else:
            request.answered_at, request.declined_at = now, None
        request.save(update_fields=["confidence", "sources", "answer", "may_be_quoted", "answered_at", "declined_at"])
        verb = "expert_answered" if request.answered_at else "expert_declined"
        _tell(rumour, viewer, verb, request)


def withdraw_request(*, request_id: UUID, viewer: Viewer) -> None:
    """The link closes at once; what was answered stays. Saying it twice changes nothing."""
    with transaction.atomic():
        request = ExpertRequest.objects.select_for_update().filter(id=request_id).first()
        if request is None or request.withdrawn_at is not None:
            return
        rumour = locked(request.rumour_id)
        check(viewer, "rumours.work", rumour.desk_id)
        request.withdrawn_at = desk_now(rumour.desk_id)
        request.save(update_fields=["withdrawn_at"])
        revoke_guest(guest_id=request.guest_id, actor=viewer.actor)
        log(rumour, viewer.actor, "expert_withdrawn", {"request": str(request.id)})


def _own(viewer: Viewer) -> tuple[ExpertRequest, Rumour]:
    if not viewer.is_guest or viewer.id is None:
        raise NotAllowed("a guest is needed")
    request = ExpertRequest.objects.select_for_update().filter(guest_id=viewer.id, withdrawn_at=None).first()
    if request is None:
        raise NotAllowed("not asked")
    return request, locked(request.rumour_id)


def _tell(rumour: Rumour, viewer: Viewer, verb: str, request: ExpertRequest) -> None:
    # Those who watch see it as a change; what stands in the forms of the desk is not touched by it.
    rumour.changed_at = desk_now(rumour.desk_id)
    rumour.save(update_fields=["changed_at"])
    log(rumour, viewer.actor, verb, {"request": str(request.id)})
