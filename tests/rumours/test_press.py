"""Questions of the press: one voice, another's approval, exactly that wording."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

import cast as people
import desk_kit
from cast import Cast, client_of
from sangto.lib.codes import EnquiryState, RoleCode
from sangto.network.rules import PERMS
from sangto.rumours import press, press_flow, services
from sangto.rumours.models import Enquiry
from sangto.rumours.types import EditConflict, NotAllowed, RumourProblem

LATER = dt.timedelta(hours=5)


# -- the machine
@given(st.lists(st.sampled_from([*press_flow.STEPS, "publish"]), max_size=40))
def test_no_sequence_reaches_a_state_that_is_not_named_or_an_answer_that_nobody_approved(said: list[str]) -> None:
    state, approved = EnquiryState.OPEN, False
    for verb in said:
        try:
            state = press_flow.after(state, verb)
        except (press_flow.NotNow, KeyError):
            continue
        approved = verb == "approve" or (approved and verb == "answer")
        assert state in EnquiryState
        assert state != EnquiryState.ANSWERED or approved
    assert all(step.perm in PERMS for step in press_flow.STEPS.values())


# -- at the desk
@pytest.fixture
def cast(settings: Settings, tmp_path: Path, db: None) -> Cast:
    desk_kit.use_folder(settings, tmp_path)
    return people.make()


def noted(cast: Cast) -> int:
    return services.note_enquiry(
        desk=cast.desk,
        viewer=cast.editor.viewer,
        outlet="Báo Sông Cả",
        question="Đập có an toàn không?",
        deadline=timezone.now() + LATER,
        spokesperson_id=cast.lead.id,
    )


def worded(cast: Cast, text: str = "Đập an toàn, mực nước thấp hơn ngưỡng 4 m.") -> int:
    number = noted(cast)
    services.word_answer(
        desk=cast.desk,
        number=number,
        viewer=cast.editor.viewer,
        wording=text,
        spokesperson_id=cast.lead.id,
        edit_number=0,
    )
    return number


def row(number: int) -> Enquiry:
    return Enquiry.objects.get(number=number)


def approve(cast: Cast, number: int, who: people.Someone, text: str | None = None) -> None:
    digest = press_flow.digest(text or row(number).wording)
    services.approve_answer(desk=cast.desk, number=number, viewer=who.viewer, sha256=digest)


def test_it_works(cast: Cast) -> None:
    """Through the pages, from the call to the answer."""
    editor, reviewer = client_of(cast.editor), client_of(cast.colleague)
    root = "/en/desk/toa-soan/press/"
    deadline = (timezone.localtime() + LATER).strftime("%Y-%m-%dT%H:%M")
    form = {"outlet": "Báo Sông Cả", "question": "Đập có an toàn không?", "deadline": deadline}
    assert editor.post(root + "note/", {**form, "spokesperson_id": str(cast.lead.id)}).status_code == 302
    assert "Báo Sông Cả" in reviewer.get(root).content.decode()
    words = {"wording": "An toàn.", "spokesperson_id": str(cast.lead.id), "edit_number": "0"}
    assert editor.post(root + "1/word/", words).status_code == 302
    page = reviewer.get(root + "1/").content.decode()
    assert "Approve exactly this wording" in page
    assert "Approve exactly this wording" not in editor.get(root + "1/").content.decode()
    assert reviewer.post(root + "1/approve/", {"sha256": press_flow.digest("An toàn.")}).status_code == 302
    assert editor.post(root + "1/answered/").status_code == 302
    done = row(1)
    assert (done.state, done.approved_by_id, done.spokesperson_id) == ("answered", cast.colleague.id, cast.lead.id)
    assert press.press_page(cast.desk, cast.editor.viewer).open == ()


def test_nobody_approves_their_own_words(cast: Cast) -> None:
    number = noted(cast)
    services.word_answer(
        desk=cast.desk,
        number=number,
        viewer=cast.lead.viewer,
        wording="Lời của phụ trách",
        spokesperson_id=cast.lead.id,
        edit_number=0,
    )
    with pytest.raises(RumourProblem):
        approve(cast, number, cast.lead)
    assert row(number).state == "worded"
    approve(cast, number, cast.colleague)
    assert row(number).state == "approved"


def test_an_approval_never_slides_to_another_text(cast: Cast) -> None:
    number = worded(cast)
    with pytest.raises(EditConflict):
        approve(cast, number, cast.colleague, "Một lời khác")
    approve(cast, number, cast.colleague)
    services.word_answer(
        desk=cast.desk,
        number=number,
        viewer=cast.editor.viewer,
        wording="Đập an toàn.",
        spokesperson_id=cast.lead.id,
        edit_number=row(number).edit_number,
    )
    changed = row(number)
    assert (changed.state, changed.approved_by_id, changed.approved_sha256) == ("worded", None, "")
    with pytest.raises(RumourProblem):
        services.mark_press_answered(desk=cast.desk, number=number, viewer=cast.editor.viewer)


def test_someone_must_be_named_to_say_it(cast: Cast) -> None:
    number = noted(cast)
    services.word_answer(
        desk=cast.desk,
        number=number,
        viewer=cast.editor.viewer,
        wording="Chưa ai nói",
        spokesperson_id=None,
        edit_number=0,
    )
    with pytest.raises(RumourProblem):
        approve(cast, number, cast.colleague)


def test_two_who_word_at_once_do_not_overwrite_each_other(cast: Cast) -> None:
    number = worded(cast, "Lời thứ nhất")
    form = {"wording": "Lời thứ hai", "spokesperson_id": "", "edit_number": "0"}
    answer = client_of(cast.lead).post(f"/vi/desk/toa-soan/press/{number}/word/", form)
    assert answer.status_code == 409
    assert "Lời thứ hai" in answer.content.decode()
    assert row(number).wording == "Lời thứ nhất"


@pytest.mark.parametrize("who", ["reader", "outsider", "trainee"])
def test_who_has_no_part_in_it_sees_and_does_nothing(cast: Cast, who: str) -> None:
    number = worded(cast)
    someone = getattr(cast, who)
    client = client_of(someone)
    assert client.get("/vi/desk/toa-soan/press/").status_code == 403
    for verb in ("word", "approve", "back", "answered", "decline"):
        assert client.post(f"/vi/desk/toa-soan/press/{number}/{verb}/").status_code == 403
    with pytest.raises(NotAllowed):
        services.decline_enquiry(desk=cast.desk, number=number, viewer=someone.viewer, reason="x")
    assert row(number).state == "worded"


def test_declining_needs_a_reason_and_bad_input_a_clear_word(cast: Cast) -> None:
    number = noted(cast)
    with pytest.raises(RumourProblem):
        services.decline_enquiry(desk=cast.desk, number=number, viewer=cast.editor.viewer, reason=" ")
    services.decline_enquiry(desk=cast.desk, number=number, viewer=cast.editor.viewer, reason="đang điều tra")
    assert (row(number).state, row(number).end_reason) == ("declined", "đang điều tra")
    client = client_of(cast.editor)
    past = (timezone.localtime() - LATER).strftime("%Y-%m-%dT%H:%M")
    for form in (
        {"outlet": "", "question": "Câu hỏi đã gõ", "deadline": past},
        {"outlet": "Báo A", "question": "Câu hỏi đã gõ", "deadline": past},
        {"outlet": "Báo A", "question": "Câu hỏi đã gõ", "deadline": "hôm qua"},
    ):
        answer = client.post("/vi/desk/toa-soan/press/note/", form)
        assert answer.status_code == 422
        assert "Câu hỏi đã gõ" in answer.content.decode()
    assert client.get("/vi/desk/toa-soan/press/99/").status_code == 404
    assert RoleCode.REVIEWER in PERMS["press.approve"]
