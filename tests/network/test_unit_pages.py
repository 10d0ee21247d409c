"""A unit on its page: hours with what they mean for the next days, roles that reach down, name and place."""

from __future__ import annotations

import pytest
from django.test import Client

import cast as people
from cast import Cast, client_of
from sangto.audit.types import SYSTEM
from sangto.lib.codes import RoleCode
from sangto.network import selectors
from sangto.network.models import Unit, UnitHours
from sangto.network.services import create_unit

pytestmark = pytest.mark.django_db
HOURS = {
    "hours-tz": "Asia/Ho_Chi_Minh",
    "hours-country": "VN",
    "hours-extra_closed": "",
    "hours-extra_open": "",
    **{f"hours-day{n}": "08:00-11:30, 13:30-17:00" for n in range(5)},
    "hours-day5": "",
    "hours-day6": "",
}


@pytest.fixture
def cast() -> Cast:
    return people.make()


def page(cast: Cast, verb: str = "") -> str:
    return f"/en/organisation/{cast.unit_id}/{verb}"


def admin(cast: Cast) -> Client:
    return client_of(cast.admin)


def test_it_works(cast: Cast) -> None:
    client = admin(cast)
    assert "office hours of Viet Nam hold" in client.get(page(cast)).content.decode()
    every_day = {**HOURS, **{f"hours-day{n}": "6h-22h" for n in range(7)}, "hours-country": ""}
    assert client.post(page(cast, "hours/"), every_day).status_code == 302
    said = client.get(page(cast)).content.decode()
    assert said.count("06:00–22:00") == 7
    assert selectors.calendar_of(cast.desk).week[6] == ((360, 1320),)
    # The form shows what is set.
    assert 'value="06:00-22:00"' in said
    assert client.post(page(cast, "hours/"), {"clear": "1"}).status_code == 302
    assert not UnitHours.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("hours-day0", "sáng đến chiều", "sáng đến chiều"),
        ("hours-tz", "Asia/Atlantis", "This time zone is not known."),
        ("hours-country", "XX", "The holidays of this country are not known."),
        ("hours-day0", "08:00-12:00, 11:00-13:00", "Two spans of a day overlap."),
        ("hours-extra_closed", "30/2/2026", "30/2/2026"),
    ],
)
def test_bad_hours_are_said_and_stay_in_the_form(cast: Cast, field: str, value: str, words: str) -> None:
    answer = admin(cast).post(page(cast, "hours/"), {**HOURS, field: value})
    assert answer.status_code == 422
    said = answer.content.decode()
    assert words in said
    assert value in said
    assert not UnitHours.objects.exists()


def test_hours_in_which_nobody_works_are_refused(cast: Cast) -> None:
    nobody = {**HOURS, **{f"hours-day{n}": "" for n in range(7)}}
    answer = admin(cast).post(page(cast, "hours/"), nobody)
    assert answer.status_code == 422
    assert "nobody would ever be at work" in answer.content.decode()


def test_a_role_at_a_unit_reaches_its_desks_and_is_taken_back(cast: Cast) -> None:
    client = admin(cast)
    form = {"role-email": cast.outsider.email, "role-code": "reviewer"}
    assert client.post(page(cast, "grant/"), form).status_code == 302
    assert cast.outsider.viewer.has(RoleCode.REVIEWER, desk=cast.desk.id)
    assert cast.outsider.name in client.get(page(cast)).content.decode()
    assert client.post(page(cast, "grant/"), {**form, "role-email": "ai@do.example"}).status_code == 422
    back = {"person": str(cast.outsider.id), "code": "reviewer"}
    assert client.post(page(cast, "revoke/"), back).status_code == 302
    assert not cast.outsider.viewer.has(RoleCode.REVIEWER, desk=cast.desk.id)
    assert client.post(page(cast, "revoke/"), back).status_code == 302


def test_a_unit_is_renamed_and_moved_and_never_below_itself(cast: Cast) -> None:
    client = admin(cast)
    name = {"rename-name_vi": "Báo Sông Mới", "rename-name_en": "New River", "rename-kind": "organisation"}
    assert client.post(page(cast, "rename/"), name).status_code == 302
    child = create_unit(name_vi="Ban", name_en="Section", parent_id=cast.unit_id, actor=SYSTEM)
    assert client.post(page(cast, "move/"), {"move-parent": str(child)}).status_code == 422
    assert client.post(f"/en/organisation/{child}/move/", {"move-parent": str(cast.other_unit_id)}).status_code == 302
    other = Unit.objects.get(id=cast.other_unit_id)
    assert Unit.objects.get(id=child).path.startswith(other.path)
    assert Unit.objects.get(id=cast.unit_id).name_en == "New River"


def test_only_who_runs_the_installation_changes_units(cast: Cast) -> None:
    for who in (cast.lead, cast.editor, cast.outsider):
        assert client_of(who).get(page(cast)).status_code == 403
        assert client_of(who).post(page(cast, "hours/"), HOURS).status_code == 403
    assert admin(cast).get("/en/organisation/01890000-0000-7000-8000-000000000009/").status_code == 404
