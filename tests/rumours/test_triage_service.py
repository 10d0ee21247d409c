"""Triage and the clock at work: what messages do to a rumour, a person's word over it, and what the clock tells."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

import cast as people
import desk_kit
from cast import Cast
from sangto.audit.models import LogEntry
from sangto.intake.services import receive_tip
from sangto.lib.codes import DoorKind, PauseReason, Priority
from sangto.network.models import Desk
from sangto.playbooks.facts import FACTS, complete
from sangto.rumours import services
from sangto.rumours.clock import CHAIN, RULE, TARGETS
from sangto.rumours.facts import facts_of
from sangto.rumours.models import ClockEvent, Rumour
from sangto.rumours.services.triage_rumour import is_worth_a_look
from sangto.rumours.types import NotAllowed, RumourProblem
from sangto.rumours.workflow import NotNow

pytestmark = pytest.mark.django_db
FLOOD = "Khẩn: đập thủy điện sắp vỡ đập, bà con Quảng Ngãi sơ tán ngay"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def cast(settings: Settings, tmp_path: Path) -> Cast:
    desk_kit.use_folder(settings, tmp_path)
    return people.make()


def opened(cast: Cast, text: str = "Uống nước chanh chữa khỏi ung thư", desk: Any = None) -> Rumour:
    rumour_id = services.open_rumour(desk=desk or cast.desk, text=text, lang="vi")
    return Rumour.objects.get(id=rumour_id)


def fresh(rumour: Rumour) -> Rumour:
    return Rumour.objects.get(id=rumour.id)


def later(rumour: Rumour, span: dt.timedelta) -> None:
    """As if everything about its clock had been so much earlier."""
    row = fresh(rumour)
    assert row.clock_started_at is not None
    assert row.next_clock_at is not None
    Rumour.objects.filter(id=row.id).update(
        opened_at=row.opened_at - span, clock_started_at=row.clock_started_at - span, due_at=row.due_at - span,
        next_clock_at=row.next_clock_at - span,
    )  # fmt: skip


def test_it_works(cast: Cast) -> None:
    """Danger to life, at once: urgent, with an hour round the clock, and it says why."""
    rumour = opened(cast, FLOOD)
    assert rumour.triage_rule == "triage-1"
    assert rumour.priority == Priority.URGENT
    assert rumour.harms == ["safety"]
    assert rumour.urgency == "now"
    assert rumour.clock_started_at is not None
    assert rumour.due_at == rumour.clock_started_at + TARGETS[Priority.URGENT]
    assert rumour.next_clock_at == rumour.warn_at
    assert [part["code"] for part in rumour.triage_parts][:2] == ["messages", "speed"]


def test_a_person_s_word_stands_over_the_rule(cast: Cast) -> None:
    rumour = opened(cast)
    services.set_priority(rumour_id=rumour.id, viewer=cast.editor.viewer, priority="urgent", reason="Bộ Y tế hỏi")
    row = fresh(rumour)
    assert (row.priority, row.priority_reason, row.priority_by_id) == ("urgent", "Bộ Y tế hỏi", cast.editor.id)
    services.refresh_triage()
    assert fresh(rumour).priority == "urgent"
    entry = LogEntry.objects.get(verb="priority_set")
    assert entry.data == {"from": rumour.priority, "to": "urgent"}
    services.clear_priority(rumour_id=rumour.id, viewer=cast.editor.viewer)
    assert fresh(rumour).priority == rumour.priority
    assert fresh(rumour).priority_reason == ""


@pytest.mark.parametrize(("priority", "reason"), [("urgent", "   "), ("soonest", "vì gấp")])
def test_a_priority_needs_a_reason_and_a_place_on_the_list(cast: Cast, priority: str, reason: str) -> None:
    rumour = opened(cast)
    with pytest.raises(RumourProblem):
        services.set_priority(rumour_id=rumour.id, viewer=cast.editor.viewer, priority=priority, reason=reason)
    assert fresh(rumour).priority_by_id is None


def test_harm_and_urgency_judged_by_a_person_are_not_guessed_again(cast: Cast) -> None:
    rumour = opened(cast, FLOOD)
    services.judge_triage(rumour_id=rumour.id, viewer=cast.editor.viewer, harms=["money"], urgency="days")
    row = fresh(rumour)
    assert (row.harms, row.urgency, row.harms_by_person) == (["money"], "days", True)
    assert row.priority == Priority.NORMAL
    services.state_claim(
        rumour_id=rumour.id,
        viewer=cast.editor.viewer,
        edit_number=row.edit_number,
        claim_vi=FLOOD,
        claim_en="",
        topic="disaster_weather",
        speaker_kind="unknown",
        speaker_office="",
        involves_publisher=False,
        not_involved_reason="",
        named=False,
    )
    assert fresh(rumour).harms == ["money"]


@pytest.mark.parametrize("who", ["reader", "colleague", "outsider", "trainee"])
def test_only_editors_and_leads_of_the_desk_say_how_soon(cast: Cast, who: str) -> None:
    rumour = opened(cast)
    viewer = getattr(cast, who).viewer
    asked: list[Any] = [
        lambda: services.set_priority(rumour_id=rumour.id, viewer=viewer, priority="low", reason="x"),
        lambda: services.judge_triage(rumour_id=rumour.id, viewer=viewer, harms=[], urgency="none"),
        lambda: services.clear_priority(rumour_id=rumour.id, viewer=viewer),
        lambda: services.pause_clock(rumour_id=rumour.id, viewer=viewer, reason="embargo"),
        lambda: services.resume_clock(rumour_id=rumour.id, viewer=viewer),
    ]
    for ask_for in asked:
        with pytest.raises(NotAllowed):
            ask_for()
    assert fresh(rumour).edit_number == 0


def test_the_clock_warns_breaches_and_escalates_each_once(cast: Cast) -> None:
    rumour = opened(cast, FLOOD)
    assert services.tick_clocks() == 0
    later(rumour, 0.8 * HOUR)
    assert services.tick_clocks() == 1
    assert services.tick_clocks() == 0
    later(rumour, 0.3 * HOUR)
    assert services.tick_clocks() == 1
    later(rumour, 9 * HOUR)
    assert (services.tick_clocks(), services.tick_clocks()) == (2, 0)
    told = list(ClockEvent.objects.filter(rumour=rumour).order_by("id").values_list("kind", "level", "role"))
    assert told == [(stage.kind.value, stage.level, stage.role) for stage in CHAIN]
    assert fresh(rumour).next_clock_at is None
    assert fresh(rumour).escalation_level == 2
    verbs = LogEntry.objects.filter(object_id=rumour.id, verb__startswith="clock_").values_list("verb", flat=True)
    assert sorted(verbs) == ["clock_breached", "clock_escalated", "clock_escalated", "clock_warned"]


def test_what_a_sleeping_worker_missed_is_told_in_order(cast: Cast) -> None:
    rumour = opened(cast, FLOOD)
    later(rumour, 30 * HOUR)
    assert services.tick_clocks() == len(CHAIN)
    due = list(ClockEvent.objects.filter(rumour=rumour).order_by("id").values_list("due_at", flat=True))
    assert due == sorted(due)


def test_a_pause_stops_everything_and_moves_it(cast: Cast) -> None:
    rumour = opened(cast, FLOOD)
    services.pause_clock(rumour_id=rumour.id, viewer=cast.editor.viewer, reason=PauseReason.WAITS_FOR_BODY)
    assert fresh(rumour).next_clock_at is None
    with pytest.raises(RumourProblem):
        services.pause_clock(rumour_id=rumour.id, viewer=cast.lead.viewer, reason=PauseReason.EMBARGO)
    pause = rumour.pauses.get()
    # As if it had stood still for five hours.
    started = fresh(rumour).clock_started_at
    assert started is not None
    Rumour.objects.filter(id=rumour.id).update(clock_started_at=started - 5 * HOUR)
    pause.paused_at -= 5 * HOUR
    pause.save()
    assert services.tick_clocks() == 0
    services.resume_clock(rumour_id=rumour.id, viewer=cast.lead.viewer)
    row = fresh(rumour)
    assert row.next_clock_at is not None
    assert row.due_at > timezone.now() + 0.9 * HOUR
    edits = row.edit_number
    services.resume_clock(rumour_id=rumour.id, viewer=cast.lead.viewer)
    assert fresh(rumour).edit_number == edits


def test_another_priority_keeps_what_was_spent(cast: Cast) -> None:
    rumour = opened(cast, FLOOD)
    later(rumour, 0.5 * HOUR)
    services.set_priority(rumour_id=rumour.id, viewer=cast.lead.viewer, priority="low", reason="nhầm")
    services.set_priority(rumour_id=rumour.id, viewer=cast.lead.viewer, priority="urgent", reason="không nhầm")
    row = fresh(rumour)
    assert 1799 <= row.clock_carried_s <= 1830
    assert abs(row.due_at - timezone.now() - 0.5 * HOUR) < dt.timedelta(minutes=1)


def test_the_end_stops_the_clock_and_reopening_starts_it_anew(cast: Cast) -> None:
    rumour = opened(cast, FLOOD)
    later(rumour, 1.1 * HOUR)
    services.tick_clocks()
    services.close(rumour_id=rumour.id, viewer=cast.editor.viewer, reason="no_claim")
    row = fresh(rumour)
    assert row.clock_met_at is not None
    assert row.next_clock_at is None
    with pytest.raises(NotNow):
        services.pause_clock(rumour_id=rumour.id, viewer=cast.editor.viewer, reason="embargo")
    services.reopen(rumour_id=rumour.id, viewer=cast.editor.viewer, why="có tin mới")
    row = fresh(rumour)
    assert (row.clock_round, row.clock_met_at) == (2, None)
    assert row.due_at > timezone.now() + 0.9 * HOUR
    later(rumour, 1.1 * HOUR)
    assert services.tick_clocks() == 2
    assert ClockEvent.objects.filter(rumour=rumour, kind="breached").count() == 2


def test_a_drill_s_clock_is_its_own(cast: Cast) -> None:
    rumour = opened(cast, FLOOD, desk=cast.drill_desk)
    assert services.tick_clocks() == 0
    desk = Desk.objects.get(id=cast.drill_desk.id)
    desk.clock_set_at, desk.clock_shows, desk.clock_rate = timezone.now(), timezone.now() + 3 * HOUR, 1.0
    desk.save()
    assert services.tick_clocks() == len(CHAIN)
    assert set(ClockEvent.objects.filter(rumour=rumour).values_list("desk_kind", flat=True)) == {"drill"}


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_each_event_once(settings: Settings, tmp_path: Path) -> None:
    desk_kit.use_folder(settings, tmp_path)
    made = people.make()
    rumours = [opened(made, f"{FLOOD} số {n}") for n in range(6)]
    for rumour in rumours:
        later(rumour, 30 * HOUR)
    told: list[int] = []

    def work() -> None:
        told.append(services.tick_clocks())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(told) == len(CHAIN) * len(rumours)
    assert ClockEvent.objects.count() == len(CHAIN) * len(rumours)


def test_a_rumour_that_nobody_asks_about_sinks_by_itself(cast: Cast) -> None:
    rumour = opened(cast)
    Rumour.objects.filter(id=rumour.id).update(
        opened_at=timezone.now() - dt.timedelta(days=12), triaged_at=timezone.now() - dt.timedelta(days=1)
    )
    before = fresh(rumour).triage_score
    assert services.refresh_triage() == 1
    assert fresh(rumour).triage_score < before
    assert services.refresh_triage() == 0


def test_many_are_looked_at_with_few_questions(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for n in range(30):
        opened(cast, f"Tin số {n} về giá điện")
    Rumour.objects.update(triaged_at=None)
    with django_assert_max_num_queries(12):
        assert services.refresh_triage() == 30


def test_a_rumour_of_an_older_version_gets_a_clock(cast: Cast) -> None:
    rumour = opened(cast)
    Rumour.objects.filter(id=rumour.id).update(clock_rule="", next_clock_at=None, triaged_at=None)
    services.refresh_triage()
    assert fresh(rumour).clock_rule == RULE
    assert fresh(rumour).next_clock_at is not None


def test_the_facts_for_playbooks_are_all_of_them(cast: Cast, django_assert_max_num_queries: Any) -> None:
    rumour = opened(cast, FLOOD)
    with django_assert_max_num_queries(8):
        facts = facts_of(rumour.id)
    assert set(facts) == set(FACTS)
    assert complete(facts)["harm_safety"] is True
    assert facts["priority"] == "urgent"
    assert facts_of(uuid.uuid4()) == {}


def test_the_rules_of_a_playbook_ask_the_rumour_itself(cast: Cast) -> None:
    from sangto.playbooks import subjects

    rumour = opened(cast, FLOOD)
    assert subjects.facts_of("rumour", rumour.id)["harm_safety"] is True


def test_more_messages_raise_it(cast: Cast) -> None:
    """Each message of the same words joins; reach, speed and what words give away follow."""
    for _ in range(12):
        receive_tip(desk=cast.desk, door=DoorKind.WEB, text="Nhà máy X xả thải làm cá chết trắng sông", lang="vi")
    rumour = Rumour.objects.get()
    assert rumour.tip_count == 12
    assert rumour.tips_per_hour == 12
    alone = next(part for part in rumour.triage_parts if part["code"] == "messages")
    assert alone["value"] == 12


@pytest.mark.parametrize(
    ("count", "looks"), [(1, True), (20, True), (21, False), (22, True), (300, True), (301, False)]
)
def test_a_rumour_of_many_messages_is_not_weighed_at_each(count: int, looks: bool) -> None:
    assert is_worth_a_look(Rumour(tip_count=count)) is looks
