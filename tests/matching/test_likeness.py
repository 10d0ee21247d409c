from __future__ import annotations

import time
from datetime import date

import numpy as np
import pytest

from matching.tip_rows import DIM, MEANS, SUBJECTS, tip
from sangto.matching.likeness import Floats, Likeness, Weights

# Each part alone, so that a test sees what it says.
LETTERS = Weights(intercept=0.0, meaning=0.0, letters=1.0, page=0.0, time=0.0, detail=0.0)
MEANING = Weights(intercept=0.0, meaning=1.0, letters=0.0, page=0.0, time=0.0, detail=0.0)
PAGES = Weights(intercept=-7.0, meaning=0.0, letters=0.0, page=3.0, time=0.0, detail=0.0)
TIME = Weights(intercept=0.0, meaning=0.0, letters=0.0, page=0.0, time=1.0, detail=0.0)
ZERO = np.zeros(DIM, dtype=np.float32)


def _letters(*texts: str) -> Floats:
    """Of the last text with each before it."""
    likeness = Likeness(LETTERS, MEANS)
    for text in texts:
        likeness.append(text, (), ZERO)
    likeness.bring_up()
    return likeness.scores(len(texts) - 1, len(texts) - 1)


def test_the_same_letters_are_alike_with_and_without_diacritics() -> None:
    copy, bare, other = _letters(
        "cầu treo sập xuống sông", "cau treo sap xuong song", "mật ong chữa ho", "cầu treo sập xuống sông"
    )
    assert copy == pytest.approx(1.0, abs=0.01)
    assert bare == pytest.approx(1.0, abs=0.01)
    assert other < 0.1


def test_a_rare_word_counts_more_than_a_frequent_one() -> None:
    filling = [f"người dân ở xã {name} được hỗ trợ" for name in ("Lũng", "Khe", "Bãi", "Đồi", "Gò", "Suối")]
    *_, rare, frequent = _letters(
        *filling, "đường hầm Xuxang nứt", "người dân được chờ", "người dân được biết Xuxang đẹp"
    )
    assert rare > frequent


def test_meaning_is_in_units_of_chance() -> None:
    """Unrelated tips spread around nothing, tips of one subject are many units off."""
    likeness = Likeness(MEANING, MEANS)
    tips = [tip(f"{number}", number % len(SUBJECTS)) for number in range(120)]
    for one in tips:
        likeness.append(one.text, (), one.vector)
    likeness.bring_up()
    found = np.concatenate([likeness.scores(row, row) for row in range(120)])
    same = np.concatenate([(np.arange(row) - row) % len(SUBJECTS) == 0 for row in range(120)])
    assert abs(float(found[~same].mean())) < 1
    assert float(found[same].mean()) > 3


def test_few_tips_are_not_all_alike() -> None:
    """What all tips of a door share (here: half of the vector) is not known at the start, and must not join them."""
    likeness = Likeness(MEANING, MEANS)
    shared = np.ones(DIM) / np.sqrt(DIM)
    for number in range(4):
        drawn = np.random.default_rng(number).normal(size=DIM)
        likeness.append("một tin", (), (shared + drawn / np.linalg.norm(drawn)).astype(np.float32))
        likeness.bring_up()
    assert float(likeness.scores(3, 3).max()) < 3.5


def test_a_shared_page_counts() -> None:
    likeness = Likeness(PAGES, MEANS)
    likeness.append("xem tin này", ("https://example.org/a",), ZERO)
    likeness.append("thật không", ("https://example.org/b",), ZERO)
    likeness.append("kinh quá", ("https://example.org/a", "https://example.org/c"), ZERO)
    likeness.bring_up()
    assert likeness.scores(2, 2).tolist() == [-4.0, -7.0]


def test_nearness_in_time_counts() -> None:
    likeness = Likeness(TIME, MEANS)
    for day in (date(2021, 3, 1), date(2024, 5, 5), None, date(2024, 5, 6)):
        likeness.append("tin", (), ZERO, day)
    likeness.bring_up()
    long_ago, yesterday, unknown = likeness.scores(3, 3).tolist()
    assert yesterday > unknown == 0.0 > long_ago


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("Bão số 6 vào Huế tối nay", "Bão số 9 vào Huế tối nay", True),
        ("Cấm xe qua cầu từ ngày 3/9", "Cấm xe qua cầu từ ngày 13/9", True),
        ("A shark was seen in Nha Trang", "A shark was seen in Da Nang", True),
        ("Cấm xe qua cầu từ ngày 3/9", "Từ 3 tháng 9 không cho xe qua cầu", False),
        ("Uống nước lá sen chữa mất ngủ", "Uống nước lá sen không chữa mất ngủ", False),
        ("Cấm xe qua cầu", "Cấm xe qua cầu từ ngày 3/9", False),
    ],
)
def test_another_detail_is_another_claim_and_a_denial_is_not(one: str, other: str, apart: bool) -> None:
    likeness = Likeness(Weights(0.0, 0.0, 0.0, 0.0, 0.0, detail=2.0), MEANS)
    for text in (one, other):
        likeness.append(text, (), ZERO)
    assert bool(likeness.told_apart(1, 0)) is apart


def test_a_removed_row_is_like_nothing_and_teaches_nothing() -> None:
    def learnt(*, removed: bool) -> Likeness:
        likeness = Likeness(Weights(-7.0, 1.0, 9.0, 3.0, 1.0, 2.0), MEANS)
        for number in range(12):
            one = tip(f"{number}", number % 2)
            likeness.append(one.text, (), one.vector)
        if removed:
            for number in range(40):
                gone = tip(f"gone{number}", 3)
                row = likeness.append(gone.text, ("https://example.org/x",), gone.vector)
                likeness.remove(row)
        last = tip("last", 0)
        likeness.append(last.text, ("https://example.org/x",), last.vector)
        likeness.bring_up()
        return likeness

    kept, with_gone = learnt(removed=False), learnt(removed=True)
    with_gone.bring_up()
    plain, after = kept.scores(12, 12), with_gone.scores(52, 52)
    assert np.allclose(after[:12], plain, atol=1e-3)
    assert (after[12:] < -20).all()


def test_a_text_of_any_size_is_taken_in_bounded_time() -> None:
    likeness = Likeness(LETTERS, MEANS)
    started = time.process_time()
    likeness.append(" ".join(f"x{number}y" for number in range(20_000)), (), ZERO)
    likeness.append("a" * 200_000, (), ZERO)
    likeness.bring_up()
    likeness.scores(1, 1)
    assert time.process_time() - started < 2
