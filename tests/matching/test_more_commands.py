"""`cluster`, `checkable` and `traps` on files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sangto.matching.__main__ import main
from sangto.matching.commands.checkable import measured


def _last(capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    found: dict[str, float] = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    return found


def _rows(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text("utf-8").splitlines()]


def test_checkable_scores_statements_above_wishes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "in.tsv", tmp_path / "out.tsv"
    source.write_text(
        "id\ttext\tlabel\na\tBộ Y tế ghi nhận 120 ca tử vong vì sởi trong tháng 5\t1\nb\tChúc cả nhà ngủ ngon nhé\t0\n"
        "c\tThe ministry reported 300 deaths in 2023\tYes\nd\tI love this song so much\tno\n",
        "utf-8",
    )
    assert main(["checkable", "--in", str(source), "--out", str(out)]) == 0
    figures = _last(capsys)
    assert (figures["sentences"], figures["auc"]) == (4, 1.0)
    header, *rows = _rows(out)
    assert header == ["id", "score"]
    scores = {name: float(score) for name, score in rows}
    assert min(scores["a"], scores["c"]) > max(scores["b"], scores["d"])


def test_a_label_that_says_nothing_is_refused_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.tsv"
    source.write_text("id\ttext\tlabel\na\tmột\t1\nb\thai\tmaybe\n", "utf-8")
    assert main(["checkable", "--in", str(source), "--out", str(tmp_path / "o")]) == 2
    assert "line 3: the label 'maybe'" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


def test_the_measures_agree_with_counting() -> None:
    """Pairs of a checkable and another sentence: four of five and a half in the right order."""
    found = measured([0.9, 0.8, 0.4, 0.4, 0.1], [True, False, True, False, False])
    assert found["auc"] == pytest.approx((3 + 1.5) / 6, abs=1e-4)
    assert found["average_precision"] == pytest.approx((1 / 1 + 2 / 3) / 2, abs=1e-4)
    assert found["f1"] == pytest.approx(2 * 1 / (2 + 2), abs=1e-4)


def test_tips_about_one_claim_are_grouped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tips, out = tmp_path / "tips.tsv", tmp_path / "out.tsv"
    tips.write_text(
        "tip_id\ttext\n1\tuống nước chanh nóng chữa khỏi ung thư đúng không\n"
        "2\tnghe nói nước chanh nóng chữa khỏi ung thư\n"
        "3\tcá sấu xổng chuồng ở Đồng Nai\n",
        "utf-8",
    )
    assert main(["cluster", "--tips", str(tips), "--out", str(out)]) == 0
    assert _last(capsys)["tips"] == 3
    header, *rows = _rows(out)
    assert header == ["tip_id", "cluster_id"]
    of = dict(rows)
    assert of["1"] == of["2"] != of["3"]


def test_traps_come_with_their_twins_and_the_same_seed_makes_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "c.jsonl").write_text(
        '{"id": "d1", "text": "Bão số 9 sẽ đổ bộ Đà Nẵng tối 14/11 với gió giật cấp 17.", "lang": "vi"}\n', "utf-8"
    )
    (tmp_path / "q.tsv").write_text(
        "query_id\ttext\tkind\nq1\tTối 14/11 bão số 9 vào Đà Nẵng phải không\tvi\n", "utf-8"
    )
    (tmp_path / "r.tsv").write_text("q1 0 d1 1\n", "utf-8")
    made = []
    for name in ("one.tsv", "two.tsv"):
        options = ("--corpus", "c.jsonl", "--queries", "q.tsv", "--qrels", "r.tsv", "--out", name)
        paths = [word if word.startswith("--") else str(tmp_path / word) for word in options]
        assert main(["traps", *paths, "--seed", "3"]) == 0
        made.append((tmp_path / name).read_text("utf-8"))
    assert made[0] == made[1]
    assert _last(capsys)["traps"] >= 3
    header, *rows = [line.split("\t") for line in made[0].splitlines()]
    roles = [dict(zip(header, row, strict=True)) for row in rows]
    assert {row["role"] for row in roles} == {"trap", "twin"}
    assert {row["document_id"] for row in roles} == {"d1"}
    assert len({row["text"] for row in roles}) > len(roles) // 2


@pytest.mark.parametrize(
    ("command", "option", "missing"),
    [("cluster", "--tips", "tip_id"), ("checkable", "--in", "id")],
)
def test_a_missing_column_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, option: str, missing: str
) -> None:
    source = tmp_path / "x.tsv"
    source.write_text("something\ttext\na\tb\n", "utf-8")
    assert main([command, option, str(source), "--out", str(tmp_path / "o")]) == 2
    assert f"has no column {missing}" in capsys.readouterr().err
