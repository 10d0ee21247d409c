from __future__ import annotations

import time
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangto.matching.when import Times, written_on


@pytest.mark.parametrize(
    "text",
    [
        "They closed the bridge — Ann B (@annb) March 3, 2024",
        "[10:23, 03/03/2024] A B: They closed the bridge",
        "03/03/2024, 10:23 - A B: They closed the bridge",
        "[2024-03-03 10:23] They closed the bridge",
        "From: a b\nDate: Sun, 3 Mar 2024 10:23:00 +0700\nSubject: bridge\n\nThey closed it",
        "Từ: a b\nNgày gửi: 3 tháng 3, 2024\nChủ đề: cầu\n\nCầu đóng rồi",
        "On Sun, Mar 3, 2024 at 10:23 AM A B wrote:\n> They closed the bridge",
        "Vào CN, 3 thg 3, 2024 vào lúc 10:23 A B đã viết:\n> Cầu đóng rồi",
        "[10:23, 01/03/2024] A: có tin gì\n[10:24, 03/03/2024] B: Cầu đóng rồi",
    ],
)
def test_the_time_that_programs_write_is_read(text: str) -> None:
    assert written_on(text) == date(2024, 3, 3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Cầu đóng từ ngày 3/3/2024",
        "The bridge closes on March 3, 2024 for good",
        "They closed the bridge — Ann B (@annb) March 3",
        "[10:23, 33/13/2024] A B: They closed the bridge",
        "[10:23, 03/03/1024] A B: They closed the bridge",
        "Hội nghị (ngày 3/3/2024) ở Huế",
    ],
)
def test_a_date_that_the_message_speaks_of_is_no_time_of_writing(text: str) -> None:
    assert written_on(text) is None


@given(st.text(st.characters(exclude_categories=()), max_size=400))
def test_any_text_can_be_asked(text: str) -> None:
    written_on(text)


@pytest.mark.parametrize("unit", ["[1/1/2024 ", "on 1 ", "date: ", "— a (@b) ", "1/1/2024 10:00 - ", ">", "—", "(@"])
def test_rows_of_anything_are_quick(unit: str) -> None:
    started = time.process_time()
    written_on(unit * (200_000 // len(unit)))
    assert time.process_time() - started < 1


def _times(*days: date | None) -> Times:
    times = Times()
    for day in days:
        times.append(day)
    return times


def test_nearness_speaks_for_one_claim_and_distance_against_it() -> None:
    spread = [date(2020, 1, 1 + number) for number in range(28)] + [date(2023, month, 5) for month in range(1, 13)]
    times = _times(*spread, date(2022, 6, 1), date(2022, 6, 2), date(2022, 6, 1))
    own = len(spread) + 2
    found = times.evidence(own, own)
    assert found[own - 2] > found[own - 1] > found[-5] > found[0]
    assert found[own - 2] > 1.0
    assert found[0] < 0


def test_a_day_on_which_everybody_wrote_says_little() -> None:
    quiet = _times(
        *[date(2022, 1 + number % 12, 1 + number % 27) for number in range(80)], date(2024, 5, 5), date(2024, 5, 5)
    )
    busy = _times(*[date(2024, 5, 5)] * 80, date(2024, 5, 5), date(2024, 5, 5))
    assert quiet.evidence(81, 81)[80] > busy.evidence(81, 81)[80] + 1


def test_without_a_day_nothing_is_said() -> None:
    times = _times(date(2024, 1, 1), None, date(2024, 1, 1))
    assert times.evidence(1, 1).tolist() == [0.0]
    assert times.evidence(2, 2)[1] == 0.0
    times.remove(0)
    assert np.array_equal(times.evidence(2, 2), np.zeros(2, dtype=np.float32))
