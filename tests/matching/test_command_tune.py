from __future__ import annotations

import argparse
import gzip
from pathlib import Path
from typing import Any

import pytest

from sangto.matching.commands import tune
from sangto.matching.files import BadInput

HEADER = "right\tnote\tprobability\tcopy\tblocked\thad_match\tdocument"


def _run(*arguments: object) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    tune.add(parser.add_subparsers(required=True))
    options = parser.parse_args(["tune", *map(str, arguments)])
    result: dict[str, Any] = options.run(options)
    return result


def _file(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "labels.tsv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def test_it_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"1\tx\t0.95\t0\t0\t1\td{number % 20}" for number in range(299)]
    lines += ["no\tx\t0.5\t\t\tyes\t", "0\tx\t0.6\t\t1\t\t", "TRUE\tx\t0.995\t1\t\t\t"]
    result = _run("--labels", _file(tmp_path, *lines))
    assert (result["labels"], result["copies"], result["blocked"], result["left_out"]) == (302, 1, 1, 0)
    assert (result["step"], result["after"]) == ("leave_careful", {"careful": False, "answer_at": 0.95})
    assert (result["threshold"], result["answered"], result["wrong"]) == (0.95, 299, 0)
    assert result["recall"] == round(300 / 301, 4)
    assert result["before"] == {"careful": True, "answer_at": None}
    said = capsys.readouterr()
    assert "careful mode can end, and matches are answered from 0.950" in said.err
    assert "0.95 to 0.99     299" in said.err
    # The object itself is printed by the program, last.
    assert said.out == ""


def test_rows_about_one_document_are_counted(tmp_path: Path) -> None:
    lines = [f"1\t\t0.95\t0\t0\t1\t{'viral' if number else 'other'}" for number in range(340)]
    assert _run("--labels", _file(tmp_path, *lines))["left_out"] == 339 - 30


def test_the_present_threshold_is_kept_or_changed(tmp_path: Path) -> None:
    path = tmp_path / "labels.tsv.gz"
    rows = ["probability\tright", *["0.95\t1"] * 200, *["0.91\t0"] * 3]
    path.write_bytes(gzip.compress("\n".join(rows).encode()))
    assert _run("--labels", path, "--answer-at", "0.93")["step"] == "stay"
    raised = _run("--labels", path, "--answer-at", "0.9")
    assert (raised["step"], raised["after"]["answer_at"]) == ("raise", 0.95)


@pytest.mark.parametrize(
    ("header", "line", "said"),
    [
        ("probability\tother", "0.5\t1", "no column right"),
        ("probability\tright", "0.5\tmaybe", "row 1: right is 'maybe'"),
        ("probability\tright", "0.5\t", "row 1: right is ''"),
        ("probability\tright", "1.5\t1", "row 1: probability is '1.5'"),
        ("probability\tright", "nan\t1", "row 1: probability is 'nan'"),
        ("probability\tright", "x\t1", "row 1: probability is 'x'"),
        ("probability\tright\tcopy", "0.5\t1\t2", "row 1: copy is '2'"),
        ("probability\tright\tcopy", "0.5\t1", "line 2: 2 columns instead of 3"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, header: str, line: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        _run("--labels", _file(tmp_path, line, header=header))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        _run("--labels", tmp_path / "none.tsv")


@pytest.mark.parametrize("wrong", ["2", "-0.1", "nan", "much"])
def test_a_threshold_is_a_probability(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(SystemExit):
        _run("--labels", _file(tmp_path), "--answer-at", wrong)
