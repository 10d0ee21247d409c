"""What the architecture tests share: the rooms from top to bottom, and the files of the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCE: Final = ROOT / "src" / "sangto"
# DESIGN §4, from the top; rooms of one line are siblings.
LAYERS: Final[tuple[tuple[str, ...], ...]] = (
    ("config",),
    ("reports",),
    ("contest",),
    ("training",),
    ("drills",),
    ("publishing",),
    ("rumours",),
    ("intake", "playbooks"),
    ("evidence",),
    ("catalogue",),
    ("delivery",),
    ("network",),
    ("audit", "live"),
    ("ui",),
    ("matching", "media"),
    ("lib",),
)
ROOMS: Final = tuple(room for layer in LAYERS for room in layer)
_LEVEL: Final = {room: level for level, layer in enumerate(LAYERS) for room in layer}


def may_use(room: str, other: str) -> bool:
    """Whether `room` may know `other`: itself, or one of a lower line."""
    return room == other or _LEVEL[room] < _LEVEL[other]


def room_of(file: Path) -> str:
    return file.relative_to(SOURCE).parts[0]


def python_files() -> Iterator[Path]:
    for room in ROOMS:
        yield from (file for file in sorted((SOURCE / room).rglob("*.py")) if "migrations" not in file.parts)


def templates() -> Iterator[Path]:
    for room in ROOMS:
        folder = SOURCE / room / "templates"
        yield from (file for file in sorted(folder.rglob("*")) if file.is_file())


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def imports(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Every module (and `module.name`) imported below a node, with its line."""
    for found in ast.walk(node):
        if isinstance(found, ast.Import):
            yield from ((alias.name, found.lineno) for alias in found.names)
        elif isinstance(found, ast.ImportFrom) and found.module and not found.level:
            yield found.module, found.lineno
            yield from ((f"{found.module}.{alias.name}", found.lineno) for alias in found.names)


def at(file: Path, line: int) -> str:
    return f"{file.relative_to(ROOT)}:{line}"
