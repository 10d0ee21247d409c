"""What a figure was measured on, and by which command: written beside each of them."""

from __future__ import annotations

import importlib.metadata
import json
import math
import os
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sangto.config import postgres

_PACKAGES: Final = ("django", "faiss-cpu", "onnxruntime", "psycopg", "tantivy", "uvicorn")


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def facts() -> dict[str, Any]:
    """The machine, the versions, and how busy it was: a load above the number of cores spoils every time below."""
    return {
        "cores": cores(),
        "processor": _processor(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "load": round(os.getloadavg()[0], 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "postgresql": postgres.MAJOR if not os.environ.get("DATABASE_URL") else "of DATABASE_URL",
        "packages": {name: importlib.metadata.version(name) for name in _PACKAGES},
    }


def write(file: Path, *, command: Sequence[str], figures: Mapping[str, Any]) -> None:
    """One file a measurement: its figures, the command, the day and the machine."""
    whole = {
        "command": " ".join(command),
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": facts(),
        "figures": figures,
    }
    file.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: a value that was measured, not one between two. 0 for no values."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def peak_memory_mb() -> float:
    """The most memory this process ever held."""
    for line in _lines(Path("/proc/self/status")):
        if line.startswith("VmHWM:"):
            return round(int(line.split()[1]) / 1024, 1)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Kilobytes on Linux, bytes on macOS.
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


def memory_mb() -> float:
    """What this process holds now; where the system does not say, the most it ever held."""
    for line in _lines(Path("/proc/self/status")):
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1024, 1)
    return peak_memory_mb()


def wait_for_quiet(*, most_s: float = 0.0) -> float:
    """Wait until the machine has a core to spare, at most that long; the load that is left."""
    until = time.monotonic() + most_s
    while os.getloadavg()[0] > cores() and time.monotonic() < until:
        time.sleep(1)
    return round(os.getloadavg()[0], 1)


def _processor() -> str:
    for line in _lines(Path("/proc/cpuinfo")):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
