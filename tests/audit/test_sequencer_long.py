"""Eight writers, twenty thousand rows, random delays and deaths: no row is skipped, doubled or left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from audit import mill
from sangto.audit import verify
from sangto.config import postgres


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_twenty_thousand_rows(tmp_path: Path) -> None:
    run = mill.Mill(tmp_path, writers=8, rows=20_000, seed=20_000)
    figures = run.run(kill_writers=20, kill_sequencers=12, between_s=(0.2, 0.8))
    mill.check(run)
    report = verify.verify()
    print(
        f"\nsequencer: {figures.rows} rows ({figures.acknowledged} acknowledged) in {figures.seconds:.0f} s,"
        f" {figures.writers_killed} writers and {figures.sequencers_killed} sequencers killed,"
        f" pause after a sequencer's death at most {figures.longest_pause_s:.2f} s; log of {report.entries} sound"
    )
    assert report.sound
    assert figures.sequencers_killed == 12


@pytest.fixture
def own_server() -> Iterator[postgres.Embedded]:
    """A second PostgreSQL, with its real durability, that a test may kill."""
    folder = Path(tempfile.mkdtemp(prefix="sangto-killed-"))
    folder.chmod(0o711)
    server = postgres.Embedded(folder, owner="tests")
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.long
def test_the_sequencer_survives_the_death_of_the_database(own_server: postgres.Embedded, tmp_path: Path) -> None:
    """`kill -9` of the whole server in the middle of work, three times; the same sequencer goes on afterwards."""
    words = conninfo_to_dict(own_server.dsn)
    database = {"HOST": words["host"], "NAME": words["dbname"], "USER": words["user"], "PORT": "", "PASSWORD": ""}
    config = json.dumps(
        {"database": {"ENGINE": "django.db.backends.postgresql", **database}, "data_dir": str(tmp_path)}
    )

    def start(*words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, str(mill.WORKER), config, *words], stderr=subprocess.DEVNULL)

    assert start("migrate").wait(60) == 0
    sequencer = start("sequence")
    file = tmp_path / "acknowledged"
    try:
        for round_ in range(3):
            writer = start("write", str(round_), "100000", str(file))
            lines = len(file.read_text().splitlines()) if file.exists() else 0
            _until(lambda n=lines: file.exists() and len(file.read_text().splitlines()) > n + 100)  # type: ignore[misc]
            assert own_server.pid is not None
            os.kill(own_server.pid, signal.SIGKILL)
            assert writer.wait(30) != 0
            own_server.restart()
        assert sequencer.poll() is None
        with psycopg.connect(own_server.dsn, autocommit=True) as connection:
            started = time.monotonic()
            _until(lambda: _one(connection, "SELECT count(*) FROM audit_logentry WHERE position IS NULL") == 0)
            _until(lambda: _one(connection, "SELECT count(*) FROM audit_event WHERE position IS NULL") == 0)
            print(f"\nsequencer: caught up {time.monotonic() - started:.2f} s after the database came back")
            named = dict.fromkeys(file.read_text().split("\n"))
            for table, name in mill.TABLES.items():
                rows = connection.execute(f"SELECT position, object_id FROM {name} ORDER BY position").fetchall()
                assert [position for position, _ in rows] == list(range(1, len(rows) + 1))
                acknowledged = {line.split()[1] for line in named if line.startswith(table)}
                assert acknowledged <= {str(thing) for _, thing in rows}
                assert len(acknowledged) > 100
    finally:
        sequencer.kill()
        sequencer.wait()
    # Each head that was written down is a head that the database still has.
    heads = [json.loads(line) for line in (tmp_path / "audit" / "heads.jsonl").read_text().splitlines()]
    with psycopg.connect(own_server.dsn) as connection:
        rows = connection.execute("SELECT position, hash FROM audit_logentry").fetchall()
        hashes: dict[int, str] = dict(rows)
    assert all(hashes[head["position"]] == head["hash"] for head in heads)
    assert len(heads) > 3


def _one(connection: psycopg.Connection[Any], query: LiteralString) -> Any:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def _until(true: Callable[[], bool], within_s: float = 60.0) -> None:
    ends = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.02)
