"""A process that opens a model cache, with a conversion of short steps in place of the real one.

    python -m matching.converting FOLDER SECONDS_A_STEP

Prints each line of progress; `BUILT` where it has written the network.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from sangto.matching import convert


class _Source:
    def __init__(self, data: bytes) -> None:
        self.data = data


class _Made:
    """Stands for a tokenizer and for a network."""

    def save(self, path: str, *, pretty: bool) -> None:
        del pretty
        _write(Path(path))

    def SerializeToString(self) -> bytes:  # noqa: N802 - the name that onnx gives it
        time.sleep(step_s)
        print("BUILT", flush=True)
        return b"network" * 10_000


def _write(path: Path) -> None:
    """In pieces, so that a kill finds a file half written."""
    with path.open("wb") as file:
        for _ in range(10):
            time.sleep(step_s / 10)
            file.write(b"tokens" * 1_000)
            file.flush()


def _say(share: float, line: str) -> None:
    print(f"{share:.1f} {line}", flush=True)


if __name__ == "__main__":
    step_s = float(sys.argv[2])
    convert.ModelFile = _Source  # type: ignore[misc, assignment]
    convert.build_tokenizer = lambda _: _Made()  # type: ignore[assignment, return-value]
    convert.build_graph = lambda _: _Made()  # type: ignore[assignment, return-value]
    convert.wheel_model_path = lambda: Path(__file__)
    print("started", flush=True)
    convert.check_model(convert.ensure_model(Path(sys.argv[1]), _say))
