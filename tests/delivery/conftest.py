"""A data folder of its own for each test, and a mail server on this machine that keeps what it is given."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

import cast as people
from delivery.mail_server import MailServer
from sangto.config.environment import Mail
from sangto.delivery import services


@pytest.fixture
def data_dir(tmp_path: Path, settings: object) -> Path:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def cast(db: None, data_dir: Path) -> people.Cast:
    return people.make()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mail_server(settings: object) -> Iterator[MailServer]:
    keeper = MailServer(port=free_port())
    controller = Controller(keeper, hostname="127.0.0.1", port=keeper.port)
    controller.start()
    settings.MAIL = Mail(host="127.0.0.1", port=keeper.port, tls="off")  # type: ignore[attr-defined]
    yield keeper
    controller.stop()


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> object:
    """`on(day)`: from now it is that day for delivery."""

    def set_today(day: dt.date) -> None:
        monkeypatch.setattr(services, "today", lambda: day)

    return set_today
