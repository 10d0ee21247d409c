"""A question to someone who knows: by a link, without an account, and they see this question alone."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

import cast as people
import desk_kit
from cast import Cast, client_of
from sangto.intake.services import receive_tip
from sangto.lib.codes import DoorKind
from sangto.network import selectors as network
from sangto.rumours import services
from sangto.rumours.models import ExpertRequest, Rumour
from sangto.rumours.types import NotAllowed, RumourProblem
from sangto.rumours.workflow import NotNow

pytestmark = pytest.mark.django_db
TIP = "Hàng xóm tên Tư kể rằng đập sắp vỡ, gọi ông theo số của ông"
DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(settings: Settings, tmp_path: Path) -> Cast:
    desk_kit.use_folder(settings, tmp_path)
    return people.make()


@pytest.fixture
def rumour(cast: Cast) -> Rumour:
    receive_tip(desk=cast.desk, door=DoorKind.WEB, text=TIP, lang="vi")
    rumour = Rumour.objects.get()
    services.write_note(rumour_id=rumour.id, viewer=cast.editor.viewer, text="Ghi chú nội bộ")
    Rumour.objects.filter(id=rumour.id).update(claim_vi="Đập thủy điện X sắp vỡ")
    rumour.refresh_from_db()
    return rumour


def guest(cast: Cast, path: str) -> Client:
    """A browser in which the expert has opened the link and gone in."""
    browser = Client()
    assert browser.get(path).status_code == 200
    assert browser.post(path).status_code == 302
    return browser


def asked(cast: Cast, rumour: Rumour) -> tuple[ExpertRequest, Client]:
    page = f"/vi/desk/toa-soan/r/{rumour.number}/"
    form = {"name": "PGS. Lan", "question": "Mức nước 52 m có nguy hiểm không?", "due_in": "24"}
    client = client_of(cast.editor)
    assert client.post(page + "experts/", form).status_code == 302
    link = re.search(r'value="[^"]*(/vi/g/[^"]+)"', client.get(page).content.decode())
    assert link is not None
    return ExpertRequest.objects.get(), guest(cast, link[1])


def test_it_works(cast: Cast, rumour: Rumour) -> None:
    request, browser = asked(cast, rumour)
    page = browser.get("/vi/expert/").content.decode()
    assert "Mức nước 52 m có nguy hiểm không?" in page
    assert "Đập thủy điện X sắp vỡ" in page
    # Nothing of those who asked, nothing of the desk's own.
    for private in ("ông Tư", "tên Tư", "Ghi chú nội bộ", "Trần Văn"):
        assert private not in page
    said = "Còn thấp hơn ngưỡng 4 m."
    answer = {
        "answer": said,
        "confidence": "likely",
        "sources": "QCVN 04-05",
        "may_be_quoted": "on",
    }
    assert browser.post("/vi/expert/", answer).status_code == 302
    request.refresh_from_db()
    assert (request.answer, request.confidence, request.may_be_quoted) == (said, "likely", True)
    shown = client_of(cast.editor).get(f"/en/desk/toa-soan/r/{rumour.number}/").content.decode()
    assert said in shown
    assert "may be quoted" in shown
    # They can still change it.
    assert browser.post("/vi/expert/", {**answer, "answer": "Còn thấp hơn ngưỡng 5 m."}).status_code == 302
    assert ExpertRequest.objects.get().answer == "Còn thấp hơn ngưỡng 5 m."


def test_the_link_s_page_leads_to_the_question(cast: Cast, rumour: Rumour) -> None:
    _request, browser = asked(cast, rumour)
    link = re.search(
        r"/vi/g/[^\"]+", client_of(cast.editor).get(f"/vi/desk/toa-soan/r/{rumour.number}/").content.decode()
    )
    assert link is not None
    assert 'href="/vi/expert/"' in browser.get(link[0]).content.decode()


def test_what_is_not_said_is_asked_for_and_nothing_typed_is_lost(cast: Cast, rumour: Rumour) -> None:
    _request, browser = asked(cast, rumour)
    for form in (
        {"answer": "Một câu dài"},
        {"answer": "", "confidence": "certain"},
        {"answer": "x" * 4001, "confidence": "likely"},
    ):
        refused = browser.post("/vi/expert/", form)
        assert refused.status_code == 422
        assert form["answer"][:40] in refused.content.decode()
    assert ExpertRequest.objects.get().answered_at is None


def test_not_my_field_is_an_answer_too(cast: Cast, rumour: Rumour) -> None:
    _request, browser = asked(cast, rumour)
    assert browser.post("/vi/expert/", {"answer": "", "confidence": "outside"}).status_code == 302
    request = ExpertRequest.objects.get()
    assert request.declined_at is not None
    assert request.answered_at is None


def test_a_link_taken_back_closes_at_once(cast: Cast, rumour: Rumour) -> None:
    request, browser = asked(cast, rumour)
    page = f"/vi/desk/toa-soan/r/{rumour.number}/experts/{request.id}/withdraw/"
    assert client_of(cast.reader).post(page).status_code == 403
    assert client_of(cast.editor).post(page).status_code == 302
    assert browser.get("/vi/expert/").status_code == 404
    assert browser.post("/vi/expert/", {"answer": "Muộn", "confidence": "likely"}).status_code == 404
    assert ExpertRequest.objects.get().answer == ""


def test_nobody_else_finds_the_question(cast: Cast, rumour: Rumour) -> None:
    asked(cast, rumour)
    for client in (Client(), client_of(cast.editor), client_of(cast.outsider)):
        assert client.get("/vi/expert/").status_code == 404
    stranger = Client()
    token = people.guest_token(cast)
    stranger.post(f"/vi/g/{token}/")
    assert stranger.get("/vi/expert/").status_code == 404


def test_only_who_works_on_the_rumour_asks(cast: Cast, rumour: Rumour) -> None:
    for who in (cast.reader, cast.colleague, cast.outsider, cast.trainee):
        with pytest.raises(NotAllowed):
            services.ask_expert(rumour_id=rumour.id, viewer=who.viewer, name="A", question="B", due_in=DAY)
    for name, question, due_in in (("", "B", DAY), ("A", " ", DAY), ("A", "B", 31 * DAY), ("A", "x" * 2001, DAY)):
        with pytest.raises(RumourProblem):
            services.ask_expert(
                rumour_id=rumour.id, viewer=cast.editor.viewer, name=name, question=question, due_in=due_in
            )
    services.close(rumour_id=rumour.id, viewer=cast.editor.viewer, reason="no_claim")
    with pytest.raises(NotNow):
        services.ask_expert(rumour_id=rumour.id, viewer=cast.editor.viewer, name="A", question="B", due_in=DAY)
    assert not ExpertRequest.objects.exists()
    assert network.guests_of_desk(cast.desk) == ()
