"""The playbooks that come with the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from sangto.playbooks.files import check_file, library_files, read_file
from sangto.playbooks.tree import BadPlaybook, Kind

FILES = library_files()


def test_there_are_three() -> None:
    assert [path.stem for path in FILES] == ["fraud-impersonation", "health-rumour", "is-this-true"]


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
