"""`sangto serve` on a data folder of its own, as somebody outside sees it: started, asked, killed, stopped."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sangto.config import postgres

READY_WITHIN_S: Final = 180.0
# Asked to stop, the tree needs up to ten seconds for web and worker, then the database its last checkpoint.
STOP_WITHIN_S: Final = 45.0
# An installation that is measured has settings of its own; only these of the caller's environment reach it.
_KEPT: Final = ("SANGTO_MODEL_CACHE", "SANGTO_ENCODER_DIR")


class NotReady(RuntimeError):
    """It did not start; the message has the end of what it said."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def own_folder(prefix: str = "sangto-bench-") -> Iterator[Path]:
    """A data folder for one measurement."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    # PostgreSQL's own account has to pass through when we are root.
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Installation:
    """One installation: its folder, its port and its settings."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    command: str = "serve"
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def dsn(self) -> str:
        return postgres.dsn(self.folder)

    @property
    def log(self) -> Path:
        return self.folder / "serve.log"

    def environment(self) -> dict[str, str]:
        """For every process that belongs to it."""
        outside = {
            name: value
            for name, value in os.environ.items()
            if name in _KEPT or not name.startswith(("SANGTO_", "DJANGO_", "DATABASE_URL", "PYTEST_", "COV_"))
        }
        own = {"SANGTO_DATA": str(self.folder), "SANGTO_BASE_URL": self.address}
        return {**outside, **own, "DJANGO_SETTINGS_MODULE": "sangto.config.settings", **self.settings}

    def start(self, within_s: float = READY_WITHIN_S) -> float:
        """Start it and wait until it answers; how long that took. Call it from the main thread only: when the thread
        that started a process ends, the kernel takes that for its parent's death.
        """
        began = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sangto.config.cli", self.command, "--port", str(self.port)],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=postgres.die_with_parent(signal.SIGTERM),  # noqa: PLW1509
            )
        while not self.well():
            if self.process.poll() is not None or time.monotonic() - began > within_s:
                self.stop()
                raise NotReady(f"`sangto {self.command}` did not get ready:\n{self.tail()}")
            time.sleep(0.1)
        return time.monotonic() - began

    def well(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        """As Ctrl-C does."""
        process, self.process = self.process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """`kill -9` of the supervisor itself; what becomes of the rest is the kernel's work."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def run(self, command: Sequence[str], within_s: float = 300.0, *, well: Collection[int] = (0,)) -> str:
        """A command beside it (`["-m", "sangto.config.cli", …]`), with its settings; what it wrote to stdout.

        Raises NotReady when its exit status is none of `well`.
        """
        done = subprocess.run(
            [sys.executable, *command],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
        )
        if done.returncode not in well:
            raise NotReady(f"{' '.join(command)} ended with status {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def tail(self, characters: int = 3000) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-characters:] if self.log.exists() else ""


class Caller:
    """One client with one connection that it keeps, as a program that asks often would."""

    def __init__(self, port: int, *, timeout_s: float = 60.0) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)

    def post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
        """Status and the object answered. Raises OSError or HTTPException when there is no whole answer."""
        data = json.dumps(body, ensure_ascii=False).encode()
        self._connection.request("POST", path, data, {"Content-Type": "application/json", **(headers or {})})
        return self._answer()

    def get(self, path: str) -> tuple[int, Any]:
        self._connection.request("GET", path)
        return self._answer()

    def _answer(self) -> tuple[int, Any]:
        try:
            answer = self._connection.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException):
            # The next call opens a new connection.
            self._connection.close()
            raise
        if (answer.getheader("Content-Type") or "").startswith("application/json"):
            return answer.status, json.loads(said)
        return answer.status, said.decode("utf-8", "replace")

    def close(self) -> None:
        self._connection.close()
