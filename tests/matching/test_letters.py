from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangto.matching.letters import Letters, marks_of
from sangto.matching.stems import stem, telling, terms


def _likeness(one: str, other: str, letters: Letters | None = None) -> float:
    known = letters or Letters.learn(())
    return known.asked(marks_of(one.split())).likeness(marks_of(other.split()))


def test_it_works() -> None:
    assert _likeness("uong nuoc chanh", "uong nuoc chanh") == pytest.approx(1.0)
    assert _likeness("uong nuoc chanh", "gao nhua") == 0.0
    assert 0.4 < _likeness("leonardo dicaprio", "leonardo di caprio") < 1.0


def test_what_many_documents_have_counts_little() -> None:
    documents = [marks_of(["photograph", f"x{number}yz"]) for number in range(200)]
    learnt = Letters.learn(documents)
    shared, rare = (
        _likeness("photograph lions", "photograph swans", learnt),
        _likeness("photograph lions", "picture lions", learnt),
    )
    assert rare > 2 * shared


@given(st.lists(st.text(min_size=1, max_size=40), max_size=12), st.lists(st.text(min_size=1, max_size=40), max_size=12))
def test_likeness_is_between_0_and_1_and_the_same_both_ways(one: list[str], other: list[str]) -> None:
    letters = Letters.learn(())
    forth = letters.asked(marks_of(one)).likeness(marks_of(other))
    back = letters.asked(marks_of(other)).likeness(marks_of(one))
    assert 0.0 <= forth <= 1.0 + 1e-5
    assert forth == pytest.approx(back, abs=1e-5)


def test_it_is_kept_and_read_again() -> None:
    learnt = Letters.learn([marks_of(["mot"]), marks_of(["hai"])])
    assert np.array_equal(Letters.from_bytes(learnt.to_bytes()).weights, learnt.weights)


@pytest.mark.parametrize("data", [b"", b"\x00" * 12, np.full(65_536, np.nan, dtype="<f4").tobytes()])
def test_something_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no weights of letters"):
        Letters.from_bytes(data)


@pytest.mark.parametrize(
    ("words", "one"),
    [
        (("spreads", "spreading", "spreader", "spread"), "spread"),
        (("stories", "story"), "story"),
        (("stopping", "stopped"), "stop"),
    ],
)
def test_english_endings_fall_away(words: tuple[str, ...], one: str) -> None:
    assert {stem(word) for word in words} == {one}


@pytest.mark.parametrize("word", ["nghieng", "thuyen", "khong", "2025", "gas", "vắc", "class"])
def test_other_words_stay(word: str) -> None:
    assert stem(word) == word


def test_terms_are_folded_and_stemmed() -> None:
    assert terms("Uống nước chanh; drinking lemons") == ["uong", "nuoc", "chanh", "drink", "lemon"]


def test_english_grammar_says_nothing_and_vietnamese_words_stay() -> None:
    assert telling("does the lake have a shark".split(), english=True) == ["lake", "shark"]
    assert telling(["do", "va", "the"], english=False) == ["do", "va", "the"]
    assert telling(["is", "it"], english=True) == ["is", "it"]
