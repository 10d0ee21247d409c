"""Statements of fact score high, opinions and the rest low; the model file fits the code and its sentences."""

from __future__ import annotations

import json
import time
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangto.matching.checkable import (
    SURFACE,
    Checkable,
    as_text,
    cheap,
    fit_checkable,
    labelled,
    load,
    surface,
)
from sangto.matching.encoder import Encoder

# Not in checkable.yaml.
CLAIMS = [
    "Sở Y tế xác nhận 37 công nhân nhập viện sau bữa cơm trưa ở khu công nghiệp.",
    "Có đúng là hồ Núi Cốc sắp xả lũ 600 mét khối một giây không ạ?",
    "nghe noi tu thang 10 rut tien tren 10 trieu phai co can cuoc, dung khong",
    "The city closed two of its nine water plants in March.",
    "Is it true that eating apple seeds can poison you?",
]
OTHERS = [
    "Chúc cả nhà cuối tuần vui vẻ nhé!",
    "Tôi thấy cái quảng trường mới xấu quá.",
    "Cho em hỏi khám tai ở đâu thì tốt ạ?",
    "I hope my grandchildren will have a kinder world.",
    "You should really see this play, it is so funny!",
]


@pytest.fixture(scope="module")
def checkable(encoder: Encoder) -> Checkable:
    return Checkable.shipped(encoder)


def test_claims_score_high_and_the_rest_low(checkable: Checkable) -> None:
    scores = checkable.scores([*CLAIMS, *OTHERS])
    assert min(scores[: len(CLAIMS)]) > 0.5
    assert max(scores[len(CLAIMS) :]) < 0.5


def test_vectors_that_are_at_hand_give_the_same_scores(checkable: Checkable, encoder: Encoder) -> None:
    vectors = encoder.encode_queries(CLAIMS)
    assert checkable.from_vectors(vectors, CLAIMS) == pytest.approx(checkable.scores(CLAIMS), abs=1e-4)


def test_the_cheap_score_puts_most_claims_first() -> None:
    claims, others = cheap(CLAIMS), cheap(OTHERS)
    assert np.mean(claims) > np.mean(others) + 0.3


def test_a_text_without_words_is_not_checkable(checkable: Checkable) -> None:
    assert checkable.scores(["", "  ", "🙏🙏 !!!"]) == [0.0, 0.0, 0.0]
    assert checkable.scores([]) == []


def test_another_encoder_is_scored_by_the_surface_alone(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "name", "another")
    checkable = Checkable.shipped(encoder)
    assert not checkable.by_meaning
    assert checkable.scores(CLAIMS) == checkable.cheap(CLAIMS)


def test_the_model_file_is_small_and_names_its_measure() -> None:
    found = resources.files("sangto.matching").joinpath("checkable.json").read_text("utf-8")
    assert len(found) < 50_000
    assert json.loads(found)["measured"]["right_of_unseen"]["scores"]["all"] > 0.9
    assert len(load().surface) == len(SURFACE)


def test_the_sentences_are_many_and_unlike() -> None:
    rows = labelled()
    assert len(rows) >= 1_400
    assert len({text for _, text, _ in rows}) == len(rows)
    for lang in ("vi", "en", "ar", "bg", "es", "nl", "tr"):
        kinds = [label for own, _, label in rows if own == lang]
        assert len(kinds) >= 100
        assert 0.4 < np.mean(kinds) < 0.6


def test_a_fit_on_other_sentences_can_be_saved_and_says_how_good_it_is(encoder: Encoder, tmp_path: Path) -> None:
    given = tmp_path / "own.yaml"
    claims = "".join(f"    The village has {number} wells.\n" for number in range(10))
    others = "".join(f"    I like number {number} best, what a joy!\n" for number in range(10))
    given.write_text(f"en:\n  claim: |\n{claims}  other: |\n{others}", "utf-8")
    values = fit_checkable(encoder, given)
    assert values["measured"]["sentences"] == 20
    assert values["measured"]["right_of_unseen"]["scores"]["en"] > 0.9
    assert json.loads(as_text(values)) == values


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_a_surface(text: str) -> None:
    values = surface(text)
    assert len(values) == len(SURFACE)
    assert np.isfinite(values).all()
    assert 0 <= cheap([text])[0] <= 1


@pytest.mark.parametrize("text", ["a " * 100_000, "1" * 200_000, "A b " * 50_000, "! ? " * 50_000, "." * 200_000])
def test_a_huge_text_is_looked_at_in_bounded_time(text: str) -> None:
    started = time.perf_counter()
    cheap([text])
    assert time.perf_counter() - started < 2
