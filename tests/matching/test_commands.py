from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from sangto.matching.__main__ import main
from sangto.matching.encoder import Encoder
from sangto.matching.measures import Outcome, average_precision, measure, reciprocal_rank
from sangto.matching.types import Decision

CORPUS = [
    {"id": "lemon", "text": "Uống nước chanh nóng chữa khỏi ung thư.", "lang": "vi"},
    {"id": "rice", "text": "Gạo nhựa được bán ở chợ.", "title": "Gạo nhựa", "other": 1},
    {"id": "5g", "text": "5G networks spread Covid-19.", "subtitle": "A rumour of 2020"},
]
QUERIES = """kind\tquery_id\ttext
plain\tq1\tchanh nóng trị ung thư
plain\tq2\tGạo nhựa được bán ở chợ
none\tq3\thôm nay trời đẹp quá
"""
QRELS = "q1 0 lemon 1\nq2\t0\trice\t1\nq2 0 5g 0\n"


@pytest.fixture(autouse=True)
def _one_encoder(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands open the encoder that the other tests have open already."""
    monkeypatch.setattr(Encoder, "open", lambda **_: encoder)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    first.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in CORPUS[:1]), "utf-8")
    second.write_bytes(gzip.compress("\n".join(json.dumps(line) for line in CORPUS[1:]).encode()))
    queries, qrels = tmp_path / "queries.tsv", tmp_path / "qrels.tsv"
    queries.write_text(QUERIES, "utf-8")
    qrels.write_text(QRELS)
    return {"a": first, "b": second, "queries": queries, "qrels": qrels, "out": tmp_path / "out.jsonl"}


def _run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any], str]:
    status = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, json.loads(out.splitlines()[-1]) if out else {}, err


def _search(files: dict[str, Path]) -> list[object]:
    return ["--corpus", files["a"], "--corpus", files["b"], "--queries", files["queries"]]


def test_match_works(files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    status, figures, _ = _run(capsys, "match", *_search(files), "--out", files["out"])
    assert status == 0
    assert {"docs": 3, "queries": 3}.items() <= figures.items()
    assert {"build_s", "p50_ms", "p99_ms", "rss_mb"} <= figures.keys()
    lines = [json.loads(line) for line in files["out"].read_text("utf-8").splitlines()]
    assert [line["query_id"] for line in lines] == ["q1", "q2", "q3"]
    assert {line["decision"] for line in lines} <= {"answer", "suggest", "none"}
    assert lines[1]["decision"] == "answer"
    assert lines[1]["hits"][0] == {
        "id": "rice",
        "probability": 0.995,
        "reasons": ["The same message, word for word"],
        "differences": [],
        "copy": True,
    }


def test_eval_works(files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    status, figures, _ = _run(capsys, "eval", *_search(files), "--qrels", files["qrels"], "--json")
    assert status == 0
    assert figures["with_match"] == 2
    assert figures["map@5"] == figures["mrr@10"] == figures["hit@1"] == figures["hit@5"] == 1.0
    assert figures["answered"] >= 0.5
    assert figures["wrongly_answered"] == 0.0
    assert figures["kinds"]["none"]["with_match"] == 0


def test_an_index_folder_is_kept_and_brought_up(
    files: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = ("--index-dir", tmp_path / "kept", "--out", files["out"])
    _, first, _ = _run(capsys, "match", *_search(files), *kept)
    files["a"].write_text('{"id": "new", "text": "Uống nước chanh nóng chữa khỏi ung thư."}\n', "utf-8")
    _, second, _ = _run(capsys, "match", *_search(files), *kept)
    assert first["docs"] == second["docs"] == 3
    lines = [json.loads(line) for line in files["out"].read_text("utf-8").splitlines()]
    assert lines[0]["hits"][0]["id"] == "new"
    assert "lemon" not in {hit["id"] for line in lines for hit in line["hits"]}


def test_variants_are_judged_by_their_base(files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    files["queries"].write_text("query_id\tbase_query_id\ttext\nq2.1\tq2\tGạo nhựa được bán ở chợ\n", "utf-8")
    _, figures, _ = _run(capsys, "eval", *_search(files), "--qrels", files["qrels"])
    assert (figures["with_match"], figures["hit@1"], figures["answered"]) == (1, 1.0, 1.0)


def test_a_query_without_a_judgement_matches_nothing(
    files: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    files["qrels"].write_text("q1 0 lemon 1\n")
    _, figures, _ = _run(capsys, "eval", *_search(files), "--qrels", files["qrels"])
    assert figures["wrongly_answered_n"] == 1, "q2 was answered and should not have been"
    assert figures["wrongly_answered"] == round(1 / 3, 4)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a", b"{not json}\n", "line 1 is not JSON"),
        ("a", b'{"id": "x"}\n', '"id" and "text"'),
        ("b", b'{"id": "lemon", "text": "x"}\n', "twice"),
        ("a", b'{"id": "x", "text": "y", "extra": "z"}\n', "list of texts"),
        ("a", b"\xff\xfe\x00bad", "UTF-8"),
        ("b", b"\x1f\x8b\x08\x00cut", "cut off or damaged"),
        ("queries", b"", "is empty"),
        ("queries", b"id\ttext\n1\tx\n", "no column query_id"),
        ("queries", b"query_id\ttext\nq1\n", "line 2: 1 columns"),
        ("queries", b"query_id\ttext\n", "no queries"),
        ("qrels", b"q1 lemon 1\n", "line 1 is no TREC judgement"),
    ],
)
def test_bad_input_is_one_clear_line_and_status_2(
    files: dict[str, Path], capsys: pytest.CaptureFixture[str], name: str, content: bytes, says: str
) -> None:
    files[name].write_bytes(content)
    status, figures, err = _run(capsys, "eval", *_search(files), "--qrels", files["qrels"])
    assert (status, figures) == (2, {})
    assert says in err
    assert str(files[name]) in err
    assert len(err.strip().splitlines()) == 1


def test_missing_and_unwritable_files(files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    files["a"].unlink()
    assert _run(capsys, "match", *_search(files), "--out", files["out"])[0] == 2
    files["a"].write_text(json.dumps(CORPUS[0]), "utf-8")
    status, _, err = _run(capsys, "match", *_search(files), "--out", files["out"].parent / "no" / "where")
    assert status == 2
    assert "Choose another --out" in err


def test_measures_by_hand() -> None:
    assert average_precision(["a", "b", "c"], {"b"}) == 0.5
    assert average_precision(["a", "b", "c", "d"], {"a", "c"}) == (1 + 2 / 3) / 2
    assert average_precision(["x"] * 5 + ["a"], {"a"}) == 0.0
    assert average_precision(["a"], {"a", "b", "c", "d"}) == 0.25
    assert reciprocal_rank(["x", "y", "a"], {"a"}) == 1 / 3
    assert reciprocal_rank(["x"] * 10 + ["a"], {"a"}) == 0.0
    figures = measure(
        [
            Outcome(("a", "b"), Decision.ANSWER, frozenset("a")),
            Outcome(("x", "a"), Decision.ANSWER, frozenset("a")),
            Outcome(("x", "y", "z", "w", "v", "a"), Decision.SUGGEST, frozenset("a")),
            Outcome((), Decision.NONE, frozenset("a")),
            Outcome(("a",), Decision.ANSWER, frozenset()),
            Outcome(("a",), Decision.SUGGEST, frozenset()),
        ]
    )
    assert figures == {
        "queries": 6,
        "with_match": 4,
        "map@5": 0.375,
        "mrr@10": round((1 + 1 / 2 + 1 / 6) / 4, 4),
        "hit@1": 0.25,
        "hit@5": 0.5,
        "answered": 0.25,
        "suggested": round(2 / 6, 4),
        "wrongly_answered": round(2 / 6, 4),
        "answered_n": 1,
        "wrongly_answered_n": 2,
    }
