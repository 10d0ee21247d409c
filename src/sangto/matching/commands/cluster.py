"""`cluster`: which of many messages make the same claim."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from sangto.lib.progress import Progress as ShownProgress
from sangto.matching.cluster_measures import agreement
from sangto.matching.clustering import cluster_all
from sangto.matching.commands.columns import has_column
from sangto.matching.commands.common import Commands, command, open_encoder, read_table, write_table


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    clustering = command(commands, "cluster", "Group messages by the claim they make.", _cluster)
    clustering.add_argument(
        "--tips", type=Path, required=True, help="TSV with tip_id and text; a column cluster_id is measured against"
    )
    clustering.add_argument("--out", type=Path, required=True, help="TSV: tip_id, cluster_id")


def _cluster(options: argparse.Namespace) -> dict[str, Any]:
    rows = read_table(options.tips, ("tip_id", "text"))
    labels = read_table(options.tips, ("cluster_id",)) if has_column(options.tips, "cluster_id") else None
    encoder = open_encoder(options)
    started = time.perf_counter()
    with ShownProgress() as progress:
        found = cluster_all([(tip_id, text) for tip_id, text in rows], encoder, progress)
    seconds = time.perf_counter() - started
    if len(found) < len(rows):
        twice = len(rows) - len(found)
        sys.stderr.write(f"Note: {twice:,} rows have a tip_id that was there before; its first text counts.\n")
    write_table(options.out, ("tip_id", "cluster_id"), ((tip_id, found[tip_id]) for tip_id, _ in rows))
    result: dict[str, Any] = {
        "tips": len(found),
        "clusters": len(set(found.values())),
        "seconds": round(seconds, 2),
    }
    if labels is not None:
        given: dict[str, str] = {}
        for (tip_id, _), (label,) in zip(rows, labels, strict=True):
            given.setdefault(tip_id, label)
        result |= agreement(found, given)
    return result
