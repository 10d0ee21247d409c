"""What the commands share: the encoder, TSV files in and out, and how a command is entered."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from sangto.lib.progress import Progress as ShownProgress
from sangto.matching.encoder import Encoder
from sangto.matching.files import BadInput, read_lines

Run = Callable[[argparse.Namespace], dict[str, Any]]
# argparse has no public name for it.
Commands = argparse._SubParsersAction  # noqa: SLF001

_MOST_THREADS: Final = 4


def command(commands: Commands[argparse.ArgumentParser], name: str, text: str, run: Run) -> argparse.ArgumentParser:
    """A command with the options that all have; `run` gives the object that is printed last, as JSON."""
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    cores = os.cpu_count() or 1
    parser.add_argument("--threads", type=int, default=min(_MOST_THREADS, cores), help="for the encoder")
    parser.add_argument("--json", action="store_true", help="the result is one JSON object (always so)")
    return parser


def open_encoder(options: argparse.Namespace) -> Encoder:
    with ShownProgress() as progress:
        return Encoder.open(threads=options.threads, progress=progress)


def read_table(path: Path, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """The named columns of each row; others are ignored. A line break inside a cell is written as backslash and n.

    Raises BadInput naming file, line and what to do.
    """
    return list(_rows(path, columns))


def _rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    lines = read_lines(path)
    asked = ", ".join(columns)
    first = next(lines, None)
    if first is None:
        raise BadInput(f"{path} is empty. Its first line must name the columns {asked}, with tabs between them.")
    header = {name.strip(): place for place, name in enumerate(first[1].split("\t"))}
    missing = [name for name in columns if name not in header]
    if missing:
        raise BadInput(f"{path} has no column {missing[0]}. Its first line must name {asked}, with tabs.")
    for number, line in lines:
        cells = line.split("\t")
        if len(cells) < len(header):
            raise BadInput(f"{path}, line {number}: {len(cells)} columns instead of {len(header)}. Check its tabs.")
        yield tuple(cells[header[name]].replace("\\n", "\n") for name in columns)


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Written beside and renamed: a run that is stopped leaves what was there. Raises BadInput."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("w", encoding="utf-8") as out:
            for row in (columns, *rows):
                out.write("\t".join(_cell(value) for value in row) + "\n")
        unfinished.replace(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be written ({error.strerror}). Choose another --out.") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _cell(value: object) -> str:
    return str(value).replace("\t", " ").replace("\r", " ").replace("\n", "\\n")
