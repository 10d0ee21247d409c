"""`pair` and `train-pairs`: TSV in, TSV out, one JSON object; bad input is named."""

from __future__ import annotations

import argparse
import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from sangto.matching.commands import pair
from sangto.matching.encoder import Encoder
from sangto.matching.files import BadInput

PAIRS = """pair_id\tsource\ttext_a\ttext_b\tlabel
p1\tx\tĐợt rét kéo dài 3 ngày ở miền Bắc.\tMiền Bắc rét trong 3 ngày.\t1
p2\tx\tĐợt rét kéo dài 3 ngày ở miền Bắc.\tĐợt rét kéo dài 7 ngày ở miền Bắc.\t0
p3\tx\tUống nước chanh nóng chữa khỏi ung thư.\tuong nuoc chanh nong chua khoi ung thu\t1
p4\tx\tUống nước chanh nóng chữa khỏi ung thư.\tGạo nhựa được bán ở chợ.\t
"""


@pytest.fixture(autouse=True)
def _one_encoder(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Encoder, "open", lambda **_: encoder)


def _run(*arguments: object) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    pair.add(parser.add_subparsers(required=True))
    options = parser.parse_args([str(argument) for argument in arguments])
    result: dict[str, Any] = options.run(options)
    json.dumps(result)
    return result


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.tsv"
    path.write_text(PAIRS, "utf-8")
    return path


def test_it_works(pairs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = _run("pair", "--pairs", pairs, "--out", tmp_path / "out.tsv")
    rows = _rows(tmp_path / "out.tsv")
    assert [row["pair_id"] for row in rows] == ["p1", "p2", "p3", "p4"]
    assert list(rows[0]) == ["pair_id", "probability", "decision", "reason"]
    assert [row["decision"] for row in rows[1:]] == ["different", "same", "different"]
    assert "“3 ngày” against “7 ngày”" in rows[1]["reason"]
    assert all((float(row["probability"]) >= 0.5) is (row["decision"] == "same") for row in rows)
    assert {"pairs": 4, "same": 2, "decided_by_a_difference": 1}.items() <= figures.items()
    assert "Compared" in capsys.readouterr().err or figures["pairs"] < 100


def test_labels_are_measured_and_an_empty_one_is_not(pairs: Path, tmp_path: Path) -> None:
    figures = _run("pair", "--pairs", pairs, "--out", tmp_path / "out.tsv")
    assert {"labelled": 3, "precision": 1.0, "recall": 1.0, "f1": 1.0}.items() <= figures.items()


def test_without_labels_nothing_is_measured(tmp_path: Path) -> None:
    plain = tmp_path / "pairs.tsv.gz"
    plain.write_bytes(gzip.compress("pair_id\ttext_a\ttext_b\n1\tMột câu.\tMột câu.\n".encode()))
    figures = _run("pair", "--pairs", plain, "--out", tmp_path / "out.tsv")
    assert "f1" not in figures
    assert _rows(tmp_path / "out.tsv")[0]["decision"] == "same"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"pair_id\ttext_a\nx\ty\n", "has no column text_b"),
        ("pair_id\ttext_a\ttext_b\n1\tch\u1ec9 m\u1ed9t\n".encode(), "line 2: 2 columns instead of 3"),
        ("pair_id\ttext_a\ttext_b\n1\tma\xf1ana\tx\n".encode("latin-1"), "not UTF-8"),
        (b"\x1f\x8b\x08\x00cut", "cut off or damaged"),
        (b"pair_id\ttext_a\ttext_b\tlabel\n1\ta\tb\tmaybe\n", "row 1: the label 'maybe' is unknown"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(tmp_path: Path, content: bytes, said: str) -> None:
    path, out = tmp_path / "pairs.tsv", tmp_path / "out.tsv"
    path.write_bytes(content)
    out.write_text("what was there", "utf-8")
    with pytest.raises(BadInput, match=said) as error:
        _run("pair", "--pairs", path, "--out", out)
    assert str(path) in str(error.value)
    assert out.read_text("utf-8") == "what was there"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nowhere\.tsv: no such file"):
        _run("pair", "--pairs", tmp_path / "nowhere.tsv", "--out", tmp_path / "out.tsv")


def test_foreign_coefficients_are_refused_by_name(pairs: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "ours.json"
    foreign.write_text('{"version": "1", "routes": {"same": {}}}', "utf-8")
    with pytest.raises(BadInput, match=r"ours\.json holds no pair coefficients of this version"):
        _run("pair", "--pairs", pairs, "--out", tmp_path / "out.tsv", "--coefficients", foreign)


def test_an_unknown_encoder_is_said(pairs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped = json.loads(Path(pair.__file__).parents[1].joinpath("pair_coefficients.json").read_text("utf-8"))
    other = tmp_path / "other.json"
    other.write_text(json.dumps(shipped | {"encoder": "another one"}), "utf-8")
    _run("pair", "--pairs", pairs, "--out", tmp_path / "out.tsv", "--coefficients", other)
    assert "fitted with another one" in capsys.readouterr().err


OWN = {
    "corpus.jsonl": [
        {"id": "a", "text": "Uống nước chanh nóng chữa khỏi ung thư.", "lang": "vi"},
        {"id": "b", "text": "Bão số 9 sẽ vào Đà Nẵng trong đêm 14/11.", "lang": "vi"},
        {"id": "c", "text": "Gạo nhựa được bán ở chợ.", "lang": "vi"},
        {"id": "d", "text": "Từ ngày 1/1/2025 vượt đèn đỏ bị phạt 20 triệu đồng.", "lang": "vi"},
    ],
}
QUERIES = """query_id\ttext\tkind\tsplit
a.1\tCho em hỏi nước chanh nóng chữa ung thư có đúng không ạ?\tvi\ttrain
a.2\tDoes hot lemon water cure cancer?\ten\ttrain
b.1\tMọi người ơi nghe nói bão số 9 vào Đà Nẵng đêm 14/11 phải không?\tvi\ttrain
b.2\tIs storm no. 9 reaching Da Nang on the night of 14 November?\ten\ttrain
c.1\tgao nhua ban o cho co that khong\tbare\ttest
d.1\ttu 1/1/2025 vuot den do phat 20 trieu dong dung khong\tbare\ttest
"""
QRELS = "a.1 0 a 1\na.2 0 a 1\nb.1 0 b 1\nb.2 0 b 1\nc.1 0 c 1\nd.1 0 d 1\n"
ARTICLE = """slug: lemon
claim: {vi: "Nước chanh chữa ung thư.", en: "Lemon water cures cancer."}
why:
  vi: "Nước chanh không chữa được bệnh này. Bác sĩ khuyên đến bệnh viện để được khám sớm."
  en: "Lemon water does not cure the disease. Doctors advise people to go to hospital early."
tips: [{lang: vi, text: "nước chanh trị ung thư hả"}]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    lines = [json.dumps(line, ensure_ascii=False) for line in OWN["corpus.jsonl"]]
    (folder / "corpus.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "queries.tsv").write_text(QUERIES, "utf-8")
    (folder / "qrels.tsv").write_text(QRELS, "utf-8")
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "lemon.yaml").write_text(ARTICLE, "utf-8")
    return folder


def test_training_writes_coefficients_that_pair_takes(own: Path, pairs: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.json"
    figures = _run(
        *("train-pairs", "--own", own, "--content", tmp_path / "content", "--out", made, "--version", "7"),
        *("--dev", pairs),
    )
    assert {"learnt_from", "folds", "test", "development"} == figures.keys()
    assert figures["development"]["pairs"] == 3
    values = json.loads(made.read_text("utf-8"))
    assert values["version"] == "7"
    assert "own texts" in values["note"]
    again = tmp_path / "again.json"
    _run(
        "train-pairs", "--own", own, "--content", tmp_path / "content", "--out", again, "--version", "7", "--dev", pairs
    )
    assert again.read_text("utf-8") == made.read_text("utf-8")
    assert _run("pair", "--pairs", pairs, "--out", tmp_path / "out.tsv", "--coefficients", made)["pairs"] == 4


def test_what_is_learnt_from_other_data_says_that_it_is_local(own: Path, pairs: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.json"
    figures = _run("train-pairs", "--own", own, "--content", tmp_path / "content", "--out", made, "--data", pairs)
    assert json.loads(made.read_text("utf-8"))["note"].startswith("LOCAL, not to be shipped")
    assert figures["folds_of_data"]["pairs"] == 3
