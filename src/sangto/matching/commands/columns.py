"""Columns that a table may have or not."""

from __future__ import annotations

from pathlib import Path

from sangto.matching.files import read_lines


def has_column(path: Path, name: str) -> bool:
    """Whether the header of a TSV names the column. Raises BadInput where the file cannot be read."""
    return any(name in [cell.strip() for cell in line.split("\t")] for _, line in _first(path))


def _first(path: Path) -> list[tuple[int, str]]:
    return [line for line, _ in zip(read_lines(path), range(1), strict=False)]
