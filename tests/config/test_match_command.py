"""`sangto match tune`, as somebody at a terminal and a program call it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

import cast
import desk_kit
from sangto.audit.models import LogEntry
from sangto.audit.types import SYSTEM
from sangto.catalogue import engine
from sangto.catalogue.models import Label
from sangto.config import cli
from sangto.config.commands import match
from sangto.intake.services import receive_tip
from sangto.lib.codes import DoorKind
from sangto.lib.ids import uuid7
from sangto.network import selectors
from sangto.network.services import set_careful
from sangto.network.types import DeskInfo


@pytest.fixture
def people(db: None, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> cast.Cast:
    desk_kit.use_folder(settings, tmp_path)
    # The test has its database already.
    monkeypatch.setattr(match, "database", lambda _arguments: contextlib.nullcontext())
    people = cast.make()
    set_careful(desk_id=people.desk.id, careful=True, actor=SYSTEM)
    return people


def labelled(desk: DeskInfo, probability: float, right: int, wrong: int = 0) -> None:
    Label.objects.bulk_create(
        Label(
            desk_id=desk.id, desk_kind=desk.kind, tip_id=uuid7(), object_id=uuid7(), said_by="editor",
            right=number < right, had_match=None, rank=1, decision="suggest", probability=probability, copy=False,
            blocked=False, engine=engine.mark(), nth=1, said_at=timezone.now(),
        )
        for number in range(right + wrong)
    )  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any], str]:
    status = cli.main(["match", "tune", "--json", *words])
    said = capsys.readouterr()
    last = said.out.splitlines()[-1] if said.out else ""
    return status, json.loads(last) if last.startswith("{") else {}, said.out + said.err


def careful(people: cast.Cast) -> bool:
    return selectors.desk(people.desk.id).careful


def test_it_works(people: cast.Cast, capsys: pytest.CaptureFixture[str]) -> None:
    labelled(people.desk, 0.95, 299)
    labelled(people.desk, 0.6, 20, 20)
    status, figures, said = run(capsys)
    assert status == 0
    assert (figures["desk"], figures["by_editor"], figures["step"]) == ("toa-soan", 339, "leave_careful")
    assert (figures["after"], figures["changed"]) == ({"careful": False, "answer_at": 0.95}, None)
    assert {"recall", "wrong_answer_rate", "wrong_answer_rate_at_most", "reliability", "curve"} <= figures.keys()
    assert "0.95 to 0.99     299" in said
    # Looking changes nothing.
    assert careful(people)
    status, figures, said = run(capsys, "--apply", "--by", people.lead.email)
    assert (figures["changed"], figures["tuning"], figures["careful"], figures["answer_at"]) == (
        "applied", 1, False, 0.95,
    )  # fmt: skip
    assert not careful(people)
    assert LogEntry.objects.get(verb="tuning_applied").actor_id == people.lead.id
    status, figures, said = run(capsys, "--take-back")
    assert (figures["changed"], figures["tuning"], figures["careful"]) == ("taken_back", None, True)
    assert careful(people)


def test_without_enough_labels_nothing_is_stored_and_the_number_is_said(
    people: cast.Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    labelled(people.desk, 0.95, 200)
    status, figures, said = run(capsys, "--apply")
    assert (status, figures["missing"], figures["changed"], figures["careful"]) == (0, 99, None, True)
    assert "At least 99 more right labels are missing" in said
    assert "Nothing was stored" in said
    assert careful(people)


def test_what_was_called_wrong_although_sure_is_named_by_its_rumour(
    people: cast.Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    tip_id = receive_tip(desk=people.desk, door=DoorKind.WEB, text="Mai cả xã mất điện à?", lang="vi").page.id
    labelled(people.desk, 0.97, 0, 1)
    labelled(people.desk, 0.95, 3, 1)
    Label.objects.filter(probability=0.97).update(tip_id=tip_id)
    _status, figures, said = run(capsys)
    # The other one's message stands at no rumour.
    assert figures["doubts"] == [{"rumour": 1, "probability": 0.97, "said_by": "editor"}]
    assert "rumour 1, probability 0.970, said by an editor" in said


def test_another_desk_by_its_name(people: cast.Cast, capsys: pytest.CaptureFixture[str]) -> None:
    labelled(people.desk, 0.95, 299)
    status, figures, _said = run(capsys, "--desk", people.drill_desk.slug)
    assert (status, figures["desk_kind"], figures["labels"]) == (0, "drill", 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--desk", "khong-co"], "there is no desk 'khong-co'"),
        (["--take-back"], "has no tuning to take back. Nothing was changed."),
        (["--apply", "--by", "ai@do.example"], "nobody here has the address ai@do.example"),
        (["--apply", "--by", "an@toasoan.example"], "does not lead the desk toa-soan"),
        (["--apply", "--by", "dung@toasoan.example"], "does not lead the desk toa-soan"),
    ],
)
def test_what_cannot_be_done_is_said(
    people: cast.Cast, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    labelled(people.desk, 0.95, 299)
    status, _figures, given = run(capsys, *words)
    assert status == 1
    assert said in given
    assert careful(people)


def test_applying_and_taking_back_at_once_is_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["match", "tune", "--apply", "--take-back"])
    assert left.value.code == 2
    assert "not allowed with" in capsys.readouterr().err


@pytest.mark.long
def test_a_new_desk_is_careful_and_says_what_is_missing(tmp_path: Path) -> None:
    """In processes of its own, with a database of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment["SANGTO_DATA"] = str(tmp_path / "data")
    command = [sys.executable, "-m", "sangto.config.cli"]
    words = ["--name-vi", "Sở Y tế", "--name-en", "Health Department", "--email", "lan@so.example", "--person", "Lan"]
    none, _made, shown = (
        subprocess.run([*command, *rest], env=environment, capture_output=True, text=True, check=False)
        for rest in (["match", "tune"], ["setup", *words], ["match", "tune", "--apply", "--json"])
    )
    assert none.returncode == 1
    assert shown.returncode == 0, shown.stderr
    figures = json.loads(shown.stdout.splitlines()[-1])
    assert (figures["careful"], figures["missing"], figures["changed"]) == (True, 299, None)
