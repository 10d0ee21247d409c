"""The duty rota: shifts, swaps, leave, gaps and calendars by secret link."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

import cast as people
from sangto.audit.models import LogEntry
from sangto.audit.types import SYSTEM
from sangto.lib.codes import RoleCode, SuspensionReason
from sangto.network import selectors, services
from sangto.network.models import CalendarLink, Shift
from sangto.network.types import InvalidLeave, InvalidShift, InvalidSwap, Refused

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def cast() -> people.Cast:
    return people.make()


@pytest.fixture
def soon() -> dt.datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0) + 24 * HOUR


def plan(
    cast: people.Cast, who: people.Someone, at: dt.datetime, *, hours: int = 4, code: RoleCode = RoleCode.EDITOR
) -> uuid.UUID:
    return services.add_shift(
        desk=cast.desk, person_id=who.id, code=code, starts_at=at, ends_at=at + hours * HOUR, actor=SYSTEM
    )


def second_editor(cast: people.Cast) -> people.Someone:
    return people.person("khanh", "Ngô Khánh", unit_id=cast.unit_id, roles=((cast.desk, RoleCode.EDITOR),))


def on_duty(cast: people.Cast, at: dt.datetime) -> list[uuid.UUID]:
    return [row.person_id for row in selectors.on_duty(cast.desk, at)]


def test_it_works(cast: people.Cast, soon: dt.datetime) -> None:
    plan(cast, cast.editor, soon)
    plan(cast, cast.lead, soon, code=RoleCode.LEAD)
    assert on_duty(cast, soon) == [cast.lead.id, cast.editor.id]
    assert on_duty(cast, soon - dt.timedelta(seconds=1)) == []
    assert on_duty(cast, soon + 4 * HOUR) == [], "the end does not count"
    assert [row.person_id for row in selectors.on_duty(cast.other_desk, soon)] == []


@pytest.mark.parametrize(
    ("starts", "ends", "code", "refused"),
    [
        (24, 24, RoleCode.EDITOR, "ends_before_start"),
        (24, 49, RoleCode.EDITOR, "too_long"),
        (-5, -1, RoleCode.EDITOR, "over"),
        (24, 30, RoleCode.LEAD, "no_such_role"),
    ],
)
def test_a_shift_that_cannot_be_served_is_refused(
    cast: people.Cast, starts: int, ends: int, code: RoleCode, refused: str
) -> None:
    now = timezone.now()
    with pytest.raises(InvalidShift) as caught:
        services.add_shift(
            desk=cast.desk,
            person_id=cast.editor.id,
            code=code,
            starts_at=now + starts * HOUR,
            ends_at=now + ends * HOUR,
            actor=SYSTEM,
        )
    assert caught.value.code == refused
    assert not Shift.objects.exists()


def test_nobody_is_at_two_places_but_one_shift_may_follow_another(cast: people.Cast, soon: dt.datetime) -> None:
    plan(cast, cast.editor, soon)
    with pytest.raises(InvalidShift, match="overlaps"):
        plan(cast, cast.editor, soon + 3 * HOUR)
    plan(cast, cast.editor, soon + 4 * HOUR)


def test_who_is_on_leave_or_rests_is_not_on_duty_and_the_clash_is_shown(cast: people.Cast, soon: dt.datetime) -> None:
    plan(cast, cast.editor, soon)
    clashes = services.take_leave(
        person_id=cast.editor.id, starts_at=soon + HOUR, ends_at=soon + 2 * HOUR, actor=cast.editor.viewer.actor
    )
    assert clashes == 1
    assert on_duty(cast, soon) == [cast.editor.id]
    assert on_duty(cast, soon + HOUR) == []
    assert on_duty(cast, soon + 2 * HOUR) == [cast.editor.id]
    rota = selectors.rota(cast.desk, starts_at=soon, ends_at=soon + 4 * HOUR)
    assert [row.clashes for row in rota.shifts] == [("on_leave",)]
    Shift.objects.all().delete()
    with pytest.raises(InvalidShift, match="on_leave"):
        plan(cast, cast.editor, soon)


def test_a_suspended_person_is_not_on_duty(cast: people.Cast, soon: dt.datetime) -> None:
    plan(cast, cast.editor, soon)
    services.suspend_person(
        person_id=cast.editor.id, until=soon + HOUR, reason=SuspensionReason.ABSENT, actor=cast.lead.viewer.actor
    )
    assert on_duty(cast, soon) == []
    assert on_duty(cast, soon + HOUR) == [cast.editor.id]


def test_who_lost_the_role_is_not_on_duty(cast: people.Cast, soon: dt.datetime) -> None:
    plan(cast, cast.editor, soon)
    services.revoke_role(person_id=cast.editor.id, desk_id=cast.desk.id, code="editor", actor=SYSTEM)
    assert on_duty(cast, soon) == []
    rota = selectors.rota(cast.desk, starts_at=soon, ends_at=soon + 4 * HOUR)
    assert [row.clashes for row in rota.shifts] == [("no_such_role",)]


def test_gaps_are_the_working_minutes_without_anyone(cast: people.Cast) -> None:
    """Against a walk over every minute of two weeks."""
    monday = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=7)
    monday -= dt.timedelta(days=monday.weekday())
    for day in range(0, 12, 2):
        plan(cast, cast.editor, monday + dt.timedelta(days=day, hours=7, minutes=30 + day), hours=5)
    services.take_leave(
        person_id=cast.editor.id,
        starts_at=monday + dt.timedelta(days=2, hours=9),
        ends_at=monday + dt.timedelta(days=4, hours=10),
        actor=SYSTEM,
    )
    end = monday + dt.timedelta(days=14)
    gaps = selectors.rota(cast.desk, starts_at=monday, ends_at=end).gaps
    calendar = selectors.calendar_of(cast.desk)
    opened = selectors.open_spans(calendar, monday, end)
    shifts = list(Shift.objects.values_list("starts_at", "ends_at"))
    away = (monday + dt.timedelta(days=2, hours=9), monday + dt.timedelta(days=4, hours=10))
    assert gaps
    for minute in range(14 * 1440):
        at = monday + dt.timedelta(minutes=minute)
        works = any(span.starts_at <= at < span.ends_at for span in opened)
        served = any(start <= at < finish for start, finish in shifts) and not away[0] <= at < away[1]
        assert any(gap.starts_at <= at < gap.ends_at for gap in gaps) == (works and not served), at


def test_a_shift_is_offered_and_taken_and_each_step_is_in_the_log(cast: people.Cast, soon: dt.datetime) -> None:
    other = second_editor(cast)
    shift = plan(cast, cast.editor, soon)
    swap = services.offer_swap(shift_id=shift, viewer=cast.editor.viewer)
    assert on_duty(cast, soon) == [cast.editor.id], "until it is taken it stays theirs"
    services.take_swap(swap_id=swap, viewer=other.viewer)
    assert on_duty(cast, soon) == [other.id]
    row = Shift.objects.get(id=shift)
    assert row.revision == 1
    verbs = LogEntry.objects.filter(object_id=swap).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["swap_offered", "swap_taken"]
    with pytest.raises(InvalidSwap, match="settled"):
        services.take_swap(swap_id=swap, viewer=other.viewer)


def test_who_may_offer_and_who_may_take(cast: people.Cast, soon: dt.datetime) -> None:
    other = second_editor(cast)
    shift = plan(cast, cast.editor, soon)
    with pytest.raises(InvalidSwap, match="not_yours"):
        services.offer_swap(shift_id=shift, viewer=other.viewer)
    for nobody in (cast.outsider, cast.trainee, cast.colleague):
        with pytest.raises(InvalidSwap, match="no_such_role"):
            services.offer_swap(shift_id=shift, viewer=cast.editor.viewer, to_id=nobody.id)
    swap = services.offer_swap(shift_id=shift, viewer=cast.editor.viewer)
    with pytest.raises(InvalidSwap, match="offered_already"):
        services.offer_swap(shift_id=shift, viewer=cast.editor.viewer)
    with pytest.raises(InvalidSwap, match="own_shift"):
        services.take_swap(swap_id=swap, viewer=cast.editor.viewer)
    for nobody in (cast.outsider, cast.trainee, cast.colleague):
        with pytest.raises(InvalidShift, match="no_such_role"):
            services.take_swap(swap_id=swap, viewer=nobody.viewer)
    with pytest.raises(InvalidSwap, match="not_yours"):
        services.withdraw_swap(swap_id=swap, viewer=other.viewer)
    services.withdraw_swap(swap_id=swap, viewer=cast.editor.viewer)
    named = services.offer_swap(shift_id=shift, viewer=cast.editor.viewer, to_id=other.id)
    third = people.person("long", "Long", unit_id=cast.unit_id, roles=((cast.desk, RoleCode.EDITOR),))
    with pytest.raises(InvalidSwap, match="not_for_you"):
        services.take_swap(swap_id=named, viewer=third.viewer)
    assert on_duty(cast, soon) == [cast.editor.id]


def test_leave_has_an_order_and_an_end(cast: people.Cast, soon: dt.datetime) -> None:
    for ends, refused in ((soon, "ends_before_start"), (soon + dt.timedelta(days=400), "too_long")):
        with pytest.raises(InvalidLeave, match=refused):
            services.take_leave(person_id=cast.editor.id, starts_at=soon, ends_at=ends, actor=SYSTEM)


# -- calendars by link ------------------------------------------------------------------------------------------------


def address(link_id: uuid.UUID) -> str:
    return reverse("network:calendar", kwargs={"calendar_token": services.calendar_token(link_id)})


def test_a_calendar_tells_of_shifts_of_swaps_and_of_what_was_called_off(cast: people.Cast, soon: dt.datetime) -> None:
    other = second_editor(cast)
    kept, gone = plan(cast, cast.editor, soon), plan(cast, cast.editor, soon + 5 * HOUR)
    mine = address(services.open_calendar_link(person_id=cast.editor.id, desk=None, actor=SYSTEM))
    whole = address(services.open_calendar_link(person_id=cast.editor.id, desk=cast.desk, actor=SYSTEM))
    stranger = people.client_of(None)

    def events(path: str) -> dict[str, tuple[str, str, int, dt.datetime]]:
        answer = stranger.get(path)
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/calendar")
        assert answer["Referrer-Policy"] == "no-referrer"
        return {
            str(event["uid"]): (
                str(event["summary"]),
                str(event["status"]),
                int(str(event["sequence"])),
                event.decoded("dtstart"),
            )
            for event in Calendar.from_ical(answer.content).walk("VEVENT")
        }

    before = events(mine)
    assert set(before) == {f"{kept}@sangto", f"{gone}@sangto"}
    assert before[f"{kept}@sangto"][1:] == ("CONFIRMED", 0, soon)
    assert cast.editor.name not in before[f"{kept}@sangto"][0]
    assert cast.editor.name in events(whole)[f"{kept}@sangto"][0]
    services.call_off_shift(shift_id=gone, actor=SYSTEM)
    assert events(mine)[f"{gone}@sangto"][1:3] == ("CANCELLED", 1)
    swap = services.offer_swap(shift_id=kept, viewer=cast.editor.viewer)
    services.take_swap(swap_id=swap, viewer=other.viewer)
    assert f"{kept}@sangto" not in events(mine)
    assert other.name in events(whole)[f"{kept}@sangto"][0]


def test_a_link_dies_when_closed_renewed_or_when_its_owner_goes(cast: people.Cast) -> None:
    stranger = people.client_of(None)
    first = services.open_calendar_link(person_id=cast.editor.id, desk=cast.desk, actor=SYSTEM)
    second = services.open_calendar_link(person_id=cast.editor.id, desk=cast.desk, actor=SYSTEM)
    assert [stranger.get(address(link)).status_code for link in (first, second)] == [404, 200]
    # Someone else cannot close it.
    services.revoke_calendar_link(link_id=second, person_id=cast.lead.id, actor=SYSTEM)
    assert stranger.get(address(second)).status_code == 200
    services.revoke_role(person_id=cast.editor.id, desk_id=cast.desk.id, code="editor", actor=SYSTEM)
    assert stranger.get(address(second)).status_code == 404
    assert stranger.get(address(second)[:-5] + "x.ics").status_code == 404
    assert CalendarLink.objects.filter(revoked_at=None).count() == 1


def test_drills_stay_out_of_calendars(cast: people.Cast, soon: dt.datetime) -> None:
    services.add_shift(
        desk=cast.drill_desk,
        person_id=cast.trainee.id,
        code="editor",
        starts_at=soon,
        ends_at=soon + HOUR,
        actor=SYSTEM,
    )
    with pytest.raises(Refused, match="drill_desk"):
        services.open_calendar_link(person_id=cast.trainee.id, desk=cast.drill_desk, actor=SYSTEM)
    link = services.open_calendar_link(person_id=cast.trainee.id, desk=None, actor=SYSTEM)
    answer = people.client_of(None).get(address(link))
    assert answer.status_code == 200
    assert b"VEVENT" not in answer.content


# -- pages ------------------------------------------------------------------------------------------------------------


def local(at: dt.datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def test_the_lead_plans_on_the_page_and_the_editor_does_not(cast: people.Cast, soon: dt.datetime) -> None:
    form = {"person": str(cast.editor.id), "code": "editor", "starts_at": local(soon), "ends_at": local(soon + HOUR)}
    path = f"/vi/desk/{cast.desk.slug}/rota/"
    for nobody in (cast.editor, cast.outsider, cast.trainee):
        assert people.client_of(nobody).post(path + "add/", form).status_code == 403
    lead = people.client_of(cast.lead)
    assert lead.post(path + "add/", form).status_code == 302
    assert Shift.objects.get().starts_at == soon
    again = lead.post(path + "add/", form)
    assert again.status_code == 422
    assert f'value="{local(soon)}"' in again.content.decode(), "what was typed is kept"
    week = timezone.localdate(soon).isoformat()
    seen = people.client_of(cast.editor).get(f"{path}?week={week}").content.decode()
    assert f"/rota/{Shift.objects.get().id}/offer/" in seen
    assert "/call-off/" not in seen
    assert people.client_of(cast.editor).get(f"{path}?week=nonsense").status_code == 200


def test_a_swap_on_the_page(cast: people.Cast, soon: dt.datetime) -> None:
    other = second_editor(cast)
    shift = plan(cast, cast.editor, soon)
    path = f"/vi/desk/{cast.desk.slug}/rota/"
    people.client_of(cast.editor).post(f"{path}{shift}/offer/", {"to": str(other.id)})
    week = {"week": timezone.localdate(soon).isoformat()}
    taker = people.client_of(other)
    assert "/take/" in taker.get(path, week).content.decode()
    assert "/take/" not in people.client_of(cast.lead).get(path, week).content.decode()
    swap = selectors.rota(cast.desk, starts_at=soon, ends_at=soon + HOUR).shifts[0].swap
    assert swap is not None
    taker.post(f"{path}offers/{swap.id}/take/")
    assert on_duty(cast, soon) == [other.id]


def test_another_desks_rota_cannot_be_changed_through_ones_own(cast: people.Cast, soon: dt.datetime) -> None:
    shift = plan(cast, cast.editor, soon)
    boss = people.person("minh", "Minh", unit_id=cast.other_unit_id, roles=((cast.other_desk, RoleCode.LEAD),))
    path = f"/vi/desk/{cast.other_desk.slug}/rota/{shift}/call-off/"
    assert people.client_of(boss).post(path).status_code == 404
    assert Shift.objects.get().called_off_at is None


def test_leave_and_calendar_links_on_ones_own_page(cast: people.Cast, soon: dt.datetime) -> None:
    client = people.client_of(cast.editor)
    day = timezone.localdate(soon)
    assert client.post("/vi/me/duty/leave/", {"first_day": day, "last_day": day}).status_code == 302
    leave = selectors.leaves_of(cast.editor.id)[0]
    assert leave.ends_at - leave.starts_at == 24 * HOUR
    assert client.post("/vi/me/duty/leave/", {"first_day": day, "last_day": "2020-01-01"}).status_code == 422
    # Nobody cancels somebody else's.
    assert people.client_of(cast.lead).post(f"/vi/me/duty/leave/{leave.id}/cancel/").status_code == 404
    assert client.post(f"/vi/me/duty/leave/{leave.id}/cancel/").status_code == 302
    assert selectors.leaves_of(cast.editor.id) == ()
    assert client.post("/vi/me/duty/calendar/", {"desk": cast.other_desk.slug}).status_code == 404
    client.post("/vi/me/duty/calendar/", {"desk": cast.desk.slug})
    link = selectors.calendar_links(cast.editor.id)[0]
    assert services.calendar_token(link.id) in client.get("/vi/me/duty/").content.decode()
    assert people.client_of(cast.lead).post(f"/vi/me/duty/calendar/{link.id}/close/").status_code == 404
    client.post(f"/vi/me/duty/calendar/{link.id}/close/")
    assert people.client_of(None).get(address(link.id)).status_code == 404
