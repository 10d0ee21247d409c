"""`pair`: whether two texts say the same; `train-pairs`: the coefficients of it, fitted again."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any, Final

from sangto.lib.progress import Progress as ShownProgress
from sangto.matching import pair_training
from sangto.matching.commands.common import Commands, command, open_encoder, read_table, write_table
from sangto.matching.encoder import Encoder
from sangto.matching.files import BadInput, read_lines
from sangto.matching.pair_texts import Example, own_examples
from sangto.matching.pairs import (
    PairCoefficients,
    PairJudge,
    load_pair_coefficients,
    read_pair_coefficients,
)

_COLUMNS: Final = ("pair_id", "text_a", "text_b")
_LABELS: Final = {"1": True, "same": True, "true": True, "0": False, "different": False, "false": False}
_OUT: Final = ("pair_id", "probability", "decision", "reason")


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    pairing = command(commands, "pair", "Tell which pairs of texts say the same.", _pair)
    pairing.add_argument(
        "--pairs", type=Path, required=True, help="TSV with pair_id, text_a, text_b; label is measured"
    )
    pairing.add_argument("--out", type=Path, required=True, help="TSV: pair_id, probability, same or different, reason")
    pairing.add_argument("--coefficients", type=Path, help="instead of the shipped ones")
    fitting = command(commands, "train-pairs", "Fit the coefficients of pairs on the project's own texts.", _train)
    fitting.add_argument("--own", type=Path, required=True, help="folder of the project's labelled set (eval/own)")
    fitting.add_argument("--content", type=Path, required=True, help="folder of articles as YAML (content)")
    fitting.add_argument("--out", type=Path, required=True)
    fitting.add_argument("--version", default="1")
    fitting.add_argument("--dev", type=Path, help="labelled pairs that are measured beside it and not learnt from")
    fitting.add_argument("--data", type=Path, help="labelled pairs to learn from too; what comes of it stays local")


def _pair(options: argparse.Namespace) -> dict[str, Any]:
    rows = read_table(options.pairs, _COLUMNS)
    labels = _labels(options.pairs)
    coefficients = _coefficients(options.coefficients)
    encoder = open_encoder(options)
    _mind_the_encoder(encoder, coefficients)
    started = time.perf_counter()
    with ShownProgress() as progress:
        found = PairJudge(encoder, coefficients).judge([(one, other) for _, one, other in rows], progress)
    seconds = time.perf_counter() - started
    write_table(
        options.out,
        _OUT,
        (
            (row[0], f"{one.probability:.6f}", "same" if one.same else "different", one.reason)
            for row, one in zip(rows, found, strict=True)
        ),
    )
    figures: dict[str, Any] = {
        "pairs": len(rows),
        "same": sum(one.same for one in found),
        "decided_by_a_difference": sum(not one.same and bool(one.differences) for one in found),
        "seconds": round(seconds, 2),
        "pairs_per_s": round(len(rows) / max(seconds, 1e-6), 1),
    }
    judged = (
        [(label, one.same) for label, one in zip(labels, found, strict=True) if label is not None] if labels else []
    )
    if judged:
        measured = pair_training.binary(judged)
        figures |= {"labelled": measured.pop("pairs"), **measured}
    return figures


def _train(options: argparse.Namespace) -> dict[str, Any]:
    development = _labelled(options.dev, "dev") if options.dev else []
    data = _labelled(options.data, "data") if options.data else []
    encoder = open_encoder(options)
    with ShownProgress() as progress:
        observed = pair_training.observe(
            [*own_examples(options.own, options.content, encoder, split="train"), *data], encoder, progress
        )
    coefficients = pair_training.fit(observed, options.version, encoder.name)
    measured: dict[str, Any] = _in_folds(observed)
    with ShownProgress() as progress:
        tested = pair_training.observe(
            own_examples(options.own, options.content, encoder, split="test"), encoder, progress
        )
    called = [pair_training.called_same(one, coefficients) for one in tested]
    measured["test"] = {**pair_training.by_route(tested, called), "traps": pair_training.by_trap(tested, called)}
    if development:
        judge = PairJudge(encoder, coefficients)
        found = judge.judge([(example.one, example.other) for example in development])
        truth = [example.same for example in development]
        measured["development"] = pair_training.binary([(a, b.same) for a, b in zip(truth, found, strict=True)])
    note = f"Fitted on {len(observed):,} pairs of this project's own texts: retellings, pairs, eval/own train, content."
    if data:
        note = f"LOCAL, not to be shipped: fitted on {len(data):,} pairs of {options.data.name} besides our own texts."
    values = pair_training.as_json(coefficients, note, measured)
    try:
        options.out.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{options.out} cannot be written ({error.strerror}). Choose another --out.") from error
    return {"learnt_from": len(observed), **measured}


def _in_folds(observed: list[pair_training.Observed]) -> dict[str, Any]:
    called = pair_training.in_folds(observed)
    figures: dict[str, Any] = {
        "folds": {**pair_training.by_route(observed, called), "traps": pair_training.by_trap(observed, called)}
    }
    data = [
        (one.example.same, answer) for one, answer in zip(observed, called, strict=True) if one.example.source == "data"
    ]
    if data:
        figures["folds_of_data"] = pair_training.binary(data)
    return figures


def _labels(path: Path) -> list[bool | None]:
    """None where a label is empty; an empty list where there is no such column."""
    header = next((line for _, line in read_lines(path)), "")
    if "label" not in [name.strip() for name in header.split("\t")]:
        return []
    found: list[bool | None] = []
    for row, (cell,) in enumerate(read_table(path, ("label",)), 1):
        word = cell.strip().lower()
        if word and word not in _LABELS:
            raise BadInput(f"{path}, row {row}: the label {cell.strip()!r} is unknown. It may be 1, 0 or empty.")
        found.append(_LABELS.get(word))
    return found


def _labelled(path: Path, source: str) -> list[Example]:
    rows, labels = read_table(path, _COLUMNS), _labels(path)
    if not labels:
        raise BadInput(f"{path} has no column label. Pairs to learn from or to measure on need it (1 or 0).")
    return [
        # Pairs that share a text stay in one fold.
        Example(one, other, same, source, other)
        for (_, one, other), same in zip(rows, labels, strict=True)
        if same is not None
    ]


def _coefficients(path: Path | None) -> PairCoefficients:
    if path is None:
        return load_pair_coefficients()
    try:
        return read_pair_coefficients("\n".join(line for _, line in read_lines(path)), str(path))
    except ValueError as error:
        raise BadInput(str(error)) from error


def _mind_the_encoder(encoder: Encoder, coefficients: PairCoefficients) -> None:
    if encoder.name != coefficients.encoder:
        sys.stderr.write(
            f"Note: the coefficients were fitted with {coefficients.encoder}, the encoder is {encoder.name}: "
            "the probabilities mean little until they are fitted again (train-pairs).\n"
        )
