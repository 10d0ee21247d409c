"""Playbooks as files: those that come with the program, and any other."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sangto.playbooks import reading
from sangto.playbooks.tree import BadPlaybook, Problem, Tree

LIBRARY: Final = Path(__file__).resolve().parent / "library"
# Served with the other static files, so that an editor can point to it.
SCHEMA: Final = Path(__file__).resolve().parent / "static" / "playbooks" / "playbook.schema.json"


# For any rumour; whoever does not know which to take takes this.
GENERAL: Final = "is-this-true"


def library_files() -> list[Path]:
    """The texts that every installation gets: the general one first, the others in the order of their names."""
    return sorted(LIBRARY.glob("*.yaml"), key=lambda path: (path.stem != GENERAL, path.stem))


def read_text(path: Path) -> str:
    """The text of a file. Raises BadPlaybook where it is no UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise BadPlaybook((Problem(path.name, line, "not_utf8", "this is not UTF-8 text"),)) from error


def check_file(path: Path) -> list[Problem]:
    """Everything wrong with the file, in the order of its lines; nothing: it is a playbook.

    Raises OSError where there is no such file.
    """
    try:
        return list(reading.check(read_text(path), path.name))
    except BadPlaybook as bad:
        return list(bad.problems)


def read_file(path: Path) -> Tree:
    """Raises BadPlaybook with every problem of the file."""
    return reading.read(read_text(path), path.name)
