"""People rest and leave; nothing they had in hand is lost. And the page that says who may do what."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

import cast as people
from sangto.audit.types import SYSTEM
from sangto.lib.codes import RoleCode, SuspensionReason
from sangto.network import holdings, selectors, services
from sangto.network.models import Person, Role
from sangto.network.rules import PERMS
from sangto.network.signals import person_leaving, person_returned, person_suspended, work_handed_over
from sangto.network.types import DeskInfo, InvalidDeparture, LastAdmin
from sangto.network.words import PERM_WORDS

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def cast() -> people.Cast:
    return people.make()


@pytest.fixture
def heard() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """The signals, in the order in which they were sent."""
    found: list[tuple[str, dict[str, Any]]] = []
    receivers = {}
    signals = {
        "leaving": person_leaving,
        "suspended": person_suspended,
        "returned": person_returned,
        "handed_over": work_handed_over,
    }
    for name, signal in signals.items():

        def receive(sender: object, name: str = name, **data: Any) -> None:
            found.append((name, {key: value for key, value in data.items() if key != "signal"}))

        receivers[name] = receive
        signal.connect(receive)
    yield found
    for name, signal in signals.items():
        signal.disconnect(receivers[name])


def suspend(cast: people.Cast, **more: Any) -> None:
    services.suspend_person(
        **{
            "person_id": cast.editor.id,
            "until": timezone.now() + 7 * DAY,
            "reason": SuspensionReason.ACCOUNT_AT_RISK,
            "actor": cast.lead.viewer.actor,
            **more,
        }
    )


def test_it_works(cast: people.Cast, heard: list[tuple[str, dict[str, Any]]]) -> None:
    services.leave(person_id=cast.editor.id, successors={cast.desk.id: cast.colleague.id}, actor=cast.lead.viewer.actor)
    assert [name for name, _data in heard] == ["leaving", "handed_over"]
    assert heard[0][1] == {"person_id": cast.editor.id, "desk_ids": frozenset({cast.desk.id})}
    assert heard[1][1] == {"from_id": cast.editor.id, "to_id": cast.colleague.id, "desk_id": cast.desk.id}
    assert not cast.editor.row.is_active
    assert cast.editor.row.left_at is not None
    assert not Role.objects.filter(person_id=cast.editor.id).exists()


def test_a_suspended_account_is_shut_out_at_once_and_let_in_again(
    cast: people.Cast, heard: list[tuple[str, dict[str, Any]]]
) -> None:
    client = people.client_of(cast.editor)
    board = f"/vi/desk/{cast.desk.slug}/"
    assert client.get(board).status_code == 200
    suspend(cast)
    answer = client.get(board)
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]
    assert [name for name, _data in heard] == ["suspended"], "the work waits for its owner"
    services.lift_suspension(person_id=cast.editor.id, actor=SYSTEM)
    assert people.client_of(cast.editor).get(board).status_code == 200
    assert heard[-1] == ("returned", {"person_id": cast.editor.id, "desk_ids": frozenset({cast.desk.id})})


def test_a_suspension_that_is_over_is_tidied_away_once(cast: people.Cast) -> None:
    suspend(cast)
    assert services.end_suspensions(now=timezone.now()) == 0
    assert services.end_suspensions(now=timezone.now() + 8 * DAY) == 1
    assert services.end_suspensions(now=timezone.now() + 8 * DAY) == 0
    assert cast.editor.row.suspended_until is None


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"until": dt.timedelta(days=-1)}, "date_in_past"),
        ({"until": dt.timedelta(days=400)}, "too_long"),
    ],
)
def test_a_suspension_has_an_end(cast: people.Cast, more: dict[str, dt.timedelta], refused: str) -> None:
    with pytest.raises(InvalidDeparture, match=refused):
        suspend(cast, until=timezone.now() + more["until"])
    assert cast.editor.row.suspended_until is None


def test_nobody_goes_by_their_own_hand_and_the_last_administrator_stays(cast: people.Cast) -> None:
    with pytest.raises(InvalidDeparture, match="yourself"):
        suspend(cast, actor=cast.editor.viewer.actor)
    with pytest.raises(LastAdmin):
        suspend(cast, person_id=cast.admin.id)
    with pytest.raises(LastAdmin):
        services.leave(person_id=cast.admin.id, actor=SYSTEM)
    assert cast.admin.row.is_active


def test_work_goes_only_to_someone_who_can_do_it_there(
    cast: people.Cast, heard: list[tuple[str, dict[str, Any]]]
) -> None:
    for unfit in (cast.outsider, cast.trainee, cast.reader, cast.editor):
        with pytest.raises(InvalidDeparture, match="successor_unfit"):
            services.leave(person_id=cast.editor.id, successors={cast.desk.id: unfit.id}, actor=cast.lead.viewer.actor)
        with pytest.raises(InvalidDeparture, match="successor_unfit"):
            suspend(cast, successors={cast.desk.id: unfit.id})
    assert heard == []
    assert cast.editor.row.is_active


def test_leaving_one_desk_keeps_the_other_and_its_shifts(cast: people.Cast) -> None:
    services.grant_role(person_id=cast.editor.id, desk_id=cast.other_desk.id, code="editor", actor=SYSTEM)
    soon = timezone.now() + DAY
    for number, desk in enumerate((cast.desk, cast.other_desk)):
        services.add_shift(
            desk=desk,
            person_id=cast.editor.id,
            code="editor",
            starts_at=soon + number * DAY,
            ends_at=soon + number * DAY + dt.timedelta(hours=2),
            actor=SYSTEM,
        )
    services.leave_desk(person_id=cast.editor.id, desk_id=cast.desk.id, successor_id=None, actor=cast.lead.viewer.actor)
    assert cast.editor.row.is_active
    assert [desk.id for desk in selectors.desks_of_person(cast.editor.id)] == [cast.other_desk.id]
    assert [shift.desk.id for shift in selectors.shifts_of(cast.editor.id, ends_after=timezone.now())] == [
        cast.other_desk.id
    ]


def test_a_role_from_above_has_to_go_first(cast: people.Cast) -> None:
    services.grant_role(person_id=cast.editor.id, desk_id=None, unit_id=cast.unit_id, code="reader", actor=SYSTEM)
    with pytest.raises(InvalidDeparture, match="reaches_further"):
        services.leave_desk(
            person_id=cast.editor.id, desk_id=cast.desk.id, successor_id=None, actor=cast.lead.viewer.actor
        )


# -- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def three_rumours() -> Iterator[None]:
    def provide(*, person_id: uuid.UUID, desk: DeskInfo) -> tuple[holdings.Holding, ...]:
        return (holdings.Holding("tin đang mở", 3, f"/vi/desk/{desk.slug}/"),)

    holdings.register("test", provide)
    yield
    holdings.unregister("test")


def page(cast: people.Cast, person: people.Someone, end: str = "") -> str:
    return f"/vi/desk/{cast.desk.slug}/people/{person.id}/{end}"


def test_the_page_shows_what_is_held_and_to_whom_it_may_go(cast: people.Cast, three_rumours: None) -> None:
    shown = people.client_of(cast.lead).get(page(cast, cast.editor)).content.decode()
    assert "3 tin đang mở" in shown
    assert f"<h1>{cast.editor.name}</h1>" in shown
    field = re.search(rf'<select[^>]* name="leaving-heir-{cast.desk.slug}".*?</select>', shown, re.DOTALL)
    assert field is not None
    offered = set(re.findall(r'value="([0-9a-f-]{36})"', field[0]))
    assert offered == {str(cast.colleague.id), str(cast.lead.id)}, "neither who only reads nor they themselves"
    for nobody in (cast.editor, cast.outsider, cast.trainee):
        assert people.client_of(nobody).get(page(cast, cast.editor)).status_code == 403
    assert people.client_of(cast.lead).get(page(cast, cast.outsider)).status_code == 404


def test_suspending_and_leaving_on_the_page(cast: people.Cast, heard: list[tuple[str, dict[str, Any]]]) -> None:
    lead = people.client_of(cast.lead)
    tomorrow = timezone.localdate() + DAY
    form = {"suspend-until_day": tomorrow, "suspend-reason": "absent", f"suspend-heir-{cast.desk.slug}": "keep"}
    assert lead.post(page(cast, cast.editor, "suspend/"), form).status_code == 302
    until = cast.editor.row.suspended_until
    assert until is not None
    assert timezone.localtime(until).replace(tzinfo=None) == dt.datetime.combine(tomorrow, dt.time.min)
    assert lead.post(page(cast, cast.editor, "lift/")).status_code == 302
    assert cast.editor.row.suspended_until is None
    heard.clear()
    past = {**form, "suspend-until_day": timezone.localdate()}
    assert lead.post(page(cast, cast.editor, "suspend/"), past).status_code == 422
    leaving = {"leaving-which": "all", f"leaving-heir-{cast.desk.slug}": str(cast.colleague.id)}
    assert lead.post(page(cast, cast.editor, "leave/"), leaving).status_code == 302
    assert heard[-1][1]["to_id"] == cast.colleague.id
    assert not cast.editor.row.is_active


def test_a_lead_of_one_desk_closes_no_account_that_others_need(cast: people.Cast) -> None:
    services.grant_role(person_id=cast.editor.id, desk_id=cast.other_desk.id, code="editor", actor=SYSTEM)
    lead = people.client_of(cast.lead)
    form = {"suspend-until_day": timezone.localdate() + DAY, "suspend-reason": "absent"}
    assert lead.post(page(cast, cast.editor, "suspend/"), form).status_code == 422
    assert lead.post(page(cast, cast.editor, "leave/"), {"leaving-which": "all"}).status_code == 422
    row = cast.editor.row
    assert row.is_active
    assert row.suspended_until is None
    assert lead.post(page(cast, cast.editor, "leave/"), {"leaving-which": "desk"}).status_code == 302
    assert [desk.id for desk in selectors.desks_of_person(cast.editor.id)] == [cast.other_desk.id]


def test_a_lead_does_not_decide_about_administrators(cast: people.Cast) -> None:
    services.grant_role(person_id=cast.editor.id, desk_id=cast.desk.id, code="admin", actor=SYSTEM)
    lead = people.client_of(cast.lead)
    assert lead.post(page(cast, cast.editor, "leave/"), {"leaving-which": "desk"}).status_code == 422
    form = {"suspend-until_day": timezone.localdate() + DAY, "suspend-reason": "absent"}
    assert lead.post(page(cast, cast.editor, "suspend/"), form).status_code == 422
    assert selectors.has_role_at(cast.editor.id, cast.desk.id, RoleCode.EDITOR)
    assert Person.objects.get(id=cast.editor.id).suspended_until is None


def test_the_person_page_says_from_which_unit_a_permission_comes(cast: people.Cast) -> None:
    services.grant_role(person_id=cast.reader.id, desk_id=None, unit_id=cast.unit_id, code="lead", actor=SYSTEM)
    shown = people.client_of(cast.lead).get(page(cast, cast.reader)).content.decode()
    assert "Tòa soạn" in shown[shown.index("<table") : shown.index("</table")]


def test_the_matrix_shows_the_table_that_the_code_asks(cast: people.Cast) -> None:
    shown = people.client_of(cast.reader).get(f"/en/desk/{cast.desk.slug}/people/permissions/").content.decode()
    cells = re.findall(r'data-perm="([^"]+)" data-role="([^"]+)" data-may="(yes|no)"', shown)
    assert len(cells) == len(PERMS) * len(RoleCode)
    assert {(perm, role) for perm, role, may in cells if may == "yes"} == {
        (perm, str(role)) for perm, roles in PERMS.items() for role in roles
    }
    assert set(PERM_WORDS) == set(PERMS)
    for nobody in (cast.outsider, cast.trainee):
        answer = people.client_of(nobody).get(f"/en/desk/{cast.desk.slug}/people/permissions/")
        assert answer.status_code == 403
