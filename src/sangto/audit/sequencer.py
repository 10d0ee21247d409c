"""The one writer that gives log entries their place in the chain and events their position.

Positions are handed out after commit by a single transaction at a time, so they become visible in order and without
gaps. (A serial column is filled before commit: rows become visible out of order and a reader skips some. Chaining
inside the writers' own transactions makes them wait for each other: it cost four fifths of the write rate.)
"""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import Any

import psycopg
from django.db import connection as django_connection
from django.db import transaction

from sangto.audit import heads
from sangto.audit.chain import NO_HASH, Entry, Head, link

log = logging.getLogger(__name__)

CHANNEL = "sangto_events"
APPLICATION = "sangto-sequencer"
# "sang" "audt": any number will do that nobody else locks in this database.
LEADER_LOCK = 0x73616E67_61756474
BATCH = 1_000
# While rows arrive a reader waits half of this on average; when idle, a look costs 0.2 ms of one core.
ACTIVE_POLL_S = 0.03
IDLE_POLL_S = 0.2
STAYS_ACTIVE_S = 2.0
# A follower takes over within this time and one poll after the leader's session ended.
FOLLOWER_POLL_S = 0.3
LONGEST_BACK_OFF_S = 5.0

_UNCHAINED = """
SELECT id, at, actor_kind, actor_id, verb, object_kind, object_id, desk_id, data::text
FROM audit_logentry WHERE position IS NULL ORDER BY id LIMIT %s
"""
_CHAIN = """
UPDATE audit_logentry AS e SET position = c.position, previous_hash = c.previous_hash, hash = c.hash
FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[]) AS c (id, position, previous_hash, hash)
WHERE e.id = c.id
"""
_PLACE = """
UPDATE audit_event AS e SET position = %(head)s + w.nth
FROM (SELECT id, row_number() OVER (ORDER BY id) AS nth
      FROM (SELECT id FROM audit_event WHERE position IS NULL ORDER BY id LIMIT %(batch)s) AS waiting) AS w
WHERE e.id = w.id
"""
_FIRST_HEADS = """
INSERT INTO audit_chainhead (name, position, hash) VALUES ('log', 0, %s), ('feed', 0, %s) ON CONFLICT DO NOTHING
"""


class CatchUpError(RuntimeError):
    """What waited was not placed in time."""


def run(stop: threading.Event) -> None:
    """Place what waits until `stop`; survives restarts of the database, and stands by while another one leads."""
    back_off = ACTIVE_POLL_S
    while not stop.is_set():
        try:
            with connect() as connection:
                back_off = ACTIVE_POLL_S
                _lead(connection, stop)
        except psycopg.Error as error:
            log.warning("sequencer: no database (%s), again in %.1f s", type(error).__name__, back_off)
            stop.wait(back_off)
            back_off = min(back_off * 2, LONGEST_BACK_OFF_S)


def step(connection: psycopg.Connection[Any]) -> int:
    """Place one batch of entries and one of events; how many rows were placed.

    Inside an open transaction this is a savepoint of it, and the head is for the caller to remember.
    """
    placed, _ = _step(connection)
    return placed


def catch_up(timeout_s: float = 10.0) -> int:
    """Place all that waits now, or wait until the leader has; how many rows this call placed itself.

    It uses Django's own connection, so that inside a transaction it places that transaction's rows too.
    """
    django_connection.ensure_connection()
    connection: psycopg.Connection[Any] = django_connection.connection
    until = time.monotonic() + timeout_s
    placed = 0
    while True:
        if _become_leader(connection):
            try:
                while True:
                    moved, head = _step(connection)
                    placed += moved
                    if head is not None:
                        _remember_on_commit(head)
                    if not moved:
                        return placed
            finally:
                if not connection.closed and connection.info.transaction_status != psycopg.pq.TransactionStatus.INERROR:
                    connection.execute("SELECT pg_advisory_unlock(%s)", (LEADER_LOCK,))
        if not _waiting(connection):
            return placed
        if time.monotonic() > until:
            raise CatchUpError(f"another sequencer leads and left rows waiting for {timeout_s:.0f} s: is it stuck?")
        time.sleep(ACTIVE_POLL_S)


def connect() -> psycopg.Connection[Any]:
    """A session of the sequencer's own: durable commits, and gone within seconds when its process freezes."""
    given = django_connection.get_connection_params()
    ours = {name: value for name, value in given.items() if name not in {"context", "cursor_factory"}}
    # The process number lets an operator find the leader in pg_stat_activity.
    ours |= {"autocommit": True, "application_name": f"{APPLICATION} {os.getpid()}"}
    connection = psycopg.connect(**{"connect_timeout": 5, **ours})
    # The head file must never be ahead of what the database would still have after a crash.
    connection.execute("SET synchronous_commit = on")
    # The lock dies with the session: a leader that is frozen or cut off loses it after these.
    connection.execute("SET idle_session_timeout = '5s'")
    connection.execute("SET idle_in_transaction_session_timeout = '5s'")
    connection.execute("SET tcp_keepalives_idle = 2")
    connection.execute("SET tcp_keepalives_interval = 1")
    connection.execute("SET tcp_keepalives_count = 3")
    return connection


def _lead(connection: psycopg.Connection[Any], stop: threading.Event) -> None:
    while not _become_leader(connection):
        if stop.wait(FOLLOWER_POLL_S):
            return
    log.info("sequencer: leading")
    _reconcile(connection)
    active_until = 0.0
    while not stop.is_set():
        placed, head = _step(connection)
        if head is not None:
            heads.remember(head)
        if placed:
            active_until = time.monotonic() + STAYS_ACTIVE_S
        if placed < BATCH:
            stop.wait(ACTIVE_POLL_S if time.monotonic() < active_until else IDLE_POLL_S)


def _become_leader(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (LEADER_LOCK,)).fetchone()
    return row is not None and bool(row[0])


def _reconcile(connection: psycopg.Connection[Any]) -> None:
    """Write down the head that a killed predecessor did not get to, and say aloud when the log lost its tail."""
    row = connection.execute("SELECT position, hash FROM audit_chainhead WHERE name = 'log'").fetchone()
    now = Head(*row) if row else None
    kept = heads.known()
    last = kept[-1] if kept else None
    if now is not None and now.position and now != last:
        if last is not None and last.position > now.position:
            log.error(
                "audit: the log ends at %d, but it went to %d: run `sangto audit verify`", now.position, last.position
            )
        heads.remember(now)


def _waiting(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM audit_logentry WHERE position IS NULL)"
        " OR EXISTS (SELECT FROM audit_event WHERE position IS NULL)"
    ).fetchone()
    return row is not None and bool(row[0])


def _step(connection: psycopg.Connection[Any]) -> tuple[int, Head | None]:
    if not _waiting(connection):
        return 0, None
    with connection.transaction():
        # Leadership only saves work; that no position is given twice is the doing of this row lock.
        found = _lock_heads(connection)
        if not found:
            connection.execute(_FIRST_HEADS, (NO_HASH, NO_HASH))
            found = _lock_heads(connection)
        entries, head = _chain_entries(connection, found["log"])
        events = _place_events(connection, found["feed"])
    return entries + events, head


def _lock_heads(connection: psycopg.Connection[Any]) -> dict[str, Head]:
    rows = connection.execute("SELECT name, position, hash FROM audit_chainhead ORDER BY name FOR UPDATE")
    return {name: Head(position, hash_) for name, position, hash_ in rows}


def _chain_entries(connection: psycopg.Connection[Any], head: Head) -> tuple[int, Head | None]:
    rows = [Entry(*row) for row in connection.execute(_UNCHAINED, (BATCH,))]
    if not rows:
        return 0, None
    before, hashes = [], []
    last = head.hash
    for number, row in enumerate(rows, head.position + 1):
        before.append(last)
        last = link(row, number, last)
        hashes.append(last)
    end = head.position + len(rows)
    connection.execute(_CHAIN, ([row.id for row in rows], list(range(head.position + 1, end + 1)), before, hashes))
    connection.execute("UPDATE audit_chainhead SET position = %s, hash = %s WHERE name = 'log'", (end, last))
    return len(rows), Head(end, last)


def _place_events(connection: psycopg.Connection[Any], head: Head) -> int:
    placed = connection.execute(_PLACE, {"head": head.position, "batch": BATCH}).rowcount
    if placed:
        end = head.position + placed
        connection.execute("UPDATE audit_chainhead SET position = %s WHERE name = 'feed'", (end,))
        connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, str(end)))
    return placed


def _remember_on_commit(head: Head) -> None:
    transaction.on_commit(lambda: heads.remember(head))
