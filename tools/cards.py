"""Writes docs/rooms.md from the card at each room's door. `--check` only says whether it is up to date."""

from __future__ import annotations

import ast
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCE: Final = ROOT / "src" / "sangto"
PAGE: Final = ROOT / "docs" / "rooms.md"
LINES: Final = ("Owns", "Stands on", "Never", "Start reading at")

_HEAD: Final = """# The rooms

*Written by `python tools/cards.py` from the card in each room's `__init__.py`; change it there.*

Imports point down only, and rooms on one line never import each other. `make check` keeps it so: import-linter for
imports, `tests/test_architecture.py` for what an import does not show. Rooms speak through `services` (writes),
`selectors` (reads), `signals` (past tense) and `types`; upward talk is a signal or a panel in a `ui` slot.

"""


@dataclass(frozen=True)
class Card:
    """What a room says of itself at its door."""

    room: str
    name: str
    lines: dict[str, str]


class CardError(ValueError):
    """A room's card is not complete."""


def layers() -> list[list[str]]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    rooms = next(contract for contract in contracts if contract.get("exhaustive"))
    return [layer.split(" | ") for layer in rooms["layers"]]


def card(room: str) -> Card:
    text = ast.get_docstring(ast.parse((SOURCE / room / "__init__.py").read_text(encoding="utf-8"))) or ""
    first, _, rest = text.partition("\n")
    found: dict[str, str] = {}
    last = ""
    for line in rest.splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip() in LINES:
            last = name.strip()
            found[last] = value.strip()
        elif last and line.strip():
            found[last] += f" {line.strip()}"
    absent = [name for name in LINES if not found.get(name)]
    if not first.strip() or absent:
        raise CardError(f"the card of {room} lacks {', '.join(absent) or 'its name'}")
    return Card(room, first.strip().rstrip("."), found)


def page() -> str:
    parts = [_HEAD, "```\n"]
    for layer in layers():
        parts.append("  ".join(layer) + "\n")
    parts.append("```\n")
    for layer in layers():
        for room in layer:
            said = card(room)
            parts.append(f"\n## {room}\n\n{said.name}.\n\n")
            parts += [f"- **{name}:** {said.lines[name].rstrip('.')}.\n" for name in LINES[:3]]
            parts.append(f"- **{LINES[3]}:** {said.lines[LINES[3]]}\n")
    return "".join(parts)


def main() -> int:
    fresh = page()
    if "--check" in sys.argv:
        if PAGE.read_text(encoding="utf-8") == fresh:
            return 0
        print("docs/rooms.md is not what the cards say: run `python tools/cards.py`")
        return 1
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
