"""Words of message and claim laid beside each other, by meaning."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sangto.matching.convert import MODEL_NAME
from sangto.matching.coverage import USUAL, WordSpace, coverage, terms_of
from sangto.matching.encoder import Encoder, Words, default_cache

CLAIM = "Mỗi cầu thủ vô địch SEA Games 33 được thưởng một căn hộ 3 tỷ đồng"
REPEATED = "nghe nói vô địch SEA Games 33 là mỗi cầu thủ được tặng căn hộ ba tỷ"
OTHER = "Cầu thủ vô địch SEA Games 33 có được miễn nghĩa vụ quân sự không"


@pytest.fixture(scope="module")
def space(encoder: Encoder) -> WordSpace:
    found = WordSpace.of(encoder)
    assert found is not None
    return found


def test_a_text_covers_itself(encoder: Encoder, space: WordSpace) -> None:
    words = encoder.encode_words(CLAIM)
    found = coverage(space, words, words, {})
    assert found.claim == pytest.approx(1.0, abs=1e-3)
    assert found.worst == pytest.approx(0.0, abs=1e-3)


def test_another_thing_said_of_the_same_subject_covers_less(encoder: Encoder, space: WordSpace) -> None:
    claim = encoder.encode_words(CLAIM)
    repeated, other = (coverage(space, encoder.encode_words(text), claim, {}) for text in (REPEATED, OTHER))
    assert repeated.claim > other.claim
    assert repeated.claim_least > other.claim_least


def test_languages_are_laid_beside_each_other(encoder: Encoder, space: WordSpace) -> None:
    claim = encoder.encode_words("Lightning never strikes the same tree twice")
    same, other = (
        coverage(space, encoder.encode_words(text), claim, {})
        for text in ("Sét không bao giờ đánh hai lần vào một cây", "Cá sấu sổng khỏi trại nuôi ở Đồng Nai")
    )
    assert same.claim > other.claim + 0.1


def test_words_are_those_of_the_text(encoder: Encoder) -> None:
    found = encoder.encode_words("Cầu thủ, SEA Games 33!")
    assert found.written == ("Cầu", "thủ,", "SEA", "Games", "33!")
    assert found.vectors.shape == (5, encoder.dim)
    assert terms_of(found)[1] == "thu"
    assert encoder.encode_words("").written == ()
    assert encoder.encode_words("…").vectors.shape[1] == encoder.dim


def test_the_vectors_of_words_are_those_whose_mean_is_the_text(encoder: Encoder) -> None:
    """The two outputs of the network belong together: near, but for the prefix and the special tokens."""
    text = "Uống nước chanh chữa khỏi ung thư"
    mean = encoder.encode_words(text).vectors.mean(axis=0)
    whole = encoder.encode_queries([text])[0]
    assert float(mean @ whole / np.linalg.norm(mean)) > 0.9


def test_without_vectors_of_words_the_usual_is_taken(space: WordSpace, encoder: Encoder) -> None:
    nothing = Words(np.zeros((0, encoder.dim), dtype=np.float32), ())
    assert coverage(space, nothing, encoder.encode_words(CLAIM), {}) == USUAL
    assert coverage(space, encoder.encode_words(CLAIM), nothing, {}) == USUAL


def test_what_all_words_share_is_kept_and_made_again_where_it_is_damaged(
    encoder: Encoder, space: WordSpace, tmp_path: Path
) -> None:
    own = Encoder(default_cache() / MODEL_NAME, name=encoder.name, cache=tmp_path)
    WordSpace.of(own)
    [kept] = tmp_path.glob("words-*.f32")
    whole = kept.stat().st_size
    kept.write_bytes(kept.read_bytes()[:-7])
    again = WordSpace.of(own)
    assert again is not None
    assert np.allclose(again.mean, space.mean, atol=1e-4)
    assert kept.stat().st_size == whole
