"""PostgreSQL is killed as a whole while readers listen: they keep their connections and miss nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

from live.serving import listeners, until
from live.test_process import SERVER, answers, free_port
from sangto.config import postgres
from sangto.live import services


@pytest.fixture
def own_server() -> Iterator[postgres.Embedded]:
    folder = Path(tempfile.mkdtemp(prefix="sangto-killed-"))
    folder.chmod(0o711)
    server = postgres.Embedded(folder, owner="tests")
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def publish(dsn: str, count: int) -> None:
    values = {"stream": "desk:1", "kind": "changed", "data": "{}", "channel": services.CHANNEL}
    with psycopg.connect(dsn, autocommit=True) as connection:
        for _ in range(count):
            connection.execute(services._PUBLISH, {**values, "at": datetime.now(UTC)})


@pytest.mark.long
@pytest.mark.django_db
def test_readers_outlive_the_database(own_server: postgres.Embedded) -> None:
    words = conninfo_to_dict(own_server.dsn)
    config = json.dumps(
        {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": words["host"],
            "NAME": words["dbname"],
            "USER": words["user"],
            "secret_key": settings.SECRET_KEY,
        }
    )
    assert subprocess.run([sys.executable, str(SERVER), config, "migrate"], check=False).returncode == 0
    port = free_port()
    server = subprocess.Popen([sys.executable, str(SERVER), config, str(port)], stderr=subprocess.DEVNULL)
    try:
        until(lambda: answers(port), 30)
        with listeners(port) as ears:
            token = services.subscription(stream="desk:1")
            crowd = [ears.open(token) for _ in range(20)]
            until(lambda: all(one.retry for one in crowd))
            sent = 0
            for _ in range(3):
                publish(own_server.dsn, 20)
                sent += 20
                assert own_server.pid is not None
                os.kill(own_server.pid, signal.SIGKILL)
                # A reader may come while the database is away: it waits with the others.
                crowd.append(ears.open(token))
                own_server.restart()
                back = time.monotonic()
                publish(own_server.dsn, 20)
                sent += 20
                until(lambda n=sent: all(len(one.ids) == n for one in crowd), 20)  # type: ignore[misc]
                print(
                    f"\nlive: all readers had everything {time.monotonic() - back:.2f} s after the database came back"
                )
            assert all(one.ids == list(range(1, sent + 1)) for one in crowd)
            assert not any(one.ended for one in crowd)
    finally:
        server.kill()
        server.wait()
