"""The tree of `sangto serve`, as a process: everything under it may be killed, and so may it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

# The first start makes the database; on a busy machine with two cores the imports alone take seconds.
STARTS_WITHIN_S = 90.0


class Tree:
    """One running `sangto serve`."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None
        self.said = data.parent / "said.txt"

    def start(self, *, wait: bool = True) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SANGTO_")}
        environment.pop("DATABASE_URL", None)
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "sangto.config.cli",
                    "serve",
                    "--port",
                    str(self.port),
                    "--data-dir",
                    str(self.data),
                ],
                env=environment,
                stderr=said,
                stdout=said,
            )
        if wait:
            self.wait_for(self.well, STARTS_WITHIN_S)

    def well(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def wait_for(self, condition: Callable[[], bool], within_s: float) -> float:
        started = time.monotonic()
        while not condition():
            if time.monotonic() - started > within_s:
                raise AssertionError(f"not within {within_s} s:\n{self.said.read_text()[-3000:]}")
            time.sleep(0.1)
        return time.monotonic() - started

    def below(self, what: str) -> list[int]:
        """Processes of this tree whose command line has `what` in it; of a family the parent alone."""
        found: dict[int, int] = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environment = (entry / "environ").read_bytes()
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            ours = f"SANGTO_DATA={self.data}".encode() in environment.split(b"\0") or f"-D {self.data}/pg" in line
            if ours and what in line:
                found[int(entry.name)] = int(stat.rpartition(") ")[2].split()[1])
        return sorted(pid for pid, parent in found.items() if parent not in found)

    def whole(self) -> bool:
        """Each of its three parts runs once (the worker comes a moment after the first page)."""
        return all(len(self.below(what)) == 1 for what in ("sangto.config web", "sangto.config worker", "postgres -D"))

    def is_new(self, what: str, before: list[int]) -> bool:
        return self.below(what) not in ([], before)

    def everything(self) -> list[int]:
        return [*self.below("sangto.config"), *self.below("postgres -D")]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    folder = tmp_path_factory.mktemp("tree")
    (folder / "data").mkdir(mode=0o711)
    tree = Tree(folder / "data")
    yield tree
    if tree.process is not None and tree.process.poll() is None:
        tree.process.terminate()
        tree.process.wait(30)


def test_it_works(tree: Tree) -> None:
    tree.start()
    tree.wait_for(tree.whole, 30)


def test_a_second_one_on_the_same_folder_is_told(tree: Tree) -> None:
    second = Tree(tree.data)
    second.said = tree.data.parent / "second.txt"
    second.start(wait=False)
    assert second.process is not None
    assert second.process.wait(30) == 1
    assert "is already working with the data folder" in second.said.read_text()
    assert tree.well()


@pytest.mark.parametrize("what", ["sangto.config web", "sangto.config worker", "postgres -D"])
def test_whatever_is_killed_comes_back(tree: Tree, what: str) -> None:
    for _ in range(2):
        before = tree.below(what)
        os.kill(before[0], signal.SIGKILL)
        tree.wait_for(partial(tree.is_new, what, before), 60)
        tree.wait_for(tree.well, 60)


def test_a_request_waits_while_the_web_process_starts_again(tree: Tree) -> None:
    [web] = tree.below("sangto.config web")
    os.kill(web, signal.SIGKILL)
    # Sent while nobody listens: it waits in the queue of the port, which the tree holds.
    with urllib.request.urlopen(f"http://127.0.0.1:{tree.port}/healthz", timeout=60) as answer:
        assert answer.status == 200


def test_when_the_tree_itself_is_killed_all_of_it_ends_and_the_next_start_works(tree: Tree) -> None:
    assert tree.process is not None
    tree.process.kill()
    tree.process.wait()
    # At once, while the database may still be writing its last page.
    tree.start()
    tree.wait_for(tree.whole, 30)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_every_process(tree: Tree, sign: signal.Signals) -> None:
    if tree.process is None or tree.process.poll() is not None:
        tree.start()
    assert tree.process is not None
    tree.process.send_signal(sign)
    assert tree.process.wait(30) == 0
    tree.wait_for(lambda: tree.everything() == [], 5)
    # The port is free again.
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", tree.port))
