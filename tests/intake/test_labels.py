"""Every word on what the machine proposed becomes a label, and does to the message what it says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

import cast
import desk_kit
from sangto.audit.models import LogEntry
from sangto.catalogue.models import Document, Label
from sangto.catalogue.services import withdraw_document
from sangto.delivery.models import Outbox
from sangto.intake import services
from sangto.intake.models import Reply, Tip
from sangto.intake.services import receive_tip
from sangto.intake.types import NotAProposal
from sangto.lib.codes import DoorKind
from sangto.network import selectors as network
from sangto.network.services import set_careful
from sangto.network.types import DeskInfo
from sangto.rumours.models import Rumour, Sighting

pytestmark = pytest.mark.django_db
COPY = "Uống nước chanh nóng chữa khỏi bệnh ung thư"
# Another number than the answer's: never more than a suggestion.
NEAR = "Uống nước chanh nóng 3 ngày chữa khỏi bệnh ung thư"


@pytest.fixture
def people(settings: Settings, tmp_path: Path) -> cast.Cast:
    desk_kit.use_folder(settings, tmp_path)
    return cast.make()


@pytest.fixture
def lemon(people: cast.Cast) -> desk_kit.Answered:
    return desk_kit.two_answers(people.desk)[0]


def asked(desk: DeskInfo, text: str, address: str = "") -> tuple[Tip, str]:
    """The tip, and the token of its link."""
    page = receive_tip(desk=desk, door=DoorKind.WEB, text=text, lang="vi", address=address).page
    return Tip.objects.get(id=page.id), page.token


def proposed(tip: Tip) -> Reply:
    return Reply.objects.get(tip=tip, rank=1)


def second(tip: Tip) -> Reply:
    """Another answer that the machine suggested for it."""
    other = Document.objects.filter(lang="vi").exclude(id=proposed(tip).document_id).get()
    return Reply.objects.create(
        desk_id=tip.desk_id, desk_kind=tip.desk_kind, tip=tip, document=other, document_version=1, decision="suggest",
        rank=2, probability=0.2, engine="x", at=timezone.now(),
    )  # fmt: skip


# -- the asker --------------------------------------------------------------------------------------------------------


def test_it_works(people: cast.Cast, lemon: desk_kit.Answered) -> None:
    tip, token = asked(people.desk, NEAR)
    reply = proposed(tip)
    services.settle(token=token, document_id=reply.document_id)
    label = Label.objects.get()
    assert (label.tip_id, label.object_id, label.desk_id) == (tip.id, lemon.object_id, people.desk.id)
    assert (label.said_by, label.right, label.had_match, label.stands) == ("asker", True, True, True)
    assert (label.rank, label.decision, label.probability) == (1, "suggest", reply.probability)
    assert (label.copy, label.blocked) == (False, True)
    assert label.engine


def test_not_this_is_a_wrong_label_for_all_that_was_shown(people: cast.Cast, lemon: desk_kit.Answered) -> None:
    tip, token = asked(people.desk, NEAR)
    second(tip)
    services.settle(token=token, document_id=None)
    assert sorted(Label.objects.values_list("rank", "right", "had_match")) == [(1, False, False), (2, False, False)]


def test_choosing_the_second_says_that_the_first_was_wrong(people: cast.Cast, lemon: desk_kit.Answered) -> None:
    tip, token = asked(people.desk, NEAR)
    services.settle(token=token, document_id=second(tip).document_id)
    assert sorted(Label.objects.values_list("rank", "right", "had_match")) == [(1, False, True), (2, True, True)]


def test_a_copy_that_was_answered_is_labelled_as_such(people: cast.Cast, lemon: desk_kit.Answered) -> None:
    tip, token = asked(people.desk, COPY)
    services.settle(token=token, document_id=proposed(tip).document_id)
    assert Label.objects.values_list("copy", "blocked", "decision").get() == (True, False, "answer")


def test_settling_twice_is_one_label(people: cast.Cast, lemon: desk_kit.Answered) -> None:
    tip, token = asked(people.desk, NEAR)
    for _ in range(2):
        services.settle(token=token, document_id=proposed(tip).document_id)
    assert Label.objects.count() == 1


def test_after_a_year_only_numbers_are_left(people: cast.Cast, lemon: desk_kit.Answered) -> None:
    tip, token = asked(people.desk, NEAR)
    services.settle(token=token, document_id=proposed(tip).document_id)
    Tip.objects.update(received_at=timezone.now() - timedelta(days=366))
    assert services.remove_old_texts() == 1
    label = Label.objects.get()
    assert (label.tip_id, label.object_id) == (None, None)
    assert label.right is True
    with pytest.raises(NotAProposal):
        services.judge(reply_id=proposed(tip).id, right=False, actor=people.editor.viewer.actor)


def test_a_drills_word_stays_with_the_drill(people: cast.Cast) -> None:
    desk_kit.two_answers(people.drill_desk)
    tip, token = asked(people.drill_desk, NEAR)
    services.settle(token=token, document_id=proposed(tip).document_id)
    assert Label.objects.values_list("desk_id", "desk_kind").get() == (people.drill_desk.id, "drill")


# -- an editor --------------------------------------------------------------------------------------------------------


def judge(people: cast.Cast, reply: Reply, right: bool) -> None:
    services.judge(reply_id=reply.id, right=right, actor=people.editor.viewer.actor)


def test_found_right_the_asker_gets_the_answer_and_is_told(
    people: cast.Cast, lemon: desk_kit.Answered, client: Client
) -> None:
    tip, token = asked(people.desk, NEAR, address="hoi@docgia.example")
    services.join_unsettled(tip_id=tip.id)
    assert "Chúng tôi chưa trả lời tin này" in client.get(f"/vi/tip/{token}/").content.decode()
    judge(people, proposed(tip), right=True)
    tip.refresh_from_db()
    assert tip.state == "answered"
    page = client.get(f"/vi/tip/{token}/").content.decode()
    assert COPY in page
    assert "Câu trả lời này có đúng với tin của bạn không?" not in page
    assert Outbox.objects.filter(reason="tip_answered", object_id=tip.id).count() == 1
    assert Label.objects.values_list("said_by", "right").get() == ("editor", True)
    assert LogEntry.objects.get(verb="proposal_accepted").actor_id == people.editor.id


def test_found_wrong_what_was_answered_waits_again_and_joins_a_rumour(
    people: cast.Cast, lemon: desk_kit.Answered, client: Client
) -> None:
    tip, token = asked(people.desk, COPY)
    assert tip.state == "answered"
    judge(people, proposed(tip), right=False)
    tip.refresh_from_db()
    assert tip.state == "waiting"
    assert Sighting.objects.get().tip_id == tip.id
    assert "Tổ chức Y tế Thế giới" not in client.get(f"/vi/tip/{token}/").content.decode()
    assert Label.objects.values_list("said_by", "right", "had_match").get() == ("editor", False, None)


def test_a_suggestion_found_wrong_is_not_asked_about_any_more(people: cast.Cast, lemon: desk_kit.Answered) -> None:
    tip, token = asked(people.desk, NEAR)
    other = second(tip)
    judge(people, proposed(tip), right=False)
    tip.refresh_from_db()
    assert tip.state == "suggested"
    judge(people, other, right=False)
    tip.refresh_from_db()
    assert (tip.state, Rumour.objects.count()) == ("waiting", 1)
    services.settle(token=token, document_id=None)
    assert Label.objects.filter(said_by="asker").count() == 0


def test_a_mind_can_be_changed(people: cast.Cast, lemon: desk_kit.Answered) -> None:
    tip, _token = asked(people.desk, NEAR)
    services.join_unsettled(tip_id=tip.id)
    states = []
    for right in (True, False, True, True):
        judge(people, proposed(tip), right=right)
        tip.refresh_from_db()
        states.append((tip.state, Label.objects.get().right))
    assert states == [("answered", True), ("waiting", False), ("answered", True), ("answered", True)]
    assert Sighting.objects.count() == 1


def test_the_editors_word_stands_against_the_askers(people: cast.Cast, lemon: desk_kit.Answered) -> None:
    tip, token = asked(people.desk, NEAR)
    services.settle(token=token, document_id=None)
    judge(people, proposed(tip), right=True)
    assert dict(Label.objects.values_list("said_by", "stands")) == {"asker": False, "editor": True}
    services.settle(token=token, document_id=None)
    tip.refresh_from_db()
    assert tip.state == "answered"


def test_accepting_the_second_says_that_the_first_was_wrong(people: cast.Cast, lemon: desk_kit.Answered) -> None:
    tip, _token = asked(people.desk, NEAR)
    judge(people, second(tip), right=True)
    assert sorted(Label.objects.values_list("rank", "right", "had_match")) == [(1, False, True), (2, True, True)]


def test_a_closed_message_gets_the_answer_that_was_found_after_all(people: cast.Cast, lemon: desk_kit.Answered) -> None:
    tip, _token = asked(people.desk, NEAR)
    services.join_unsettled(tip_id=tip.id)
    Tip.objects.update(state="closed", closing_reason="no_claim")
    judge(people, proposed(tip), right=True)
    tip.refresh_from_db()
    assert (tip.state, tip.closing_reason) == ("answered", "")


def test_an_answer_that_was_withdrawn_cannot_be_found_right(people: cast.Cast, lemon: desk_kit.Answered) -> None:
    tip, _token = asked(people.desk, NEAR)
    withdraw_document(kind="answer", object_id=lemon.object_id)
    with pytest.raises(NotAProposal):
        judge(people, proposed(tip), right=True)
    judge(people, proposed(tip), right=False)
    assert Label.objects.get().right is False


def test_what_the_desk_answered_itself_is_no_proposal(people: cast.Cast, lemon: desk_kit.Answered) -> None:
    tip, _token = asked(people.desk, "Ngày mai cả thành phố bị cắt nước sinh hoạt ba ngày liền")
    services.answer_tips(tip_ids=[tip.id], document_ids=lemon.documents)
    with pytest.raises(NotAProposal):
        judge(people, Reply.objects.get(tip=tip, decision="later"), right=True)


def test_a_careful_desk_suggests_and_is_told(people: cast.Cast, lemon: desk_kit.Answered) -> None:
    set_careful(desk_id=people.desk.id, careful=True, actor=people.lead.viewer.actor)
    tip, token = asked(network.desk(people.desk.id), "nghe nói uống nước chanh nóng thì khỏi ung thư phải không cả nhà")
    assert tip.state == "suggested"
    services.settle(token=token, document_id=proposed(tip).document_id)
    assert Label.objects.values_list("decision", "right", "copy", "blocked").get() == ("suggest", True, False, False)
