"""One embedded PostgreSQL for a test run, in a folder of its own; with several processes, they share it.

`SANGTO_TEST_DATABASE_URL` names another server (15 or later) to run on instead.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations

from sangto.config import postgres

# What a test run may lose, a real one may not.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}
_SHARED = "SANGTO_TEST_SHARED_PG"


class _Server:
    """Started when the first test needs it, or before worker processes start."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.server: postgres.Embedded | None = None

    def start(self) -> Path:
        if self.folder is None:
            self.folder = Path(tempfile.mkdtemp(prefix="sangto-pg-"))
            self.folder.chmod(0o711)
            self.server = postgres.Embedded(self.folder, owner="tests", options=_FAST)
            self.server.start()
        return self.folder

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


_server = _Server()


def pytest_configure(config: pytest.Config) -> None:
    several = getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput")
    if several and not os.environ.get("SANGTO_TEST_DATABASE_URL"):
        os.environ[_SHARED] = str(_server.start())


def pytest_unconfigure() -> None:
    _server.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """pytest-django asks for the server here, just before it makes the test database."""
    if not os.environ.get("SANGTO_TEST_DATABASE_URL"):
        folder = Path(os.environ[_SHARED]) if os.environ.get(_SHARED) else _server.start()
        host = str(postgres.socket_dir(folder))
        connections.databases["default"]["HOST"] = host
        connections["default"].settings_dict["HOST"] = host
    yield
    connections.close_all()


@pytest.fixture(scope="session", autouse=True)
def emptying_between_tests_passes_the_append_only_guards() -> Iterator[None]:
    """After a `transaction=True` test Django truncates every table; append-only ones refuse that."""
    flush = DatabaseOperations.execute_sql_flush

    def without_triggers(self: DatabaseOperations, sql_list: Iterable[str]) -> None:
        flush(self, ["SET LOCAL session_replication_role = replica", *sql_list])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", without_triggers)
        yield
