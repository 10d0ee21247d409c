"""When labels show the bar, and what follows: the rules of tuning.py, each against a plain search or a bound."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangto.matching.bounds import at_most, cases_needed
from sangto.matching.tuning import MOST_ALIKE, WRONG_AT_MOST, Label, Standing, Step, missing, shown_from, tune
from sangto.matching.tuning_text import as_text

# A busy machine is no finding.
PLAIN = settings(deadline=None)
CAREFUL = Standing(careful=True, answer_at=0.9)
OUT = Standing(careful=False, answer_at=0.9)

# Few different probabilities, so that many labels share one; mostly right, so that something is shown at all.
GROUPS = st.lists(
    st.tuples(st.sampled_from([0.3, 0.6, 0.8, 0.9, 0.95, 0.99]), st.integers(0, 250), st.integers(0, 3)), max_size=6
)


def many(probability: float, right: int, wrong: int = 0) -> list[Label]:
    return [Label(probability, True)] * right + [Label(probability, False)] * wrong


@st.composite
def labels(draw: st.DrawFn) -> list[Label]:
    return [label for probability, right, wrong in draw(GROUPS) for label in many(probability, right, wrong)]


# -- what is shown ----------------------------------------------------------------------------------------------------


def test_it_works() -> None:
    tuned = tune([*many(0.95, 299), *many(0.6, 20, 20), Label(0.995, True, copy=True)], CAREFUL)
    assert (tuned.step, tuned.after) == (Step.LEAVE_CAREFUL, Standing(False, 0.95))
    assert (tuned.at.answered, tuned.at.wrong, tuned.missing) == (299, 0, 0)
    assert tuned.at.wrong_share_at_most <= 0.01
    assert tuned.at.recall == pytest.approx(300 / 320)
    assert tuned.curve[0].wrong == 20


def test_two_hundred_and_ninety_eight_are_one_too_few() -> None:
    tuned = tune(many(0.95, 298), CAREFUL)
    assert (tuned.step, tuned.after, tuned.missing) == (Step.STAY, CAREFUL, 1)
    assert "At least 1 more right label is missing" in as_text(tuned)


@PLAIN
@given(labels())
def test_the_threshold_is_the_lowest_that_a_plain_search_finds(given_labels: list[Label]) -> None:
    passing = []
    for threshold in {label.probability for label in given_labels if label.right}:
        above = [label for label in given_labels if label.probability >= threshold]
        if at_most(sum(not label.right for label in above), len(above)) <= WRONG_AT_MOST:
            passing.append(threshold)
    assert shown_from(given_labels) == min(passing, default=None)


@PLAIN
@given(labels(), st.floats(0, 1))
def test_a_wrong_label_never_makes_it_laxer(given_labels: list[Label], probability: float) -> None:
    before = shown_from(given_labels)
    after = shown_from([*given_labels, Label(probability, False)])
    assert after is None or (before is not None and after >= before)


@PLAIN
@given(labels(), st.floats(0, 1))
def test_a_right_label_above_the_threshold_never_makes_it_stricter(
    given_labels: list[Label], probability: float
) -> None:
    before = shown_from(given_labels)
    if before is not None and probability >= before:
        after = shown_from([*given_labels, Label(probability, True)])
        assert after is not None
        assert after <= before


@PLAIN
@given(labels(), st.randoms(use_true_random=False))
def test_the_order_of_labels_says_nothing(given_labels: list[Label], random: Random) -> None:
    mixed = list(given_labels)
    random.shuffle(mixed)
    assert tune(mixed, CAREFUL).as_json() == tune(given_labels, CAREFUL).as_json()


@PLAIN
@given(labels())
def test_so_many_more_right_labels_as_are_missing_show_it(given_labels: list[Label]) -> None:
    wanting = missing(given_labels)
    assert shown_from([*given_labels, *many(1.0, wanting)]) is not None
    if wanting:
        assert shown_from([*given_labels, *many(1.0, wanting - 1)]) is None


@PLAIN
@given(labels(), st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=30))
def test_copies_and_what_the_guard_stopped_show_nothing(
    given_labels: list[Label], others: list[tuple[float, bool]]
) -> None:
    copies = [Label(p, right, copy=True) for p, right in others]
    stopped = [Label(p, right, blocked=True) for p, right in others]
    alone, together = tune(given_labels, CAREFUL), tune([*given_labels, *copies, *stopped], CAREFUL)
    assert together.after == alone.after
    assert together.reliability == alone.reliability
    assert (together.at.answered, together.at.wrong) == (alone.at.answered, alone.at.wrong)


def test_many_wrong_labels_show_nothing() -> None:
    assert shown_from(many(0.9, 3000, 1000)) is None
    assert missing(many(0.9, 3000, 1000)) == 299


def test_three_hundred_labels_about_one_document_show_nothing_about_the_next() -> None:
    alike = [Label(0.95, True, nth=nth) for nth in range(1, 400)]
    tuned = tune(alike, CAREFUL)
    assert (tuned.step, tuned.left_out, tuned.at.answered) == (Step.STAY, 399 - MOST_ALIKE, 0)
    assert tune([label for label in alike for _ in range(10)], CAREFUL).step is Step.LEAVE_CAREFUL
    # What is wrong counts, the how-manieth it may be.
    wrong = [replace(label, right=False, nth=500) for label in alike[:5]]
    assert tune([*many(0.95, 299), *wrong], CAREFUL).step is Step.STAY


# -- what follows -----------------------------------------------------------------------------------------------------


def test_a_wrong_label_pushes_the_threshold_up() -> None:
    below = [*many(0.97, 320), *many(0.93, 40)]
    assert tune(below, CAREFUL).after == Standing(False, 0.93)
    assert tune([*below, Label(0.94, False)], CAREFUL).after == Standing(False, 0.97)


def test_one_error_after_the_proof_does_not_lose_it_and_four_in_three_hundred_do() -> None:
    assert tune(many(0.95, 300, 1), OUT).step is Step.STAY
    tuned = tune([*many(0.96, 150), *many(0.92, 146, 4)], OUT)
    assert (tuned.step, tuned.after) == (Step.RAISE, Standing(False, 0.96))


def test_where_no_higher_threshold_holds_it_is_careful_again() -> None:
    tuned = tune([*many(0.96, 99), *many(0.92, 20, 4)], OUT)
    assert (tuned.step, tuned.after.careful, tuned.at.threshold) == (Step.BACK_TO_CAREFUL, True, None)


def test_a_desk_that_is_out_and_has_no_labels_stays_as_it_is() -> None:
    tuned = tune([], OUT)
    assert (tuned.step, tuned.after, tuned.missing) == (Step.STAY, OUT, 299)
    assert (tuned.at.wrong_share_at_most, tuned.at.recall) == (1.0, 0.0)
    assert as_text(tuned) == "Nothing changes: from 0.900 on there are 0 labels that count, 0 of them wrong."


@PLAIN
@given(labels(), st.sampled_from([0.5, 0.85, 0.9, 0.97]))
def test_laxer_only_by_proof_and_never_left_with_too_many_wrong(given_labels: list[Label], present: float) -> None:
    for before in (Standing(True, present), Standing(False, present)):
        tuned = tune(given_labels, before)
        after = tuned.after
        laxer = not after.careful and (before.careful or after.answer_at < before.answer_at)
        assert laxer == (tuned.step in {Step.LEAVE_CAREFUL, Step.LOWER})
        if laxer:
            assert at_most(tuned.at.wrong, tuned.at.answered) <= WRONG_AT_MOST
        if not after.careful:
            assert tuned.at.wrong <= WRONG_AT_MOST * tuned.at.answered


@PLAIN
@given(labels())
def test_what_was_decided_is_decided_again(given_labels: list[Label]) -> None:
    once = tune(given_labels, CAREFUL).after
    again = tune(given_labels, once)
    assert (again.step, again.after) == (Step.STAY, once)


def test_recall_counts_messages_for_which_another_answer_was_right() -> None:
    tuned = tune([*many(0.95, 60), *[Label(0.5, False, had_match=True)] * 20, *many(0.5, 0, 20)], OUT)
    assert tuned.at.recall == 60 / 80
    assert tuned.at.wrong_answers == 0


def test_a_wrong_copy_is_a_wrong_answer_in_careful_mode_too() -> None:
    tuned = tune([Label(0.995, False, copy=True), *many(0.8, 9)], CAREFUL)
    assert (tuned.at.wrong_answers, tuned.copies_wrong) == (1, 1)
    assert tuned.at.wrong_answer_rate == pytest.approx(0.1)


# -- how sure it is ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "passed"), [(0.0101, 0.114), (0.012, 0.055), (0.015, 0.018), (0.02, 0.003)])
def test_how_often_a_desk_below_the_bar_passes_by_luck(share: float, passed: float) -> None:
    """The figures of the docstring, exactly: a walk over 1,000 labels that ends where so few are wrong as a proof asks.

    Passing anywhere with k wrong labels is passing with at most k wrong among the first `cases_needed(k)`.
    """
    stops = {cases_needed(wrong, WRONG_AT_MOST): wrong for wrong in range(6)}
    going = np.zeros(64)
    going[0] = 1.0
    through = 0.0
    for walked in range(1, 1001):
        going = going * (1 - share) + np.concatenate([[0.0], going[:-1]]) * share
        if walked in stops:
            through += going[: stops[walked] + 1].sum()
            going[: stops[walked] + 1] = 0.0
    assert through == pytest.approx(passed, abs=0.0006)
