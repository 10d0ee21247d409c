"""Documents are tested: what they name exists, and what is written by a tool is up to date."""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from pathlib import Path
from typing import Final

import pytest
from django.apps import apps

import cards
import rooms
from sangto.config import cli

DOCUMENTS: Final = sorted([*rooms.ROOT.glob("*.md"), *(rooms.ROOT / "docs").rglob("*.md")])
_LINK: Final = re.compile(r"\]\(([^)#\s]+)")
_MAKE: Final = re.compile(r"`make ([a-z-]+)")
_SANGTO: Final = re.compile(r"`sangto ([a-z]+)")
_FILE: Final = re.compile(r"`((?:src|tests|docs|tools|benchmarks|content|eval)/[\w./-]+)`")
_VARIABLE: Final = re.compile(r"`((?:SANGTO|DATABASE)_[A-Z_]+)`")


@pytest.fixture(scope="module")
def commands() -> set[str]:
    found: set[str] = set()
    for action in cli.parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= set(action.choices)
    return found


@pytest.fixture(scope="module")
def targets() -> set[str]:
    makefile = (rooms.ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    return set(phony[1].split())


def test_the_page_of_rooms_is_what_the_cards_say() -> None:
    assert cards.PAGE.read_text(encoding="utf-8") == cards.page(), "run: python tools/cards.py"


@pytest.mark.parametrize("room", rooms.ROOMS)
def test_where_a_card_sends_the_reader_there_is_something_to_read(room: str) -> None:
    places = re.split(r",| then ", cards.card(room).lines["Start reading at"].split("(")[0])
    for place in places:
        name = place.strip().rstrip(".") if not place.strip().endswith(".py") else place.strip()
        assert (rooms.SOURCE / room / name).exists(), f"{room} has no {name}"


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: str(file.relative_to(rooms.ROOT)))
def test_what_a_document_names_exists(file: Path, commands: set[str], targets: set[str]) -> None:
    text = file.read_text(encoding="utf-8")
    wrong = [link for link in _LINK.findall(text) if "://" not in link and not (file.parent / link).exists()]
    wrong += [f"make {target}" for target in _MAKE.findall(text) if target not in targets]
    wrong += [f"sangto {command}" for command in _SANGTO.findall(text) if command not in {*commands, "has"}]
    wrong += [place for place in _FILE.findall(text) if "<" not in place and not (rooms.ROOT / place).exists()]
    assert not wrong


def test_the_readme_opens_with_the_two_commands() -> None:
    text = (rooms.ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```\n(.*?)```", text, re.DOTALL)
    assert block is not None
    assert [line.split()[:2] for line in block[1].strip().splitlines()] == [["git", "clone"], ["make", "demo"]]


def test_the_readme_names_every_setting() -> None:
    said = set(_VARIABLE.findall((rooms.ROOT / "README.md").read_text(encoding="utf-8")))
    code = "".join(
        file.read_text(encoding="utf-8")
        for folder in ("config", "matching")
        for file in (rooms.SOURCE / folder).rglob("*.py")
    )
    read = set(
        re.findall(
            r'(?:environ\.get|env\.get|environ|whole_number|folder_or_none)[(\[]\s*"((?:SANGTO|DATABASE)_[A-Z_]+)"',
            code,
        )
    )
    assert read == said


# Rows that hold a part of a thing, or serve the machinery; pages and documents never speak of them alone.
_PARTS: Final = {
    "ChainHead", "Stream", "Message", "OptOut", "Publication", "PlaybookVersion", "ArticleVersion",
    "VersionText", "VersionEditor", "DocumentVector", "DraftEditor",
}  # fmt: skip


def test_every_model_has_a_word() -> None:
    known = set(re.findall(r"\*\*(\w+)\*\*", (rooms.ROOT / "docs" / "words.md").read_text(encoding="utf-8")))
    ours = {
        model.__name__
        for room in rooms.ROOMS
        if room in apps.app_configs
        for model in apps.get_app_config(room).get_models()
    }
    assert ours - known - _PARTS == set()
    assert _PARTS - ours == set()


def test_every_decision_is_listed() -> None:
    folder = rooms.ROOT / "docs" / "decisions"
    listed = set(_LINK.findall((folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {file.name for file in folder.glob("[0-9]*.md")}


def test_every_target_is_explained(targets: set[str]) -> None:
    makefile = (rooms.ROOT / "Makefile").read_text(encoding="utf-8")
    explained = set(re.findall(r"@echo 'make ([a-z-]+)", makefile))
    assert targets - explained <= {"help", "clean", "serve"}


def test_the_budgets_fit_into_each_other() -> None:
    seconds = json.loads((rooms.ROOT / "benchmarks" / "budgets.json").read_text(encoding="utf-8"))["seconds"]
    assert seconds["test"] <= 600
    assert seconds["check"] + seconds["test"] + seconds["test-long"] <= seconds["all"]
    assert (seconds["first_start"], seconds["second_start"]) == (300, 10)


def test_the_requirements_carry_hashes_and_no_address() -> None:
    """An address of an index would tie everyone to one machine's mirror."""
    for file in sorted((rooms.ROOT / "requirements").glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        pins = re.findall(r"^[A-Za-z0-9_.-]+==.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
        assert len(pins) > 20
        assert all("--hash=sha256:" in pin for pin in pins)
        assert not re.search(r"https?://|file:/|--(?:extra-)?index-url=|--find-links=|(?<![\w.])/\w+/", text)


def test_the_licence_is_whole() -> None:
    text = (rooms.ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
    with (rooms.ROOT / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["project"]["license"] == "Apache-2.0"
