"""Finds the processes of an installation and kills them with `kill -9`."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import time
from pathlib import Path
from typing import Final

KINDS: Final = ("web", "worker", "postgres")
_OURS: Final = re.compile(r"sangto\.config[ .](web|worker)\b")


def _processes() -> dict[int, tuple[int, str]]:
    """Each living process: its parent and its command line."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            # "17 (name) S 1 …": the state, then the parent.
            state, parent = (entry / "stat").read_text().rpartition(") ")[2].split()[:2]
            if state != "Z":
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                found[int(entry.name)] = (int(parent), command)
    return found


def alive(supervisor: int) -> dict[str, list[int]]:
    """By kind, the processes under this supervisor that live now; of PostgreSQL the postmaster first."""
    processes = _processes()
    found: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for pid, (parent, command) in processes.items():
        if parent != supervisor:
            continue
        ours = _OURS.search(command)
        if ours is not None:
            found[ours[1]].append(pid)
        elif Path(command.split(" ", 1)[0]).name == "postgres":
            found["postgres"] = [pid, *[child for child, (above, _) in processes.items() if above == pid]]
    return found


def kill(supervisor: int, kind: str, within_s: float = 60.0) -> list[int]:
    """`kill -9` of all processes of this kind, as soon as there are any; which they were."""
    until = time.monotonic() + within_s
    while not (pids := alive(supervisor)[kind]):
        if time.monotonic() > until:
            raise AssertionError(f"no {kind} came back within {within_s:.0f} s")
        time.sleep(0.05)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return pids
