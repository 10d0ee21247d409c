"""What logging costs a write: a bare INSERT against the same with an entry and an event in its transaction.

`python benchmarks/bench_audit.py [--writers 8] [--seconds 8] [--entries 1000000] [--json]`. Embedded PostgreSQL with
its real durability (fsync on); each writer is a process with one connection; each way of writing gets its turn, three
times, the middle one counts. With `--entries N` a log of N entries is chained and verified too.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from psycopg.conninfo import conninfo_to_dict

from sangto.config import postgres
from sangto.lib.ids import uuid7

ROUNDS = 3
WAYS = ("bare", "four_rows", "with_entry", "with_entry_sequenced")
_INSERT = "INSERT INTO bench_row (id, at, body) VALUES (%s, %s, %s)"
# The same bytes as an entry, an event and two rows, without what the services and the guards do.
_FOUR = _INSERT + ", (%s, %s, %s), (%s, %s, %s), (%s, %s, %s)"


def set_up(dsn: str, data_dir: Path) -> None:
    words = conninfo_to_dict(dsn)
    database = {"ENGINE": "django.db.backends.postgresql", "HOST": words["host"], "NAME": words["dbname"]}
    settings.configure(
        INSTALLED_APPS=["sangto.audit"],
        DATABASES={"default": {**database, "USER": words["user"]}},
        DATA_DIR=data_dir,
        USE_TZ=True,
        SECRET_KEY="only-for-measuring",  # noqa: S106
    )
    django.setup()


def write(dsn: str, data_dir: Path, way: str, seconds: float, written: multiprocessing.Queue[int]) -> None:
    set_up(dsn, data_dir)
    from sangto.audit import services
    from sangto.audit.types import SYSTEM

    count = 0
    connection.ensure_connection()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with transaction.atomic(), connection.cursor() as cursor:
            row = (uuid7(), datetime.now(UTC), "a row as a tip would be, with a hundred or so characters in it" * 2)
            if way == "four_rows":
                cursor.execute(_FOUR, [*row, *(uuid7(), *row[1:]), *(uuid7(), *row[1:]), *(uuid7(), *row[1:])])
            else:
                cursor.execute(_INSERT, row)
            if way.startswith("with_entry"):
                services.record(
                    actor=SYSTEM, verb="received", object_kind="row", object_id=row[0], data={"door": "web", "n": count}
                )
                services.announce(kind="row_received", object_id=row[0])
        count += 1
    written.put(count)


def rate(dsn: str, data_dir: Path, way: str, writers: int, seconds: float) -> float:
    from sangto.audit import sequencer

    spawned = multiprocessing.get_context("spawn")
    written: multiprocessing.Queue[int] = spawned.Queue()
    stop = threading.Event()
    placing = threading.Thread(target=sequencer.run, args=(stop,))
    if way == "with_entry_sequenced":
        placing.start()
    processes = [spawned.Process(target=write, args=(dsn, data_dir, way, seconds, written)) for _ in range(writers)]
    for process in processes:
        process.start()
    total = sum(written.get(timeout=seconds + 60) for _ in processes)
    for process in processes:
        process.join()
    if placing.ident is not None:
        stop.set()
        placing.join()
    sequencer.catch_up(60)
    return total / seconds


def chain_and_verify(dsn: str, entries: int) -> dict[str, float]:
    """A log of that many entries: how fast it is chained, how fast and with how much memory it is read again."""
    from sangto.audit import sequencer, verify

    with psycopg.connect(dsn, autocommit=True) as own:
        have = own.execute("SELECT count(*) FROM audit_logentry").fetchone()
        missing = max(entries - (have[0] if have else 0), 0)
        own.execute(
            "INSERT INTO audit_logentry (id, at, actor_kind, verb, object_kind, object_id, data)"
            " SELECT gen_random_uuid(), now(), 'system', 'received', 'row', gen_random_uuid(),"
            " jsonb_build_object('door', 'web', 'n', n) FROM generate_series(1, %s) AS n",
            (missing,),
        )
        own.execute("ANALYZE audit_logentry")
    began = time.perf_counter()
    placed = sequencer.catch_up(600)
    chained_s = time.perf_counter() - began
    before = resident_mb()
    began = time.perf_counter()
    report = verify.verify()
    verified_s = time.perf_counter() - began
    assert report.sound, report.problems[:3]
    return {
        "entries": report.entries,
        "chained_per_s": round(placed / chained_s),
        "verify_s": round(verified_s, 1),
        "verify_per_s": round(report.entries / verified_s),
        "verify_added_rss_mb": round(resident_mb() - before, 1),
    }


def resident_mb() -> float:
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024


@contextlib.contextmanager
def database() -> Iterator[tuple[str, Path]]:
    folder = Path(tempfile.mkdtemp(prefix="sangto-bench-"))
    folder.chmod(0o711)
    server = postgres.Embedded(folder, owner="bench audit")
    server.start()
    try:
        yield server.dsn, folder
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--writers", type=int, default=8)
    arguments.add_argument("--seconds", type=float, default=8)
    arguments.add_argument("--entries", type=int, default=0)
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    with database() as (dsn, folder):
        set_up(dsn, folder)
        call_command("migrate", "audit", verbosity=0)
        with psycopg.connect(dsn, autocommit=True) as own:
            own.execute("CREATE TABLE bench_row (id uuid PRIMARY KEY, at timestamptz NOT NULL, body text NOT NULL)")
        rates: dict[str, list[float]] = {way: [] for way in WAYS}
        for _ in range(ROUNDS):
            for way in WAYS:
                rates[way].append(rate(dsn, folder, way, chosen.writers, chosen.seconds))
                print(f"{way}: {rates[way][-1]:.0f}/s, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
        middle = {f"{way}_per_s": round(statistics.median(each)) for way, each in rates.items()}
        result: dict[str, float] = {"writers": chosen.writers, **middle}
        # Of each round by itself, because a busy machine is not equally busy in all of them.
        for way in WAYS[1:]:
            ratios = [ours / bare for ours, bare in zip(rates[way], rates["bare"], strict=True)]
            result[f"{way}_to_bare"] = round(statistics.median(ratios), 2)
        if chosen.entries:
            result |= chain_and_verify(dsn, chosen.entries)
        print(json.dumps(result))


if __name__ == "__main__":
    main()
