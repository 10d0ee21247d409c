"""`tune`: from which probability may be answered, shown by labels in a file."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

from sangto.matching.commands.common import Commands, command, read_table
from sangto.matching.files import BadInput, read_lines
from sangto.matching.tuning import Label, Standing, tune
from sangto.matching.tuning_text import as_text

_NEEDED: Final = ("probability", "right")
_OPTIONAL: Final = ("blocked", "copy", "had_match", "document")
_WORDS: Final = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = command(commands, "tune", "Show from which probability the labels allow to answer.", _run)
    parser.add_argument(
        "--labels",
        type=Path,
        required=True,
        help="TSV with probability and right (1 or 0); also blocked, copy, had_match (1, 0 or empty) and document",
    )
    parser.add_argument(
        "--answer-at", type=_probability, metavar="P", help="the present threshold; without it, careful mode"
    )


def _run(options: argparse.Namespace) -> dict[str, Any]:
    labels = read_labels(options.labels)
    careful = options.answer_at is None
    before = Standing(careful, answer_at=1.0 if careful else options.answer_at)
    tuned = tune(labels, before)
    sys.stderr.write(as_text(tuned) + "\n")
    return tuned.as_json()


def read_labels(path: Path) -> list[Label]:
    """Raises BadInput naming file, row and what to do. Rows of one `document` are numbered as they stand."""
    columns = [*_NEEDED, *(name for name in _OPTIONAL if name in _header(path))]
    seen: Counter[str] = Counter()
    labels = []
    for row, cells in enumerate(read_table(path, columns), 1):
        values = dict(zip(columns, cells, strict=True))
        right = _yes(path, row, "right", values)
        document = values.get("document", "").strip()
        seen[document] += right
        labels.append(
            Label(
                probability=_number(path, row, values["probability"]),
                right=bool(right),
                blocked=bool(_yes(path, row, "blocked", values)),
                copy=bool(_yes(path, row, "copy", values)),
                had_match=_yes(path, row, "had_match", values, empty=None),
                nth=max(1, seen[document]) if document else 1,
            )
        )
    return labels


def _header(path: Path) -> set[str]:
    first = next(read_lines(path), (1, ""))
    return {name.strip() for name in first[1].split("\t")}


def _yes(path: Path, row: int, name: str, values: dict[str, str], *, empty: bool | None = False) -> Any:
    said = values.get(name, "").strip().lower()
    if not said and name not in _NEEDED:
        return empty
    if said not in _WORDS:
        raise BadInput(f"{path}, row {row}: {name} is {values[name]!r}. Write 1 for yes and 0 for no.")
    return _WORDS[said]


def _number(path: Path, row: int, said: str) -> float:
    try:
        return _probability(said)
    except (ValueError, argparse.ArgumentTypeError) as error:
        raise BadInput(f"{path}, row {row}: probability is {said!r}. Write a number from 0 to 1.") from error


def _probability(said: str) -> float:
    value = float(said)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must be between 0 and 1")
    return value


__all__ = ["add", "read_labels"]
