"""What is learnt from the documents of one index and kept beside it.

How their words are written with diacritics (restore.py), which directions of their vectors say little (space.py), and
which groups of letters are rare (letters.py).
Derived, like the index: it can be deleted at any time; without it what ships is used alone.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar
from zlib import crc32

import numpy as np

from sangto.lib.folding import fold, tidy, words
from sangto.matching.background import Background
from sangto.matching.index import Index
from sangto.matching.letters import Letters, marks_of
from sangto.matching.restore import RestoreFileError, Restorer
from sangto.matching.space import Space

Kept = TypeVar("Kept")

SYLLABLES: Final = "syllables.bin"
SPACE: Final = "space.npz"
LETTERS: Final = "letters.f32"
# Documents learnt from, the newest first: 15,000 headlines take about 3 s, and more change little.
MOST: Final = 20_000
# Learnt again when the index has grown or shrunk by this share.
_STALE: Final = 0.1
# How many documents it was learnt from, and a check sum of what follows.
_HEAD: Final = 8
_CHECK: Final = 4


@dataclass(slots=True)
class _File(Generic[Kept]):
    """One file that another process may replace at any moment; a damaged one counts as none."""

    path: Path
    read: Callable[[bytes], Kept]
    seen: tuple[int, int] | None = None
    held: Kept | None = None

    def newest(self) -> Kept | None:
        stamp = _stamp(self.path)
        if stamp != self.seen:
            self.seen, self.held = stamp, None
            try:
                data = self.path.read_bytes()
                body = data[_HEAD + _CHECK :]
                if crc32(body).to_bytes(_CHECK, "little") == data[_HEAD : _HEAD + _CHECK]:
                    self.held = self.read(body)
            except (OSError, ValueError, RestoreFileError):
                self.held = None
        return self.held


class Learnt:
    """What readers of an index use. Thread-safe."""

    def __init__(self, folder: Path, background: Background) -> None:
        dim = background.queries.shape[1]
        self._syllables = _File(folder / SYLLABLES, Restorer.from_bytes)
        self._space = _File(folder / SPACE, lambda data: Space.from_bytes(data, dim))
        self._letters = _File(folder / LETTERS, Letters.from_bytes)
        self._plain = Space.plain(background)
        self._alike = Letters.learn(())
        self._shipped: Restorer | None = None
        self._mutex = threading.Lock()

    def restorer(self) -> Restorer:
        with self._mutex:
            found = self._syllables.newest()
            if found is None:
                found = self._shipped = self._shipped or Restorer.shipped()
            return found

    def letters(self) -> Letters:
        with self._mutex:
            return self._letters.newest() or self._alike

    def space(self) -> Space:
        with self._mutex:
            return self._space.newest() or self._plain


def teach(index: Index, background: Background) -> bool:
    """Learns from the committed documents if they changed much since; only the process that writes the index
    calls it.
    """
    known = min(_count(index.folder / name) for name in (SYLLABLES, SPACE, LETTERS))
    if known >= 0 and abs(len(index) - known) <= _STALE * max(known, 20):
        return False
    restorer = Restorer.shipped()
    keys = index.newest_keys(MOST)
    vectors, marks = [], []
    for start in range(0, len(keys), 1_000):
        part = keys[start : start + 1_000]
        documents = index.by_key(part)
        # Not from `extra`: people's messages leave nothing behind when they are deleted.
        restorer.learn(text for found in documents.values() for text in (found.text, found.title, found.subtitle))
        marks += [marks_of(words(fold(tidy(f"{found.text} {found.title}")))) for found in documents.values()]
        # The first vector is the claim's, the second its title's where it has one.
        rows, counts = index.vectors_of(part)
        for key, own in zip(part, np.split(rows, np.cumsum(counts)[:-1]), strict=True):
            vectors.append(own[: 2 if key in documents and documents[key].title else 1])
    rows = np.vstack(vectors) if vectors else np.zeros((0, index.dim), dtype=np.float32)
    _write(index.folder / SYLLABLES, len(index), restorer.to_bytes())
    _write(index.folder / LETTERS, len(index), Letters.learn(marks).to_bytes())
    _write(index.folder / SPACE, len(index), Space.learn(background, rows).to_bytes())
    return True


def _write(path: Path, count: int, body: bytes) -> None:
    fresh = path.with_suffix(f".{os.getpid()}.part")
    fresh.write_bytes(count.to_bytes(_HEAD, "little") + crc32(body).to_bytes(_CHECK, "little") + body)
    # Whatever else stands under this name is none of ours.
    if path.is_dir():
        shutil.rmtree(path)
    fresh.replace(path)


def _count(path: Path) -> int:
    """Documents that the kept file was learnt from; -1 without one."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return -1
    return int.from_bytes(head, "little") if len(head) == _HEAD else -1


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


__all__ = ["LETTERS", "MOST", "SPACE", "SYLLABLES", "Learnt", "teach"]
