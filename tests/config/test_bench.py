"""The command that measures: what it offers, what it keeps, and that its made-up claims are what they say."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from sangto.config import cli
from sangto.config.bench import asking, machine, texts
from sangto.config.bench import match as match_bench
from sangto.config.commands import bench


def test_it_names_what_can_be_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["bench", "--list"]) == 0
    names = capsys.readouterr().out.split()
    assert {"intake", "match", "answer_time", "eval_ask"} <= set(names)
    assert cli.main(["bench"]) == 2


def test_a_program_of_the_checkout_gets_its_own_options_and_its_figures_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bench_echo.py").write_text(
        "import json, sys\nprint('words')\nprint(json.dumps({'said': sys.argv[1:]}))"
    )
    monkeypatch.setattr(bench, "BENCHMARKS", tmp_path)
    monkeypatch.setattr("sys.argv", ["sangto", "bench", "echo", "--data", str(tmp_path / "news")])
    kept = tmp_path / "echo.json"
    assert cli.main(["bench", "echo", "--streams", "3", "--help", "--out", str(kept)]) == 0
    assert "words" in capfd.readouterr().out
    whole = json.loads(kept.read_text(encoding="utf-8"))
    assert whole["figures"] == {"said": ["--streams", "3", "--help", "--json"]}
    assert whole["command"] == "sangto bench echo --data news"
    assert whole["machine"]["cores"] >= 1


def test_a_program_that_fails_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bench_bad.py").write_text("raise SystemExit(3)")
    monkeypatch.setattr(bench, "BENCHMARKS", tmp_path)
    assert cli.main(["bench", "bad", "--out", str(tmp_path / "bad.json")]) == 3
    assert not (tmp_path / "bad.json").exists()
    capfd.readouterr()


def test_match_measures_more_claims_with_made_vectors(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "READERS_S", 0.3)
    monkeypatch.setattr(match_bench, "REAL_MOST", 100)
    monkeypatch.setattr(match_bench, "_BULK", 8)
    assert cli.main(["bench", "match", "--claims", "300", "--queries", "10", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out.strip().rpartition("\n")[2])
    assert figures["texts"] == "synthetic"
    assert figures["queries"] == 10
    assert figures["recall_at_10"] == 1.0


def test_match_measures_a_small_index(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "READERS_S", 0.3)
    monkeypatch.setattr(match_bench, "_BULK", 8)
    assert cli.main(["bench", "match", "--claims", "30", "--queries", "10", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out.strip().rpartition("\n")[2])
    assert {"claims", "embed_p50_ms", "match_p50_ms", "match_p99_ms", "recall_at_10", "rss_mb", "build_s"} <= set(
        figures
    )
    assert {"ratio_to_embed", "open_s", "exact_copy_ms", "findable_s", "readers_ratio", "bulk_ratio"} <= set(figures)
    assert figures["claims"] == 30
    assert figures["recall_of_exact"] == 1.0
    assert figures["recall_at_10"] > 0.8
    assert figures["match_p99_ms"] >= figures["match_p50_ms"] > 0


def test_fewer_texts_than_asked_for_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with gzip.open(tmp_path / "news.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"id": "1", "title": "Một tin", "text": "Tóm tắt của tin."}) + "\n")
    assert cli.main(["bench", "match", "--claims", "2", "--queries", "1", "--data", str(tmp_path)]) == 1
    assert "only 1" in capsys.readouterr().err


def test_made_up_claims_are_all_different() -> None:
    made = [texts.subject(number) for number in range(20_000)]
    assert len({one.claim_vi for one in made}) == len(made)
    assert len({one.asked for one in made} | {one.asked_otherwise for one in made}) == 2 * len(made)
    assert all(len(one.title) <= 200 and len(one.short_answer) <= 280 for one in made)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([], 0.5, 0.0), ([7.0], 0.99, 7.0), (list(range(1, 101)), 0.5, 50), (list(range(1, 101)), 0.99, 99)],
)
def test_percentiles_are_values_that_were_measured(values: list[float], share: float, expected: float) -> None:
    assert machine.percentile(values, share) == expected
