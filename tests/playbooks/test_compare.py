"""What changed between two texts, in words and in the picture."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.trees import EVERY_KIND, SMALL, grown
from sangto.playbooks.compare import compare
from sangto.playbooks.files import library_files, read_text
from sangto.playbooks.painting import CHANGES, paint_changes
from sangto.playbooks.reading import read


def changed(old: str, new: str) -> set[tuple[str, str, str]]:
    assert old in EVERY_KIND
    found = compare(read(EVERY_KIND), read(EVERY_KIND.replace(old, new)))
    return {(change.step, change.code, change.what.en) for change in found.changes}


def test_it_works() -> None:
    newer = EVERY_KIND.replace("for: 2 h", "for: 30 min").replace(
        "timeout: {label: {vi: Hết giờ, en: Time is over}, to: say}",
        "timeout: {label: {vi: Hết giờ, en: Time is over}, to: ask}",
    )
    newer = newer.replace("  say:\n", "  ask:\n").replace("Publish what is known", "Ask again")
    found = compare(read(EVERY_KIND), read(newer))
    assert {(change.step, change.code, change.what.en) for change in found.changes} == {
        ("reply", "changed", "How long it waits"),
        ("reply", "changed", "A way leads elsewhere"),
        ("ask", "added", "New step"),
        ("say", "removed", "Step removed"),
    }
    assert found.marks == {"reply": "changed", "ask": "added"}
    assert found.old_marks == {"reply": "changed", "say": "removed"}
    assert found.ways == {("reply", "timeout"), ("ask", "done")}


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (
            "name: {vi: Đủ loại, en: Every kind}",
            "name: {vi: Đủ loại, en: Each kind}",
            ("", "changed", "Name of the playbook"),
        ),
        ("tips_per_hour >= 20", "tips_per_hour >= 30", ("loud", "changed", "Rule of a way")),
        ("    role: editor\n", "", ("sure", "removed", "Who answers")),
        ("    target: 1 h\n", "    target: 2 h\n", ("sure", "changed", "To be done within")),
        ("{at_least: 2, independent: 1}", "{at_least: 3, independent: 1}", ("write", "changed", "Evidence asked for")),
        ("outcome: answer", "outcome: notice", ("answer", "changed", "Ends with")),
        ("      refused: {label: {vi: Không nhận, en: Refused}, to: sure}\n", "", ("lead", "removed", "Way removed")),
        ("https://handbook.example/", "https://book.example/", ("say", "changed", "Links")),
        ("en: Not yet}, to: reply", "en: No}, to: reply", ("sure", "changed", "Words of a way")),
    ],
)
def test_each_field_is_named(old: str, new: str, what: tuple[str, str, str]) -> None:
    assert changed(old, new) == {what}


@settings(deadline=None, max_examples=25)
@given(grown(20), grown(20), st.sampled_from(["vi", "en"]))
def test_any_two_trees_can_be_compared_and_drawn(one: str, other: str, lang: str) -> None:
    old, new = read(one), read(other)
    found = compare(old, new)
    assert compare(new, new).changes == ()
    assert (found.changes == ()) == (one == other)
    assert set(found.marks) <= set(new.steps)
    assert set(found.old_marks) <= set(old.steps)
    assert {change.code for change in found.changes} <= set(CHANGES)
    back = compare(new, old)
    assert {step for step, code in found.marks.items() if code == "added"} == {
        step for step, code in back.old_marks.items() if code == "removed"
    }
    paint_changes(new, lang, found.marks, found.ways)
    paint_changes(old, lang, found.old_marks)


@pytest.mark.parametrize("path", library_files(), ids=lambda path: path.stem)
def test_a_text_is_the_same_as_itself(path: object) -> None:
    tree = read(read_text(path))  # type: ignore[arg-type]
    assert compare(tree, tree).changes == ()
    assert compare(read(SMALL), tree).changes
