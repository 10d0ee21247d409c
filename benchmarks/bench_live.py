"""How fast a message reaches every open stream: ours against a bare asyncio broadcast.

`python benchmarks/bench_live.py [--streams 1600] [--events 40] [--rounds 3] [--json]`. The clock runs from just before
the publisher's INSERT (for the floor: its write) until the reader has the bytes, over all streams and all events.
Publisher, server and readers are processes of their own, on one machine; the rounds take turns.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
import psycopg
from django.conf import settings
from django.core.management import call_command
from psycopg.conninfo import conninfo_to_dict

from sangto.config import postgres

FLOOR = Path(__file__).parent / "floor" / "live_floor.py"
STREAM = "desk:bench"
BETWEEN_EVENTS_S = 0.25
# Each client address has some 28,000 ports; one is enough here, several spread the hashing.
ADDRESSES = [f"127.0.0.{last}" for last in range(2, 10)]


def set_up(dsn: str) -> None:
    words = conninfo_to_dict(dsn)
    database = {"ENGINE": "django.db.backends.postgresql", "HOST": words["host"], "NAME": words["dbname"]}
    settings.configure(
        INSTALLED_APPS=["sangto.live"],
        DATABASES={"default": {**database, "USER": words["user"]}},
        USE_TZ=True,
        SECRET_KEY="only-for-measuring",  # noqa: S106
    )
    django.setup()


def serve(dsn: str, port: int) -> None:
    set_up(dsn)
    import uvicorn

    from sangto.live.asgi import LiveApp

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        raise NotImplementedError

    uvicorn.run(LiveApp(inner), port=port, log_level="warning", backlog=4096, timeout_graceful_shutdown=2)


def publish(dsn: str, port: int, events: int) -> None:
    """Through the database, or (without one) straight to the floor."""
    if not dsn:
        with socket.create_connection(("127.0.0.1", port + 1)) as line:
            for _ in range(events):
                time.sleep(BETWEEN_EVENTS_S)
                line.sendall(json.dumps({"sent": time.time()}).encode() + b"\n")
        return
    set_up(dsn)
    from sangto.live import services

    values = {"stream": STREAM, "kind": "changed", "channel": services.CHANNEL}
    with psycopg.connect(dsn, autocommit=True) as connection:
        for _ in range(events):
            time.sleep(BETWEEN_EVENTS_S)
            data = json.dumps({"sent": time.time()})
            connection.execute(services._PUBLISH, {**values, "data": data, "at": datetime.now(UTC)})  # noqa: SLF001


class Reader:
    """One connection; one loop reads them all: cheaper than asyncio, so that it measures less of itself."""

    __slots__ = ("events", "ids", "open", "sock", "text")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.text = b""
        self.open = False
        self.ids: list[int] = []
        self.events: list[float] = []

    def take(self, now: float) -> None:
        self.text += self.sock.recv(65536)
        while b"\n\n" in self.text:
            block, _, self.text = self.text.partition(b"\n\n")
            if b"retry: " in block:
                self.open = True
            elif b"id: " in block:
                number, _, rest = block.partition(b"id: ")[2].partition(b"\n")
                self.ids.append(int(number))
                sent = json.loads(rest.partition(b"data: ")[2])["sent"]
                self.events.append((now - sent) * 1000)


def measure(dsn: str, streams: int, events: int) -> dict[str, float]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = (
        [sys.executable, str(FLOOR), str(port)] if not dsn else [sys.executable, __file__, "serve", dsn, str(port)]
    )
    token = ""
    if dsn:
        from sangto.live import services

        token = services.subscription(stream=STREAM)
    server = subprocess.Popen(command)
    publisher: subprocess.Popen[bytes] | None = None
    readers: list[Reader] = []
    try:
        _until_open(port)
        time.sleep(0.5)
        before = resident_kb(server.pid)
        selector = selectors.EpollSelector()
        request = f"GET /live/?t={token} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        began = time.perf_counter()
        for number in range(streams):
            sock = socket.create_connection(("127.0.0.1", port), 10, (ADDRESSES[number % len(ADDRESSES)], 0))
            sock.sendall(request)
            sock.setblocking(False)
            reader = Reader(sock)
            readers.append(reader)
            selector.register(sock, selectors.EVENT_READ, reader)
        _read(selector, lambda: all(reader.open for reader in readers), 60)
        connected = time.perf_counter() - began
        memory = resident_kb(server.pid) - before
        cpu = cpu_s(server.pid)
        publisher = subprocess.Popen([sys.executable, __file__, "publish", dsn, str(port), str(events)])
        _read(selector, lambda: all(len(reader.ids) >= events for reader in readers), events * BETWEEN_EVENTS_S + 30)
        cpu = cpu_s(server.pid) - cpu
    finally:
        for running in (publisher, server):
            if running is not None:
                running.kill()
                running.wait()
        for reader in readers:
            reader.sock.close()
    times = sorted(value for reader in readers for value in reader.events)
    first = readers[0].ids[0]
    expected = list(range(first, first + events))
    return {
        "p50_ms": round(times[len(times) // 2], 1),
        "p99_ms": round(times[len(times) * 99 // 100], 1),
        "max_ms": round(times[-1], 1),
        "connect_s": round(connected, 2),
        "rss_kb_per_stream": round(memory / streams, 1),
        "cpu_ms_per_event": round(cpu * 1000 / events, 1),
        "lost": sum(len(set(expected) - set(reader.ids)) for reader in readers),
        "doubled": sum(len(reader.ids) - len(set(reader.ids)) for reader in readers),
    }


def resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def cpu_s(pid: int) -> float:
    # After the name in brackets: the 12th and 13th fields are user and system time in ticks.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _until_open(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError("the server did not start")


def _read(selector: selectors.BaseSelector, enough: Any, within_s: float) -> None:
    until = time.monotonic() + within_s
    while not enough():
        if time.monotonic() > until:
            return
        for key, _ in selector.select(0.2):
            key.data.take(time.time())


@contextlib.contextmanager
def database() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="sangto-bench-"))
    folder.chmod(0o711)
    server = postgres.Embedded(folder, owner="bench live")
    server.start()
    try:
        yield server.dsn
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    match sys.argv[1:]:
        case ["serve", dsn, port]:
            return serve(dsn, int(port))
        case ["publish", dsn, port, events]:
            return publish(dsn, int(port), int(events))
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--streams", type=int, default=1_600)
    arguments.add_argument("--events", type=int, default=40)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    with database() as dsn:
        set_up(dsn)
        call_command("migrate", "live", verbosity=0)
        results: dict[str, list[dict[str, float]]] = {"live": [], "floor": []}
        for number in range(chosen.rounds):
            for name, address in (("floor", ""), ("live", dsn)):
                results[name].append(measure(address, chosen.streams, chosen.events))
                print(f"round {number + 1} {name}: {results[name][-1]}", file=sys.stderr)
    middle = {
        name: {key: statistics.median(each[key] for each in rounds) for key in rounds[0]}
        for name, rounds in results.items()
    }
    ratio = round(middle["live"]["p99_ms"] / middle["floor"]["p99_ms"], 2)
    print(json.dumps({"streams": chosen.streams, "events": chosen.events, **middle, "p99_ratio": ratio}))
    return None


if __name__ == "__main__":
    main()
