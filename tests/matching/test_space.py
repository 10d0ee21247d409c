from __future__ import annotations

import numpy as np
import pytest

from sangto.matching.background import Background
from sangto.matching.space import Space, language_of, unit

DIM = 16


def _background(rng: np.random.Generator) -> Background:
    means = unit(rng.normal(size=(4, DIM)).astype(np.float32)) * 0.9
    return Background(means[:2], means[2:])


def test_it_works() -> None:
    """Two texts that share only what all texts share are far apart once it is taken out."""
    rng = np.random.default_rng(1)
    background = _background(rng)
    own = unit(rng.normal(size=(2, DIM)).astype(np.float32)) * 0.2
    plain = Space.plain(background)
    rows = plain.of_documents(background.passages[:1] + own)
    raw = unit(background.passages[:1] + own)
    assert float(raw[0] @ raw[1]) > 0.9
    assert abs(float(rows[0] @ rows[1]) - float(unit(own)[0] @ unit(own)[1])) < 0.05


def test_a_message_and_a_claim_in_two_languages_can_be_near() -> None:
    rng = np.random.default_rng(2)
    background = _background(rng)
    meaning = unit(rng.normal(size=(1, DIM)).astype(np.float32)) * 0.2
    space = Space.plain(background)
    english = space.of_message(background.queries[1:] + meaning, vietnamese=False)
    vietnamese = space.of_documents(background.passages[:1] + meaning)
    assert float(english[0] @ vietnamese[0]) > 0.99


def test_a_direction_in_which_all_documents_spread_counts_less() -> None:
    rng = np.random.default_rng(3)
    background = _background(rng)
    spread = rng.normal(size=(2_000, DIM)).astype(np.float32) * 0.05
    spread[:, 0] *= 10
    learnt = Space.learn(background, background.passages[0] + spread)
    turn = learnt.turn
    assert turn is not None
    loud, quiet = np.zeros((2, DIM), dtype=np.float32)
    loud[0], quiet[1] = 1.0, 1.0
    assert np.linalg.norm(loud @ turn) < 0.5 * np.linalg.norm(quiet @ turn)


def test_few_documents_leave_the_space_nearly_as_it_was() -> None:
    rng = np.random.default_rng(4)
    background = _background(rng)
    rows = background.passages[0] + rng.normal(size=(2, DIM)).astype(np.float32) * 0.1
    learnt = Space.learn(background, rows)
    vectors = background.passages[0] + rng.normal(size=(20, DIM)).astype(np.float32) * 0.1
    one, other = Space.plain(background).of_documents(vectors), learnt.of_documents(vectors)
    assert np.abs(one @ one.T - other @ other.T).max() < 0.15
    assert Space.learn(background, rows[:0]).turn is None


def test_it_is_kept_and_read_again() -> None:
    rng = np.random.default_rng(5)
    background = _background(rng)
    space = Space.learn(background, background.passages[1] + rng.normal(size=(300, DIM)).astype(np.float32) * 0.1)
    again = Space.from_bytes(space.to_bytes(), DIM)
    assert again.turn == pytest.approx(space.turn)
    assert again.passages == pytest.approx(space.passages)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"x" * 1_000])
def test_something_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no space"):
        Space.from_bytes(data, DIM)


def test_a_space_of_another_encoder_is_refused() -> None:
    space = Space.plain(_background(np.random.default_rng(6)))
    with pytest.raises(ValueError, match="another encoder"):
        Space.from_bytes(space.to_bytes(), DIM * 2)


def test_the_language_is_that_of_the_nearer_mean() -> None:
    background = _background(np.random.default_rng(7))
    assert language_of(background.passages, background.passages).tolist() == [0, 1]
