from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

import cast
import desk_kit
from sangto.intake.models import Reply, Tip
from sangto.intake.types import TEXT_MAX
from sangto.rumours.models import Rumour, Sighting

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(settings: Settings, tmp_path: Path) -> cast.Cast:
    desk_kit.use_folder(settings, tmp_path)
    return cast.make()


@pytest.fixture
def lemon(people: cast.Cast) -> desk_kit.Answered:
    return desk_kit.two_answers(people.desk)[0]


def ask(client: Client, text: str, lang: str = "vi", **more: str) -> object:
    return client.post(f"/{lang}/", {"text": text, **more}, follow=True)


def test_it_works(client: Client, lemon: desk_kit.Answered) -> None:
    response = client.post("/vi/", {"text": "uống nước chanh nóng chữa khỏi bệnh ung thư"})
    assert response.status_code == 302
    assert "/vi/tip/" in response["Location"]
    page = client.get(response["Location"]).content.decode()
    assert "Uống nước chanh nóng chữa khỏi bệnh ung thư" in page
    assert "Vì sao chúng tôi cho rằng" in page
    assert Reply.objects.get().document_id == lemon.documents["vi"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_needs_no_script_and_little_of_the_database(
    client: Client, lemon: desk_kit.Answered, lang: str, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        response = client.get(f"/{lang}/")
    assert response.status_code == 200
    assert len(response.content) < 20_000


def test_other_words_without_diacritics_are_answered_or_suggested(client: Client, lemon: desk_kit.Answered) -> None:
    client.post("/vi/", {"text": "nghe noi uong nuoc chanh nong la khoi ung thu phai ko moi nguoi"})
    tip = Tip.objects.get()
    assert tip.state in {"answered", "suggested"}
    assert tip.replies.first().document_id == lemon.documents["vi"]  # type: ignore[union-attr]


def test_the_other_language_gets_its_own_version(client: Client, lemon: desk_kit.Answered) -> None:
    client.post("/en/", {"text": "Does hot lemon water really cure cancer?"})
    assert Reply.objects.get(rank=1).document_id == lemon.documents["en"]


def test_what_nothing_answers_becomes_a_rumour_and_its_repeat_joins_it(
    client: Client, lemon: desk_kit.Answered
) -> None:
    text = "Ngày mai cả thành phố bị cắt nước sinh hoạt ba ngày liền"
    first = client.post("/vi/", {"text": text})
    client.post("/vi/", {"text": text + "!"})
    assert Rumour.objects.count() == 1
    assert Sighting.objects.count() == 2
    page = client.get(first["Location"])
    assert "Chúng tôi chưa trả lời tin này" in page.content.decode()
    assert page["X-Robots-Tag"].startswith("noindex")
    assert "no-store" in page["Cache-Control"]


def test_a_form_sent_twice_is_one_message(client: Client, lemon: desk_kit.Answered) -> None:
    once = str(uuid4())
    links = {client.post("/vi/", {"text": "Có động đất tối nay không?", "once": once})["Location"] for _ in range(3)}
    assert len(links) == 1
    assert Tip.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("", 422, "Chưa có gì để kiểm tra"),
        ("   \u200b\u202e\ufeff ", 422, "Chưa có gì để kiểm tra"),
        ("?!…", 422, "Chưa có gì để kiểm tra"),
        ("a" * (TEXT_MAX + 1), 413, "20.001 ký tự"),
        ("dài " * 50_000, 413, "nhiều nhất 20.000"),
        ("\x00\x01\x02\ufffd\ufffd\x03" * 200, 422, "không phải là chữ đọc được"),
    ],
)
def test_bad_input_is_refused_in_the_readers_language_and_stores_nothing(
    client: Client, people: cast.Cast, text: str, status: int, words: str
) -> None:
    response = client.post("/vi/", {"text": text})
    assert response.status_code == status
    assert words in response.content.decode().replace("20,001", "20.001")
    assert Tip.objects.count() == 0
    assert Rumour.objects.count() == 0


def test_markup_is_shown_as_text(client: Client, lemon: desk_kit.Answered) -> None:
    response = client.post("/vi/", {"text": "<script>alert(1)</script> <b>cắt điện</b> toàn quốc?"}, follow=True)
    page = response.content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_account_names_and_profile_links_stay_outside(client: Client, lemon: desk_kit.Answered) -> None:
    client.post(
        "/vi/",
        {"text": "@nguoi.nao.do viết trên https://www.facebook.com/nguoinaodo/posts/12 là mai nghỉ học, mail a@b.vn"},
    )
    text = Tip.objects.get().text
    assert "nguoi" not in text
    assert "a@b.vn" not in text
    assert "mai nghỉ học" in text
    headline = Rumour.objects.get().headline
    assert "nguoi" not in headline


def test_a_guessed_link_is_not_found(client: Client, people: cast.Cast) -> None:
    assert client.get("/vi/tip/AAAAAAAAAAAAAAAAAAAAAAAA/").status_code == 404
    assert client.post("/vi/tip/AAAAAAAAAAAAAAAAAAAAAAAA/settle/").status_code == 404


def test_one_tap_settles_and_a_second_tap_changes_nothing(client: Client, lemon: desk_kit.Answered) -> None:
    link = client.post("/vi/", {"text": "Uống nước chanh nóng 3 ngày chữa khỏi bệnh ung thư"})["Location"]
    tip = Tip.objects.get()
    chosen = tip.replies.first()
    assert chosen is not None
    for _ in range(2):
        assert client.post(f"{link}settle/", {"document_id": str(chosen.document_id)}).status_code == 302
    tip.refresh_from_db()
    assert tip.state == "answered"
    assert Rumour.objects.count() == 0


def test_not_this_joins_a_rumour(client: Client, lemon: desk_kit.Answered) -> None:
    link = client.post("/vi/", {"text": "uống nước chanh nóng chữa khỏi bệnh ung thư"})["Location"]
    client.post(f"{link}settle/")
    tip = Tip.objects.get()
    assert tip.state == "waiting"
    assert Sighting.objects.get().tip_id == tip.id
    assert all(reply.confirmed is False for reply in tip.replies.all())


def test_a_document_that_was_not_offered_cannot_be_confirmed(client: Client, lemon: desk_kit.Answered) -> None:
    link = client.post("/vi/", {"text": "uống nước chanh nóng chữa khỏi bệnh ung thư"})["Location"]
    assert client.post(f"{link}settle/", {"document_id": str(uuid4())}).status_code == 404
    assert client.post(f"{link}settle/", {"document_id": "x"}).status_code == 404


def test_an_address_is_sealed_and_a_wrong_one_is_refused(client: Client, people: cast.Cast) -> None:
    wrong = client.post("/vi/", {"text": "Mai có cắt điện không?", "address": "khong-phai"})
    assert wrong.status_code == 422
    assert Tip.objects.count() == 0
    client.post("/vi/", {"text": "Mai có cắt điện không?", "address": "hoi@docgia.example"})
    assert Tip.objects.get().contact_id is not None
