"""What the machine proposed, on the pages of the desk: who sees it, who may say whether it fits."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from pytest_django import Settings

import cast
import desk_kit
from sangto.audit.models import LogEntry
from sangto.catalogue.models import Label
from sangto.intake import services as intake
from sangto.intake.links import follow_token
from sangto.intake.models import Reply, Tip
from sangto.lib.codes import DoorKind
from sangto.network.services import set_careful
from sangto.network.types import DeskInfo
from sangto.rumours import selectors, services
from sangto.rumours.models import Rumour, Sighting
from sangto.rumours.types import NotAllowed, UnknownProposal

pytestmark = pytest.mark.django_db
COPY = "Uống nước chanh nóng chữa khỏi bệnh ung thư"
NEAR = "Uống nước chanh nóng 3 ngày chữa khỏi bệnh ung thư"


@pytest.fixture
def people(settings: Settings, tmp_path: Path) -> cast.Cast:
    desk_kit.use_folder(settings, tmp_path)
    people = cast.make()
    desk_kit.two_answers(people.desk)
    return people


def asked(desk: DeskInfo, text: str) -> tuple[Tip, str]:
    page = intake.receive_tip(desk=desk, door=DoorKind.WEB, text=text, lang="vi").page
    return Tip.objects.get(id=page.id), page.token


@pytest.fixture
def unsettled(people: cast.Cast) -> Reply:
    """A suggestion that nobody settled: its message stands at rumour 1."""
    tip, _token = asked(people.desk, NEAR)
    intake.join_unsettled(tip_id=tip.id)
    return Reply.objects.get(tip=tip, rank=1)


def page(desk: DeskInfo, rest: str, lang: str = "vi") -> str:
    return f"/{lang}/desk/{desk.slug}/{rest}"


def judging(desk: DeskInfo, reply: Reply) -> str:
    return page(desk, f"proposals/{reply.id}/judge/")


def test_it_works(people: cast.Cast, unsettled: Reply) -> None:
    client = cast.client_of(people.editor)
    shown = client.get(page(people.desk, "r/1/")).content.decode()
    assert "Máy gợi ý:" in shown
    assert "Đúng là trả lời cho tin này" in shown
    done = client.post(judging(people.desk, unsettled), {"word": "right", "number": 1})
    assert (done.status_code, done["Location"]) == (302, page(people.desk, "r/1/"))
    assert Label.objects.values_list("said_by", "right").get() == ("editor", True)
    unsettled.tip.refresh_from_db()
    assert unsettled.tip.state == "answered"
    shown = client.get(page(people.desk, "r/1/")).content.decode()
    assert "Bàn xác nhận: đúng là trả lời cho tin này." in shown
    assert "xác nhận máy trả lời đúng tin" in shown
    # The word can be changed, not said twice.
    assert 'value="wrong"' in shown
    assert 'value="right"' not in shown


def test_in_english(people: cast.Cast, unsettled: Reply) -> None:
    client = cast.client_of(people.editor)
    shown = client.get(page(people.desk, "r/1/", "en")).content.decode()
    assert "The machine suggested:" in shown
    assert "In the message: 3 ngày" in shown
    listed = client.get(page(people.desk, "proposals/", "en")).content.decode()
    assert "Answers of the machine" in listed
    assert "It is about something else" in listed


def test_answers_that_nobody_spoke_about_are_listed_and_found_wrong_become_rumours(people: cast.Cast) -> None:
    asked(people.desk, COPY)
    client = cast.client_of(people.editor)
    assert "proposals/" in client.get(page(people.desk, "")).content.decode()
    listed = client.get(page(people.desk, "proposals/")).content.decode()
    assert "Máy đã trả lời bằng:" in listed
    assert "chế độ thận trọng" not in listed
    done = client.post(judging(people.desk, Reply.objects.get()), {"word": "wrong"})
    assert done["Location"] == page(people.desk, "proposals/")
    assert Tip.objects.get().state == "waiting"
    assert Rumour.objects.count() == 1
    assert "Không có gì chờ xác nhận." in client.get(page(people.desk, "proposals/")).content.decode()


def test_what_the_asker_settles_or_is_being_asked_is_not_listed(people: cast.Cast) -> None:
    _tip, token = asked(people.desk, COPY)
    asked(people.desk, NEAR)
    viewer = people.editor.viewer
    assert len(selectors.proposals_page(people.desk, viewer).tips) == 1
    intake.settle(token=token, document_id=Reply.objects.get(decision="answer").document_id)
    assert selectors.proposals_page(people.desk, viewer).tips == ()


def test_a_careful_desk_says_so(people: cast.Cast) -> None:
    set_careful(desk_id=people.desk.id, careful=True, actor=people.lead.viewer.actor)
    shown = cast.client_of(people.editor).get(page(people.desk, "proposals/")).content.decode()
    assert "chế độ thận trọng" in shown


@pytest.mark.parametrize(
    ("who", "status"), [("editor", 200), ("colleague", 200), ("reader", 200), ("outsider", 403), ("trainee", 403)]
)
def test_who_sees_them(people: cast.Cast, unsettled: Reply, who: str, status: int) -> None:
    client = cast.client_of(getattr(people, who))
    answer = client.get(page(people.desk, "proposals/"))
    assert answer.status_code == status
    assert (NEAR in answer.content.decode()) == (status == 200)
    assert ("Đúng là trả lời cho tin này" in answer.content.decode()) == (who == "editor")


@pytest.mark.parametrize("who", ["colleague", "reader", "outsider", "trainee", "admin"])
def test_who_may_not_judge(people: cast.Cast, unsettled: Reply, who: str) -> None:
    someone = getattr(people, who)
    assert cast.client_of(someone).post(judging(people.desk, unsettled), {"word": "right"}).status_code == 403
    with pytest.raises(NotAllowed):
        services.judge_proposal(reply_id=unsettled.id, right=True, viewer=someone.viewer)
    assert not Label.objects.exists()


@pytest.mark.parametrize(("who", "at"), [("outsider", "other_desk"), ("trainee", "drill_desk")])
def test_nobody_judges_through_the_address_of_their_own_desk(
    people: cast.Cast, unsettled: Reply, who: str, at: str
) -> None:
    client = cast.client_of(getattr(people, who))
    assert client.post(judging(getattr(people, at), unsettled), {"word": "right"}).status_code == 403
    assert not Label.objects.exists()


def test_a_trainee_judges_at_the_drill(people: cast.Cast) -> None:
    desk_kit.two_answers(people.drill_desk)
    asked(people.drill_desk, COPY)
    client = cast.client_of(people.trainee)
    assert client.post(judging(people.drill_desk, Reply.objects.get()), {"word": "wrong"}).status_code == 302
    assert Label.objects.get().desk_kind == "drill"
    assert Rumour.objects.get().desk_kind == "drill"


@pytest.mark.parametrize("body", [{}, {"word": "perhaps"}, {"word": "right", "number": "x"}])
def test_another_word_is_not_known(people: cast.Cast, unsettled: Reply, body: dict[str, str]) -> None:
    client = cast.client_of(people.editor)
    assert client.post(judging(people.desk, unsettled), body).status_code == 404
    assert client.post(page(people.desk, f"proposals/{uuid4()}/judge/"), {"word": "right"}).status_code == 404
    with pytest.raises(UnknownProposal):
        services.judge_proposal(reply_id=uuid4(), right=True, viewer=people.editor.viewer)
    assert not Label.objects.exists()


def test_what_is_gone_is_said(people: cast.Cast, unsettled: Reply) -> None:
    Tip.objects.update(text="", text_removed_at=unsettled.at)
    client = cast.client_of(people.editor)
    done = client.post(judging(people.desk, unsettled), {"word": "right", "number": 1}, follow=True)
    assert "Không xác nhận được nữa" in done.content.decode()
    assert "Máy gợi ý:" not in done.content.decode()


def test_an_asker_who_refuses_the_desks_own_answer_gets_a_rumour_of_their_own(
    people: cast.Cast, unsettled: Reply
) -> None:
    """The message stood at a rumour that is answered meanwhile."""
    tip = unsettled.tip
    rumour = Rumour.objects.get()
    services.take_ownership(rumour_id=rumour.id, viewer=people.editor.viewer)
    services.send_to_review(rumour_id=rumour.id, viewer=people.editor.viewer)
    other = desk_kit.answer(people.desk, slug="khac", vi="Chanh để lâu thì độc", en="Old lemons are poisonous")
    services.mark_answered(rumour_id=rumour.id, viewer=people.colleague.viewer, documents=other.documents, version=1)
    services.tell_askers(rumour_id=rumour.id, documents=other.documents)
    intake.settle(token=follow_token(tip.id), document_id=None)
    tip.refresh_from_db()
    assert tip.state == "waiting"
    joined = Sighting.objects.get(tip=tip)
    assert joined.rumour_id != rumour.id
    rumour.refresh_from_db()
    assert "3 ngày" not in rumour.headline
    assert LogEntry.objects.filter(verb="tip_left", object_id=rumour.id).count() == 1
