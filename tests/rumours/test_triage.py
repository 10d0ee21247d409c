"""The rule that says how soon, and the guesses it starts from."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangto.lib.codes import Harm, Priority, Urgency
from sangto.rumours.triage import (
    PART_NAMES,
    RULE,
    Facts,
    Part,
    guess_harms,
    guess_urgency,
    places_in,
    triage,
)

ORDER = [Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT]
hours = st.floats(0, 2_000)
facts = st.builds(
    Facts,
    tips=st.integers(1, 5_000),
    tips_per_hour=st.floats(0, 2_000),
    doors=st.integers(1, 8),
    places=st.integers(0, 70),
    harms=st.frozensets(st.sampled_from(list(Harm))),
    urgency=st.sampled_from(list(Urgency)),
    checkability=st.none() | st.floats(0, 1),
    age_hours=hours,
    quiet_hours=hours,
)


def test_it_works() -> None:
    loud = triage(
        Facts(tips=37, tips_per_hour=12, doors=2, places=3, harms=frozenset({Harm.HEALTH}), urgency=Urgency.TODAY)
    )
    assert loud.rule == RULE
    assert loud.priority == Priority.HIGH
    said = {part.code: part.why.en for part in loud.parts}
    assert said["messages"] == "37 messages"
    assert said["speed"] == "12 in the last hour"
    assert said["harm"] == "someone's health may suffer"
    assert loud.score == pytest.approx(sum(part.points for part in loud.parts), abs=0.1)


@pytest.mark.parametrize(
    ("given", "priority"),
    [
        (Facts(), Priority.NORMAL),
        (Facts(checkability=0.05), Priority.LOW),
        (Facts(harms=frozenset({Harm.SAFETY})), Priority.HIGH),
        (Facts(harms=frozenset({Harm.SAFETY}), urgency=Urgency.NOW), Priority.URGENT),
        # Lives first, also where evidence can hardly settle it.
        (Facts(harms=frozenset({Harm.SAFETY}), urgency=Urgency.TODAY, checkability=0.0), Priority.URGENT),
        (Facts(tips=800, tips_per_hour=150, doors=4, places=10, harms=frozenset({Harm.MONEY})), Priority.HIGH),
        (
            Facts(
                tips=800,
                tips_per_hour=150,
                doors=4,
                places=10,
                harms=frozenset({Harm.MONEY}),
                urgency=Urgency.TODAY,
            ),
            Priority.URGENT,
        ),
        (Facts(age_hours=300, quiet_hours=300), Priority.LOW),
    ],
)
def test_what_it_makes_of_plain_cases(given: Facts, priority: Priority) -> None:
    assert triage(given).priority == priority


@given(facts)
def test_the_parts_are_the_score_and_each_keeps_within_what_it_can_give(given: Facts) -> None:
    made = triage(given)
    assert 0 <= made.score <= 100
    assert [part.code for part in made.parts] == list(PART_NAMES)
    assert made.score == pytest.approx(min(100, max(0, sum(part.points for part in made.parts))), abs=0.06)
    for part in made.parts:
        assert part.points <= part.most + 1e-9
        assert part.why.vi
        assert part.why.en
        assert Part.from_data(part.as_data()).why == part.why


@given(facts, st.integers(0, 500), st.floats(0, 100), st.integers(0, 4), st.integers(0, 9))
def test_more_reach_never_lowers_it(given: Facts, tips: int, speed: float, doors: int, places: int) -> None:
    more = replace(
        given,
        tips=given.tips + tips,
        tips_per_hour=given.tips_per_hour + speed,
        doors=given.doors + doors,
        places=given.places + places,
    )
    assert triage(more).score >= triage(given).score
    assert ORDER.index(triage(more).priority) >= ORDER.index(triage(given).priority)


@given(facts, st.sampled_from(list(Harm)), st.sampled_from(list(Urgency)), hours)
def test_more_harm_more_hurry_and_more_waiting_never_lower_it(
    given: Facts, harm: Harm, urgency: Urgency, longer: float
) -> None:
    base = triage(given)
    assert triage(replace(given, harms=given.harms | {harm})).score >= base.score
    pressing = list(Urgency)
    sooner = min(given.urgency, urgency, key=pressing.index)
    assert triage(replace(given, urgency=sooner)).score >= base.score
    assert triage(replace(given, age_hours=given.age_hours + longer)).score >= base.score
    assert triage(replace(given, quiet_hours=given.quiet_hours + longer)).score <= base.score


@pytest.mark.parametrize(
    ("text", "harms"),
    [
        ("Khẩn: đập thủy điện sắp vỡ đập, bà con sơ tán ngay", {Harm.SAFETY}),
        ("vo dap roi ba con so tan ngay", {Harm.SAFETY}),
        ("The dam burst, evacuate now", {Harm.SAFETY}),
        ("Uống nước chanh chữa khỏi ung thư", {Harm.HEALTH}),
        ("uong nuoc chanh chua khoi ung thu", {Harm.HEALTH}),
        ("Bấm vào link để nhận thưởng, nhập mã OTP", {Harm.MONEY}),
        ("This vaccine causes cancer", {Harm.HEALTH}),
        # What only looks like it.
        ("Bão giá khiến người dân lo lắng", set()),
        ("Phim bom tấn chiếu từ thứ sáu", set()),
        ("Xem mà chết cười", set()),
        ("Máy tính bị nhiễm virus máy tính", set()),
        ("Our website is secure", set()),
        ("Trường nghỉ học thứ hai", set()),
        ("Anh ấy chuyển nhà sang Hà Nội", set()),
        ("", set()),
    ],
)
def test_harm_is_guessed_from_words_with_and_without_diacritics(text: str, harms: set[Harm]) -> None:
    assert guess_harms(text) == harms


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("Khẩn cấp, chia sẻ gấp", Urgency.NOW),
        ("chia se gap, khan cap", Urgency.NOW),
        ("Tối nay cúp điện toàn thành phố", Urgency.TODAY),
        ("Schools close tomorrow", Urgency.TODAY),
        ("Từ ngày 1 tháng 7 tăng giá điện", Urgency.DAYS),
        ("Nước chanh tốt cho da", Urgency.NONE),
        ("Tha thiết khẩn cầu", Urgency.NONE),
    ],
)
def test_urgency_is_guessed_from_words(text: str, urgency: Urgency) -> None:
    assert guess_urgency(text) == urgency


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Lũ ở Quảng Ninh và Hải Phòng", {"quảng ninh", "hải phòng"}),
        ("lu o quang ninh va hai phong", {"quảng ninh", "hải phòng"}),
        ("Nước chanh chữa ung thư", set()),
    ],
)
def test_places_are_named_once(text: str, places: set[str]) -> None:
    assert {place.lower() for place in places_in(text)} == places


@given(st.text(max_size=400))
def test_no_text_breaks_the_guesses(text: str) -> None:
    assert guess_harms(text) <= set(Harm)
    assert guess_urgency(text) in Urgency
    assert all(places_in(text))
