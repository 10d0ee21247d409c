"""The time of an answer over HTTP: at the sample desk's own number of documents, and among thousands of others.

    python benchmarks/answer_time.py [--documents 15000] [--data DIR] [--json]

For each size a demo is started in a data folder of its own. One client asks every message of eval/ once by
POST /api/v1/ask and waits for the whole answer: what is timed is the search and what it writes (tip, log, rumour).
The others are headlines of DIR/news.jsonl.gz, else made-up claims, put in through the catalogue's own service; the
worker gives them their vectors and its index follows, as it would with answers that are published.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg

from sangto.config.bench import asked, texts
from sangto.config.bench.machine import percentile
from sangto.config.bench.running import Caller, Installation, own_folder
from sangto.lib.progress import Progress

READY_WITHIN_S = 900.0
# The worker encodes about a hundred claims a second on one idle core.
INDEXED_WITHIN_S = 3600.0
WARM_UP = 20
BATCH = 500


def put_others(count: int, data: Path | None) -> None:
    """In a process of its own, with the demo's settings."""
    import django

    django.setup()
    from django.db import transaction

    from sangto.catalogue.services import put_document
    from sangto.lib.ids import uuid7
    from sangto.network.selectors import default_desk

    desk = default_desk()
    rows = texts.documents(count, data)
    while batch := list(islice(rows, BATCH)):
        with transaction.atomic():
            for key, claim, words in batch:
                put_document(
                    desk=desk, kind="answer", object_id=uuid7(), lang="vi", url=f"/vi/a/{key}/", claim=claim,
                    short_answer=words[:280], verdict="false", topic="public_affairs", version=1,
                )  # fmt: skip


def indexed(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        query = "SELECT coalesce(max(documents), 0) FROM catalogue_indexbuild WHERE name = 'live-answer'"
        row = connection.execute(query).fetchone()
        return int(row[0]) if row else 0


def ask_all(port: int, progress: Progress, line: str) -> dict[str, list[float]]:
    """Milliseconds of each message, by decision."""
    messages = asked.messages()
    caller = Caller(port)
    for number in range(WARM_UP):
        caller.post("/api/v1/ask", {"text": texts.subject(number).asked_otherwise, "lang": "vi"})
    took: dict[str, list[float]] = {}
    for number, message in enumerate(messages):
        began = time.perf_counter()
        status, said = caller.post("/api/v1/ask", {"text": message.text, "lang": message.lang})
        elapsed = (time.perf_counter() - began) * 1000
        if status != 200:
            raise RuntimeError(f"{message.id} was answered {status}")
        took.setdefault(said["decision"], []).append(elapsed)
        progress(number / len(messages), line)
    caller.close()
    return took


def measure_at(others: int, data: Path | None, progress: Progress) -> dict[str, Any]:
    with own_folder() as folder:
        demo = Installation(folder, command="demo")
        progress(0.0, "Starting a sample desk")
        demo.start(READY_WITHIN_S)
        try:
            own = indexed(demo.dsn)
            index_s = 0.0
            if others:
                began = time.monotonic()
                where = ["--data", str(data.resolve())] if data else []
                demo.run([__file__, "--put", str(others), *where], INDEXED_WITHIN_S)
                while (now := indexed(demo.dsn)) < own + others:
                    progress((now - own) / others, f"{now:,} documents in the index")
                    if time.monotonic() - began > INDEXED_WITHIN_S:
                        raise RuntimeError(f"only {now} documents in the index after {INDEXED_WITHIN_S:.0f} s")
                    time.sleep(1)
                index_s = time.monotonic() - began
            took = ask_all(demo.port, progress, f"Asking among {own + others:,} documents")
        finally:
            demo.stop()
    every = [one for group in took.values() for one in group]
    return {
        "documents": own + others,
        "messages": len(every),
        **spread(every),
        "by_decision": {decision: {"messages": len(group), **spread(group)} for decision, group in took.items()},
        "put_and_indexed_s": round(index_s, 1),
    }


def spread(values: Sequence[float]) -> dict[str, float]:
    return {f"p{share * 100:.0f}_ms": round(percentile(values, share), 1) for share in (0.5, 0.99)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=15_000, metavar="N", help="how many others (15000)")
    parser.add_argument("--data", type=Path, metavar="DIR", help="a folder with news.jsonl.gz (id, title, text)")
    parser.add_argument("--json", action="store_true", help="print one JSON object, last, on stdout")
    parser.add_argument("--put", type=int, metavar="N", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.put:
        put_others(arguments.put, arguments.data)
        return 0
    with Progress() as progress:
        sizes = [measure_at(others, arguments.data, progress) for others in (0, arguments.documents)]
    figures = {"others": arguments.data.name if arguments.data else "made up", "sizes": sizes}
    for size in sizes:
        print(f"{size['documents']:>7,} documents: p50 {size['p50_ms']} ms, p99 {size['p99_ms']} ms")
    if arguments.json:
        print(json.dumps(figures, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
