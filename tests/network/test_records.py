"""Charters and the register, working hours, skills and invitations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

import cast as people
from sangto.audit.types import SYSTEM
from sangto.lib.codes import CollaboratorKind, SpokenLanguage, Topic, UnitKind
from sangto.lib.working_hours import OFFICE_VN, WorkCalendar
from sangto.network import selectors, services
from sangto.network.models import Agreement, Person
from sangto.network.selectors.charters import state_of
from sangto.network.services.keep_charter import a_year_after
from sangto.network.signals import charter_review_due
from sangto.network.types import InvalidCharter, InvalidCollaborator, InvalidSkill

pytestmark = pytest.mark.django_db
NIGHTS = WorkCalendar(tz="Asia/Ho_Chi_Minh", week=tuple(((0, 360),) for _ in range(7)))
TODAY = dt.date(2026, 3, 10)


@pytest.fixture
def cast() -> people.Cast:
    return people.make()


@pytest.fixture
def due() -> Iterator[list[Any]]:
    found: list[Any] = []

    def receive(sender: object, **data: Any) -> None:
        found.append(data["collaborator_id"])

    charter_review_due.connect(receive)
    yield found
    charter_review_due.disconnect(receive)


def join(cast: people.Cast, name: str = "Cô Sáu") -> Any:
    return services.add_collaborator(
        desk=cast.desk, name=name, kind=next(iter(CollaboratorKind)), since=dt.date(2020, 1, 1), actor=SYSTEM
    )


def states(cast: people.Cast) -> dict[str, str]:
    return {row.name: row.state for row in selectors.collaborators_of(cast.desk)}


def agree(cast: people.Cast, who: Any, days_ago: int = 0) -> Any:
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    return services.record_agreement(desk=cast.desk, collaborator_id=who, agreed_on=day, viewer=cast.lead.viewer)


def publish(cast: people.Cast, text: str, *, own: bool = True) -> int:
    return services.publish_charter(
        desk=cast.desk if own else None, text_vi=text, text_en=text, viewer=cast.lead.viewer
    )


def test_it_works(cast: people.Cast) -> None:
    who = join(cast)
    assert states(cast) == {"Cô Sáu": "none"}
    with pytest.raises(InvalidCollaborator, match="no_charter"):
        agree(cast, who)
    assert publish(cast, "chung", own=False) == 1
    agree(cast, who)
    assert states(cast) == {"Cô Sáu": "fine"}
    # The desk's own charter takes the place of that of the installation.
    assert publish(cast, "riêng") == 1
    assert states(cast) == {"Cô Sáu": "old_version"}
    agree(cast, who)
    assert publish(cast, "riêng, bản hai") == 2
    assert states(cast) == {"Cô Sáu": "old_version"}
    services.end_collaboration(desk=cast.desk, collaborator_id=who, actor=SYSTEM)
    assert states(cast) == {"Cô Sáu": "ended"}
    with pytest.raises(InvalidCollaborator, match="ended"):
        agree(cast, who)


def test_a_review_is_due_a_year_after_and_called_to_mind_once(cast: people.Cast, due: list[Any]) -> None:
    publish(cast, "một")
    soon, late, far, again = (join(cast, name) for name in ("soon", "late", "far", "again"))
    agree(cast, soon, 340)
    agree(cast, late, 400)
    agree(cast, far, 330)
    agree(cast, again, 400)
    agree(cast, again, 1)
    assert states(cast) == {"soon": "due_soon", "late": "overdue", "far": "fine", "again": "fine"}
    assert services.remind_of_reviews(today=timezone.localdate()) == 2
    assert set(due) == {soon, late}
    assert services.remind_of_reviews(today=timezone.localdate()) == 0
    assert Agreement.objects.exclude(reminded_on=None).count() == 2


def test_the_day_a_year_later() -> None:
    assert a_year_after(dt.date(2024, 2, 29)) == dt.date(2025, 2, 28)
    assert a_year_after(TODAY) == dt.date(2027, 3, 10)
    assert state_of(ended=False, agreement=None, current=None, today=TODAY) == "none"


def test_a_charter_has_both_languages_says_something_new_and_is_for_live_desks(cast: people.Cast) -> None:
    publish(cast, "một")
    with pytest.raises(InvalidCharter, match="nothing_new"):
        publish(cast, "một ")
    with pytest.raises(InvalidCharter, match="text_empty"):
        services.publish_charter(desk=cast.desk, text_vi="hai", text_en=" ", viewer=cast.lead.viewer)
    with pytest.raises(InvalidCharter, match="drill_desk"):
        services.publish_charter(desk=cast.drill_desk, text_vi="a", text_en="b", viewer=cast.lead.viewer)
    assert [row.version for row in selectors.charter_versions(cast.desk)] == [1]
    # Another desk reads neither the text nor the register.
    assert selectors.charter_of(cast.other_desk) is None
    charter = selectors.charter_of(cast.desk)
    assert charter is not None
    assert selectors.charter_version(charter.id, cast.other_desk) is None


def test_the_register_of_another_desk_is_not_changed_through_ones_own(cast: people.Cast) -> None:
    who = join(cast)
    with pytest.raises(InvalidCollaborator, match="not_of_this_desk"):
        services.end_collaboration(desk=cast.other_desk, collaborator_id=who, actor=SYSTEM)
    with pytest.raises(InvalidCollaborator, match="not_of_this_desk"):
        services.add_collaborator(
            desk=cast.desk,
            name="x",
            kind=next(iter(CollaboratorKind)),
            since=dt.date(2020, 1, 1),
            actor=SYSTEM,
            person_id=cast.outsider.id,
        )


def test_hours_come_from_the_nearest_unit_that_has_any(cast: people.Cast) -> None:
    below = services.create_unit(
        name_vi="Phòng", name_en="Room", kind=UnitKind.DEPARTMENT, parent_id=cast.unit_id, actor=SYSTEM
    )
    inner = people.desk("ban-trong", "x", "x", unit_id=below)
    assert selectors.calendar_of(inner) == OFFICE_VN
    services.set_hours(unit_id=cast.unit_id, calendar=NIGHTS, actor=SYSTEM)
    assert selectors.calendar_of(inner) == selectors.calendar_of(cast.desk) == NIGHTS
    assert selectors.calendar_of(cast.other_desk) == OFFICE_VN
    shut = WorkCalendar(
        tz="Europe/Paris",
        week=OFFICE_VN.week,
        country="FR",
        extra_closed=frozenset({TODAY}),
        extra_open=frozenset({TODAY + dt.timedelta(days=4)}),
    )
    services.set_hours(unit_id=below, calendar=shut, actor=SYSTEM)
    assert selectors.calendar_of(inner) == shut, "everything comes back as it was put in"
    assert selectors.calendar_of(cast.desk) == NIGHTS
    services.clear_hours(unit_id=below, actor=SYSTEM)
    assert selectors.calendar_of(inner) == NIGHTS


@pytest.mark.parametrize("label", ["Quan điểm chính trị", "loyal", "Left-wing", "Lý lịch tốt"])
def test_no_list_of_skills_is_about_what_people_think(cast: people.Cast, label: str) -> None:
    with pytest.raises(InvalidSkill, match="about_views"):
        services.add_skill(desk=cast.desk, label=label, actor=SYSTEM)


def test_skills_topics_and_languages(cast: people.Cast) -> None:
    tag = services.add_skill(desk=cast.desk, label="  Tra ảnh  ngược ", actor=SYSTEM)
    foreign = services.add_skill(desk=cast.other_desk, label="Khác", actor=SYSTEM)
    with pytest.raises(InvalidSkill, match="taken"):
        services.add_skill(desk=cast.desk, label="Tra ảnh ngược", actor=SYSTEM)
    topic, language = next(iter(Topic)), next(iter(SpokenLanguage))
    services.set_skills(desk=cast.desk, person_id=cast.editor.id, tag_ids=[tag, foreign], actor=SYSTEM)
    services.set_expertise(person_id=cast.editor.id, topics=[topic], languages=[language], actor=SYSTEM)
    known = selectors.abilities_at(cast.desk, [cast.editor.id])[cast.editor.id]
    assert (known.topics, known.languages, known.skills) == ((topic,), (language,), ((tag, "Tra ảnh ngược"),))
    assert selectors.people_at_home_in(cast.desk, topic) == {cast.editor.id}
    assert selectors.people_at_home_in(cast.other_desk, topic) == frozenset()
    services.remove_skill(desk=cast.other_desk, tag_id=tag, actor=SYSTEM)
    assert [row.label for row in selectors.skills_of_desk(cast.desk)] == ["Tra ảnh ngược"]
    services.remove_skill(desk=cast.desk, tag_id=tag, actor=SYSTEM)
    assert selectors.abilities_at(cast.desk, [cast.editor.id])[cast.editor.id].skills == ()


def test_an_invitation_is_listed_withdrawn_and_then_opens_nothing(cast: people.Cast) -> None:
    person_id, sent = services.invite_person(
        desk=cast.desk, email="moi@toasoan.example", name="Mới", language="vi", code="editor", actor=SYSTEM
    )
    assert sent
    assert [(row.person_id, row.expired) for row in selectors.invitations_of_desk(cast.desk)] == [(person_id, False)]
    assert selectors.invitations_of_desk(cast.other_desk) == ()
    services.withdraw_invitation(person_id=person_id, desk_id=cast.other_desk.id, actor=SYSTEM)
    assert selectors.has_role_at(person_id, cast.desk.id)
    services.withdraw_invitation(person_id=person_id, desk_id=cast.desk.id, actor=SYSTEM)
    assert selectors.invitations_of_desk(cast.desk) == ()
    assert not selectors.has_role_at(person_id, cast.desk.id)
    assert not Person.objects.get(id=person_id).is_active
