"""A tall drawing in strips: nothing lost, nothing on top of anything, and larger on the sheet."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.trees import EVERY_KIND, grow, grown
from sangto.playbooks.drawing import Box, Layout, lay_out
from sangto.playbooks.folding import fold, scale_on
from sangto.playbooks.painting import paint
from sangto.playbooks.reading import read
from sangto.playbooks.svg import A3, as_svg


def folded(text: str) -> tuple[Layout, Layout]:
    layout = lay_out(read(text), "vi")
    return layout, fold(layout, A3)


def test_it_works() -> None:
    before, after = folded(grow(random.Random(3), 60))
    assert after.plates
    # Twice as large on the sheet: 60 steps can be read on one.
    assert scale_on(after, A3) > 1.8 * scale_on(before, A3)


def test_what_fits_is_not_cut() -> None:
    before, after = folded(EVERY_KIND)
    assert scale_on(after, A3) >= scale_on(before, A3)
    small = "playbook: s\nname: {vi: S, en: S}\nstart: a\nsteps:\n  a:\n    kind: end\n    text: {vi: A, en: A}\n"
    before, after = folded(small + "    outcome: answer\n")
    assert (after, after.plates) == (before, ())


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width - 0.2
        and other.x < one.x + one.width - 0.2
        and one.y < other.y + other.height - 0.2
        and other.y < one.y + one.height - 0.2
    )


@settings(deadline=None, max_examples=20)
@given(grown(60), st.sampled_from([A3, (210.0, 297.0), (1000.0, 100.0)]))
def test_every_step_stands_once_and_nothing_lies_on_anything(text: str, sheet: tuple[float, float]) -> None:
    before = lay_out(read(text), "vi")
    after = fold(before, sheet)
    assert scale_on(after, sheet) >= scale_on(before, sheet)
    assert sorted(box.key for box in after.boxes) == sorted(box.key for box in before.boxes)
    said = [line.label.lines for line in before.lines if line.label]
    assert sorted(line.label.lines for line in after.lines if line.label) == sorted(said)
    labels = [line.label for line in after.lines if line.label]
    things = [*after.boxes, *labels, *after.plates]
    for one, other in combinations(things, 2):
        assert not overlap(one, other), (one, other)
    for thing in things:
        assert thing.x >= 0
        assert thing.y >= 0
        assert thing.x + thing.width <= after.width
        assert thing.y + thing.height <= after.height


@settings(deadline=None, max_examples=12)
@given(grown(60))
def test_a_cut_way_goes_on_where_its_plate_says(text: str) -> None:
    tree = read(text)
    after = fold(lay_out(tree, "en"), A3)
    numbers = tree.numbers()
    plates = {plate.lines[0] for plate in after.plates}
    ways: dict[tuple[str, str], int] = {}
    for line in after.lines:
        ways[line.step, line.option] = ways.get((line.step, line.option), 0) + 1
    assert set(ways) == {(step.id, option.id) for step in tree.steps.values() for option in step.options}
    for (step, option), pieces in ways.items():
        assert pieces in (1, 2, 3)
        if pieces > 1:
            way = tree.steps[step].option(option)
            assert way is not None
            assert {f"→ {numbers[way.to]}", f"{numbers[step]} →"} <= plates


@pytest.mark.parametrize("seed", range(3))
def test_the_sheet_is_turned_as_the_picture_is(seed: int) -> None:
    picture = paint(read(grow(random.Random(seed), 60)), "vi", sheet=A3)
    text = as_svg(picture, "Cây", sheet=True)
    lying = float(picture.width) >= float(picture.height)
    assert ('width="400mm" height="277mm"' if lying else 'width="277mm" height="400mm"') in text
