"""Where the boxes and lines of a tree's picture go. Pure: a tree in, coordinates out.

A layered drawing from top to bottom, each step drawn once however many branches reach it:
1. Loops are cut at the edge that goes back, and each step is put one layer below the lowest that leads to it.
2. An option's words are boxes too, in a layer of their own between the steps, so that words never lie on words.
   A line that passes a layer gets a narrow place there, so that it never runs through a box.
3. The order in a layer is improved by turns downward and upward (median of the neighbours, then swaps).
4. Positions: each box wishes to stand at the mean of its neighbours; what keeps the order and the distances and is
   nearest to the wishes (least squares) is found exactly, layer by layer.

Units are CSS pixels at the size the drawing is meant to be read.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final

from sangto.playbooks.tree import Kind, Step, Tree, outcome_words

FONT: Final = 14.0
LINE: Final = 20.0
SMALL_FONT: Final = 12.5
SMALL_LINE: Final = 17.0
STEP_WIDTH: Final = 212.0
STEP_PAD: Final = 13.0
# The line above a step's words that says its number, its kind and whether it was taken.
HEAD: Final = 22.0
LABEL_WIDTH: Final = 132.0
LABEL_PAD: Final = 8.0
# Room for the tick of a taken option, kept in any case: a picture does not jump while one walks.
TICK: Final = 14.0
# Between two boxes of a layer, between a box and a passing line, between layers.
GAP: Final = 22.0
LINE_GAP: Final = 14.0
LAYER_GAP: Final = 22.0
MARGIN: Final = 16.0
# Lines at the foot of a box keep this distance from each other and from its corners.
PORT_GAP: Final = 26.0
CORNER: Final = 24.0
# So many ends of one question are not put side by side.
TWO_ROWS: Final = 4
# What the line of counts is at its widest: the room that it gets.
COUNT_ROOM: Final = "0000 · 0000"
SWEEPS: Final = 12
SETTLING: Final = 16
STRAIGHTENING: Final = 4
# A passing line wishes to be straight more than a box wishes to be in the middle.
STRAIGHT: Final = 6.0

# Widths in units of the font size, measured on common sans-serif faces and rounded up: a line may come out shorter
# than its box, never longer.
_NARROW: Final = frozenset("iljtfrI.,;:!'|()[]-·“”‘’ ")
_WIDE: Final = frozenset("mwMW%@—…→")


def text_width(text: str, font: float) -> float:
    """About how wide the text is in a sans-serif face, a little more rather than less."""
    width = 0.0
    for char in text:
        base = unicodedata.normalize("NFD", char)[0]
        if base in _NARROW:
            width += 0.37
        elif base in _WIDE:
            width += 0.92
        elif base.isupper() or base.isdigit():
            width += 0.68
        else:
            width += 0.58
    return width * font


def wrap(text: str, width: float, font: float) -> tuple[str, ...]:
    """The text in lines that fit the width; a single longer word is cut."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if text_width(longer, font) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while text_width(word, font) > width:
            cut = next(n for n in range(len(word), 0, -1) if n == 1 or text_width(word[:n], font) <= width)
            lines.append(word[:cut])
            word = word[cut:]  # noqa: PLW2901 - what is left of it
            if not word:
                break
        line = word
    if line:
        lines.append(line)
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class Box:
    """A step, or an option's words on their way. `x`, `y`: the top left corner."""

    key: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    step: Step | None = None
    number: int = 0

    @property
    def centre(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Line:
    """The way of one option: from a step through the box of its words to the next step."""

    step: str
    option: str
    to: str
    back: bool
    # Corners in the direction of reading; between two of the same x the line is straight.
    points: tuple[tuple[float, float], ...]
    label: Box | None


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole picture in one language, without the state of a walk."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    # Where a line was cut to fit a sheet: the number of the step with which it goes on.
    plates: tuple[Box, ...] = ()


@dataclass(eq=False)
class _Place:
    """Something that takes room in a layer: a step, an option's words, or a passing line."""

    key: str
    layer: int
    width: float
    height: float
    lines: tuple[str, ...] = ()
    step: Step | None = None
    above: list[_Place] = field(default_factory=list)
    below: list[_Place] = field(default_factory=list)
    order: float = 0.0
    x: float = 0.0
    y: float = 0.0

    @property
    def passing(self) -> bool:
        return self.step is None and not self.lines

    @property
    def foot(self) -> float:
        return self.y + self.height


@dataclass(frozen=True)
class _Way:
    """An option with the places it goes through, from the upper step to the lower."""

    step: str
    option: str
    to: str
    back: bool
    places: tuple[_Place, ...]
    label: _Place | None


@lru_cache(maxsize=64)
def lay_out(tree: Tree, lang: str, *, counted: bool = False) -> Layout:
    """The picture of a tree in one language; the same every time. `counted`: each way has room for a line of counts."""
    back = _going_back(tree)
    layers, places, ways = _places(tree, lang, back, counted=counted)
    _put_in_order(layers)
    _settle(layers)
    _straighten(layers, ways)
    _stack(layers)
    return _picture(tree, layers, places, ways)


# -- 1. layers --------------------------------------------------------------------------------------------------------
def _going_back(tree: Tree) -> frozenset[tuple[str, str]]:
    """The (step, option) pairs that lead to a step one is still below of, walking depth first."""
    back: set[tuple[str, str]] = set()
    state: dict[str, str] = {}
    trail: list[tuple[str, int]] = [(tree.start, 0)]
    state[tree.start] = "open"
    while trail:
        step_id, nth = trail.pop()
        options = tree.steps[step_id].options
        if nth == len(options):
            state[step_id] = "done"
            continue
        trail.append((step_id, nth + 1))
        option = options[nth]
        if state.get(option.to) == "open":
            back.add((step_id, option.id))
        elif option.to not in state:
            state[option.to] = "open"
            trail.append((option.to, 0))
    return frozenset(back)


def _depths(tree: Tree, back: Collection[tuple[str, str]]) -> dict[str, int]:
    """One more than the deepest step that leads there; many ends of one question stand in two rows."""
    leads: dict[str, list[str]] = {step_id: [] for step_id in tree.steps}
    waits = dict.fromkeys(tree.steps, 0)
    for step in tree.steps.values():
        for option in step.options:
            if (step.id, option.id) not in back:
                leads[step.id].append(option.to)
                waits[option.to] += 1
    depth = dict.fromkeys(tree.steps, 0)
    ready = [step_id for step_id, count in waits.items() if count == 0]
    while ready:
        step_id = ready.pop()
        for target in leads[step_id]:
            depth[target] = max(depth[target], depth[step_id] + 1)
            waits[target] -= 1
            if waits[target] == 0:
                ready.append(target)
    leads_there = Counter(option.to for step in tree.steps.values() for option in step.options)
    for step in tree.steps.values():
        ends = [
            option.to
            for option in step.options
            if tree.steps[option.to].kind == Kind.END and leads_there[option.to] == 1
        ]
        if len(ends) >= TWO_ROWS:
            for end in ends[1::2]:
                depth[end] += 1
    return depth


# -- 2. what takes room -----------------------------------------------------------------------------------------------
def _step_place(step: Step, layer: int, lang: str) -> _Place:
    inner = STEP_WIDTH - 2 * STEP_PAD
    lines = wrap(step.text.name(lang), inner, FONT)
    if step.kind == Kind.END:
        lines += wrap(f"→ {outcome_words(step.outcome).name(lang)}", inner, FONT)
    height = HEAD + len(lines) * LINE + STEP_PAD
    return _Place(step.id, layer, STEP_WIDTH, height, lines, step)


def _label_place(key: str, words: str, layer: int, *, counted: bool) -> _Place:
    lines = wrap(words, LABEL_WIDTH - 2 * LABEL_PAD - TICK, SMALL_FONT)
    if counted:
        lines = (*lines, COUNT_ROOM)
    width = max(text_width(line, SMALL_FONT) for line in lines) + 2 * LABEL_PAD + TICK
    return _Place(key, layer, width, len(lines) * SMALL_LINE + LABEL_PAD, lines)


def labelled(step: Step) -> bool:
    """Whether the ways on from here need words: one way needs none."""
    return len(step.options) > 1


def _places(
    tree: Tree, lang: str, back: Collection[tuple[str, str]], *, counted: bool
) -> tuple[list[list[_Place]], dict[str, _Place], list[_Way]]:
    """Steps stand in the even layers, options' words in the odd ones."""
    depth = _depths(tree, back)
    layers: list[list[_Place]] = [[] for _ in range(2 * max(depth.values()) + 1)]
    steps: dict[str, _Place] = {}
    for step_id in tree.numbers():
        place = _step_place(tree.steps[step_id], 2 * depth[step_id], lang)
        steps[step_id] = place
        layers[place.layer].append(place)
    ways: list[_Way] = []
    for step_id in tree.numbers():
        step = tree.steps[step_id]
        for option in step.options:
            going_back = (step_id, option.id) in back
            # Laid out downwards in any case; drawn in its own direction.
            upper, lower = (steps[option.to], steps[step_id]) if going_back else (steps[step_id], steps[option.to])
            if upper is lower:
                continue
            label_layer = lower.layer - 1 if going_back else upper.layer + 1
            key = f"{step_id}.{option.id}"
            between: list[_Place] = []
            label: _Place | None = None
            for layer in range(upper.layer + 1, lower.layer):
                if layer == label_layer and (counted or labelled(step)):
                    label = _label_place(key, option.label.name(lang), layer, counted=counted)
                    between.append(label)
                else:
                    between.append(_Place(f"{key}.{layer}", layer, 2.0, 0.0))
            chain = (upper, *between, lower)
            for place in between:
                layers[place.layer].append(place)
            for one, other in pairwise(chain):
                one.below.append(other)
                other.above.append(one)
            ways.append(_Way(step_id, option.id, option.to, going_back, chain, label))
    return layers, steps, ways


# -- 3. order ---------------------------------------------------------------------------------------------------------
def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _crossings(layers: Sequence[Sequence[_Place]]) -> int:
    total = 0
    for layer in layers[:-1]:
        seen: list[float] = []
        for place in layer:
            for end in sorted(below.order for below in place.below):
                total += len(seen) - bisect_right(seen, end)
                insort(seen, end)
    return total


def _number(layer: Sequence[_Place]) -> None:
    for number, place in enumerate(layer):
        place.order = float(number)


def _put_in_order(layers: list[list[_Place]]) -> None:
    for layer in layers:
        _number(layer)
    best, fewest = [list(layer) for layer in layers], _crossings(layers)
    for sweep in range(SWEEPS):
        downward = sweep % 2 == 0
        for layer in layers if downward else reversed(layers):
            wishes = {
                id(place): _median([near.order for near in nears])
                if (nears := place.above if downward else place.below)
                else place.order
                for place in layer
            }
            layer.sort(key=lambda place, wishes=wishes: wishes[id(place)])  # type: ignore[misc]
            _number(layer)
        for layer in layers:
            _swap(layer)
        crossings = _crossings(layers)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
        if fewest == 0:
            break
    layers[:] = best
    for layer in layers:
        _number(layer)


def _swap(layer: list[_Place]) -> None:
    """Exchange neighbours as long as that leaves fewer crossings."""
    better = True
    while better:
        better = False
        for n in range(len(layer) - 1):
            left, right = layer[n], layer[n + 1]
            if _between(right, left) < _between(left, right):
                layer[n], layer[n + 1] = right, left
                left.order, right.order = right.order, left.order
                better = True


def _between(left: _Place, right: _Place) -> int:
    """How many lines of the two cross when they stand in this order."""
    return sum(
        1
        for ours, theirs in ((left.above, right.above), (left.below, right.below))
        for one in ours
        for other in theirs
        if one.order > other.order
    )


# -- 4. positions -----------------------------------------------------------------------------------------------------
def _distance(left: _Place, right: _Place) -> float:
    gap = LINE_GAP if left.passing or right.passing else GAP
    return (left.width + right.width) / 2 + gap


def _fit(layer: Sequence[_Place], wishes: Sequence[float], weights: Sequence[float]) -> None:
    """Centres nearest to the wishes that keep the order and the distances (pooling of adjacent violators)."""
    offsets = [0.0]
    for left, right in pairwise(layer):
        offsets.append(offsets[-1] + _distance(left, right))
    pools: list[tuple[float, float, int]] = []
    for wish, weight, offset in zip(wishes, weights, offsets, strict=True):
        mean, total, count = wish - offset, weight, 1
        while pools and pools[-1][0] >= mean:
            before, before_total, before_count = pools.pop()
            mean = (before * before_total + mean * total) / (before_total + total)
            total += before_total
            count += before_count
        pools.append((mean, total, count))
    n = 0
    for mean, _total, count in pools:
        for _ in range(count):
            layer[n].x = mean + offsets[n]
            n += 1


def _pull(place: _Place, near: _Place) -> float:
    if place.passing and near.passing:
        return STRAIGHT
    return STRAIGHT / 2 if place.passing or near.passing else 1.0


def _settle(layers: Sequence[Sequence[_Place]]) -> None:
    for layer in layers:
        _fit(layer, [0.0] * len(layer), [1.0] * len(layer))
    for turn in range(SETTLING):
        # Towards the end both neighbours count, so that neither direction has the last word.
        both = turn >= SETTLING // 2
        for layer in layers if turn % 2 == 0 else reversed(layers):
            wishes, weights = [], []
            for place in layer:
                nears = place.above + place.below if both else (place.above if turn % 2 == 0 else place.below)
                pulls = [_pull(place, near) for near in nears]
                total = sum(pulls)
                wishes.append(
                    sum(near.x * pull for near, pull in zip(nears, pulls, strict=True)) / total if total else place.x
                )
                weights.append(total or 0.1)
            _fit(layer, wishes, weights)


def _straighten(layers: Sequence[Sequence[_Place]], ways: Sequence[_Way]) -> None:
    """Move words and passing lines below where their way came from, as far as their neighbours leave room."""
    beside: dict[int, tuple[_Place | None, _Place | None]] = {}
    for layer in layers:
        for n, place in enumerate(layer):
            beside[id(place)] = (layer[n - 1] if n else None, layer[n + 1] if n + 1 < len(layer) else None)
    for _turn in range(STRAIGHTENING):
        ports = _ports(ways)
        for n, way in enumerate(ways):
            x = ports[n, 0]
            for place in way.places[1:-1]:
                left, right = beside[id(place)]
                if left is not None:
                    x = max(x, left.x + _distance(left, place))
                if right is not None:
                    x = min(x, right.x - _distance(place, right))
                place.x = x
    left_edge = min(place.x - place.width / 2 for layer in layers for place in layer)
    for layer in layers:
        for place in layer:
            place.x += MARGIN - left_edge


def _stack(layers: Sequence[Sequence[_Place]]) -> None:
    y = MARGIN
    for number, layer in enumerate(layers):
        height = max((place.height for place in layer), default=0.0)
        for place in layer:
            # Steps hang from the top of their layer; words stand in the middle of theirs.
            place.y = y if number % 2 == 0 else y + (height - place.height) / 2
            if place.passing:
                place.y, place.height = y, height
        y += height + LAYER_GAP


# -- the picture ------------------------------------------------------------------------------------------------------
def _box(place: _Place, number: int = 0) -> Box:
    return Box(
        place.key,
        round(place.x - place.width / 2, 1),
        round(place.y, 1),
        round(place.width, 1),
        round(place.height, 1),
        place.lines,
        place.step,
        number,
    )


def _ports(ways: Sequence[_Way]) -> dict[tuple[int, int], float]:
    """Where on a step each way begins or ends, by the order of where it goes: (way, 0 above or 1 below) → x."""
    ends: dict[tuple[int, int], list[tuple[float, int]]] = {}
    for n, way in enumerate(ways):
        upper, lower = way.places[0], way.places[-1]
        ends.setdefault((id(upper), 1), []).append((way.places[1].x, n))
        ends.setdefault((id(lower), 0), []).append((way.places[-2].x, n))
    centres = {id(place): place.x for way in ways for place in (way.places[0], way.places[-1])}
    ports: dict[tuple[int, int], float] = {}
    for (place, side), wishes in ends.items():
        wishes.sort()
        room = STEP_WIDTH - 2 * CORNER
        gap = min(PORT_GAP, room / max(1, len(wishes) - 1))
        first = centres[place] - gap * (len(wishes) - 1) / 2
        for nth, (_x, n) in enumerate(wishes):
            ports[n, 1 - side] = first + nth * gap
    return ports


def _picture(
    tree: Tree, layers: Sequence[Sequence[_Place]], steps: Mapping[str, _Place], ways: Sequence[_Way]
) -> Layout:
    numbers = tree.numbers()
    ports = _ports(ways)
    tops = [min((place.y for place in layer), default=0.0) for layer in layers]
    feet = [max((place.foot for place in layer), default=0.0) for layer in layers]
    lines = []
    for n, way in enumerate(ways):
        upper, lower = way.places[0], way.places[-1]
        start = ports[n, 0]
        points = [(start, upper.foot), (start, feet[upper.layer])]
        for place in way.places[1:-1]:
            points += [(place.x, tops[place.layer]), (place.x, feet[place.layer])]
        points.append((ports[n, 1], lower.y))
        if way.back:
            points.reverse()
        lines.append(
            Line(
                way.step,
                way.option,
                way.to,
                way.back,
                tuple((round(x, 1), round(y, 1)) for x, y in points),
                _box(way.label) if way.label else None,
            )
        )
    boxes = tuple(_box(steps[step_id], number) for step_id, number in numbers.items())
    width = max(place.x + place.width / 2 for layer in layers for place in layer) + MARGIN
    return Layout(round(width, 1), round(feet[-1] + MARGIN, 1), boxes, tuple(lines))
