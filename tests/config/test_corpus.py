"""eval/corpus.jsonl is what content/ gives, and every expected answer of eval/ is in it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import corpus
from sangto.lib.folding import fold

EVAL = corpus.CORPUS.parent


def test_it_is_up_to_date() -> None:
    assert corpus.CORPUS.read_text(encoding="utf-8") == corpus.corpus(), "run python tools/corpus.py"


def test_the_expected_answers_are_in_it() -> None:
    ids = {json.loads(line)["id"] for line in corpus.corpus().splitlines()}
    with (EVAL / "queries.tsv").open(encoding="utf-8", newline="") as file:
        queries = {row["query_id"]: row["kind"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    expected = dict(line.split()[0:3:2] for line in (EVAL / "qrels.tsv").read_text(encoding="utf-8").splitlines())
    assert set(expected.values()) <= ids
    # What matches nothing, and what differs in a number, place, date or "not", has no expected answer.
    assert {key for key, kind in queries.items() if kind not in {"trap", "nomatch"}} == set(expected)


def test_no_message_is_asked_that_the_desk_was_sent() -> None:
    with (EVAL / "queries.tsv").open(encoding="utf-8", newline="") as file:
        asked = {row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    known = {
        text
        for line in map(json.loads, corpus.corpus().splitlines())
        for text in (line["text"], line["title"], *line["extra"])
    }
    assert not {fold(text) for text in asked} & {fold(text) for text in known}


def test_two_files_with_one_slug_are_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        words = {part: {"vi": "một câu"} for part in ("claim", "title", "short_answer")}
        (tmp_path / name).write_text(json.dumps({"slug": "mot", **words}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"b\.yaml"):
        corpus.corpus(tmp_path)
