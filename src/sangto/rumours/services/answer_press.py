"""Questions of the press: worded by one person, approved by another, said by a named one."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from sangto.audit.services import announce, record
from sangto.lib.cleaning import clean_line, clean_text
from sangto.lib.codes import LANGUAGES, EnquiryState
from sangto.network.clock import desk_now
from sangto.network.rules import may
from sangto.network.selectors import people_of_desk
from sangto.network.types import DeskInfo, Viewer
from sangto.rumours import press_flow
from sangto.rumours.models import Enquiry, Rumour
from sangto.rumours.services.common import check, person_of
from sangto.rumours.types import EditConflict, NotAllowed, RumourProblem

OUTLET_MAX: Final = 200
QUESTION_MAX: Final = 4_000
WORDING_MAX: Final = 4_000


def note_enquiry(
    *,
    desk: DeskInfo,
    viewer: Viewer,
    outlet: str,
    question: str,
    deadline: datetime,
    spokesperson_id: UUID | None = None,
    rumour_number: int | None = None,
    lang: str = "vi",
) -> int:
    """A newsroom asked; the number of the enquiry. Who called is not recorded, only which newsroom."""
    check(viewer, "rumours.work", desk.id)
    house, asked = clean_line(outlet)[:OUTLET_MAX], clean_text(question)
    if not house:
        raise RumourProblem(_("Write which newsroom asks."), "outlet")
    if not asked or len(asked) > QUESTION_MAX:
        raise RumourProblem(_("Write what it asks, at most 4,000 characters."), "question")
    if deadline <= desk_now(desk):
        raise RumourProblem(_("The deadline has passed already."), "deadline")
    _check_spokesperson(desk, spokesperson_id)
    with transaction.atomic():
        rumour = None
        if rumour_number is not None:
            rumour = Rumour.objects.filter(desk_id=desk.id, number=rumour_number).first()
            if rumour is None:
                raise RumourProblem(_("There is no rumour with this number at this desk."), "rumour_number")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [str(desk.id)])
        last = Enquiry.objects.filter(desk_id=desk.id).aggregate(last=Max("number"))["last"] or 0
        enquiry = Enquiry.objects.create(
            desk_id=desk.id,
            desk_kind=desk.kind,
            number=last + 1,
            rumour=rumour,
            outlet=house,
            question=asked,
            lang=lang if lang in LANGUAGES else "vi",
            deadline=deadline,
            received_at=desk_now(desk),
            spokesperson_id=spokesperson_id,
        )
        _log(enquiry, viewer, "enquiry_noted")
    return enquiry.number


def word_answer(
    *, desk: DeskInfo, number: int, viewer: Viewer, wording: str, spokesperson_id: UUID | None, edit_number: int
) -> None:
    """What we would say, and who says it. An approval that there was falls with it."""
    said = clean_text(wording)
    if not said or len(said) > WORDING_MAX:
        raise RumourProblem(_("Write the answer, at most 4,000 characters."), "wording")
    _check_spokesperson(desk, spokesperson_id)
    with transaction.atomic():
        enquiry = _locked(desk, number, viewer, "word")
        if enquiry.edit_number != edit_number:
            raise EditConflict(
                _("Someone else changed this enquiry meanwhile. Nothing was saved; your text stands below.")
            )
        enquiry.wording, enquiry.worded_by_id = said, person_of(viewer)
        enquiry.spokesperson_id = spokesperson_id
        enquiry.approved_by_id = enquiry.approved_at = None
        enquiry.approved_sha256 = ""
        _move(enquiry, viewer, "word")


def approve_answer(*, desk: DeskInfo, number: int, viewer: Viewer, sha256: str) -> None:
    """Exactly this wording, by another person than who wrote it."""
    with transaction.atomic():
        enquiry = _locked(desk, number, viewer, "approve")
        if enquiry.worded_by_id == viewer.id:
            raise RumourProblem(_("Another person than the writer approves the wording. Nothing was changed."))
        if press_flow.digest(enquiry.wording) != sha256:
            raise EditConflict(_("The wording was changed after you read it. Nothing was approved; read it again."))
        if enquiry.spokesperson_id is None:
            raise RumourProblem(_("Name who will say it first. Nothing was changed."))
        enquiry.approved_by_id, enquiry.approved_at = person_of(viewer), desk_now(desk)
        enquiry.approved_sha256 = sha256
        _move(enquiry, viewer, "approve")


def send_back(*, desk: DeskInfo, number: int, viewer: Viewer) -> None:
    """Another wording is wanted; this one stays as a draft."""
    with transaction.atomic():
        enquiry = _locked(desk, number, viewer, "send_back")
        enquiry.approved_by_id = enquiry.approved_at = None
        enquiry.approved_sha256 = ""
        _move(enquiry, viewer, "send_back")


def mark_press_answered(*, desk: DeskInfo, number: int, viewer: Viewer) -> None:
    """The spokesperson has said it."""
    with transaction.atomic():
        enquiry = _locked(desk, number, viewer, "answer")
        enquiry.ended_at = desk_now(desk)
        _move(enquiry, viewer, "answer")


def decline_enquiry(*, desk: DeskInfo, number: int, viewer: Viewer, reason: str) -> None:
    """No answer, and why."""
    why = clean_line(reason)[:300]
    if not why:
        raise RumourProblem(_("Say why no answer is given."), "reason")
    with transaction.atomic():
        enquiry = _locked(desk, number, viewer, "decline")
        enquiry.end_reason, enquiry.ended_at = why, desk_now(desk)
        _move(enquiry, viewer, "decline")


def _locked(desk: DeskInfo, number: int, viewer: Viewer, verb: str) -> Enquiry:
    perm = press_flow.STEPS[verb].perm
    if not may(viewer, perm, desk):
        raise NotAllowed(perm)
    enquiry = Enquiry.objects.select_for_update().filter(desk_id=desk.id, number=number).first()
    if enquiry is None:
        raise RumourProblem(_("There is no enquiry with this number at this desk."))
    if verb not in press_flow.verbs_from(enquiry.state):
        state = EnquiryState(enquiry.state)
        raise RumourProblem(
            _("This does not fit any more: %(state)s. Nothing was changed.") % {"state": _state_words(state)}
        )
    return enquiry


def _state_words(state: EnquiryState) -> str:
    from django.utils.translation import get_language

    return state.label(get_language() or "vi")


def _check_spokesperson(desk: DeskInfo, person_id: UUID | None) -> None:
    if person_id is not None and not any(row.id == person_id and row.is_active for row in people_of_desk(desk)):
        raise RumourProblem(_("Choose someone who works at this desk. Nothing was saved."), "spokesperson_id")


def _move(enquiry: Enquiry, viewer: Viewer, verb: str) -> None:
    enquiry.state = press_flow.after(enquiry.state, verb)
    enquiry.edit_number += 1
    enquiry.save()
    _log(enquiry, viewer, f"enquiry_{verb}")


def _log(enquiry: Enquiry, viewer: Viewer, verb: str) -> None:
    data = {"number": enquiry.number, "rumour": str(enquiry.rumour_id) if enquiry.rumour_id else ""}
    record(
        actor=viewer.actor,
        verb=verb,
        object_kind="enquiry",
        object_id=enquiry.id,
        desk_id=enquiry.desk_id,
        data=data,
    )
    announce(kind="enquiry_changed", object_id=enquiry.id, desk_id=enquiry.desk_id, desk_kind=enquiry.desk_kind)
