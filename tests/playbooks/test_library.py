"""The playbooks that come with the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from sangto.playbooks.files import check_file, library_files, read_file
from sangto.playbooks.simulate import simulate
from sangto.playbooks.tree import BadPlaybook, Kind, StepRole

FILES = library_files()


SIX = ("disaster-alarm", "fake-media", "food-scare", "fraud-impersonation", "health-rumour", "many-rumours")


def test_there_are_the_six_and_the_general_one() -> None:
    assert {path.stem for path in FILES} == {*SIX, "is-this-true"}


@pytest.mark.parametrize("slug", SIX)
def test_each_of_the_six_is_whole(slug: str) -> None:
    """Rules, waits and hand-overs; evidence before writing; a second person."""
    tree = read_file(next(path for path in FILES if path.stem == slug))
    steps = tree.steps.values()
    assert len(steps) >= 18
    assert {step.kind for step in steps} == set(Kind)
    assert any(step.needs and step.needs.independent for step in steps)
    assert any(step.kind == Kind.HAND_OVER and step.role == StepRole.REVIEWER for step in steps)
    assert any(step.target for step in steps)
    for step in steps:
        if step.kind == Kind.DECISION:
            # A threshold without its reason is a whim.
            assert step.guidance is not None
    texts = [step.text.vi for step in steps]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_way_is_walked_by_chance(path: Path) -> None:
    tree = read_file(path)
    assert simulate(tree, runs=3_000, seed=2).never == ()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_valid(path: Path) -> None:
    assert [str(problem) for problem in check_file(path)] == []
    tree = read_file(path)
    assert tree.slug == path.stem
    assert tree.about is not None
    assert sum(step.kind == Kind.QUESTION for step in tree.steps.values()) >= 4


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_names_its_public_sources(path: Path) -> None:
    sources = read_file(path).sources
    assert len(sources) >= 3
    assert all(source.title and source.url.startswith("https://") for source in sources)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_languages_are_not_mixed_up(path: Path) -> None:
    """Vietnamese of this length has marks, English has none."""
    for step in read_file(path).steps.values():
        assert not step.text.vi.isascii()
        assert step.text.en.replace("–", "").isascii()


def test_a_file_that_is_no_text_is_a_problem_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(b"playbook: x\nname: \xff\xfe\n")
    assert [str(problem) for problem in check_file(path)] == ["bad.yaml:2: this is not UTF-8 text"]
    with pytest.raises(BadPlaybook):
        read_file(path)


def test_a_missing_file_is_not_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        check_file(tmp_path / "none.yaml")
