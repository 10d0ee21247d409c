"""A tall picture cut into strips that stand side by side, so that it fits a sheet at a size one can read. Pure.

Cuts lie between the layers. A line that crosses one ends at a plate with the number of the step where it goes on, and
begins again there at a plate with the number of the step it came from: "→ 34" here, "12 →" there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from typing import Final

from sangto.playbooks.drawing import LABEL_PAD, LAYER_GAP, MARGIN, SMALL_FONT, SMALL_LINE, Box, Layout, Line, text_width

STRIPS_MOST: Final = 8
# Between two strips, and between two plates of a row.
STRIP_GAP: Final = 30.0
PLATE_GAP: Final = 6.0
PLATE_HEIGHT: Final = SMALL_LINE + LABEL_PAD
ROW: Final = PLATE_HEIGHT + PLATE_GAP
Point = tuple[float, float]


def fold(layout: Layout, sheet: tuple[float, float]) -> Layout:
    """The layout in as many strips as let it be drawn largest on a sheet of this size, lying or standing."""
    best, best_scale = layout, 0.0
    for strips in range(1, STRIPS_MOST + 1):
        folded = _in_strips(layout, _cuts(layout, strips))
        scale = scale_on(folded, sheet)
        # A further strip must be worth its cuts.
        if scale > best_scale * 1.05:
            best, best_scale = folded, scale
    return best


def scale_on(layout: Layout, sheet: tuple[float, float]) -> float:
    """Units of the sheet for one of the picture, the sheet turned as it fits better."""
    wide, high = sheet
    return max(
        min(wide / layout.width, high / layout.height),
        min(high / layout.width, wide / layout.height),
    )


def _cuts(layout: Layout, strips: int) -> tuple[float, ...]:
    """Heights between layers of steps at which nothing stands, nearest to an even division."""
    things = [*layout.boxes, *(line.label for line in layout.lines if line.label is not None)]
    tops = sorted({round(box.y, 1) for box in layout.boxes})
    free = [
        y
        for top in tops[1:]
        if not any(thing.y < (y := top - LAYER_GAP / 2) < thing.y + thing.height for thing in things)
    ]
    chosen: list[float] = []
    for n in range(1, strips):
        wanted = layout.height * n / strips
        later = [y for y in free if not chosen or y > chosen[-1]]
        if later:
            chosen.append(min(later, key=lambda y: abs(y - wanted)))
    return tuple(chosen)


@dataclass(slots=True)
class _Stub:
    """A plate at a cut: which strip, whether at its head, and where."""

    strip: int
    at_head: bool
    x: float
    text: str
    row: int = 0

    @property
    def width(self) -> float:
        return text_width(self.text, SMALL_FONT) + LABEL_PAD * 2

    def box(self, x: float, y: float) -> Box:
        return Box(f"stub {self.text}", x - self.width / 2, y, self.width, PLATE_HEIGHT, (self.text,))


@dataclass(slots=True)
class _Piece:
    """What of a line lies in one strip; a stub at its end is where it was cut."""

    line: Line
    strip: int
    points: list[Point]
    begins: _Stub | None = None
    ends: _Stub | None = None
    label: Box | None = None


def _in_strips(layout: Layout, cuts: Sequence[float]) -> Layout:
    if not cuts:
        return layout
    strips = len(cuts) + 1
    numbers = {box.key: box.number for box in layout.boxes}
    pieces = [piece for line in layout.lines for piece in _pieces(line, cuts, numbers)]
    stubs = _settled(stub for piece in pieces for stub in (piece.begins, piece.ends) if stub is not None)
    labels = [(bisect_right(cuts, line.label.y), line.label) for line in layout.lines if line.label is not None]
    boxes = [(bisect_right(cuts, box.y), box) for box in layout.boxes]
    # How far each strip moves to the left, and where it begins; rows of plates stand above and below.
    moves: list[Point] = []
    x, tallest = MARGIN, 0.0
    edges = [0.0, *cuts, layout.height]
    for strip in range(strips):
        spans = [
            *((box.x, box.x + box.width) for at, box in (*boxes, *labels) if at == strip),
            *((stub.x - stub.width / 2, stub.x + stub.width / 2) for stub in stubs if stub.strip == strip),
            *((px, px) for piece in pieces if piece.strip == strip for px, _py in piece.points),
        ]
        left, right = min(start for start, _end in spans), max(end for _start, end in spans)
        head = ROW * _rows(stubs, strip, at_head=True)
        moves.append((x - left, MARGIN + head - edges[strip]))
        x += right - left + STRIP_GAP
        foot = ROW * _rows(stubs, strip, at_head=False)
        tallest = max(tallest, MARGIN + head + edges[strip + 1] - edges[strip] + foot + MARGIN)

    def moved(box: Box, strip: int) -> Box:
        return replace(box, x=box.x + moves[strip][0], y=box.y + moves[strip][1])

    plates: dict[tuple[int, bool, str, int], Box] = {}
    lines = []
    for piece in pieces:
        dx, dy = moves[piece.strip]
        points = [(px + dx, py + dy) for px, py in piece.points]
        for stub, end in ((piece.begins, 0), (piece.ends, -1)):
            if stub is None:
                continue
            cut = edges[stub.strip] if stub.at_head else edges[stub.strip + 1]
            y = cut + dy + (-ROW * (stub.row + 1) if stub.at_head else ROW * stub.row + PLATE_GAP)
            plates[(stub.strip, stub.at_head, stub.text, round(stub.x))] = stub.box(stub.x + dx, y)
            points[end] = (stub.x + dx, y + (PLATE_HEIGHT if stub.at_head else 0.0))
        lines.append(
            replace(
                piece.line,
                points=tuple(points),
                label=moved(piece.label, piece.strip) if piece.label else None,
            )
        )
    return Layout(
        x - STRIP_GAP + MARGIN,
        tallest,
        tuple(moved(box, strip) for strip, box in boxes),
        tuple(lines),
        tuple(plates.values()),
    )


def _pieces(line: Line, cuts: Sequence[float], numbers: dict[str, int]) -> list[_Piece]:
    first, last = line.points[0], line.points[-1]
    begins, ends = bisect_right(cuts, first[1]), bisect_right(cuts, last[1])
    if begins == ends:
        return [_Piece(line, begins, list(line.points), label=line.label)]
    down = ends > begins
    # An option's words stand right below its step; those of a way back may stand anywhere on it.
    labelled = bisect_right(cuts, line.label.y) if line.label else begins
    onward, backward = f"→ {numbers[line.to]}", f"{numbers[line.step]} →"
    pieces = []
    for strip in dict.fromkeys((begins, labelled, ends)):
        points: list[Point] = []
        head, foot = (cuts[strip - 1] if strip else -inf), (cuts[strip] if strip < len(cuts) else inf)
        came, goes = (head, foot) if down else (foot, head)
        piece = _Piece(line, strip, points, label=line.label if strip == labelled else None)
        if strip != begins:
            piece.begins = _Stub(strip, down, _x_at(line.points, came), backward)
            points.append((piece.begins.x, came))
        points += [point for point in line.points if head < point[1] < foot]
        if strip != ends:
            piece.ends = _Stub(strip, not down, _x_at(line.points, goes), onward)
            points.append((piece.ends.x, goes))
        pieces.append(piece)
    return pieces


def _x_at(points: Sequence[Point], y: float) -> float:
    """Where the line passes a height."""
    for (x1, y1), (x2, y2) in pairwise(points):
        if min(y1, y2) <= y <= max(y1, y2):
            return x1 if y1 == y2 else x1 + (x2 - x1) * (y - y1) / (y2 - y1)
    return points[-1][0]


def _settled(stubs: Iterable[_Stub]) -> list[_Stub]:
    """Plates of one cut in rows, so that none lies on another; those of the same words at one place are one."""
    all_stubs = list(stubs)
    taken: dict[tuple[int, bool], list[list[tuple[float, float, str]]]] = {}
    for stub in sorted(all_stubs, key=lambda stub: (stub.strip, stub.at_head, stub.x)):
        rows = taken.setdefault((stub.strip, stub.at_head), [])
        left, right = stub.x - stub.width / 2 - PLATE_GAP, stub.x + stub.width / 2 + PLATE_GAP
        for number, row in enumerate(rows):
            if all(right <= start or left >= end for start, end, _text in row):
                row.append((left, right, stub.text))
                stub.row = number
                break
        else:
            stub.row = len(rows)
            rows.append([(left, right, stub.text)])
    return all_stubs


def _rows(stubs: Sequence[_Stub], strip: int, *, at_head: bool) -> int:
    return max((stub.row + 1 for stub in stubs if stub.strip == strip and stub.at_head == at_head), default=0)
