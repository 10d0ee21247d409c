"""The command on files. Groups of messages about one claim were written for this test."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from sangto.matching.commands import cluster
from sangto.matching.encoder import Encoder
from sangto.matching.files import BadInput

GROUPS = {
    "bridge": [
        "Cầu treo ở Bắc Mê sập sáng nay, có người rơi xuống sông",
        "cau treo bac me sap roi ha moi nguoi",
        "Nghe nói cầu treo Bắc Mê vừa bị sập phải không ạ?",
    ],
    "salt": ["Muối hồng chữa được bệnh suyễn cho trẻ nhỏ", "Có đúng là ăn muối hồng khỏi hẳn hen suyễn không?"],
    "phone": ["Charging a phone overnight makes it explode", "Is it true that phones blow up if charged all night?"],
    "school": ["Học sinh lớp 9 được nghỉ Tết mười bốn ngày"],
    "bank": ["Từ tháng 8 rút tiền ở ATM mất phí hai mươi nghìn đồng một lần"],
}

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(Encoder, "open", lambda **_: encoder)
    parser = argparse.ArgumentParser()
    cluster.add(parser.add_subparsers())

    def call(*arguments: object) -> dict[str, Any]:
        options = parser.parse_args(["cluster", *map(str, arguments)])
        found: dict[str, Any] = options.run(options)
        return found

    return call


def _written(folder: Path, rows: Sequence[tuple[str, ...]], *columns: str) -> Path:
    path = folder / "tips.tsv"
    path.write_text("\n".join("\t".join(row) for row in [columns, *rows]) + "\n", "utf-8")
    return path


def _read(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text("utf-8").splitlines()]


def test_it_works(run: Run, tmp_path: Path) -> None:
    rows = [(f"{name}{place}", text, name) for name, texts in GROUPS.items() for place, text in enumerate(texts)]
    figures = run("--tips", _written(tmp_path, rows, "tip_id", "text", "cluster_id"), "--out", tmp_path / "out.tsv")
    header, *lines = _read(tmp_path / "out.tsv")
    assert header == ["tip_id", "cluster_id"]
    assert [line[0] for line in lines] == [row[0] for row in rows]
    found: dict[str, set[str]] = defaultdict(set)
    for tip_id, cluster_id in lines:
        found[cluster_id].add(tip_id.rstrip("012"))
    assert all(len(names) == 1 for names in found.values()), "no claim is mixed with another"
    assert figures["tips"] == len(rows)
    assert figures["clusters"] == len(found)
    assert figures["pair_precision"] == 1.0
    assert figures["b3_f1"] > 0.7
    assert figures["seconds"] >= 0


def test_without_the_column_nothing_is_measured(run: Run, tmp_path: Path) -> None:
    tips = _written(tmp_path, [("lang", "1", "một tin")], "lang", "tip_id", "text")
    assert run("--tips", tips, "--out", tmp_path / "out.tsv").keys() == {"tips", "clusters", "seconds"}


def test_ids_twice_empty_and_huge_texts_are_no_problem(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    huge = "Hồ thủy lợi sắp vỡ, bà con di dời gấp. " * 520
    assert len(huge) > 20_000
    rows = [
        ("a", "Sữa hạt làm trẻ dậy thì sớm"),
        ("b", ""),
        ("c", ""),
        ("d", "🙏🙏"),
        ("e", huge),
        ("f", huge),
        ("a", "khác hẳn"),
    ]
    figures = run("--tips", _written(tmp_path, rows, "tip_id", "text"), "--out", tmp_path / "out.tsv")
    cluster_of = dict(_read(tmp_path / "out.tsv")[1:])
    assert figures["tips"] == 6
    assert len(_read(tmp_path / "out.tsv")) == 1 + len(rows)
    assert cluster_of["e"] == cluster_of["f"]
    assert len({cluster_of[tip] for tip in "abcde"}) == 5, "texts without words have nothing in common"
    assert "its first text counts" in capsys.readouterr().err


def test_an_empty_table_gives_an_empty_table(run: Run, tmp_path: Path) -> None:
    figures = run("--tips", _written(tmp_path, [], "tip_id", "text", "cluster_id"), "--out", tmp_path / "out.tsv")
    assert (figures["tips"], figures["clusters"], figures["pair_f1"]) == (0, 0, 0.0)
    assert _read(tmp_path / "out.tsv") == [["tip_id", "cluster_id"]]


def test_bad_tables_are_named(run: Run, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no column text"):
        run("--tips", _written(tmp_path, [("1",)], "tip_id"), "--out", tmp_path / "out.tsv")
    with pytest.raises(BadInput, match="no such file"):
        run("--tips", tmp_path / "absent.tsv", "--out", tmp_path / "out.tsv")
    with pytest.raises(BadInput, match="Choose another --out"):
        run("--tips", _written(tmp_path, [("1", "x")], "tip_id", "text"), "--out", tmp_path / "no" / "out.tsv")
