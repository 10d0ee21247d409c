"""What goes on without a person: decisions by rule, waits that are over; whose step it is, and what it asks for."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone, translation

import cast as people
from cast import Cast
from playbooks.trees import EVERY_KIND
from sangto.audit.models import LogEntry
from sangto.audit.types import SYSTEM
from sangto.lib.codes import DeskKind, RoleCode
from sangto.network.models import Desk
from sangto.network.services import grant_role
from sangto.network.types import Viewer
from sangto.playbooks import selectors, services, subjects
from sangto.playbooks.facts import FACTS, UnknownFact
from sangto.playbooks.models import Choice, PlaybookVersion, Run
from sangto.playbooks.tree import ChosenBy, Kind
from sangto.playbooks.types import EvidenceMissing, NotYourStep, RunEnded, RunInfo, StepGone, UnknownOption

pytestmark = pytest.mark.django_db
SUBJECT = uuid.UUID("01890000-0000-7000-8000-000000000001")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def known() -> Iterator[dict[str, object]]:
    """What is known of every subject; a test changes it."""
    facts: dict[str, object] = {}
    before = dict(subjects._READERS)
    subjects.register("rumour", facts=lambda _subject: facts)
    yield facts
    subjects._READERS.clear()
    subjects._READERS.update(before)


@pytest.fixture
def cast(known: dict[str, object]) -> Cast:
    made = people.make()
    services.publish_version(text=EVERY_KIND, actor=SYSTEM)
    return made


def drill_lead(cast: Cast) -> Viewer:
    """The lead of the desk, who leads the drill too."""
    grant_role(person_id=cast.lead.id, desk_id=cast.drill_desk.id, code=RoleCode.LEAD, actor=SYSTEM)
    return cast.lead.viewer


def start(cast: Cast, subject: uuid.UUID = SUBJECT, **other: Any) -> uuid.UUID:
    return services.start_run(
        **{
            "desk": cast.desk,
            "playbook_slug": "every-kind",
            "subject_kind": "rumour",
            "subject_id": subject,
            "viewer": cast.editor.viewer,
            **other,
        }
    )


def choose(cast: Cast, run_id: uuid.UUID, step: str, option: str, **other: Any) -> uuid.UUID:
    return services.choose(
        **{"run_id": run_id, "step": step, "option": option, "note": "", "viewer": cast.editor.viewer, **other}
    )


def now_at(run_id: uuid.UUID) -> RunInfo:
    return selectors.run(run_id)


def waiting(cast: Cast, subject: uuid.UUID = SUBJECT) -> uuid.UUID:
    run_id = start(cast, subject)
    choose(cast, run_id, "sure", "no")
    return run_id


def let_pass(run_id: uuid.UUID, hours: float) -> None:
    """As if the wait had begun so much earlier."""
    run = Run.objects.get(id=run_id)
    assert run.wait_until is not None
    Run.objects.filter(id=run_id).update(
        step_since=run.step_since - dt.timedelta(hours=hours),
        wait_until=run.wait_until - dt.timedelta(hours=hours),
    )


def test_it_works(cast: Cast, known: dict[str, object]) -> None:
    known.update(tips_per_hour=25, exhibits=2, independent_exhibits=1)
    run_id = start(cast)
    # The rule was asked at once, and the lead is where it led.
    assert now_at(run_id).step.id == "lead"
    choose(cast, run_id, "lead", "taken", viewer=cast.lead.viewer)
    choose(cast, run_id, "sure", "yes")
    choose(cast, run_id, "write", "done")
    run = now_at(run_id)
    assert (run.ended, run.outcome) == (True, "answer")
    assert [(way.step, way.option, way.by, way.person_name) for way in run.path] == [
        ("loud", "fast", ChosenBy.RULE, ""),
        ("lead", "taken", ChosenBy.PERSON, "Phạm Quỳnh Chi"),
        ("sure", "yes", ChosenBy.PERSON, "Trần Thị An"),
        ("write", "done", ChosenBy.PERSON, "Trần Thị An"),
    ]


@pytest.mark.parametrize(
    ("facts", "option", "step"),
    [
        ({"tips_per_hour": 20}, "fast", "lead"),
        ({"tips_per_hour": 19.9}, "otherwise", "sure"),
        ({"harm_safety": True}, "fast", "lead"),
        ({}, "otherwise", "sure"),
    ],
)
def test_a_rule_decides_by_what_is_known_and_keeps_what_it_saw(
    cast: Cast, known: dict[str, object], facts: Mapping[str, object], option: str, step: str
) -> None:
    known.update(facts)
    run_id = start(cast)
    way = now_at(run_id).path[0]
    assert (way.option, now_at(run_id).step.id) == (option, step)
    assert dict(Choice.objects.get(run_id=run_id).facts) == {
        "tips_per_hour": facts.get("tips_per_hour", 0),
        "harm_safety": facts.get("harm_safety", False),
    }
    assert [words.en for words, _value in way.saw] == [FACTS["tips_per_hour"].en, FACTS["harm_safety"].en]
    # The log says that nobody chose.
    entry = LogEntry.objects.get(verb="choice_made", object_id=run_id)
    assert (entry.actor_kind, entry.actor_id) == ("system", None)


def test_a_fact_that_is_not_on_the_list_stops_everything(cast: Cast, known: dict[str, object]) -> None:
    known["party"] = "x"
    with pytest.raises(UnknownFact):
        start(cast)
    assert not Run.objects.exists()


def test_nobody_takes_the_ways_of_the_machine(cast: Cast) -> None:
    run_id = waiting(cast)
    with pytest.raises(UnknownOption):
        choose(cast, run_id, "reply", "timeout")
    assert now_at(run_id).step.id == "reply"
    choose(cast, run_id, "reply", "came")
    assert now_at(run_id).step.id == "sure"
    assert now_at(run_id).wait_until is None


def test_a_wait_that_is_over_goes_on_by_itself_and_once(cast: Cast) -> None:
    run_id = waiting(cast)
    run = now_at(run_id)
    assert run.wait_until == run.step_since + dt.timedelta(hours=2)
    assert services.pass_timeouts() == 0
    let_pass(run_id, 1.99)
    assert services.pass_timeouts() == 0
    let_pass(run_id, 0.02)
    assert (services.pass_timeouts(), services.pass_timeouts()) == (1, 0)
    run = now_at(run_id)
    assert (run.step.id, run.path[-1].by, run.path[-1].person_id) == ("say", ChosenBy.CLOCK, None)
    assert run.wait_until is None
    # The person who comes too late is told.
    choose(cast, run_id, "say", "done")
    assert now_at(run_id).step.id == "sure"


def test_a_wait_of_long_ago_is_passed_after_a_night(cast: Cast) -> None:
    run_ids = [waiting(cast, uuid.uuid4()) for _ in range(3)]
    for run_id in run_ids:
        let_pass(run_id, 14)
    assert services.pass_timeouts() == 3


def test_a_drill_waits_by_its_own_clock(cast: Cast) -> None:
    desk = Desk.objects.get(id=cast.drill_desk.id)
    lead = drill_lead(cast)
    run_id = start(cast, desk=cast.drill_desk, viewer=lead)
    choose(cast, run_id, "sure", "no", viewer=lead)
    assert services.pass_timeouts() == 0
    desk.clock_set_at, desk.clock_shows, desk.clock_rate = timezone.now(), timezone.now() + dt.timedelta(hours=3), 1.0
    desk.save()
    assert services.pass_timeouts() == 1
    choice = Choice.objects.get(run_id=run_id, by=ChosenBy.CLOCK)
    assert choice.desk_kind == DeskKind.DRILL
    assert choice.at > timezone.now() + dt.timedelta(hours=2)


@pytest.mark.django_db(transaction=True)
def test_two_workers_pass_a_wait_once() -> None:
    made = people.make()
    services.publish_version(text=EVERY_KIND, actor=SYSTEM)
    run_ids = [waiting(made, uuid.uuid4()) for _ in range(10)]
    for run_id in run_ids:
        let_pass(run_id, 3)
    passed: list[int] = []

    def work() -> None:
        passed.append(services.pass_timeouts())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 10
    assert Choice.objects.filter(by=ChosenBy.CLOCK).count() == 10


def test_a_step_of_a_role_is_answered_by_that_role_or_the_lead(cast: Cast, known: dict[str, object]) -> None:
    known["harm_safety"] = True
    run_id = start(cast)
    with pytest.raises(NotYourStep, match="lead"):
        choose(cast, run_id, "lead", "taken")
    choose(cast, run_id, "lead", "taken", viewer=cast.lead.viewer)
    with pytest.raises(PermissionDenied):
        choose(cast, run_id, "sure", "no", viewer=cast.colleague.viewer)
    choose(cast, run_id, "sure", "no", viewer=cast.lead.viewer)
    assert now_at(run_id).step.id == "reply"


def test_a_reviewer_answers_what_is_handed_over_to_a_reviewer(cast: Cast, known: dict[str, object]) -> None:
    text = EVERY_KIND.replace("role: lead", "role: reviewer").replace("every-kind", "for-reviewers")
    services.publish_version(text=text, actor=SYSTEM)
    known["harm_safety"] = True
    run_id = start(cast, playbook_slug="for-reviewers")
    with pytest.raises(NotYourStep, match="reviewer"):
        choose(cast, run_id, "lead", "taken")
    choose(cast, run_id, "lead", "taken", viewer=cast.colleague.viewer)
    assert now_at(run_id).path[-1].person_id == cast.colleague.id


def test_a_step_that_asks_for_evidence_waits_for_it(cast: Cast, known: dict[str, object]) -> None:
    run_id = start(cast)
    choose(cast, run_id, "sure", "yes")
    lacks = now_at(run_id).lacks
    assert lacks is not None
    assert (lacks.at_least, lacks.independent, lacks.primary) == (2, 1, 0)
    with pytest.raises(EvidenceMissing, match="2 sources; 1 source that is not ours"):
        choose(cast, run_id, "write", "done")
    known.update(exhibits=2)
    with pytest.raises(EvidenceMissing, match=r"Missing: 1 source that is not ours\. Nothing was recorded"):
        choose(cast, run_id, "write", "done")
    known.update(independent_exhibits=1)
    assert now_at(run_id).lacks is None
    choose(cast, run_id, "write", "done")
    assert now_at(run_id).ended


def test_a_step_has_a_time_to_be_done_by(cast: Cast) -> None:
    run_id = start(cast)
    run = now_at(run_id)
    assert run.target_at == run.step_since + dt.timedelta(hours=1)
    assert not run.is_late
    Run.objects.filter(id=run_id).update(target_at=timezone.now() - dt.timedelta(minutes=1))
    assert now_at(run_id).is_late


def test_the_same_answer_sent_twice_is_one_also_when_the_machine_went_on(cast: Cast, known: dict[str, object]) -> None:
    """A person's answer that leads through a decision: the second sending finds more choices than it knew of."""
    text = EVERY_KIND.replace("label: {vi: Đã đăng, en: Published}, to: sure", "label: {vi: Đã đăng, en: P}, to: loud")
    services.publish_version(text=text.replace("every-kind", "round"), actor=SYSTEM)
    run_id = start(cast, playbook_slug="round")
    choose(cast, run_id, "sure", "no", seen=1)
    let_pass(run_id, 3)
    services.pass_timeouts()
    first = choose(cast, run_id, "say", "done", seen=3)
    assert choose(cast, run_id, "say", "done", seen=3) == first
    assert [way.step for way in now_at(run_id).path] == ["loud", "sure", "reply", "say", "loud"]


def newer(old: str, new: str) -> None:
    assert old in EVERY_KIND
    services.publish_version(text=EVERY_KIND.replace(old, new), actor=SYSTEM)


def test_a_walk_moves_to_the_newest_version_at_a_step_that_both_have(cast: Cast) -> None:
    run_id = waiting(cast)
    since = now_at(run_id).step_since
    newer("for: 2 h", "for: 30 min")
    assert now_at(run_id).newer_version
    assert services.move_run(run_id=run_id, viewer=cast.editor.viewer) == 2
    run = now_at(run_id)
    assert (run.version, run.newer_version, run.step.id) == (2, False, "reply")
    # The wait began when it began; it lasts as long as the new text says.
    assert (run.step_since, run.wait_until) == (since, since + dt.timedelta(minutes=30))
    # What was answered stands in the words of its time.
    assert {choice.version.number for choice in Choice.objects.filter(run_id=run_id)} == {1}
    assert services.move_run(run_id=run_id, viewer=cast.editor.viewer) == 2
    assert LogEntry.objects.filter(verb="run_moved", object_id=run_id).count() == 1
    choose(cast, run_id, "reply", "came")
    assert Choice.objects.filter(run_id=run_id, version__number=2).count() == 1


def test_a_walk_is_not_moved_to_where_its_step_is_not(cast: Cast) -> None:
    run_id = waiting(cast)
    text = EVERY_KIND.replace("  reply:\n", "  answer_of_theirs:\n").replace("to: reply", "to: answer_of_theirs")
    services.publish_version(text=text, actor=SYSTEM)
    with pytest.raises(StepGone):
        services.move_run(run_id=run_id, viewer=cast.editor.viewer)
    assert now_at(run_id).version == 1


def test_an_ended_walk_is_not_moved(cast: Cast, known: dict[str, object]) -> None:
    known.update(exhibits=2, independent_exhibits=1)
    run_id = start(cast)
    choose(cast, run_id, "sure", "yes")
    choose(cast, run_id, "write", "done")
    newer("for: 2 h", "for: 30 min")
    with pytest.raises(RunEnded):
        services.move_run(run_id=run_id, viewer=cast.editor.viewer)


def test_coverage_counts_live_and_drill_apart_and_names_what_never_was(cast: Cast) -> None:
    waiting(cast)
    waiting(cast, uuid.uuid4())
    lead = drill_lead(cast)
    drill = start(cast, uuid.uuid4(), desk=cast.drill_desk, viewer=lead)
    choose(cast, drill, "sure", "no", viewer=lead)
    choose(cast, drill, "reply", "came", viewer=lead)
    covered = selectors.coverage("every-kind")
    assert (covered.live_runs, covered.drill_runs) == (2, 1)
    assert covered.counts[("sure", "no")] == (2, 1)
    assert covered.counts[("reply", "came")] == (0, 1)
    assert covered.counts[("loud", "otherwise")] == (2, 1)
    never = {(step.step.id, way.option) for step in covered.steps for way in step.ways if way.never}
    assert ("loud", "fast") in never
    assert ("reply", "timeout") in never
    assert covered.never == len(never)
    assert covered.all_ways == sum(
        len(step.options) for step in covered.page.tree.steps.values() if step.kind != Kind.END
    )
    assert selectors.coverage("every-kind", desk_id=cast.drill_desk.id).counts[("sure", "no")] == (0, 1)


def test_coverage_asks_the_same_however_many_walks(
    cast: Cast, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    for _ in range(5):
        waiting(cast, uuid.uuid4())
    with django_assert_num_queries(4):
        selectors.coverage("every-kind")
    assert PlaybookVersion.objects.count() == 1
