"""Rows for tests that need vectors but no encoder (importable by the processes that tests start)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def unit_rows(seed: int, count: int, dim: int = 8) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
