"""The drawing: nothing lies on anything else, and it is the same every time."""

from __future__ import annotations

import random
import re
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings

from playbooks.trees import EVERY_KIND, SMALL, grow, grown
from sangto.playbooks.drawing import LAYER_GAP, Box, Layout, lay_out, text_width, wrap
from sangto.playbooks.files import library_files, read_file
from sangto.playbooks.painting import paint, paint_coverage
from sangto.playbooks.reading import read
from sangto.playbooks.tree import Kind


def _all_boxes(layout: Layout) -> list[Box]:
    return [*layout.boxes, *(line.label for line in layout.lines if line.label)]


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def _check_picture(layout: Layout) -> None:
    boxes = _all_boxes(layout)
    for one, other in combinations(boxes, 2):
        assert not _overlap(one, other), (one.key, other.key)
    for box in boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= layout.width
        assert box.y + box.height <= layout.height
    for line in layout.lines:
        own = {line.step, line.to, f"{line.step}.{line.option}"}
        for (x, y), (to_x, to_y) in pairwise(line.points):
            if x != to_x:
                # A line bends only between two layers, where no box stands.
                assert abs(to_y - y) == pytest.approx(LAYER_GAP, abs=0.2)
            top, foot = min(y, to_y), max(y, to_y)
            for box in boxes:
                if box.key in own:
                    continue
                beside = max(x, to_x) <= box.x or box.x + box.width <= min(x, to_x)
                assert beside or foot <= box.y + 0.2 or box.y + box.height - 0.2 <= top, (line.step, box.key)


@pytest.mark.parametrize("seed", range(6))
def test_sixty_steps_do_not_overlap(seed: int) -> None:
    tree = read(grow(random.Random(seed), 60))
    layout = lay_out(tree, "vi")
    assert len(layout.boxes) == len(tree.steps) >= 40
    assert len(layout.lines) == sum(len(step.options) for step in tree.steps.values())
    _check_picture(layout)


@given(grown(30))
@settings(max_examples=60, deadline=None)
def test_no_tree_has_a_box_on_a_box_or_a_line_through_one(text: str) -> None:
    tree = read(text)
    layout = lay_out(tree, "vi")
    _check_picture(layout)
    # Each step once, each option once; ends at the step it leads to.
    assert {box.key for box in layout.boxes} == set(tree.steps)
    box_of = {box.key: box for box in layout.boxes}
    for line in layout.lines:
        (x, y), target = line.points[-1], box_of[line.to]
        assert target.x <= x <= target.x + target.width
        assert y == pytest.approx(target.y + target.height if line.back else target.y, abs=0.2)


@pytest.mark.parametrize("path", library_files(), ids=lambda path: path.stem)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_library_is_drawn(path: object, lang: str) -> None:
    tree = read_file(path)  # type: ignore[arg-type]
    layout = lay_out(tree, lang)
    _check_picture(layout)
    assert layout.width < 1500


def test_the_same_tree_gives_the_same_picture() -> None:
    text = grow(random.Random(5), 40)
    assert lay_out(read(text), "vi") == lay_out(read(text), "vi")


def test_the_path_is_marked_in_words_and_shapes() -> None:
    picture = paint(read(SMALL), "en", taken={("first", "yes"), ("look", "done")}, here="found")
    marks = {node.head.text: (node.css, node.mark.text if node.mark else "") for node in picture.nodes}
    assert marks["1 · Question"] == ("node node-question node-taken", "✓ Passed")
    assert marks["2 · To do"] == ("node node-action node-taken", "✓ Passed")
    assert marks["3 · Question"] == ("node node-question node-here", "● Here now")
    assert marks["5 · End"] == ("node node-end", "")
    assert sum(edge.taken for edge in picture.edges) == 2
    assert [label.lines[0].text for label in picture.labels if "taken" in label.css] == ["✓ Yes"]
    assert len([edge for edge in picture.edges if "edge-back" in edge.css]) == 1


def test_numbers_in_the_picture_are_written_with_a_point() -> None:
    """A template in Vietnamese would write 1,5; then nothing is drawn."""
    picture = paint(read(SMALL), "vi")
    numbers = [picture.width, picture.height, *(n for node in picture.nodes for n in (node.x, node.y, node.width))]
    assert all(re.fullmatch(r"-?\d+(\.\d)?", number) for number in numbers)
    assert all(re.fullmatch(r"[MVCLHZ0-9. -]+", edge.path + edge.arrow) for edge in picture.edges)


@pytest.mark.parametrize("width", [60.0, 120.0, 186.0])
def test_words_are_wrapped_into_the_box(width: float) -> None:
    text = "Những người nghiêng ngả thường xuyên kiểm chứng " + "w" * 60 + " rồi mới đăng"
    lines = wrap(text, width, 14.0)
    assert all(text_width(line, 14.0) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_marks_do_not_make_letters_wider() -> None:
    assert text_width("nghiệp", 14) == text_width("nghiep", 14)


def test_kinds_have_shapes_of_their_own() -> None:
    picture = paint(read(EVERY_KIND), "vi")
    # The letters of an outline say its form: which lines and bends follow each other.
    forms = {node.css.split()[1]: re.sub(r"[0-9. -]+", "", node.path) for node in picture.nodes}
    assert set(forms) == {f"node-{kind}" for kind in Kind}
    # A question and an end are both rounded, an end more so.
    assert forms.pop("node-end") == forms["node-question"]
    assert len(set(forms.values())) == len(Kind) - 1


def test_coverage_says_what_was_never_taken_in_words_and_in_form() -> None:
    tree = read(SMALL)
    picture = paint_coverage(tree, "en", {("first", "yes"): (3, 2), ("look", "done"): (3, 0)})
    said = [label.lines[-1].text for label in picture.labels]
    assert "3 · 2" in said
    assert "3 · 0" in said
    assert said.count("never") == len([o for s in tree.steps.values() for o in s.options]) - 2
    assert sum("edge-never" in edge.css for edge in picture.edges) == said.count("never")
    never = {node.lines[0].text for node in picture.nodes if node.mark}
    assert never == {"Opinion", "Write"}
