"""A desk leaves careful mode, gets stricter, and goes back, by its own labels only."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from django.db import models
from django.utils import timezone

import cast
from sangto.audit.models import Event, LogEntry
from sangto.audit.types import SYSTEM
from sangto.catalogue import engine, selectors, services
from sangto.catalogue.models import Label, Tuning
from sangto.catalogue.types import NothingToApply, NothingToTakeBack, Proposal, SaidBy
from sangto.lib.ids import uuid7
from sangto.matching.tuning import MOST_ALIKE, Step
from sangto.network import selectors as network
from sangto.network.services import set_careful
from sangto.network.types import DeskInfo

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> cast.Cast:
    return cast.make()


@pytest.fixture
def desk(people: cast.Cast) -> DeskInfo:
    """A live desk as it begins: careful, without labels."""
    set_careful(desk_id=people.desk.id, careful=True, actor=SYSTEM)
    return network.desk(people.desk.id)


def labelled(desk: DeskInfo, probability: float, right: int, wrong: int = 0, **more: object) -> None:
    """So many labels, each about a document of its own, as they would stand after a while."""
    values: dict[str, object] = {
        "said_by": SaidBy.ASKER, "had_match": None, "rank": 1, "decision": "suggest", "copy": False, "blocked": False,
        "engine": engine.mark(), "nth": 1, "said_at": timezone.now(),
    }  # fmt: skip
    Label.objects.bulk_create(
        Label(
            desk_id=desk.id,
            desk_kind=desk.kind,
            tip_id=uuid7(),
            object_id=uuid7(),
            probability=probability,
            right=number < right,
            **{**values, **more},
        )
        for number in range(right + wrong)
    )


@dataclass(frozen=True)
class Now:
    careful: bool
    answer_at: float | None


def now(desk: DeskInfo) -> Now:
    bar = selectors.bar_of(network.desk(desk.id))
    return Now(bar.careful, bar.answer_at)


# -- applying and taking back -----------------------------------------------------------------------------------------


def test_it_works(people: cast.Cast, desk: DeskInfo) -> None:
    labelled(desk, 0.96, 299)
    labelled(desk, 0.7, 30, 10)
    assert now(desk) == Now(careful=True, answer_at=None)
    assert services.apply_tuning(desk=desk, actor=people.lead.viewer.actor) == 1
    assert now(desk) == Now(careful=False, answer_at=0.96)
    assert network.desk(desk.id).careful is False
    kept = selectors.tuning_of(desk)
    assert kept is not None
    assert (kept.number, kept.step, kept.by_id) == (1, "leave_careful", people.lead.id)
    assert (kept.figures["answered"], kept.figures["wrong"], kept.figures["labels"]) == (299, 0, 339)
    assert kept.figures["wrong_share_at_most"] <= 0.01
    entry = LogEntry.objects.get(verb="tuning_applied")
    assert (entry.actor_id, entry.desk_id, entry.data["answer_at"]) == (people.lead.id, desk.id, 0.96)
    assert Event.objects.filter(kind="tuning_applied", object_id=kept.id, desk_kind="live").count() == 1


def test_without_enough_labels_it_stays_careful_and_says_how_many_are_missing(desk: DeskInfo) -> None:
    labelled(desk, 0.96, 180)
    assert selectors.tuned(desk).missing == 119
    with pytest.raises(NothingToApply):
        services.apply_tuning(desk=desk, actor=SYSTEM)
    assert now(desk) == Now(careful=True, answer_at=None)
    assert not Tuning.objects.exists()
    assert not LogEntry.objects.filter(verb="tuning_applied").exists()


def test_a_wrong_label_pushes_the_threshold_up(desk: DeskInfo) -> None:
    labelled(desk, 0.97, 320)
    labelled(desk, 0.93, 40)
    assert selectors.tuned(desk).after.answer_at == 0.93
    labelled(desk, 0.94, 0, 1)
    services.apply_tuning(desk=desk, actor=SYSTEM)
    assert now(desk) == Now(careful=False, answer_at=0.97)


def test_it_gets_stricter_and_careful_again_by_what_its_labels_say(desk: DeskInfo) -> None:
    labelled(desk, 0.95, 299)
    services.apply_tuning(desk=desk, actor=SYSTEM)
    labelled(desk, 0.96, 0, 6)
    labelled(desk, 0.97, 150)
    assert services.apply_tuning(desk=desk, actor=SYSTEM) == 2
    assert now(desk) == Now(careful=False, answer_at=0.97)
    labelled(desk, 0.98, 0, 4)
    assert services.apply_tuning(desk=desk, actor=SYSTEM) == 3
    assert now(desk) == Now(careful=True, answer_at=None)
    assert [one.step for one in selectors.tunings_of(desk)] == [Step.BACK_TO_CAREFUL, Step.RAISE, Step.LEAVE_CAREFUL]


def test_a_tuning_is_taken_back_step_by_step(people: cast.Cast, desk: DeskInfo) -> None:
    labelled(desk, 0.95, 299)
    services.apply_tuning(desk=desk, actor=SYSTEM)
    labelled(desk, 0.9, 100)
    services.apply_tuning(desk=desk, actor=SYSTEM)
    assert now(desk) == Now(careful=False, answer_at=0.9)
    assert services.take_back_tuning(desk=desk, actor=people.lead.viewer.actor) == 2
    assert now(desk) == Now(careful=False, answer_at=0.95)
    assert services.take_back_tuning(desk=desk, actor=SYSTEM) == 1
    assert now(desk) == Now(careful=True, answer_at=None)
    assert network.desk(desk.id).careful is True
    with pytest.raises(NothingToTakeBack):
        services.take_back_tuning(desk=desk, actor=SYSTEM)
    # What was decided, and on what, stays.
    assert Tuning.objects.count() == 2
    assert LogEntry.objects.filter(verb="tuning_taken_back").count() == 2
    assert services.apply_tuning(desk=desk, actor=SYSTEM) == 3


def test_a_desk_out_of_careful_mode_from_the_start_stays_so_until_its_labels_object(people: cast.Cast) -> None:
    """As the sample desk: the threshold is the shipped one."""
    desk = people.desk
    assert now(desk) == Now(careful=False, answer_at=None)
    labelled(desk, 0.999, 20)
    with pytest.raises(NothingToApply):
        services.apply_tuning(desk=desk, actor=SYSTEM)
    labelled(desk, 0.999, 0, 2)
    services.apply_tuning(desk=desk, actor=SYSTEM)
    assert now(desk) == Now(careful=True, answer_at=None)
    services.take_back_tuning(desk=desk, actor=SYSTEM)
    assert now(desk) == Now(careful=False, answer_at=None)


def test_an_older_engines_labels_do_not_count_and_its_tuning_does_not_hold(
    desk: DeskInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    labelled(desk, 0.95, 299)
    services.apply_tuning(desk=desk, actor=SYSTEM)
    monkeypatch.setattr(engine, "mark", lambda: "2-another e5")
    assert now(desk) == Now(careful=True, answer_at=None)
    counts = selectors.label_counts(desk)
    assert (counts.by_asker, counts.of_other_engines) == (0, 299)
    assert selectors.tuned(desk).missing == 299
    labelled(desk, 0.91, 299)
    assert services.apply_tuning(desk=desk, actor=SYSTEM) == 2
    assert now(desk) == Now(careful=False, answer_at=0.91)
    services.take_back_tuning(desk=desk, actor=SYSTEM)
    assert now(desk) == Now(careful=True, answer_at=None)


def test_the_labels_of_other_desks_and_of_drills_say_nothing(people: cast.Cast, desk: DeskInfo) -> None:
    labelled(people.other_desk, 0.95, 299)
    labelled(people.drill_desk, 0.95, 299)
    assert selectors.tuned(desk).labels == 0
    with pytest.raises(NothingToApply):
        services.apply_tuning(desk=desk, actor=SYSTEM)
    # A drill may learn by its own, and changes nothing but itself.
    set_careful(desk_id=people.drill_desk.id, careful=True, actor=SYSTEM)
    services.apply_tuning(desk=network.desk(people.drill_desk.id), actor=SYSTEM)
    assert now(people.drill_desk).careful is False
    assert now(desk).careful is True


def test_only_the_first_proposal_decides(desk: DeskInfo) -> None:
    labelled(desk, 0.95, 400, rank=2)
    assert selectors.tuned(desk).labels == 0


def test_copies_and_stopped_ones_do_not_show_the_bar(desk: DeskInfo) -> None:
    labelled(desk, 0.995, 400, copy=True)
    labelled(desk, 0.95, 400, blocked=True)
    found = selectors.tuned(desk)
    assert (found.step, found.copies, found.blocked) == (Step.STAY, 400, 400)


def test_the_engine_is_named_without_opening_it() -> None:
    assert engine.encoder_name() == engine.encoder().name
    assert engine.mark().endswith(engine.encoder_name())


# -- labels -----------------------------------------------------------------------------------------------------------


def proposal(**changes: object) -> Proposal:
    first = Proposal(
        tip_id=uuid7(),
        object_id=uuid7(),
        rank=1,
        decision="suggest",
        probability=0.8,
        copy=False,
        blocked=False,
        engine=engine.mark(),
    )
    return replace(first, **changes)  # type: ignore[arg-type]


def say(desk: DeskInfo, about: Proposal, right: bool, by: SaidBy = SaidBy.ASKER) -> None:
    services.record_label(desk=desk, proposal=about, right=right, had_match=None, said_by=by)


@pytest.mark.parametrize("editor_first", [True, False])
def test_an_editors_word_outweighs_the_askers(desk: DeskInfo, editor_first: bool) -> None:
    about = proposal()
    words = [(True, SaidBy.EDITOR), (False, SaidBy.ASKER)]
    for right, by in words if editor_first else reversed(words):
        say(desk, about, right, by)
    assert Label.objects.count() == 2
    assert selectors.tuned(desk).curve[0].wrong == 0
    assert selectors.label_counts(desk) == replace(selectors.label_counts(desk), by_asker=0, by_editor=1)


def test_a_second_word_of_the_same_kind_replaces_the_first(desk: DeskInfo) -> None:
    about = proposal()
    say(desk, about, True, SaidBy.EDITOR)
    say(desk, about, False, SaidBy.EDITOR)
    assert Label.objects.get().right is False


def test_right_labels_about_one_document_are_numbered_and_soon_add_nothing(desk: DeskInfo) -> None:
    object_id = uuid7()
    for _ in range(MOST_ALIKE + 3):
        say(desk, proposal(object_id=object_id), True)
    assert sorted(Label.objects.values_list("nth", flat=True)) == list(range(1, MOST_ALIKE + 4))
    assert selectors.tuned(desk).left_out == 3


def test_of_a_tip_that_is_gone_only_numbers_stay(desk: DeskInfo) -> None:
    about = proposal(probability=0.9)
    say(desk, about, True)
    say(desk, proposal(), True)
    before = selectors.tuned(desk).as_json()
    assert services.forget_tips(tip_ids=[about.tip_id]) == 1
    kept = Label.objects.get(probability=0.9)
    assert (kept.tip_id, kept.object_id) == (None, None)
    assert selectors.tuned(desk).as_json() == before


def test_a_label_has_no_room_for_a_text_or_a_contact() -> None:
    """Ids, numbers, codes of a few letters, and the name of the engine."""
    for model in (Label, Tuning):
        for field in model._meta.concrete_fields:
            assert not isinstance(field, models.TextField)
            if isinstance(field, models.CharField):
                assert field.name == "engine" or (field.max_length or 999) <= 16
    assert isinstance(Label._meta.get_field("tip_id"), models.UUIDField)
    assert not [field for field in Label._meta.concrete_fields if isinstance(field, models.JSONField)]
