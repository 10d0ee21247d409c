"""`kill -9` at any moment loses nothing that was acknowledged, and readers beside it never see half a commit."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from matching import index_kills

# Of the minute that kills may take in `make test-long`.
SHARES = {"small": 14.0, "rebuild": 12.0, "large": 16.0}


@pytest.mark.long
@pytest.mark.parametrize("plan", SHARES)
def test_a_killed_writer_loses_nothing_acknowledged(folder: Path, plan: str) -> None:
    """`small`: whole generations are rewritten and codes saved all the time, and each call to the system that a commit
    hangs on is a place to die. `rebuild`: the index is deleted and built anew. `large`: 22,000 vectors a commit.
    """
    seed = random.randrange(1_000_000)
    seconds = SHARES[plan] * float(os.environ.get("SANGTO_KILLS", "1"))
    run = subprocess.run(
        [sys.executable, "-m", index_kills.__name__, str(folder), plan, str(seed), str(seconds)],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "RUST_BACKTRACE": "0"},
        capture_output=True,
        text=True,
        timeout=seconds + 120,
        check=False,
    )
    assert run.returncode == 0, f"{seed=}\n{run.stdout[-2_000:]}\n{run.stderr[-4_000:]}"
    counts = json.loads(run.stdout.splitlines()[-1])
    print(f"\n{plan} ({seed=}): {counts}")
    assert counts["killed"] > 1
    assert counts["readers"]["opened"] > counts["killed"] // 10
