"""An encoder's folder that is cut, mixed or something else is refused by name, before a text is encoded."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.small_encoder import DIM, WORDS, write_small_encoder
from sangto.matching.convert import ModelMissing
from sangto.matching.encoder import Encoder

TEXTS = ["tin: uống nước chanh chữa ung thư", "", "\ud800", "x" * 5_000]


def _opened(folder: Path) -> Encoder:
    return Encoder(folder, name="small", cache=folder)


def test_it_works(tmp_path: Path) -> None:
    write_small_encoder(tmp_path)
    rows = _opened(tmp_path).encode_queries(TEXTS)
    assert rows.shape == (len(TEXTS), DIM)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_a_network_of_another_tokenizer_is_refused(tmp_path: Path) -> None:
    write_small_encoder(tmp_path, words=len(WORDS) - 3)
    with pytest.raises(ModelMissing, match=r"tokenizer\.json cannot be used"):
        _opened(tmp_path)


def test_a_tokenizer_that_stops_at_unknown_words_is_refused(tmp_path: Path) -> None:
    write_small_encoder(tmp_path)
    path = tmp_path / "tokenizer.json"
    values = json.loads(path.read_text("utf-8"))
    values["model"]["unk_token"] = "none"
    path.write_text(json.dumps(values), "utf-8")
    with pytest.raises(ModelMissing, match=r"tokenizer\.json cannot be used"):
        _opened(tmp_path)


@pytest.mark.parametrize(
    "values",
    [
        '{"query_prefix": 5}',
        '{"max_tokens": "many"}',
        '{"max_tokens": -1}',
        '{"max_tokens": 1000000000}',
        '{"pooling": "max"}',
        '{"unknown": 1}',
        "[]",
        "\x00\x01",
        "[" * 100_000,
        json.dumps({"passage_prefix": "x" * 2_000}),
    ],
    ids=range(10),
)
def test_settings_that_cannot_be_are_refused_by_name(tmp_path: Path, values: str) -> None:
    write_small_encoder(tmp_path)
    (tmp_path / "encoder.json").write_text(values)
    with pytest.raises(ModelMissing, match=r"encoder\.json is not valid"):
        _opened(tmp_path)


def test_a_folder_in_place_of_settings_is_refused(tmp_path: Path) -> None:
    write_small_encoder(tmp_path)
    (tmp_path / "encoder.json").mkdir()
    with pytest.raises(ModelMissing, match=r"encoder\.json is not valid"):
        _opened(tmp_path)


def damaged(whole: bytes, chance: random.Random) -> bytes:
    """Cut, with other bits, with something twice, or something else."""
    changed = bytearray(whole)
    at = chance.randrange(len(whole))
    match chance.randrange(5):
        case 0:
            return whole[:at]
        case 1:
            changed[at] ^= 1 << chance.randrange(8)
        case 2:
            for _ in range(8):
                changed[chance.randrange(len(whole))] = chance.randrange(256)
        case 3:
            changed[at:at] = changed[at : at + chance.randrange(30)]
        case _:
            return chance.randbytes(chance.choice([1, 10, 1_000]))
    return bytes(changed)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["tokenizer.json", "model.onnx", "encoder.json"]), chance=st.randoms(use_true_random=False))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_damaged_file_is_refused_by_name_or_works(tmp_path: Path, name: str, chance: random.Random) -> None:
    write_small_encoder(tmp_path)
    (tmp_path / "encoder.json").write_text(json.dumps({"query_prefix": "query: ", "max_tokens": 64}))
    (tmp_path / name).write_bytes(damaged((tmp_path / name).read_bytes(), chance))
    try:
        encoder = _opened(tmp_path)
    except ModelMissing as problem:
        assert str(tmp_path / name) in str(problem)  # noqa: PT017 - either is right
    else:
        assert encoder.encode_queries(TEXTS).shape == (len(TEXTS), encoder.dim)
