"""`sangto bench intake`: how many messages a second are taken in, and whether each that was acknowledged is stored.

Sixteen clients ask an installation of its own over HTTP; most messages are new and open a rumour, as on a bad day.
Afterwards, in the same database, sixteen sessions do what no intake can beat: bare INSERTs of the tip's row.
"""

from __future__ import annotations

import http.client
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import psycopg

from sangto.config.bench.machine import percentile
from sangto.config.bench.running import Caller, Installation, own_folder
from sangto.config.bench.texts import subject
from sangto.lib.ids import uuid7
from sangto.lib.progress import Progress

CLIENTS: Final = 16
ANSWERS: Final = 20
# One message in this many is about something that is answered already.
ANSWERED_EVERY: Final = 4
# Before the clock runs: the encoder is loaded, the connections are open.
WARM_UP: Final = 32
INSERT_FOR_S: Final = 5.0
FIRST_NEW: Final = 10_000

_INSERT: Final = """
INSERT INTO intake_tip
  (id, desk_id, desk_kind, door_id, text, lang, state, received_at, once, follow_hash, closing_reason)
SELECT %(id)s, desk_id, desk_kind, door_id, %(text)s, lang, 'waiting', %(at)s, %(once)s, %(hash)s, ''
FROM intake_tip LIMIT 1
"""


@dataclass
class _Run:
    """What the clients saw."""

    accepted: list[uuid.UUID] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)
    failed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def measure(*, seconds: float, progress: Progress) -> dict[str, Any]:
    """The figures of DESIGN §7, and a few that explain them."""
    with own_folder() as folder:
        installation = Installation(folder)
        progress(0.0, "Starting an installation")
        installation.start()
        try:
            progress(0.2, f"Publishing {ANSWERS} answers")
            installation.run(["-m", "sangto.config.bench", "desk", "--answers", str(ANSWERS)])
            _ask(installation, _until_count(WARM_UP), first=0)
            progress(0.4, f"{CLIENTS} clients ask for {seconds:.0f} s")
            run, took = _ask(installation, _until_time(seconds), first=FIRST_NEW)
            progress(0.8, "Bare INSERTs")
            with psycopg.connect(installation.dsn) as connection:
                stored, whole = _stored(connection, run.accepted)
            inserted, insert_took = _insert(installation.dsn, INSERT_FOR_S)
            progress(1.0, "Done")
        finally:
            installation.stop()
    per_s, insert_per_s = len(run.accepted) / took, inserted / insert_took
    return {
        "clients": CLIENTS,
        "seconds": round(took, 1),
        "accepted": len(run.accepted),
        "stored": stored,
        "lost": len(run.accepted) - stored,
        "half_written": stored - whole,
        "failed": run.failed,
        "per_s": round(per_s, 1),
        "insert_per_s": round(insert_per_s, 1),
        # The share of the bare rate: 1 would mean that taking a message in costs nothing beyond its row.
        "ratio_to_insert": round(per_s / insert_per_s, 4),
        "p50_ms": round(percentile(run.took_ms, 0.50), 1),
        "p99_ms": round(percentile(run.took_ms, 0.99), 1),
    }


def _text(number: int) -> str:
    if number % ANSWERED_EVERY == 0:
        return f"{subject(number % ANSWERS).asked} ({number})"
    return subject(FIRST_NEW + number).asked


def _until_count(count: int) -> Callable[[int], bool]:
    return lambda number: number < count


def _until_time(seconds: float) -> Callable[[int], bool]:
    end = time.monotonic() + seconds
    return lambda _number: time.monotonic() < end


def _ask(installation: Installation, goes_on: Callable[[int], bool], *, first: int) -> tuple[_Run, float]:
    """All clients ask, each its next question when the last is answered; what they saw, and the seconds it took."""
    run = _Run()
    numbers = iter(range(first, first + 10_000_000))

    def client() -> None:
        caller = Caller(installation.port)
        while True:
            with run.lock:
                number = next(numbers)
            if not goes_on(number - first):
                break
            key = uuid.uuid4()
            began = time.perf_counter()
            try:
                status, _ = caller.post(
                    "/api/v1/ask", {"text": _text(number), "lang": "vi"}, {"Idempotency-Key": str(key)}
                )
            except (OSError, http.client.HTTPException):
                status = 0
            took = (time.perf_counter() - began) * 1000
            with run.lock:
                if status == http.client.OK:
                    run.accepted.append(key)
                    run.took_ms.append(took)
                else:
                    run.failed += 1
        caller.close()

    return run, _together(client)


def _insert(dsn: str, seconds: float) -> tuple[int, float]:
    """Bare rows, each in a transaction of its own, by as many sessions as there were clients."""
    counts = [0] * CLIENTS
    names = iter(range(CLIENTS))
    goes_on = _until_time(seconds)

    def session() -> None:
        name = next(names)
        with psycopg.connect(dsn, autocommit=True) as connection:
            while goes_on(0):
                tip = uuid7()
                values = {
                    "id": tip,
                    "text": subject(FIRST_NEW + counts[name]).asked,
                    "at": datetime.now(UTC),
                    "once": uuid.uuid4(),
                    "hash": tip.hex * 2,
                }
                connection.execute(_INSERT, values)
                counts[name] += 1

    took = _together(session)
    return sum(counts), took


def _together(work: Callable[[], None]) -> float:
    threads = [threading.Thread(target=work, daemon=True) for _ in range(CLIENTS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - began


def _stored(connection: psycopg.Connection[Any], keys: list[uuid.UUID]) -> tuple[int, int]:
    """How many of these messages are there, and how many of them whole: log entry, event, and an answer or a rumour."""
    row = connection.execute(
        """
        SELECT count(*), count(*) FILTER (WHERE
          EXISTS (SELECT FROM audit_logentry e WHERE e.object_id = t.id AND e.verb = 'tip_received')
          AND EXISTS (SELECT FROM audit_event e WHERE e.object_id = t.id AND e.kind = 'tip_received')
          AND (EXISTS (SELECT FROM intake_reply r WHERE r.tip_id = t.id)
               OR EXISTS (SELECT FROM rumours_sighting s WHERE s.tip_id = t.id)))
        FROM intake_tip t WHERE once = ANY(%s)
        """,
        [keys],
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)
