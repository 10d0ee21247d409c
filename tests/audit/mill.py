"""Runs writers, sequencers and readers at once, kills some, and says what came of it."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from sangto.audit import sequencer

WORKER = Path(__file__).with_name("worker.py")
TABLES = {"log": "audit_logentry", "feed": "audit_event"}


@dataclass
class Figures:
    rows: int = 0
    acknowledged: int = 0
    seconds: float = 0.0
    writers_killed: int = 0
    sequencers_killed: int = 0
    longest_pause_s: float = 0.0
    pauses: list[float] = field(default_factory=list)


class Mill:
    """Writers, two sequencers (one stands by), readers of each table."""

    def __init__(self, folder: Path, *, writers: int, rows: int, seed: int, readers: int = 2) -> None:
        self.folder = folder
        self.rows = rows
        self.readers_each = readers
        self.chance = random.Random(seed)
        wanted = ("ENGINE", "HOST", "PORT", "NAME", "USER", "PASSWORD")
        self.config = json.dumps(
            {
                "database": {name: str(connection.settings_dict.get(name) or "") for name in wanted},
                "data_dir": str(folder),
            }
        )
        self.figures = Figures()
        self.shares = [rows // writers + (number < rows % writers) for number in range(writers)]
        self.done_before: dict[int, int] = {}
        self.writers: dict[int, subprocess.Popen[bytes]] = {}
        self.sequencers: list[subprocess.Popen[bytes]] = []
        self.readers: list[subprocess.Popen[bytes]] = []
        self.enough = folder / "enough"

    def run(self, *, kill_writers: int, kill_sequencers: int, between_s: tuple[float, float]) -> Figures:
        started = time.monotonic()
        with self._ending_all():
            for number in range(len(self.shares)):
                self._write(number)
            for _ in range(2):
                self._sequence()
            for table in TABLES:
                for number in range(self.readers_each):
                    self.readers.append(
                        self._start("read", table, str(self.folder / f"seen-{table}-{number}"), str(self.enough))
                    )
            deeds = ["writer"] * kill_writers + ["sequencer"] * kill_sequencers
            self.chance.shuffle(deeds)
            for deed in deeds:
                time.sleep(self.chance.uniform(*between_s))
                if deed == "sequencer":
                    self._kill_leader()
                else:
                    self._kill_writer()
            self._until_written()
            self._until_placed()
            self.enough.touch()
            for reader in self.readers:
                assert reader.wait(60) == 0
        self.figures.seconds = time.monotonic() - started
        return self.figures

    def seen(self, table: str) -> list[list[str]]:
        return [file.read_text().splitlines() for file in sorted(self.folder.glob(f"seen-{table}-*"))]

    def acknowledged(self) -> dict[str, set[str]]:
        named: dict[str, set[str]] = {table: set() for table in TABLES}
        for file in self.folder.glob("acknowledged-*"):
            for line in file.read_text().splitlines():
                table, thing = line.split()
                named[table].add(thing)
        return named

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, str(WORKER), self.config, *words])

    def _done(self, number: int) -> int:
        file = self.folder / f"acknowledged-{number}"
        return len(file.read_text().splitlines()) if file.exists() else 0

    def _sequence(self) -> None:
        self.sequencers.append(self._start("sequence"))

    def _write(self, number: int) -> None:
        file = self.folder / f"acknowledged-{number}"
        done = self.done_before[number] = self._done(number)
        seed = self.chance.randrange(1 << 30)
        self.writers[number] = self._start("write", str(seed), str(self.shares[number] - done), str(file))

    def _kill_writer(self) -> None:
        """One that has begun to write, in the middle of whatever it does."""
        self._until(lambda: bool(self._at_work()) or not self._still_writing())
        if at_work := self._at_work():
            number = self.chance.choice(at_work)
            self.writers[number].kill()
            self.writers[number].wait()
            self.figures.writers_killed += 1
            self._write(number)

    def _at_work(self) -> list[int]:
        return [
            number
            for number, writer in self.writers.items()
            if writer.poll() is None and self._done(number) > self.done_before[number]
        ]

    def _kill_leader(self) -> None:
        """Kill the one that holds the lock, start another behind the one that stood by, and time the change."""
        self._until(lambda: len(self._sessions()) == 2 and self._leader() is not None)
        leader = self._leader()
        victim = next(one for one in self.sequencers if one.pid == leader)
        self.sequencers.remove(victim)
        before = self._head()
        victim.kill()
        killed = time.monotonic()
        victim.wait()
        self.figures.sequencers_killed += 1
        # Rows that the dead one had just placed do not count: the next one has to lead.
        self._until(lambda: self._replaced(leader, before) or not self._still_writing())
        self.figures.pauses.append(time.monotonic() - killed)
        self._sequence()

    def _replaced(self, leader: int | None, head: int) -> bool:
        return self._leader() not in {None, leader} and self._head() > head

    @staticmethod
    def _until(true: Callable[[], bool], within_s: float = 30.0) -> None:
        until = time.monotonic() + within_s
        while not true():
            assert time.monotonic() < until, "nothing moves"
            time.sleep(0.01)

    @staticmethod
    def _sessions() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT application_name FROM pg_stat_activity WHERE datname = current_database()"
                " AND application_name LIKE %s",
                [f"{sequencer.APPLICATION} %"],
            )
            return [name for (name,) in cursor.fetchall()]

    @staticmethod
    def _leader() -> int | None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT a.application_name FROM pg_stat_activity a JOIN pg_locks l USING (pid)"
                " WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database()"
                " AND a.application_name LIKE %s",
                [f"{sequencer.APPLICATION} %"],
            )
            row = cursor.fetchone()
        return int(row[0].split()[1]) if row else None

    def _head(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(sum(position), 0) FROM audit_chainhead")
            return int(cursor.fetchone()[0])

    def _still_writing(self) -> bool:
        return any(writer.poll() is None for writer in self.writers.values())

    def _until_written(self) -> None:
        for number, writer in self.writers.items():
            assert writer.wait(300) == 0, f"writer {number} failed"

    def _until_placed(self) -> None:
        until = time.monotonic() + 20
        while any(self._count(f"SELECT count(*) FROM {t} WHERE position IS NULL") for t in TABLES.values()):
            assert time.monotonic() < until, "rows wait although a sequencer runs"
            time.sleep(0.02)

    @staticmethod
    def _count(query: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return int(cursor.fetchone()[0])

    @contextlib.contextmanager
    def _ending_all(self) -> Iterator[None]:
        try:
            yield
        finally:
            for process in (*self.writers.values(), *self.sequencers, *self.readers):
                process.kill()
                process.wait()


def check(mill: Mill) -> None:
    """What was acknowledged is there; positions have no hole; every reader met every row once, in order."""
    named = mill.acknowledged()
    for table, name in TABLES.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT position, object_id FROM {name} ORDER BY position")
            rows = [(int(position), str(thing)) for position, thing in cursor.fetchall()]
        assert [position for position, _ in rows] == list(range(1, len(rows) + 1))
        assert len({thing for _, thing in rows}) == len(rows)
        assert named[table] <= {thing for _, thing in rows}
        expected = [f"{position} {thing}" for position, thing in rows]
        assert len(mill.seen(table)) == mill.readers_each
        for seen in mill.seen(table):
            assert seen == expected
        mill.figures.rows += len(rows)
        mill.figures.acknowledged += len(named[table])
    mill.figures.longest_pause_s = max(mill.figures.pauses, default=0.0)
    assert mill.figures.rows >= mill.rows
