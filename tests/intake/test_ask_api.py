from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

import cast
import desk_kit
from sangto.intake.models import Tip

pytestmark = pytest.mark.django_db


@pytest.fixture
def lemon(settings: Settings, tmp_path: Path) -> desk_kit.Answered:
    desk_kit.use_folder(settings, tmp_path)
    return desk_kit.two_answers(cast.make().desk)[0]


def post(client: Client, path: str, body: Any, **headers: str) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)


def test_it_works(client: Client, lemon: desk_kit.Answered) -> None:
    response = post(client, "/api/v1/ask", {"text": "Uống nước chanh nóng chữa khỏi bệnh ung thư"})
    found = response.json()
    assert response.status_code == 200
    assert found["decision"] == "answer"
    answer = found["answers"][0]
    assert answer["document_id"] == str(lemon.documents["vi"])
    assert answer["verdict"] == "false"
    assert answer["url"].endswith("/vi/a/nuoc-chanh/")
    assert answer["evidence"][0]["title"] == "Tổ chức Y tế Thế giới"
    assert answer["why"]
    assert set(found["tip"]) == {"id", "follow_url", "confirm_url"}


def test_settling_by_the_confirm_url(client: Client, lemon: desk_kit.Answered) -> None:
    tip = post(client, "/api/v1/ask", {"text": "Uống nước chanh nóng chữa khỏi bệnh ung thư"}).json()["tip"]
    path = "/api/v1" + tip["confirm_url"].split("/api/v1")[1]
    assert post(client, path, {"document_id": str(uuid4())}).status_code == 404
    assert post(client, path, {"document_id": str(lemon.documents["vi"])}).json() == {"state": "answered"}
    assert post(client, "/api/v1/tip/nope/confirm", {"document_id": None}).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": ""}, 422),
        ({"text": "x" * 20_001}, 413),
        ({"text": None}, 422),
        ({}, 422),
        ([], 422),
        ({"text": "\ud800 ?"}, 422),
    ],
)
def test_bad_input_has_its_status_and_stores_nothing(
    client: Client, lemon: desk_kit.Answered, body: Any, status: int
) -> None:
    assert post(client, "/api/v1/ask", body).status_code == status
    assert Tip.objects.count() == 0


def test_broken_json_is_400(client: Client, lemon: desk_kit.Answered) -> None:
    response = client.post("/api/v1/ask", b'{"text": "a', content_type="application/json")
    assert response.status_code == 400


def test_the_same_key_twice_is_one_message(client: Client, lemon: desk_kit.Answered) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    found = [post(client, "/api/v1/ask", {"text": "Mai bão vào phải không?"}, **key).json()["tip"] for _ in range(2)]
    assert found[0] == found[1]
    assert Tip.objects.count() == 1


def test_it_is_described(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert "/api/v1/ask" in described["paths"]
