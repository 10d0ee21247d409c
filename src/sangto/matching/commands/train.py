"""`train`: coefficients.json from the project's own texts, or for oneself from a labelled set of one's own too."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from sangto.lib.progress import Progress as ShownProgress
from sangto.matching import training
from sangto.matching.commands.common import Commands, command, open_encoder
from sangto.matching.files import BadInput


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = command(commands, "train", "Fit the coefficients on the project's own texts.", train)
    parser.add_argument("--content", type=Path, help="folder of rumours as YAML")
    parser.add_argument("--labelled", type=Path, help="folder with corpus.jsonl, queries.tsv (split train), qrels.tsv")
    parser.add_argument(
        "--data",
        type=Path,
        nargs=3,
        action="append",
        default=[],
        metavar=("CORPUS", "QUERIES", "QRELS"),
        help="another labelled set; coefficients made with it are for this machine and do not ship",
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--version", default="2")


def train(options: argparse.Namespace) -> dict[str, Any]:
    families = training.own_texts(options.content, options.labelled)
    families += [training.labelled_texts(*paths) for paths in options.data]
    encoder = open_encoder(options)
    with ShownProgress() as progress:
        data = training.collect(families, encoder, progress)
    judged = training.unseen(data)
    bar = training.lowest_bar(judged)
    counted = (
        f"{sum(len(f.examples) for f in families):,} messages about {sum(len(f.documents) for f in families):,} claims"
    )
    own = f"Fitted on {counted} of this project (pairs.yaml, content, eval/own train)."
    note = f"Fitted on {counted}, those of --data among them: not for shipping." if options.data else own
    measured = training.figures(judged, bar)
    values = training.as_json(training.fit(data, options.version, bar), note, measured)
    try:
        options.out.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{options.out} cannot be written ({error.strerror}). Choose another --out.") from error
    return {"answer_at": bar, **measured}
