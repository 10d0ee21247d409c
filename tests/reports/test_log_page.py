from __future__ import annotations

import pytest

import cast
from sangto.rumours import services

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> cast.Cast:
    people = cast.make()
    services.open_rumour(desk=people.desk, text="Tin đồn có số", lang="vi")
    return people


def test_it_works(people: cast.Cast) -> None:
    page = cast.client_of(people.lead).get(f"/vi/desk/{people.desk.slug}/log/").content.decode()
    assert "Tin đồn 1" in page


@pytest.mark.parametrize(("who", "status"), [("editor", 403), ("outsider", 403), ("trainee", 403), ("admin", 200)])
def test_who_sees_it(people: cast.Cast, who: str, status: int) -> None:
    assert cast.client_of(getattr(people, who)).get(f"/vi/desk/{people.desk.slug}/log/").status_code == status


def test_a_wrong_page_mark_is_not_found(people: cast.Cast) -> None:
    assert cast.client_of(people.lead).get(f"/vi/desk/{people.desk.slug}/log/?before=x").status_code == 404
