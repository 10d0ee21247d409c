"""`checkable`: how likely evidence can settle a sentence; `train-checkable`: its coefficients, fitted again."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from sangto.lib.progress import Progress as ShownProgress
from sangto.matching.checkable import Checkable, as_text, fit_checkable
from sangto.matching.commands.columns import has_column
from sangto.matching.commands.common import Commands, command, open_encoder, read_table, write_table
from sangto.matching.files import BadInput

_LABELS: Final = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False}
# From which a sentence is taken for checkable where one answer is wanted.
_CHECKABLE_AT: Final = 0.5


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    scoring = command(commands, "checkable", "Score sentences: can evidence settle them?", _checkable)
    scoring.add_argument(
        "--in", dest="source", type=Path, required=True, help="TSV with id and text; label is measured"
    )
    scoring.add_argument("--out", type=Path, required=True, help="TSV: id, score (0 to 1)")
    fitting = command(commands, "train-checkable", "Fit the coefficients of `checkable` on checkable.yaml.", _train)
    fitting.add_argument("--out", type=Path, required=True)


def _checkable(options: argparse.Namespace) -> dict[str, Any]:
    rows = read_table(options.source, ("id", "text"))
    labels = _labels(options.source)
    encoder = open_encoder(options)
    started = time.perf_counter()
    with ShownProgress() as progress:
        scores = Checkable.shipped(encoder).scores([text for _, text in rows], progress)
    seconds = time.perf_counter() - started
    write_table(
        options.out, ("id", "score"), ((row[0], f"{score:.6f}") for row, score in zip(rows, scores, strict=True))
    )
    result: dict[str, Any] = {
        "sentences": len(rows),
        "checkable": sum(score >= _CHECKABLE_AT for score in scores),
        "seconds": round(seconds, 2),
    }
    if labels is not None and rows:
        result |= measured(scores, labels)
    return result


def measured(scores: Sequence[float], labels: Sequence[bool]) -> dict[str, float]:
    """Area under the ROC curve (equal scores count half), average precision, and F1 at .5."""
    given, truth = np.asarray(scores), np.asarray(labels, dtype=np.bool_)
    yes, no = given[truth], np.sort(given[~truth])
    below = np.searchsorted(no, yes, "left") + np.searchsorted(no, yes, "right")
    ranked = truth[np.argsort(-given, kind="stable")]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    said = given >= _CHECKABLE_AT
    hits = int((said & truth).sum())
    return {
        "auc": round(float(below.sum() / (2 * len(yes) * len(no))), 4) if len(yes) and len(no) else 0.0,
        "average_precision": round(float(precision[ranked].mean()), 4) if len(yes) else 0.0,
        "f1": round(2 * hits / max(1, int(said.sum()) + int(truth.sum())), 4),
    }


def _labels(path: Path) -> list[bool] | None:
    if not has_column(path, "label"):
        return None
    found = []
    for number, (label,) in enumerate(read_table(path, ("label",)), 2):
        value = _LABELS.get(label.strip().lower())
        if value is None:
            raise BadInput(
                f"{path}, line {number}: the label {label!r} is none of 1, 0, yes, no. Mend or drop the column."
            )
        found.append(value)
    return found


def _train(options: argparse.Namespace) -> dict[str, Any]:
    encoder = open_encoder(options)
    with ShownProgress() as progress:
        values = fit_checkable(encoder, progress=progress)
    try:
        options.out.write_text(as_text(values), encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{options.out} cannot be written ({error.strerror}). Choose another --out.") from error
    return {name: value for name, value in values.items() if name in ("version", "measured")}
