"""A small stand-in for many vectors: about one bit a dimension, scanned whole; what it proposes is compared exactly.

RaBitQ (Gao and Long 2024) over randomly turned vectors, as faiss has it. It learns nothing but the mean of a sample, so
texts that come later are served as well as the first ones.
"""

from __future__ import annotations

import json
import os
import struct
from contextlib import suppress
from pathlib import Path
from typing import Final
from zlib import crc32

import faiss
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

# Rows that the mean is taken from.
SAMPLE: Final = 20_000
_MAGIC: Final = b"SANGTO-CODES-1\n"
_SEED: Final = 1
_HEAD: Final = struct.Struct("<II")


class Codes:
    """Codes of rows 0 to `len(self)`, in memory: 66 MB for 1,000,000 rows of 384 dimensions."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def learn(cls, sample: Floats) -> Codes:
        dim = sample.shape[1]
        turn = faiss.RandomRotationMatrix(dim, dim)
        turn.init(_SEED)
        coder = faiss.IndexRaBitQFastScan(dim, faiss.METRIC_INNER_PRODUCT)
        index = faiss.IndexPreTransform(turn, coder)
        index.train(np.ascontiguousarray(sample, dtype=np.float32))
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, rows: Floats) -> None:
        self._index.add(np.ascontiguousarray(rows, dtype=np.float32))

    def search(self, queries: Floats, count: int) -> tuple[Floats, Rows]:
        """Estimated cosine and row number of the best `count` for each query, best first; -1 fills up."""
        # One thread each: for one message two are no quicker, and they would take the core of another reader.
        faiss.omp_set_num_threads(1)
        estimates, rows = self._index.search(np.ascontiguousarray(queries, dtype=np.float32), min(count, len(self)))
        return estimates, rows

    def save(self, path: Path, mark: str) -> None:
        """Written beside and renamed; `mark` says which rows these are the codes of."""
        body = faiss.serialize_index(self._index).tobytes()
        head = json.dumps({"mark": mark, "rows": len(self)}).encode("ascii")
        unfinished = path.with_suffix(f".{os.getpid()}.unfinished")
        try:
            with unfinished.open("wb") as file:
                file.write(_MAGIC + _HEAD.pack(len(head), crc32(body, crc32(head))) + head)
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path, mark: str) -> Codes | None:
        """None where there are none, or not these, or not whole: they are then made again from the vectors."""
        with suppress(OSError, ValueError, KeyError, TypeError, struct.error, RuntimeError):
            data = path.read_bytes()
            at = len(_MAGIC) + _HEAD.size
            if data[: len(_MAGIC)] != _MAGIC:
                return None
            length, check = _HEAD.unpack_from(data, len(_MAGIC))
            head, body = data[at : at + length], memoryview(data)[at + length :]
            if crc32(body, crc32(head)) != check:
                return None
            said = json.loads(head)
            codes = cls(faiss.deserialize_index(np.frombuffer(body, dtype=np.uint8)))
            if said["mark"] == mark and said["rows"] == len(codes):
                return codes
        return None
