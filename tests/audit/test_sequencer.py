"""The sequencer with a few hundred rows; `test_sequencer_long.py` has the twenty thousand."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction

from audit import mill
from sangto.audit import heads, selectors, sequencer, services, verify
from sangto.audit.chain import Head
from sangto.audit.models import LogEntry
from sangto.audit.types import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


def write(rows: int = 1) -> None:
    with transaction.atomic():
        for _ in range(rows):
            services.record(actor=SYSTEM, verb="did", object_kind="thing", object_id=None)
            services.announce(kind="thing_done", object_id=None)


@contextmanager
def running() -> Iterator[threading.Thread]:
    stop = threading.Event()
    thread = threading.Thread(target=sequencer.run, args=(stop,))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


def wait_for_head(position: int, within_s: float = 5.0) -> float:
    started = time.monotonic()
    while selectors.head() < position:
        assert time.monotonic() - started < within_s, f"stands at {selectors.head()}, not at {position}"
        time.sleep(0.005)
    return time.monotonic() - started


def entry_hash(position: int) -> str:
    return str(LogEntry.objects.get(position=position).hash)


def sequencer_sessions() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name LIKE %s AND datname = current_database()",
            [f"{sequencer.APPLICATION} %"],
        )
        return [row[0] for row in cursor.fetchall()]


def test_rows_get_their_place_while_it_runs() -> None:
    with running():
        write()
        wait_for_head(1)
        write(5)
        assert wait_for_head(6) < 1
    assert selectors.unchained() == 0
    assert verify.verify().sound


def test_a_batch_is_bounded_and_the_rest_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "BATCH", 10)
    write(25)
    with sequencer.connect() as other:
        assert [sequencer.step(other) for _ in range(4)] == [20, 20, 10, 0]
    assert selectors.head() == 25


def test_the_head_is_announced_once_it_can_be_read() -> None:
    with sequencer.connect() as listener, sequencer.connect() as worker:
        listener.execute(f"LISTEN {sequencer.CHANNEL}")
        write(3)
        sequencer.step(worker)
        notes = [note.payload for note in listener.notifies(timeout=5, stop_after=1)]
    assert notes == ["3"]


def test_rows_that_commit_late_are_not_skipped() -> None:
    """A row that was born first and commits last gets the later position; no reader has passed it."""
    born, go = threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            services.announce(kind="late", object_id=None)
            born.set()
            assert go.wait(10)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(late)
        assert born.wait(10)
        write()
        sequencer.catch_up()
        assert [row.kind for row in selectors.events_after(0)] == ["thing_done"]
        go.set()
        waiting.result(10)
    sequencer.catch_up()
    assert [(row.position, row.kind) for row in selectors.events_after(1)] == [(2, "late")]


def test_a_second_one_stands_by_and_takes_over() -> None:
    with running(), running():
        write()
        wait_for_head(1)
        sessions = sequencer_sessions()
        assert len(sessions) == 2
        with connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted")
            (leader,) = (row[0] for row in cursor.fetchall() if row[0] in sessions)
            cursor.execute("SELECT pg_terminate_backend(%s)", [leader])
        write()
        assert wait_for_head(2) < 1.5
    assert verify.verify().sound


def test_it_comes_back_when_the_database_threw_it_out() -> None:
    with running():
        write()
        wait_for_head(1)
        for round_ in range(2, 5):
            with connection.cursor() as cursor:
                for pid in sequencer_sessions():
                    cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
            write()
            wait_for_head(round_)
    assert verify.verify().sound


def test_a_frozen_leader_loses_its_session(monkeypatch: pytest.MonkeyPatch) -> None:
    with sequencer.connect() as frozen:
        frozen.execute("SET idle_session_timeout = '200ms'")
        assert sequencer._become_leader(frozen)
        with running():
            write()
            wait_for_head(1)
        with pytest.raises(psycopg.OperationalError):
            frozen.execute("SELECT 1")


def test_catch_up_waits_for_a_leader_that_works_and_blames_one_that_does_not() -> None:
    with running():
        write(50)
        sequencer.catch_up()
        assert selectors.head() == 50
    with sequencer.connect() as stuck:
        assert sequencer._become_leader(stuck)
        write()
        with pytest.raises(sequencer.CatchUpError, match="another sequencer leads"):
            sequencer.catch_up(timeout_s=0.2)


def test_two_at_once_never_give_a_position_twice() -> None:
    """Even without the lock of leadership: the row of the chain's head is what keeps them apart."""
    write(300)

    def place() -> int:
        with sequencer.connect() as own:
            moved = 0
            while placed := sequencer.step(own):
                moved += placed
            return moved

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(4) as pool:
        patch.setattr(sequencer, "BATCH", 7)
        assert sum(future.result(60) for future in [pool.submit(place) for _ in range(4)]) == 600
    assert [row.position for row in selectors.events_after(0)] == list(range(1, 301))
    # `step` alone leaves the head to its caller.
    heads.remember(Head(300, entry_hash(300)))
    assert verify.verify().sound


def test_a_killed_predecessors_head_is_written_by_the_next(data_dir: Path) -> None:
    write(3)
    with sequencer.connect() as killed_before_the_file:
        sequencer.step(killed_before_the_file)
    assert not heads.path().exists()
    with running():
        write()
        wait_for_head(4)
    lines = [json.loads(line) for line in heads.path().read_text().splitlines()]
    assert [line["position"] for line in lines] == [3, 4]
    assert all(len(line["hash"]) == 64 and line["at"] for line in lines)


def test_eight_writers_with_deaths_among_them(tmp_path: Path) -> None:
    run = mill.Mill(tmp_path, writers=8, rows=800, seed=1, readers=1)
    run.run(kill_writers=1, kill_sequencers=1, between_s=(0.1, 0.3))
    mill.check(run)
    assert verify.verify().sound
