"""The `sangto` command, as a person or a program calls it."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sangto.config import cli, supervisor
from sangto.lib.codes import ALL_LISTS
from sangto.lib.progress import Progress


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Commands settle the data folder in the environment; each test has one of its own."""
    for name in list(os.environ):
        if name.startswith("SANGTO_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("SANGTO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", os.environ["DJANGO_SETTINGS_MODULE"])


def test_it_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["codes", "--json"]) == 0
    lists = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert list(lists) == list(ALL_LISTS)
    assert lists["verdict"][0] == {"code": "true", "vi": "Đúng", "en": "True"}


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("demo", "setup", "serve", "worker", "migrate", "doctor", "codes", "import", "audit"):
        with pytest.raises(SystemExit) as left:
            cli.main([command, "--help"])
        assert left.value.code == 0
        assert f"sangto {command}" in capsys.readouterr().out


def test_a_wrong_setting_is_one_line_without_a_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANGTO_BASE_URL", "desk.example.org")
    assert cli.main(["serve"]) == 1
    said = capsys.readouterr().err.strip()
    assert said.startswith("sangto: SANGTO_BASE_URL is 'desk.example.org'.")
    assert "Traceback" not in said


def test_a_taken_port_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "PORT_WITHIN_S", 0.2)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(supervisor.StartError, match=f"Port {port} .*--port"):
            supervisor.open_port("127.0.0.1", port)


def test_the_doctor_finds_nothing_missing_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", "--json", "--port", "0"]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert report["well"] is True
    looked_at = {finding["about"] for finding in report["findings"]}
    assert looked_at == {"python", "data folder", "disk", "settings", "database", "port", "encoder", "chromium"}


def test_the_doctor_says_what_is_wrong_and_how_to_mend_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none")
    monkeypatch.setenv("SANGTO_ENCODER_DIR", str(tmp_path))
    monkeypatch.setenv("SANGTO_EMAIL_URL", "mail.example.org")
    assert cli.main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "✗ database: the server of DATABASE_URL does not answer" in said
    assert "lacks model.onnx, tokenizer.json" in said
    assert "SANGTO_EMAIL_URL must look like smtp://" in said
    assert "unset DATABASE_URL" in said


def test_the_doctor_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["doctor"])
    assert not (tmp_path / "data").exists()


def test_the_measurements_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["bench", "--list"]) == 0
    assert {"intake", "match"} <= set(capsys.readouterr().out.split())


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_is_drawn_where_somebody_looks() -> None:
    out = _Screen()
    with Progress(out) as progress:
        progress(0.5, "half")
        progress(1.0, "done")
    assert "[████████████············]  50%  half" in out.getvalue()
    assert out.getvalue().endswith("100%  done\n")


def test_a_file_gets_few_lines() -> None:
    out = io.StringIO()
    with Progress(out) as progress:
        for step in range(1000):
            progress(step / 1000, f"step {step}")
        progress(1.0, "done")
    assert out.getvalue().splitlines() == ["  0%  step 0", "100%  done"]


@pytest.mark.long
def test_a_desk_of_ones_own_is_set_up_once() -> None:
    """In processes of its own, as a person does it: this one has its database already."""
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "sangto.config.cli"]
    words = ["--name-vi", "Sở Y tế", "--name-en", "Health Department", "--email", "lan@so.example", "--person", "Lan"]
    first, second, checked = (
        subprocess.run([*command, *rest], env=environment, capture_output=True, text=True, check=False)
        for rest in (["setup", "--json", *words], ["setup", *words], ["audit", "verify", "--json"])
    )
    assert first.returncode == 0, first.stderr
    assert len(json.loads(first.stdout.splitlines()[-1])["password"]) >= 15
    assert second.returncode == 1
    assert "has a publisher already" in second.stderr
    assert json.loads(checked.stdout.splitlines()[-1])["unchained"] > 0
