"""The picture of a tree with its state: all that a template has to write. Pure.

A walk: the path taken and where one is. Coverage: how often each way was taken. A comparison: what is new, changed or
gone. State is said by words and by the form of lines; colour only repeats it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sangto.lib.said import Words
from sangto.playbooks.drawing import (
    COUNT_ROOM,
    HEAD,
    LABEL_PAD,
    LINE,
    SMALL_LINE,
    STEP_PAD,
    Box,
    Line,
    lay_out,
)
from sangto.playbooks.folding import fold
from sangto.playbooks.tree import Kind, Tree

PASSED: Final = Words("✓ Đã qua", "✓ Passed")
HERE: Final = Words("● Đang ở đây", "● Here now")
_ARROW: Final = (5.0, 9.0)
# How far the corners of a box are cut, rounded or drawn out.
_CUT: Final = 12.0
CHANGES: Final[Mapping[str, Words]] = {
    "added": Words("+ Mới", "+ New"),
    "changed": Words("~ Đã sửa", "~ Changed"),
    "removed": Words("− Bỏ", "− Removed"),
}
_NEVER: Final = Words("chưa lần nào", "never")
# Short, since the head of a box names the kind too.
_NEVER_MARK: Final = Words("✗ Chưa đi", "✗ Never")
# (step, option) → how often it was taken by live work, and by drills.
Counts = Mapping[tuple[str, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class TextLine:
    """Words at a place; numbers are already text, since a page would write 1,5 in Vietnamese."""

    x: str
    y: str
    text: str


@dataclass(frozen=True, slots=True)
class DrawnNode:
    css: str
    here: bool
    x: str
    y: str
    width: str
    height: str
    # The outline: a form of its own for each kind.
    path: str
    head: TextLine
    mark: TextLine | None
    lines: tuple[TextLine, ...]


@dataclass(frozen=True, slots=True)
class DrawnEdge:
    css: str
    path: str
    arrow: str
    taken: bool


@dataclass(frozen=True, slots=True)
class DrawnLabel:
    css: str
    x: str
    y: str
    width: str
    height: str
    lines: tuple[TextLine, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A tree as shapes."""

    width: str
    height: str
    edges: tuple[DrawnEdge, ...]
    labels: tuple[DrawnLabel, ...]
    nodes: tuple[DrawnNode, ...]


def paint(
    tree: Tree,
    lang: str,
    *,
    taken: Collection[tuple[str, str]] = (),
    here: str | None = None,
    sheet: tuple[float, float] | None = None,
) -> Picture:
    """The picture of a tree with the (step, option) pairs that were taken, and where one is.

    With a sheet (width and height in any unit) a tall picture is cut into strips, so that it is read on one sheet.
    """
    layout = lay_out(tree, lang)
    if sheet is not None:
        layout = fold(layout, sheet)
    passed = {step for step, _option in taken}
    edges = [_edge(line, taken=(line.step, line.option) in taken) for line in layout.lines]
    return Picture(
        _n(layout.width),
        _n(layout.height),
        # What was taken lies on top.
        tuple(sorted(edges, key=lambda edge: edge.taken)),
        (
            *(_label(line.label, (line.step, line.option) in taken) for line in layout.lines if line.label is not None),
            *(replace(_label(plate, taken=False), css="edge-plate edge-plate-cut") for plate in layout.plates),
        ),
        tuple(
            _node(
                box,
                lang,
                state=" node-here" if box.key == here else " node-taken" if box.key in passed else "",
                mark=HERE if box.key == here else PASSED if box.key in passed else None,
                here=box.key == here,
            )
            for box in layout.boxes
        ),
    )


def paint_coverage(tree: Tree, lang: str, counts: Counts) -> Picture:
    """The picture of a tree with how often each way was taken; what never was is said and drawn with dots."""
    layout = lay_out(tree, lang, counted=True)
    entered = dict.fromkeys(tree.steps, 0)
    for step in tree.steps.values():
        for option in step.options:
            entered[option.to] += sum(counts.get((step.id, option.id), (0, 0)))
    entered[tree.start] += sum(
        sum(counts.get((tree.start, option.id), (0, 0))) for option in tree.steps[tree.start].options
    )
    edges = [_edge(line, never=not sum(counts.get((line.step, line.option), (0, 0)))) for line in layout.lines]
    labels = []
    for line in layout.lines:
        if line.label is None:
            continue
        live, drill = counts.get((line.step, line.option), (0, 0))
        said = f"{live} · {drill}" if live + drill else _NEVER.name(lang)
        labels.append(_label(line.label, taken=False, last=said, never=not live + drill))
    return Picture(
        _n(layout.width),
        _n(layout.height),
        tuple(sorted(edges, key=lambda edge: "edge-never" not in edge.css)),
        tuple(labels),
        tuple(
            _node(
                box,
                lang,
                state="" if entered[box.key] else " node-never",
                mark=None if entered[box.key] else _NEVER_MARK,
                here=False,
            )
            for box in layout.boxes
        ),
    )


def paint_changes(tree: Tree, lang: str, changed: Mapping[str, str], ways: Collection[tuple[str, str]] = ()) -> Picture:
    """The picture of a tree with the steps that a comparison names, as a code of CHANGES, and the new ways."""
    layout = lay_out(tree, lang)
    edges = [_edge(line, taken=(line.step, line.option) in ways) for line in layout.lines]
    return Picture(
        _n(layout.width),
        _n(layout.height),
        tuple(sorted(edges, key=lambda edge: edge.taken)),
        tuple(
            _label(line.label, (line.step, line.option) in ways, sign="+ ")
            for line in layout.lines
            if line.label is not None
        ),
        tuple(
            _node(
                box,
                lang,
                state=f" node-{changed[box.key]}" if box.key in changed else "",
                mark=CHANGES[changed[box.key]] if box.key in changed else None,
                here=False,
            )
            for box in layout.boxes
        ),
    )


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _edge(line: Line, *, taken: bool = False, never: bool = False) -> DrawnEdge:
    (x, y), *rest = line.points
    path = [f"M{_n(x)} {_n(y)}"]
    for to_x, to_y in rest:
        if to_x == x:
            path.append(f"V{_n(to_y)}")
        else:
            middle = (y + to_y) / 2
            path.append(f"C{_n(x)} {_n(middle)} {_n(to_x)} {_n(middle)} {_n(to_x)} {_n(to_y)}")
        x, y = to_x, to_y
    half, length = _ARROW
    tail = y + length if line.back else y - length
    arrow = f"M{_n(x)} {_n(y)}L{_n(x - half)} {_n(tail)}H{_n(x + half)}Z"
    css = "edge" + (" edge-back" if line.back else "") + (" edge-taken" if taken else "")
    css += " edge-never" if never else ""
    return DrawnEdge(css, "".join(path), arrow, taken)


def _label(box: Box, taken: bool, *, sign: str = "✓ ", last: str = "", never: bool = False) -> DrawnLabel:
    middle = box.centre
    first = box.y + LABEL_PAD / 2 + SMALL_LINE * 0.74
    texts = [f"{sign}{box.lines[0]}" if taken else box.lines[0], *box.lines[1:]]
    if last and texts[-1] == COUNT_ROOM:
        texts[-1] = last
    return DrawnLabel(
        "edge-plate" + (" edge-plate-taken" if taken else "") + (" edge-plate-never" if never else ""),
        _n(box.x),
        _n(box.y),
        _n(box.width),
        _n(box.height),
        tuple(TextLine(_n(middle), _n(first + n * SMALL_LINE), text) for n, text in enumerate(texts)),
    )


def _node(box: Box, lang: str, *, state: str, mark: Words | None, here: bool) -> DrawnNode:
    if box.step is None:
        raise ValueError(f"{box.key} is no step")
    kind = box.step.kind
    left = box.x + STEP_PAD
    first = box.y + HEAD + LINE * 0.78
    return DrawnNode(
        f"node node-{kind}{state}",
        here,
        _n(box.x),
        _n(box.y),
        _n(box.width),
        _n(box.height),
        _outline(box, kind),
        TextLine(_n(left), _n(box.y + 17), f"{box.number} · {kind.label(lang)}"),
        TextLine(_n(box.x + box.width - STEP_PAD), _n(box.y + 17), mark.name(lang)) if mark else None,
        tuple(TextLine(_n(left), _n(first + n * LINE), text) for n, text in enumerate(box.lines)),
    )


def _outline(box: Box, kind: Kind) -> str:
    """The form of a kind: rounded for a question, square for an action, cut for a rule, and so on."""
    x, y, right, foot = box.x, box.y, box.x + box.width, box.y + box.height
    match kind:
        case Kind.ACTION:
            return f"M{_n(x)} {_n(y)}H{_n(right)}V{_n(foot)}H{_n(x)}Z"
        case Kind.DECISION:
            return (
                f"M{_n(x + _CUT)} {_n(y)}H{_n(right - _CUT)}L{_n(right)} {_n(y + _CUT)}V{_n(foot - _CUT)}"
                f"L{_n(right - _CUT)} {_n(foot)}H{_n(x + _CUT)}L{_n(x)} {_n(foot - _CUT)}V{_n(y + _CUT)}Z"
            )
        case Kind.WAIT:
            # Drawn in at its sides, as a sand-glass.
            middle = y + box.height / 2
            return (
                f"M{_n(x)} {_n(y)}H{_n(right)}L{_n(right - _CUT / 2)} {_n(middle)}L{_n(right)} {_n(foot)}"
                f"H{_n(x)}L{_n(x + _CUT / 2)} {_n(middle)}Z"
            )
        case Kind.HAND_OVER:
            # An arrow to the right: it goes to somebody else.
            middle = y + box.height / 2
            return (
                f"M{_n(x)} {_n(y)}H{_n(right - _CUT)}L{_n(right)} {_n(middle)}L{_n(right - _CUT)} {_n(foot)}H{_n(x)}Z"
            )
        case _:
            return _rounded(box, 24.0 if kind == Kind.END else 14.0)


def _rounded(box: Box, radius: float) -> str:
    x, y, right, foot = box.x, box.y, box.x + box.width, box.y + box.height
    r = min(radius, box.height / 2)
    return (
        f"M{_n(x + r)} {_n(y)}H{_n(right - r)}C{_n(right)} {_n(y)} {_n(right)} {_n(y)} {_n(right)} {_n(y + r)}"
        f"V{_n(foot - r)}C{_n(right)} {_n(foot)} {_n(right)} {_n(foot)} {_n(right - r)} {_n(foot)}"
        f"H{_n(x + r)}C{_n(x)} {_n(foot)} {_n(x)} {_n(foot)} {_n(x)} {_n(foot - r)}"
        f"V{_n(y + r)}C{_n(x)} {_n(y)} {_n(x)} {_n(y)} {_n(x + r)} {_n(y)}Z"
    )
