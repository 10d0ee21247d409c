"""A writer, a sequencer or a reader as a process of its own, so that a test can kill it.

`python worker.py CONFIG migrate|write|sequence|read …`, where CONFIG is JSON: {"database": {…}, "data_dir": …}. Only
the room itself is set up: a killed process is replaced in a third of a second.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from pathlib import Path

import django
from django.conf import settings


def write(seed: int, rows: int, acknowledged: Path) -> None:
    """Write that many rows in transactions of one to three of each kind; name each that was committed."""
    from django.db import transaction

    from sangto.audit import services
    from sangto.audit.types import SYSTEM
    from sangto.lib.ids import uuid7

    chance = random.Random(seed)
    out = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    while rows > 0:
        lines = []
        with transaction.atomic():
            for _ in range(chance.randint(1, 3)):
                thing = uuid7()
                services.record(actor=SYSTEM, verb="did", object_kind="thing", object_id=thing, data={"n": rows})
                lines.append(f"log {thing}\n")
                # Ids are born here and committed up to 40 ms later: out of order among the writers.
                time.sleep(chance.random() * chance.choice((0, 0.004, 0.02)))
            for _ in range(chance.randint(1, 3)):
                thing = uuid7()
                services.announce(kind="thing_done", object_id=thing)
                lines.append(f"feed {thing}\n")
                time.sleep(chance.random() * chance.choice((0, 0.004, 0.02)))
            undone = chance.random() < 0.05
            transaction.set_rollback(undone)
        if not undone:
            os.write(out, "".join(lines).encode())
            rows -= len(lines)


def sequence() -> None:
    from sangto.audit import sequencer

    sequencer.run(threading.Event())


def read(table: str, seen: Path, enough: Path) -> None:
    """Follow by position as the index does, and write down each row met, until told that there are no more."""
    from sangto.audit.models import Event, LogEntry

    rows_of = {"log": LogEntry.objects.all(), "feed": Event.objects.all()}[table]
    chance = random.Random(table)
    position = 0
    with seen.open("w") as out:
        while True:
            over = enough.exists()
            rows = list(
                rows_of.filter(position__gt=position)
                .order_by("position")
                .values_list("position", "object_id")[: chance.randint(1, 300)]
            )
            for position, thing in rows:
                out.write(f"{position} {thing}\n")
            if over and not rows:
                return
            time.sleep(chance.random() * 0.02)


if __name__ == "__main__":
    config = json.loads(sys.argv[1])
    settings.configure(
        INSTALLED_APPS=["sangto.audit"],
        DATABASES={"default": config["database"]},
        DATA_DIR=Path(config["data_dir"]),
        USE_TZ=True,
        SECRET_KEY="only-here",
    )
    django.setup()
    match sys.argv[2:]:
        case ["write", seed, rows, acknowledged]:
            write(int(seed), int(rows), Path(acknowledged))
        case ["migrate"]:
            # Imported here: it would cost every other process a tenth of a second.
            from django.core.management import call_command

            call_command("migrate", "audit", verbosity=0)
        case ["sequence"]:
            sequence()
        case ["read", table, seen, enough]:
            read(table, Path(seen), Path(enough))
        case other:
            sys.exit(f"unknown: {other}")
