"""The messages of a checkout's eval/ and which answer each should get."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from sangto.config.bench.running import Installation
from sangto.matching.index import Index

ROOT: Final = Path(__file__).resolve().parents[4]
EVAL: Final = ROOT / "eval"
# Of the built-in encoder.
DIMENSIONS: Final = 384
# Kinds that nothing answers; and kinds that the English page would ask in English.
UNANSWERABLE: Final = frozenset({"trap", "nomatch"})
ENGLISH: Final = frozenset({"english", "paraphrase_en"})


@dataclass(frozen=True, slots=True)
class Message:
    """One message of eval/queries.tsv; `expected` is the id of its answer, empty where there is none."""

    id: str
    text: str
    kind: str
    expected: str

    @property
    def lang(self) -> str:
        return "en" if self.kind in ENGLISH else "vi"


def messages() -> list[Message]:
    expected: dict[str, str] = {}
    for line in (EVAL / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        query, _, document, relevance = line.split()
        if int(relevance) > 0:
            expected[query] = document
    with (EVAL / "queries.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Message(row["query_id"], row["text"], row["kind"], expected.get(row["query_id"], "")) for row in rows]


def corpus() -> dict[str, dict[str, Any]]:
    """The answers of eval/corpus.jsonl by id."""
    lines = (EVAL / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    return {line["id"]: line for line in map(json.loads, lines)}


def by_claim() -> dict[str, str]:
    """Which answer a claim, in either language, belongs to: the address of an answer is made of its title."""
    found: dict[str, str] = {}
    for key, line in corpus().items():
        found[line["text"]] = key
        # The first of the extra texts is the claim in the other language.
        if line["extra"]:
            found.setdefault(line["extra"][0], key)
    return found


def differing(installation: Installation) -> list[str]:
    """Answers of eval/corpus.jsonl that this installation's index has otherwise, or not at all."""
    with psycopg.connect(installation.dsn) as connection:
        query = "SELECT DISTINCT object_id FROM catalogue_document WHERE kind = 'answer' AND withdrawn_at IS NULL"
        keys = [str(row[0]) for row in connection.execute(query).fetchall()]
    folder = installation.folder / "index" / "live-answer"
    with Index.open(folder, DIMENSIONS, create=False, read_only=True) as index:
        documents = index.documents(keys).values()
    names = by_claim()
    held = {names.get(one.text, one.id): (one.title, one.subtitle, sorted(one.extra)) for one in documents}
    wanted = {key: (line["title"], line["subtitle"], sorted(line["extra"])) for key, line in corpus().items()}
    return sorted(key for key in held.keys() | wanted.keys() if held.get(key) != wanted.get(key))
