"""The embedded server: started, joined, killed, started again, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sangto.config import postgres

_OWNER = """
import sys, time
from pathlib import Path
from sangto.config import postgres
server = postgres.Embedded(Path(sys.argv[1]), owner="another one")
server.start()
print(server.pid, flush=True)
time.sleep(300)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[postgres.Embedded]:
    (tmp_path / "data").mkdir(mode=0o711)
    server = postgres.Embedded(tmp_path / "data", owner="the test")
    server.start()
    yield server
    server.stop()


def _count(server: postgres.Embedded) -> int:
    with psycopg.connect(server.dsn) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def _keep_one(server: postgres.Embedded) -> None:
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (at timestamptz)")
        connection.execute("INSERT INTO kept VALUES (now())")


def _wait_gone(pid: int, within_s: float = 10) -> None:
    until = time.monotonic() + within_s
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()


def test_it_works(server: postgres.Embedded) -> None:
    _keep_one(server)
    assert _count(server) == 1
    with psycopg.connect(server.dsn) as connection:
        assert connection.info.server_version // 10_000 == int(postgres.MAJOR)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SELECT lower('ĐẸP')").fetchone() == ("đẹp",)


def test_it_never_runs_as_root_and_lets_nobody_else_in(server: postgres.Embedded) -> None:
    assert server.folder.stat().st_mode & 0o077 == 0
    assert server.pid is not None
    assert Path(f"/proc/{server.pid}").stat().st_uid != 0


def test_another_process_is_told_who_is_there(server: postgres.Embedded) -> None:
    with pytest.raises(postgres.FolderBusyError, match=rf"the test, number {os.getpid()}.*--data-dir"):
        postgres.Embedded(server.data_dir, owner="late").start()
    assert server.alive()


def test_a_command_joins_the_server_that_runs_and_leaves_it_running(server: postgres.Embedded) -> None:
    _keep_one(server)
    with postgres.running(server.data_dir, owner="a command") as address, psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1,)
    assert server.alive()


def test_a_command_starts_and_stops_the_server_where_none_runs(server: postgres.Embedded) -> None:
    server.stop()
    with postgres.running(server.data_dir, owner="a command") as address:
        assert postgres.answers(address)
    assert not postgres.answers(server.dsn)


def test_nothing_committed_is_lost_when_it_is_killed(server: postgres.Embedded) -> None:
    for round_number in range(1, 4):
        _keep_one(server)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        # At once, while its other processes are still there.
        server.restart()
        assert _count(server) == round_number


def test_when_its_owner_is_killed_it_ends_and_the_next_start_works(server: postgres.Embedded) -> None:
    server.stop()
    owner = subprocess.Popen([sys.executable, "-c", _OWNER, str(server.data_dir)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    with owner.stdout:
        pid = int(owner.stdout.readline())
        with pytest.raises(postgres.FolderBusyError, match=f"another one, number {owner.pid}"):
            server.start()
        _keep_one(server)
        owner.kill()
        owner.wait()
        server.start()
    _wait_gone(pid)
    assert _count(server) == 1


def test_a_pid_file_that_names_a_stranger_is_no_hindrance(server: postgres.Embedded) -> None:
    server.stop()
    (server.folder / "postmaster.pid").write_text(f"{os.getpid()}\n{server.folder}\n")
    server.start()
    assert server.alive()


def test_half_made_data_is_made_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o711)
    (data / "pg.new").mkdir()
    (data / "pg.new" / "PG_VERSION").write_text("18")
    server = postgres.Embedded(data, owner="the test")
    server.start()
    server.stop()
    assert not (data / "pg.new").exists()


def test_a_long_path_gets_its_socket_elsewhere(tmp_path: Path) -> None:
    data = tmp_path / ("d" * 100)
    data.mkdir(mode=0o711)
    server = postgres.Embedded(data, owner="the test")
    server.start()
    try:
        assert postgres.socket_dir(data) != server.folder
        assert postgres.socket_dir(data).stat().st_mode & 0o077 == 0
        assert postgres.answers(server.dsn)
    finally:
        server.stop()
    assert not postgres.socket_dir(data).exists()


def test_data_of_another_version_is_refused_with_the_way_on(server: postgres.Embedded) -> None:
    server.stop()
    (server.folder / "PG_VERSION").write_text("16\n")
    with pytest.raises(postgres.PostgresError, match=r"belongs to PostgreSQL 16.*pg_upgrade"):
        server.start()


def test_its_log_says_no_value(server: postgres.Embedded) -> None:
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE person (address text PRIMARY KEY)")
        connection.execute("INSERT INTO person VALUES ('lan@example.org')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('lan@example.org')")
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("SELECT 'lan@example.org' FROM nowhere")
    server.stop()
    said = server.log.read_text()
    assert "duplicate key" in said
    assert "lan@" not in said
