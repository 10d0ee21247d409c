"""Publishing playbooks and walking them."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.dispatch import Signal
from pytest_django import DjangoCaptureOnCommitCallbacks

import cast as people
from cast import Cast
from playbooks.trees import SMALL
from sangto.audit.models import Event, LogEntry
from sangto.audit.types import SYSTEM
from sangto.live.models import Message
from sangto.playbooks import selectors, services, signals
from sangto.playbooks.files import library_files
from sangto.playbooks.models import Choice, PlaybookVersion, Run
from sangto.playbooks.tree import BadPlaybook
from sangto.playbooks.types import (
    NoteTooLong,
    RunEnded,
    RunOpen,
    StaleChoice,
    UnknownOption,
    UnknownPlaybook,
    UnknownRun,
)

pytestmark = pytest.mark.django_db
SUBJECT = uuid.UUID("01890000-0000-7000-8000-000000000001")


@pytest.fixture
def cast() -> Cast:
    made = people.make()
    services.publish_version(text=SMALL, actor=SYSTEM)
    return made


@pytest.fixture
def heard() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """What the signals said, in order."""
    said: list[tuple[str, dict[str, Any]]] = []
    named: dict[str, Signal] = {
        "run_started": signals.run_started,
        "choice_made": signals.choice_made,
        "run_ended": signals.run_ended,
    }
    receivers = []
    for name, signal in named.items():

        def receive(name: str = name, **passed: Any) -> None:
            # A receiver that writes needs the transaction.
            assert connection.in_atomic_block
            said.append((name, passed))

        signal.connect(receive)
        receivers.append((signal, receive))
    yield said
    for signal, receive in receivers:
        signal.disconnect(receive)


def start(cast: Cast, **other: Any) -> uuid.UUID:
    return services.start_run(
        **{
            "desk": cast.desk,
            "playbook_slug": "small",
            "subject_kind": "rumour",
            "subject_id": SUBJECT,
            "viewer": cast.editor.viewer,
            **other,
        }
    )


def choose(cast: Cast, run_id: uuid.UUID, step: str, option: str, **other: Any) -> uuid.UUID:
    return services.choose(
        **{"run_id": run_id, "step": step, "option": option, "note": "", "viewer": cast.editor.viewer, **other}
    )


def test_it_works(cast: Cast, heard: list[tuple[str, dict[str, Any]]]) -> None:
    run_id = start(cast)
    choose(cast, run_id, "first", "yes", note="  Có\u200b một câu.\r\n\r\n\r\n\r\nHai dòng. ")
    choose(cast, run_id, "look", "done", viewer=cast.lead.viewer)
    choose(cast, run_id, "found", "yes")
    run = selectors.run_of("rumour", SUBJECT)
    assert run is not None
    assert (run.id, run.ended, run.outcome, run.step.id, run.version) == (run_id, True, "answer", "write", 1)
    assert [(choice.step, choice.option, choice.person_name) for choice in run.path] == [
        ("first", "yes", "Trần Thị An"),
        ("look", "done", "Phạm Quỳnh Chi"),
        ("found", "yes", "Trần Thị An"),
    ]
    assert run.path[0].note == "Có một câu.\n\nHai dòng."
    assert run.path[0].answer.en == "Yes"
    assert run.taken == {("first", "yes"), ("look", "done"), ("found", "yes")}
    assert [name for name, _ in heard] == ["run_started", "choice_made", "choice_made", "choice_made", "run_ended"]
    assert heard[-1][1]["outcome"] == "answer"
    assert (heard[-1][1]["subject_kind"], heard[-1][1]["subject_id"]) == ("rumour", SUBJECT)


def test_every_write_is_logged_and_announced(cast: Cast) -> None:
    LogEntry.objects.exclude(verb__startswith="playbook")
    run_id = start(cast)
    choose(cast, run_id, "first", "no")
    verbs = list(LogEntry.objects.filter(object_id=run_id).order_by("id").values_list("verb", "actor_id", "desk_id"))
    assert verbs == [(verb, cast.editor.id, cast.desk.id) for verb in ("run_started", "choice_made", "run_ended")]
    kinds = Event.objects.filter(desk_id=cast.desk.id).order_by("id").values_list("kind", flat=True)
    assert [kind for kind in kinds if kind != "desk_created"][-3:] == ["run_started", "choice_made", "run_ended"]
    assert LogEntry.objects.filter(verb="playbook_published").count() == 1


def test_open_pages_are_told_after_the_commit(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        start(cast)
    assert len(callbacks) == 1
    callbacks[0]()
    message = Message.objects.latest("at")
    assert (message.kind, message.data["subject"]) == ("run_changed", str(SUBJECT))


# -- who may ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["colleague", "outsider", "trainee", "admin", "reader"])
def test_only_editors_and_leads_of_the_desk_walk(cast: Cast, who: str) -> None:
    viewer = getattr(cast, who).viewer
    with pytest.raises(PermissionDenied):
        start(cast, viewer=viewer)
    run_id = start(cast)
    with pytest.raises(PermissionDenied):
        choose(cast, run_id, "first", "yes", viewer=viewer)
    with pytest.raises(PermissionDenied):
        services.restart_run(run_id=run_id, viewer=viewer)
    assert Run.objects.get().step == "first"
    assert not Choice.objects.exists()


def test_a_drill_walks_the_same_playbooks(cast: Cast) -> None:
    run_id = start(cast, desk=cast.drill_desk, viewer=cast.trainee.viewer)
    choose(cast, run_id, "first", "no", viewer=cast.trainee.viewer)
    assert set(Run.objects.values_list("desk_kind", "outcome")) == {("drill", "close:opinion")}
    assert set(Choice.objects.values_list("desk_kind", flat=True)) == {"drill"}
    assert set(Event.objects.filter(kind="choice_made").values_list("desk_kind", flat=True)) == {"drill"}


# -- refusals ---------------------------------------------------------------------------------------------------------
def test_one_open_walk_for_each_subject(cast: Cast) -> None:
    run_id = start(cast)
    with pytest.raises(RunOpen):
        start(cast)
    # The refusal did not spoil the transaction around it.
    assert Run.objects.count() == 1
    choose(cast, run_id, "first", "no")
    again = start(cast)
    run = selectors.run_of("rumour", SUBJECT)
    assert run is not None
    assert (run.id, run.path) == (again, ())
    assert [past.outcome for past in selectors.past_runs("rumour", SUBJECT)] == ["close:opinion"]


def test_the_step_that_was_seen_must_be_where_the_walk_stands(cast: Cast) -> None:
    run_id = start(cast)
    choose(cast, run_id, "first", "yes")
    with pytest.raises(StaleChoice):
        choose(cast, run_id, "first", "no", viewer=cast.lead.viewer)
    assert Choice.objects.count() == 1


def test_a_step_visited_again_is_another_visit(cast: Cast) -> None:
    """In a loop the name of the step is not enough: how many choices there were is."""
    run_id = start(cast)
    choose(cast, run_id, "first", "yes", seen=0)
    choose(cast, run_id, "look", "done", seen=1)
    choose(cast, run_id, "found", "again", seen=2)
    choose(cast, run_id, "look", "done", seen=3)
    with pytest.raises(StaleChoice):
        choose(cast, run_id, "found", "yes", seen=2, viewer=cast.lead.viewer)
    choose(cast, run_id, "found", "yes", seen=4, viewer=cast.lead.viewer)
    assert Choice.objects.count() == 5


def test_the_same_choice_sent_twice_is_one(cast: Cast) -> None:
    run_id = start(cast)
    first = choose(cast, run_id, "first", "no", seen=0)
    assert choose(cast, run_id, "first", "no", seen=0) == first
    assert choose(cast, run_id, "first", "no") == first
    assert Choice.objects.count() == 1
    with pytest.raises(StaleChoice):
        choose(cast, run_id, "first", "no", seen=0, viewer=cast.lead.viewer)


def test_what_does_not_fit_is_refused_and_nothing_written(cast: Cast) -> None:
    run_id = start(cast)
    with pytest.raises(UnknownOption):
        choose(cast, run_id, "first", "maybe")
    with pytest.raises(NoteTooLong):
        choose(cast, run_id, "first", "yes", note="x" * 2001)
    with pytest.raises(UnknownRun):
        choose(cast, uuid.uuid4(), "first", "yes")
    with pytest.raises(UnknownPlaybook):
        start(cast, playbook_slug="none", subject_id=uuid.uuid4())
    assert not Choice.objects.exists()
    choose(cast, run_id, "first", "no", note="x" * 2000)
    with pytest.raises(RunEnded):
        choose(cast, run_id, "nothing", "yes")
    with pytest.raises(RunEnded):
        services.restart_run(run_id=run_id, viewer=cast.editor.viewer)


def test_a_receiver_that_fails_takes_the_choice_with_it(cast: Cast) -> None:
    def refuse(**_passed: Any) -> None:
        raise RuntimeError

    run_id = start(cast)
    signals.run_ended.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            choose(cast, run_id, "first", "no")
    finally:
        signals.run_ended.disconnect(refuse)
    assert not Choice.objects.exists()
    assert Run.objects.get().step == "first"
    assert not LogEntry.objects.filter(verb="choice_made").exists()


# -- starting over ----------------------------------------------------------------------------------------------------
def test_starting_over_keeps_what_was_answered(cast: Cast, heard: list[tuple[str, dict[str, Any]]]) -> None:
    run_id = start(cast)
    choose(cast, run_id, "first", "yes")
    again = services.restart_run(run_id=run_id, viewer=cast.lead.viewer)
    run = selectors.run_of("rumour", SUBJECT)
    assert run is not None
    assert (run.id, run.step.id, run.path) == (again, "first", ())
    (past,) = selectors.past_runs("rumour", SUBJECT)
    assert (past.id, past.outcome, past.choices, past.outcome_words.en) == (run_id, "restarted", 1, "Started over")
    assert [choice.option for choice in selectors.run(run_id).path] == ["yes"]
    assert [name for name, _ in heard] == ["run_started", "choice_made", "run_ended", "run_started"]


def test_starting_over_may_take_another_playbook(cast: Cast) -> None:
    services.install_library(actor=SYSTEM)
    again = services.restart_run(run_id=start(cast), viewer=cast.editor.viewer, playbook_slug="health-rumour")
    assert selectors.run(again).slug == "health-rumour"


def test_starting_over_with_no_such_playbook_leaves_all_as_it_was(cast: Cast) -> None:
    run_id = start(cast)
    with pytest.raises(UnknownPlaybook):
        services.restart_run(run_id=run_id, viewer=cast.editor.viewer, playbook_slug="none")
    assert not selectors.run(run_id).ended


# -- versions ---------------------------------------------------------------------------------------------------------
def test_the_library_is_installed_once(cast: Cast) -> None:
    assert len(services.install_library(actor=SYSTEM)) == len(library_files())
    assert services.install_library(actor=SYSTEM) == ()
    assert [info.slug for info in selectors.playbooks()] == ["small", *(path.stem for path in library_files())]
    assert {info.version for info in selectors.playbooks()} == {1}


def test_a_walk_stays_on_its_version(cast: Cast) -> None:
    run_id = start(cast)
    newer = SMALL.replace("Tìm nguồn", "Tìm hai nguồn").replace("vi: Nhỏ", "vi: Nhỏ hơn")
    assert services.publish_version(text=newer, actor=SYSTEM) is not None
    assert services.publish_version(text=newer, actor=SYSTEM) is None
    run = selectors.run(run_id)
    assert (run.version, run.newer_version, run.tree.steps["look"].text.vi) == (1, True, "Tìm nguồn")
    page = selectors.playbook("small")
    assert (page.info.version, page.info.name.vi) == (2, "Nhỏ hơn")
    choose(cast, run_id, "first", "yes")
    again = selectors.run(services.restart_run(run_id=run_id, viewer=cast.editor.viewer))
    assert (again.version, again.newer_version) == (2, False)


def test_a_bad_text_is_not_published(cast: Cast) -> None:
    with pytest.raises(BadPlaybook):
        services.publish_version(text=SMALL.replace("to: nothing", "to: nowhere"), actor=SYSTEM)
    assert PlaybookVersion.objects.count() == 1


def test_a_run_is_read_with_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    run_id = start(cast)
    choose(cast, run_id, "first", "yes")
    choose(cast, run_id, "look", "done")
    with django_assert_max_num_queries(4):
        run = selectors.run_of("rumour", SUBJECT)
    assert run is not None
    assert selectors.run_of("rumour", uuid.uuid4()) is None


# -- two at once ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_of_many_who_answer_at_once_one_is_recorded_and_the_others_are_told() -> None:
    made = people.make()
    services.publish_version(text=SMALL, actor=SYSTEM)
    run_id = start(made)
    viewers = [made.editor.viewer, made.lead.viewer] * 3
    gate = threading.Barrier(len(viewers))
    outcomes: list[str] = []

    def answer(number: int) -> None:
        try:
            gate.wait(timeout=20)
            # Half of them say yes, half no; the same person never says the same twice.
            choose(made, run_id, "first", "no", viewer=viewers[number], note=str(number), seen=0)
            outcomes.append("recorded")
        except StaleChoice:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(len(viewers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(outcomes) == len(viewers)
    assert Choice.objects.count() == 1
    assert LogEntry.objects.filter(verb="run_ended").count() == 1
    # The one who was first is told the same when sending twice; the other person is told that somebody else was.
    assert outcomes.count("told") == 3


@pytest.mark.django_db(transaction=True)
def test_of_many_who_start_at_once_one_does() -> None:
    made = people.make()
    services.publish_version(text=SMALL, actor=SYSTEM)
    gate = threading.Barrier(4)
    outcomes: list[str] = []

    def begin() -> None:
        try:
            gate.wait(timeout=20)
            start(made)
            outcomes.append("started")
        except RunOpen:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["started", "told", "told", "told"]
    assert Run.objects.count() == 1
