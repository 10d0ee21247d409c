"""The figures as tables of Markdown whose columns stand below each other on a terminal too."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

NOTHING: Final = "–"
_COLUMNS: Final = (
    ("hit@1", "hit@1"),
    ("hit@5", "hit@5"),
    ("MAP@5", "map@5"),
    ("answered", "answered"),
    ("wrongly", "wrongly_answered"),
    ("drop", "drop"),
)
_DECISIONS: Final = frozenset({"answered", "wrongly_answered"})


def results(sets: Mapping[str, Any]) -> str:
    """One table: a line for each set and engine. A figure that an engine or a set does not have is a dash."""
    head = [
        "set (messages, documents)", "engine", *(title for title, _ in _COLUMNS),
        "traps answered (95 %)", "twins", "p50 ms", "p99 ms", "build s",
    ]  # fmt: skip
    rows = []
    for part in sets.values():
        name = f"{part['title']} ({part['messages']:,}, {part['documents']:,})"
        for engine in part["engines"].values():
            rows.append([name, engine["title"], *_cells(engine)])
            name = ""
    return table(head, rows)


def _cells(engine: Mapping[str, Any]) -> list[str]:
    decides = bool(engine["decides"])
    cells = [
        number(engine[key]) if key in engine and (decides or key not in _DECISIONS) else NOTHING for _, key in _COLUMNS
    ]
    if "traps" in engine and decides:
        caught = f"{engine['traps_answered_n']} of {engine['traps']} (≤ {number(engine['traps_answered_upper_95'])})"
        cells += [caught, number(engine["twins_answered"])]
    else:
        cells += [NOTHING, NOTHING]
    star = "*" if engine["vectors_kept"] else ""
    return [*cells, f"{engine['p50_ms']:.1f}", f"{engine['p99_ms']:.1f}", f"{engine['build_s']:.1f}{star}"]


def kinds(part: Mapping[str, Any]) -> str:
    """Of the own set, by kind of message: hit@1 and share answered rightly; of kinds that match nothing, wrongly."""
    engines = list(part["engines"].values())
    names = list(engines[0].get("kinds", ()))
    matching = [name for name in names if engines[0]["kinds"][name]["with_match"]]
    others = [name for name in names if name not in matching]
    head = ["engine", *(f"{name}: hit@1, answered" for name in matching), *(f"{name}: answered" for name in others)]
    rows = []
    for engine in engines:
        found = engine["kinds"]
        decides = engine["decides"]
        rows.append(
            [
                engine["title"],
                *(
                    f"{number(found[name]['hit@1'])}, {number(found[name]['answered']) if decides else NOTHING}"
                    for name in matching
                ),
                *(number(found[name]["wrongly_answered"]) if decides else NOTHING for name in others),
            ]
        )
    return table(head, rows)


def bars(fitted: Mapping[str, Any]) -> str:
    """What each engine would do with a bar fitted on the train split."""
    head = ["engine", "bar", "answered", "wrongly", "traps answered (95 %)", "twins"]
    rows = []
    for engine in fitted.values():
        trapped = NOTHING
        if "traps" in engine:
            trapped = (
                f"{engine['traps_answered_n']} of {engine['traps']} (≤ {number(engine['traps_answered_upper_95'])})"
            )
        bar = NOTHING if engine["bar"] is None else f"{engine['bar']:.3f}"
        twins = number(engine["twins_answered"]) if "twins_answered" in engine else NOTHING
        figures = (number(engine[key]) for key in ("answered", "wrongly_answered"))
        rows.append([engine["title"], bar, *figures, trapped, twins])
    return table(head, rows)


def number(value: float) -> str:
    """A share, as measures are written in papers."""
    return f"{value:.3f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [list(head), *map(list, rows)]
    widths = [max(_width(line[at]) for line in lines) for at in range(len(head))]
    shown = [
        "| " + " | ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([shown[0], rule, *shown[1:]])


def _width(text: str) -> int:
    return sum(not unicodedata.combining(letter) for letter in text)
