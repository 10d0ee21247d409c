"""What to answer next: the order, and that it says why."""

from __future__ import annotations

import datetime as dt
import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from sangto.lib.codes import Priority
from sangto.rumours.clock import ClockState
from sangto.rumours.ordering import Waiting, in_order, points, rank, reasons, span_words

STATES = [ClockState.RUNNING, ClockState.WARNED, ClockState.BREACHED, ClockState.PAUSED]
lefts = st.none() | st.integers(-9_000, 9_000).map(lambda n: dt.timedelta(minutes=n))


@st.composite
def queues(draw: st.DrawFn) -> list[Waiting]:
    rows = draw(
        st.lists(
            st.builds(
                Waiting,
                number=st.just(0),
                score=st.floats(0, 100),
                priority=st.sampled_from(list(Priority)),
                state=st.sampled_from(STATES),
                left=lefts,
                mine=st.booleans(),
                owned=st.booleans(),
                on_duty=st.booleans(),
                my_field=st.booleans(),
                waits_for_expert=st.booleans(),
                expert_answered=st.booleans(),
                theme=st.integers(1, 40),
            ),
            max_size=30,
        )
    )
    return [
        Waiting(**{field: getattr(row, field) for field in Waiting.__slots__} | {"number": n})
        for n, row in enumerate(rows, 1)
    ]


def row(
    number: int, priority: Priority = Priority.NORMAL, state: ClockState = ClockState.RUNNING, **more: object
) -> Waiting:
    return Waiting(number=number, score=20.0, priority=priority, state=state, **more)  # type: ignore[arg-type]


def test_it_works() -> None:
    rows = [
        row(1, Priority.LOW),
        row(2, Priority.URGENT, ClockState.BREACHED, left=dt.timedelta(minutes=-40)),
        row(3, mine=True),
        row(4, state=ClockState.WARNED, left=dt.timedelta(hours=2)),
        row(5, theme=8),
        row(6),
    ]
    order = in_order(rows)
    assert [place.number for place in order] == [2, 4, 5, 3, 6, 1]
    said = {place.number: [reason.words.en for reason in place.reasons] for place in order}
    assert said[2] == ["urgent", "late by 40 min"]
    assert said[4] == ["2 h left"]
    assert said[3] == ["yours"]
    assert said[5] == ["8 of one theme: one article"]
    assert said[6] == ["20 points of triage"]


@given(queues(), st.randoms())
def test_the_order_does_not_depend_on_how_rows_come(rows: list[Waiting], dice: random.Random) -> None:
    mixed = list(rows)
    dice.shuffle(mixed)
    assert in_order(mixed) == in_order(rows)
    assert sorted(place.number for place in in_order(rows)) == [one.number for one in rows]


@given(queues())
def test_nothing_turns_a_rank_round(rows: list[Waiting]) -> None:
    by_number = {one.number: one for one in rows}
    order = [by_number[place.number] for place in in_order(rows)]
    assert [rank(one) for one in order] == sorted(rank(one) for one in rows)
    late_and_urgent = [n for n, one in enumerate(order) if one.priority == "urgent" and one.state == "breached"]
    fresh_and_low = [n for n, one in enumerate(order) if one.priority == "low" and one.state == "running"]
    assert not late_and_urgent or not fresh_and_low or max(late_and_urgent) < min(fresh_and_low)
    for one, after in itertools.pairwise(order):
        if rank(one) == rank(after):
            assert points(one) >= points(after)


@given(queues())
def test_each_says_why_in_both_languages(rows: list[Waiting]) -> None:
    for one in rows:
        why = reasons(one)
        assert why
        assert all(reason.words.vi and reason.words.en and "None" not in reason.words.en for reason in why)
        assert len({reason.code for reason in why}) == len(why)


def test_a_span_is_said_as_people_say_it() -> None:
    assert span_words(dt.timedelta(minutes=40)).vi == "40 phút"
    assert span_words(dt.timedelta(hours=2)).en == "2 h"
    assert span_words(dt.timedelta(hours=2, minutes=30)).vi == "2,5 giờ"
