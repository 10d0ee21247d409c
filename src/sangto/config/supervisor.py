"""The tree of `sangto serve`: this process, and under it the database, the web server and the worker.

1. The port is opened here and handed down, so that a request waits while the web process is started again.
2. A child that dies is started again, at once the first time and then with growing pauses; the database before others.
3. Ctrl-C or SIGTERM stops web and worker, then the database. When this process is killed, the kernel ends the rest.

Only the standard library and the database adapter are imported here: nothing of ours can take this process down.
"""

from __future__ import annotations

import hashlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final

from sangto.config import postgres
from sangto.config.terminal import say

TICK_S: Final = 0.1
STOP_WITHIN_S: Final = 10.0
FIRST_PAUSE_S: Final = 0.2
# Somebody waits meanwhile: a process that dies at each start costs less than half a core at this pause.
LONGEST_PAUSE_S: Final = 5.0
# Who lived this long has recovered: the next pause is short again. A start takes 2 to 4 s of one core.
STEADY_AFTER_S: Final = 10.0
# The worker lets the web process load its encoder first, so that the first question is answered at once; but it does
# not wait longer than this for the first page.
WORKER_AFTER_S: Final = 2.0
WORKER_WITHIN_S: Final = 10.0
# The former owner of a port may need this long to go.
PORT_WITHIN_S: Final = 5.0


class StartError(RuntimeError):
    """The tree cannot start; the message says why and what to do."""


@dataclass
class Child:
    """One process that is kept alive."""

    name: str
    command: Sequence[str]
    pass_fds: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _started: float = field(default=0.0, init=False)
    _pause: float = field(default=0.0, init=False)
    _not_before: float = field(default=0.0, init=False)

    def start(self) -> None:
        self._started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            pass_fds=tuple(self.pass_fds),
            start_new_session=True,
            preexec_fn=postgres.die_with_parent(signal.SIGKILL),  # noqa: PLW1509  (this process has one thread)
        )

    def tend(self) -> None:
        """Start it again when it died and its pause is over."""
        now = time.monotonic()
        if self.process is not None:
            status = self.process.poll()
            if status is None:
                return
            self._pause = (
                FIRST_PAUSE_S if now - self._started > STEADY_AFTER_S else min(LONGEST_PAUSE_S, self._pause * 2)
            ) or FIRST_PAUSE_S
            self._not_before = now + self._pause
            self.process = None
            say(f"{self.name} ended ({_status(status)}); starting it again in {self._pause:.1f} s")
        if now >= self._not_before:
            self.start()

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end(self, until: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Preparation:
    """Migrations, static files and sample data, in a process of their own: this one stays small.

    Where nothing changed since the last time, pages need not wait for it: it looks after the data beside the web
    process. `mark` remembers what it was done for.
    """

    command: Sequence[str]
    mark: Path
    fingerprint: str
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Raises StartError when it had to be waited for and failed."""
        known = self.mark.exists() and self.mark.read_text() == self.fingerprint
        self._process = subprocess.Popen(
            [*self.command, *(["--no-static"] if known else [])],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=postgres.die_with_parent(signal.SIGKILL),  # noqa: PLW1509
        )
        if not known:
            self.mark.unlink(missing_ok=True)
            self._process.wait()
            self.done()
            self.mark.write_text(self.fingerprint)

    def done(self) -> bool:
        """Raises StartError when it failed."""
        status = self._process.poll() if self._process else None
        if status:
            raise StartError(f"Preparing the data failed ({_status(status)}); the lines above say why.")
        return status == 0

    def end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def fingerprint(*more: str) -> str:
    """Changes whenever the program, its migrations or static files, an installed package, or one of `more` does."""
    here = Path(__file__).resolve().parents[1]
    seen = hashlib.sha256("\0".join([sys.executable, *more]).encode())
    files = [*here.glob("*/migrations/*.py"), *here.glob("*/static/**/*"), here / "config" / "settings.py"]
    for file in sorted(files):
        state = file.stat()
        seen.update(f"{file} {state.st_size} {state.st_mtime_ns}\n".encode())
    for package in sorted(found.name for place in sys.path for found in Path(place).glob("*.dist-info")):
        seen.update(package.encode())
    return seen.hexdigest()


class StopAsked(Exception):
    """Somebody asked the tree to stop."""


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    raise StopAsked


def open_port(host: str, port: int) -> socket.socket:
    """The listening socket. Raises StartError when the port is taken."""
    until = time.monotonic() + PORT_WITHIN_S
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Inherited by every connection. An answer leaves in two parts; without this the second waits for the reader's
        # word that the first came, which a reader who keeps the connection gives 40 ms later.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            listener.close()
            if time.monotonic() < until:
                time.sleep(TICK_S)
                continue
            raise StartError(
                f"Port {port} on {host} cannot be used ({error.strerror}). Stop the program that has it, or choose"
                " another one with --port."
            ) from error
        # Connections wait here while the web process starts again.
        listener.listen(2048)
        return listener


def run(
    *,
    server: postgres.Embedded | None,
    listener: socket.socket,
    preparation: Preparation,
    when_ready: Callable[[], None],
) -> int:
    """Bring the tree up, keep it up until somebody asks it to stop, take it down. Returns the exit status."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _on_signal)
    children: list[Child] = []
    try:
        if server is not None:
            server.start()
        preparation.start()
        web = Child(
            "The web server",
            [sys.executable, "-m", "sangto.config", "web", "--fd", str(listener.fileno())],
            pass_fds=[listener.fileno()],
        )
        worker = Child("The worker", [sys.executable, "-m", "sangto.config", "worker"])
        children = [web]
        web.start()
        worker_from = time.monotonic() + WORKER_WITHIN_S
        ready = False
        while True:
            if server is not None and not server.alive():
                say("The database ended; starting it again")
                server.restart()
            for child in children:
                child.tend()
            if not ready and preparation.done() and _well(listener):
                ready = True
                worker_from = min(worker_from, time.monotonic() + WORKER_AFTER_S)
                when_ready()
            # Pages first: both at once would take twice as long to show one.
            if worker not in children and time.monotonic() > worker_from:
                worker.start()
                children.append(worker)
            time.sleep(TICK_S)
    except StopAsked:
        say("Stopping …")
        return 0
    finally:
        preparation.end()
        _stop(children, server)


def _stop(children: list[Child], server: postgres.Embedded | None) -> None:
    # A second Ctrl-C must not leave the database running.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for child in children:
        child.ask_to_stop()
    until = time.monotonic() + STOP_WITHIN_S
    for child in children:
        child.end(until)
    if server is not None:
        server.stop()


def _well(listener: socket.socket) -> bool:
    """Whether the web process answers /healthz with 200 (a plain question over loopback)."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    try:
        with socket.create_connection((host, port), timeout=2) as asked:
            asked.sendall(b"GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            return asked.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False


def _status(status: int) -> str:
    return f"status {status}" if status >= 0 else signal.Signals(-status).name
