"""Addresses of no room, error pages, and what every answer carries."""

from __future__ import annotations

import json
import logging

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils import translation

from sangto.config import errors
from sangto.config.logs import IdsOnlyFormatter, RoutesOnly
from sangto.config.middleware import HEADER, POLICY

# What somebody typed; it gets into an error's message and must not get into a log.
WORDS = "lan@example.org asks"
pytestmark = pytest.mark.django_db


def _fails(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(WORDS)


urlpatterns = [path("boom/", _fails)]


@pytest.mark.parametrize(
    ("asks_for", "cookie", "leads_to"),
    [
        ("", "", "/vi/"),
        ("en-GB,en;q=0.9", "", "/en/"),
        ("fr,de", "", "/vi/"),
        ("en", "vi", "/vi/"),
        ("vi", "en", "/en/"),
    ],
)
def test_the_bare_address_leads_to_the_readers_language(asks_for: str, cookie: str, leads_to: str) -> None:
    client = Client(headers={"accept-language": asks_for})
    if cookie:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, leads_to)
    assert {"Accept-Language", "Cookie"} <= set(answer["Vary"].split(", "))


@pytest.mark.parametrize(
    ("page", "leads_to"),
    [
        ("/vi/answers/", "/en/answers/"),
        ("", "/en/"),
        ("https://elsewhere.example/", "/en/"),
        ("//elsewhere.example/", "/en/"),
        ("javascript:alert(1)", "/en/"),
    ],
)
def test_the_choice_of_a_language_is_kept_and_leads_nowhere_else(client: Client, page: str, leads_to: str) -> None:
    answer = client.get("/language/en/", {"next": page})
    assert (answer.status_code, answer["Location"]) == (302, leads_to)
    assert client.get("/")["Location"] == "/en/"


def test_a_language_that_we_do_not_have(client: Client) -> None:
    assert client.get("/language/fr/").status_code == 404


def test_it_says_whether_it_is_well(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"well": True, "database": True})


def test_it_says_that_it_is_not_well(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def gone() -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", gone)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["well"]) == (503, False)


@pytest.mark.parametrize("address", ["/vi/", "/healthz", "/vi/nothing-here/", "/api/v1/openapi.json"])
def test_every_answer_lets_pages_load_from_here_only(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer[HEADER] == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(("language", "says"), [("vi", "Các tin đã gửi vẫn còn"), ("en", "Messages that were sent")])
def test_a_page_that_does_not_exist(client: Client, language: str, says: str) -> None:
    answer = client.get(f"/{language}/nothing-here/")
    assert answer.status_code == 404
    assert says in answer.content.decode()


@pytest.mark.parametrize(("language", "says"), [("vi", "chưa có gì được lưu"), ("en", "nothing of it was kept")])
def test_too_much_at_once(client: Client, language: str, says: str) -> None:
    answer = client.post(f"/{language}/", {"text": "a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    assert answer.status_code == 413
    assert says in answer.content.decode()


def test_a_form_with_a_million_fields(client: Client) -> None:
    answer = client.post("/vi/", "&".join(["a=1"] * 200_000), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413


def test_too_much_at_once_for_a_program(client: Client) -> None:
    body = json.dumps({"text": "a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    answer = client.post("/api/v1/ask", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_long")


def test_a_request_that_is_not_as_described_is_not_repeated(client: Client) -> None:
    answer = client.post("/api/v1/ask", {"words": "my secret"}, content_type="application/json")
    assert (answer.status_code, answer.json()["where"]) == (422, ["body.body.text"])
    assert "secret" not in answer.content.decode()


def test_a_form_without_its_token() -> None:
    answer = Client(enforce_csrf_checks=True).post("/vi/", {"text": "?"})
    assert answer.status_code == 403
    assert "Trang đã mở quá lâu" in answer.content.decode()


@override_settings(ROOT_URLCONF="config.test_pages")
def test_a_fault_of_ours_stands_alone_and_is_logged_without_words(caplog: pytest.LogCaptureFixture) -> None:
    with translation.override("en"):
        answer = errors.server_error(RequestFactory().get("/en/boom/"))
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.ERROR, "django.request"):
        assert client.get("/boom/?token=abc").status_code == 500
    record = caplog.records[-1]
    RoutesOnly().filter(record)
    text = IdsOnlyFormatter("{message}", style="{").format(record)
    assert "500: GET boom/" in text
    assert "builtins.RuntimeError" in text
    assert "lan@" not in text
    assert "abc" not in text


def test_a_log_line_names_the_route_and_not_the_address(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "django.request"):
        client.get("/vi/tip/a-private-token/")
    for record in caplog.records:
        RoutesOnly().filter(record)
        assert "a-private-token" not in record.getMessage()


def test_the_formatter_shows_causes_without_their_words() -> None:
    try:
        try:
            {"other": 1}[WORDS]
        except KeyError as inner:
            raise ValueError(WORDS) from inner
    except ValueError as error:
        text = IdsOnlyFormatter().formatException((type(error), error, error.__traceback__))
    assert "builtins.KeyError" in text
    assert "builtins.ValueError" in text
    assert "lan@" not in text
