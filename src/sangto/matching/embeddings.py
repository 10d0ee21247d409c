"""Vectors of documents that were computed before, by what was encoded: one SQLite file beside the model.

A key is a hash of the encoder's identity, the kind of text and the tidied text, so another encoder or prefix finds
nothing. Only texts of documents are kept, never messages. The file is a cache: it may be deleted at any moment, a
damaged one is made again, and one that cannot be written costs time and nothing else. Several processes may use it at
once (SQLite's locks and rollback journal), and a process killed at any moment leaves what was kept before.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from sangto.lib.folding import tidy
from sangto.matching.encoder import MAX_CHARS, Encoder
from sangto.matching.types import Progress

Floats = NDArray[np.float32]
Answer = TypeVar("Answer")

FILE_NAME: Final = "embeddings.sqlite3"
# A vector of 384 half floats with its key takes about 850 bytes on disk: about 850 MB in all.
MAX_ROWS: Final = 1_000_000
# What stays when there are too many: the longest unused go first.
_KEPT_SHARE: Final = 0.9
# Texts encoded between two writes: a build that is stopped goes on from the last of them.
_SLICE: Final = 1_000
# Another process may be writing a slice (a few milliseconds); longer than this the cache is done without.
_BUSY_S: Final = 5.0
_DAY_S: Final = 86_400
# Trouble that says nothing against the file: locked for long, a full disk, a folder that cannot be written.
_NOT_NOW: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
    }
)

_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS vectors (key BLOB NOT NULL UNIQUE, vector BLOB NOT NULL, day INTEGER NOT NULL)",
    "CREATE INDEX IF NOT EXISTS vectors_day ON vectors (day)",
)


class Embeddings:
    """Vectors kept on disk as float16. Thread-safe; `found` and `made` count what was kept and what had to be encoded.

    Vectors come out rounded to float16 whether or not they were kept: a warm cache changes no result.
    """

    def __init__(self, path: Path, encoder: Encoder, *, max_rows: int = MAX_ROWS) -> None:
        self.path, self._encoder, self._max_rows = path, encoder, max_rows
        self.found = self.made = 0
        self._mutex = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._pid = 0
        self._broken = False

    @classmethod
    def open(cls, encoder: Encoder) -> Embeddings | None:
        """Beside the encoder's model; none where `SANGTO_EMBEDDINGS` is `off`."""
        if os.environ.get("SANGTO_EMBEDDINGS", "").lower() == "off":
            return None
        return cls(encoder.cache / FILE_NAME, encoder)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Floats:
        """As `Encoder.encode_passages`, each different text at most once."""
        keys = [self._key(text) for text in texts]
        with self._mutex:
            known = self._read(list(dict.fromkeys(keys)))
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            self.found += len(known)
            listed = list(missing.items())
            for start in range(0, len(listed), _SLICE):
                part = listed[start : start + _SLICE]
                rows = self._encoder.encode_passages([text for _, text in part], _share(progress, start, len(listed)))
                fresh = {key: row.astype(np.float16) for (key, _), row in zip(part, rows, strict=True)}
                known |= fresh
                self.made += len(fresh)
                self._keep(fresh)
        if progress is not None:
            progress(1.0, f"Encoded {len(listed):,} of {len(texts):,} texts; the others were known")
        if not keys:
            return np.zeros((0, self._encoder.dim), dtype=np.float32)
        return np.stack([known[key] for key in keys]).astype(np.float32)

    def close(self) -> None:
        with self._mutex:
            self._disconnect()

    def _key(self, text: str) -> bytes:
        said = "\x00".join((self._encoder.identity, "passage", tidy(text, limit=MAX_CHARS)))
        return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=16).digest()

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float16]]:
        def read(connection: sqlite3.Connection) -> dict[bytes, NDArray[np.float16]]:
            found: dict[bytes, NDArray[np.float16]] = {}
            stale: list[tuple[int, bytes]] = []
            today = _today()
            for start in range(0, len(keys), 500):
                part = keys[start : start + 500]
                marks = ",".join("?" * len(part))
                for key, vector, day in connection.execute(
                    f"SELECT key, vector, day FROM vectors WHERE key IN ({marks})",
                    part,
                ):
                    row = _unpacked(key, vector, self._encoder.dim)
                    if row is not None:
                        found[key] = row
                        if day != today:
                            stale.append((today, key))
            if stale:
                with connection:
                    connection.executemany("UPDATE vectors SET day = ? WHERE key = ?", stale)
            return found

        return self._try(read) or {}

    def _keep(self, fresh: Mapping[bytes, NDArray[np.float16]]) -> None:
        def keep(connection: sqlite3.Connection) -> None:
            with connection:
                connection.executemany(
                    "INSERT OR REPLACE INTO vectors (key, vector, day) VALUES (?, ?, ?)",
                    [(key, _packed(key, row), _today()) for key, row in fresh.items()],
                )
                # Every row has a number; the gap between first and last bounds their count without counting.
                first, last = connection.execute(
                    "SELECT (SELECT min(rowid) FROM vectors), (SELECT max(rowid) FROM vectors)"
                ).fetchone()
                if last is None or last - first < self._max_rows:
                    return
                (count,) = connection.execute("SELECT count(*) FROM vectors").fetchone()
                if count > self._max_rows:
                    surplus = count - int(self._max_rows * _KEPT_SHARE)
                    connection.execute(
                        "DELETE FROM vectors WHERE rowid IN (SELECT rowid FROM vectors ORDER BY day, rowid LIMIT ?)",
                        (surplus,),
                    )

        self._try(keep)

    def _try(self, work: Callable[[sqlite3.Connection], Answer]) -> Answer | None:
        """The work's answer, or None: a damaged file is made again once, any other trouble means no cache."""
        for attempt in range(2):
            try:
                connection = self._connect()
                return None if connection is None else work(connection)
            except (sqlite3.Error, ValueError, TypeError, OverflowError) as error:
                # The low byte is the kind of trouble, the rest its detail.
                if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOT_NOW:
                    return None
                self._disconnect()
                self._broken = attempt == 1
                for suffix in ("", "-journal"):
                    with suppress(OSError):
                        self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        return None

    def _connect(self) -> sqlite3.Connection | None:
        if self._broken:
            return None
        if self._connection is not None and self._pid == os.getpid():
            return self._connection
        # A connection must not be carried over a fork: the child drops its copy without closing it.
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError:
            self._broken = True
            return None
        connection = sqlite3.connect(self.path, timeout=_BUSY_S, check_same_thread=False)
        try:
            for statement in _TABLE:
                connection.execute(statement)
        except sqlite3.Error:
            connection.close()
            raise
        self._connection, self._pid = connection, os.getpid()
        return connection

    def _disconnect(self) -> None:
        if self._connection is not None and self._pid == os.getpid():
            with suppress(sqlite3.Error), closing(self._connection):
                pass
        self._connection = None


def _packed(key: bytes, row: NDArray[np.float16]) -> bytes:
    """The vector with a check sum over it and its key: a disk's error is noticed, and the vector made again."""
    body = row.astype("<f2").tobytes()
    return body + crc32(key + body).to_bytes(4, "little")


def _unpacked(key: bytes, stored: object, dim: int) -> NDArray[np.float16] | None:
    if not isinstance(stored, bytes) or len(stored) != dim * 2 + 4:
        return None
    if crc32(key + stored[:-4]).to_bytes(4, "little") != stored[-4:]:
        return None
    return np.frombuffer(stored, dtype="<f2", count=dim)


def _today() -> int:
    return int(time.time() // _DAY_S)


def _share(progress: Progress | None, start: int, total: int) -> Progress | None:
    """The progress of one slice as part of the whole."""
    if progress is None:
        return None
    size = min(_SLICE, total - start)

    def tell(share: float, _: str) -> None:
        done = start + round(share * size)
        progress(done / total, f"Encoded {done:,} of {total:,} texts")

    return tell


__all__ = ["MAX_ROWS", "Embeddings"]
