"""`traps`: messages that read like a claim and say something else, each with a twin that says the same."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from sangto.matching import traps
from sangto.matching.commands.common import Commands, command


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    making = command(commands, "traps", "Make traps, and their unchanged twins, of a labelled set.", _traps)
    making.add_argument("--corpus", type=Path, action="append", required=True, help="corpus.jsonl, also several")
    making.add_argument("--queries", type=Path, required=True, help="TSV with query_id, text and kind")
    making.add_argument("--qrels", type=Path, required=True, help="TREC judgements, no header")
    making.add_argument(
        "--out", type=Path, required=True, help="TSV: query_id, text, kind, lang, role, base_query_id, …"
    )
    making.add_argument("--seed", type=int, default=1, help="the same number makes the same traps")
    making.add_argument("--split", default="", help="only from the queries of this split")


def _traps(options: argparse.Namespace) -> dict[str, Any]:
    return dict(
        traps.run(options.corpus, options.queries, options.qrels, options.out, seed=options.seed, split=options.split)
    )
