"""The vectors of an index on disk: append-only files that only count up to the length the last commit named.

Three files per generation: `vectors` (float16 rows), `owners` (uint64 key of each row's document, rising),
`dropped` (keys that were removed or replaced). Of many rows there are also `codes`, which can always be made again.
Bytes after the committed length belong to a writer that died or has not committed yet; readers ignore them and the
next writer cuts them off. A generation is rewritten whole when too much of it is dropped.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from sangto.matching.codes import SAMPLE, Codes
from sangto.matching.damage import damaged

Floats = NDArray[np.float32]
Keys = NDArray[np.uint64]

# Above this many rows codes are scanned in place of the vectors: 30 MB of vectors take about 1 ms.
CODES_ABOVE: Final = 20_000
# Rows that are compared exactly: one of so many, within bounds. Of 27,650 vectors of claims 1,000 keep all of the
# nearest ten; of 1,000,000 made-up vectors, which lie closer together, 2,000 keep .995 of them.
_ROWS_PER_COMPARED: Final = 400
_LEAST_COMPARED: Final = 1_000
_MOST_COMPARED: Final = 2_000
# Rows read from the mapped file before it is let go of: a page each, 16 MB. A file of so many bytes is not let go of.
_MOST_READ: Final = 4_000
_STAYS: Final = 256_000_000
# Since Linux 5.14, and not yet named by Python: maps all pages at once, a fifth of a second for that many bytes.
_MADV_POPULATE_READ: Final = 22
_SLICE: Final = 65_536
# Of many vectors one in so many is looked at when the file is opened: of 1,000,000 that is 1 MB, here and there.
_SAMPLED: Final = 4_096


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of the files the last commit covers, and the check sums of that much.

    `sample` is that of one vector in `_SAMPLED`; -1 where none was kept.
    """

    generation: int
    rows: int
    dropped: int
    checks: tuple[int, int, int] = (0, 0, 0)
    sample: int = 0


def paths(folder: Path, generation: int) -> tuple[Path, Path, Path]:
    return (
        folder / f"vectors.{generation}.f16",
        folder / f"owners.{generation}.u64",
        folder / f"dropped.{generation}.u64",
    )


class VectorWriter:
    """Appends to one generation; nothing counts until the extent it returns is committed elsewhere."""

    def __init__(self, folder: Path, dim: int, extent: Extent) -> None:
        self._folder, self._dim = folder, dim
        self._generation, self._rows, self._dropped = extent.generation, extent.rows, extent.dropped
        self._checks = list(extent.checks)
        self._sample = extent.sample
        self._files = [path.open("ab") for path in paths(folder, extent.generation)]
        sizes = (extent.rows * dim * 2, extent.rows * 8, extent.dropped * 8)
        for file, size in zip(self._files, sizes, strict=True):
            if file.tell() < size:
                raise damaged(folder, Path(file.name).name)
            file.truncate(size)
            file.seek(size)

    def append(self, key: int, vectors: Floats) -> None:
        data = np.ascontiguousarray(vectors, dtype="<f2").tobytes()
        self._write(0, data)
        self._sample = _sampled(self._sample, data, self._rows, self._dim * 2)
        self._write(1, np.full(len(vectors), key, dtype="<u8").tobytes())
        self._rows += len(vectors)

    def drop(self, keys: Sequence[int]) -> None:
        self._write(2, np.asarray(keys, dtype="<u8").tobytes())
        self._dropped += len(keys)

    def _write(self, number: int, data: bytes) -> None:
        self._files[number].write(data)
        self._checks[number] = crc32(data, self._checks[number])

    def flush(self) -> Extent:
        """Everything written so far is on the disk when this returns."""
        for file in self._files:
            file.flush()
            os.fsync(file.fileno())
        vectors, owners, dropped = self._checks
        return Extent(self._generation, self._rows, self._dropped, (vectors, owners, dropped), self._sample)

    def close(self) -> None:
        for file in self._files:
            file.close()


def rewrite(folder: Path, dim: int, extent: Extent) -> Extent:
    """A new generation with the living rows only; the old files stay until `forget` is called."""
    old_vectors, old_owners, old_dropped = paths(folder, extent.generation)
    owners = np.fromfile(old_owners, dtype="<u8", count=extent.rows)
    living = ~np.isin(owners, np.fromfile(old_dropped, dtype="<u8", count=extent.dropped))
    new_vectors, new_owners, new_dropped = paths(folder, extent.generation + 1)
    check = sample = written = 0
    with new_vectors.open("wb") as file:
        if extent.rows:
            rows = np.memmap(old_vectors, dtype=np.float16, mode="r", shape=(extent.rows, dim))
            for start in range(0, extent.rows, 65_536):
                part = slice(start, start + 65_536)
                data = rows[part][living[part]].tobytes()
                check = crc32(data, check)
                sample = _sampled(sample, data, written, dim * 2)
                written += len(data) // (dim * 2)
                file.write(data)
        file.flush()
        os.fsync(file.fileno())
    for path, values in ((new_owners, owners[living]), (new_dropped, owners[:0])):
        with path.open("wb") as file:
            file.write(values.tobytes())
            file.flush()
            os.fsync(file.fileno())
    checks = (check, crc32(owners[living].tobytes()), 0)
    return Extent(extent.generation + 1, int(living.sum()), 0, checks, sample)


def forget(folder: Path, keep: int) -> None:
    """Removes the files of other generations; a reader that has them open is not disturbed."""
    for pattern in ("vectors.*.f16", "owners.*.u64", "dropped.*.u64", "codes.*.rbq", "codes.*.unfinished"):
        for path in folder.glob(pattern):
            if path.name.split(".")[1] != str(keep) or path.suffix == ".unfinished":
                path.unlink(missing_ok=True)


class _Coded:
    """Codes, and the vectors they stand for in the mapped file."""

    def __init__(self, codes: Codes, file: NDArray[np.float16]) -> None:
        self.codes = codes
        self._file = file
        # Without the bookkeeping of a memory map, which costs as much as a few hundred rows.
        self._rows = np.asarray(file)
        self._read = 0

    def vectors(self, rows: NDArray[np.int64]) -> Floats:
        found = self._rows[rows].astype(np.float32)
        self._read += len(found)
        if self._read > _MOST_READ and self._rows.nbytes > _STAYS:
            # What was read stays in the system's cache and leaves this process.
            _advise(self._file, mmap.MADV_DONTNEED)
            self._read = 0
        return found


class VectorReader:
    """Search over the committed rows. `catch_up` reads only what was appended since.

    Up to `CODES_ABOVE` rows are compared one by one. Of more, codes propose some hundreds, and these are compared
    exactly with the vectors on disk: every cosine that comes out is exact.
    """

    def __init__(self, folder: Path, dim: int) -> None:
        self._folder, self._dim = folder, dim
        self._extent = Extent(-1, 0, 0)
        self._owners: Keys = np.zeros(0, dtype=np.uint64)
        self._living: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self._rows: Floats = np.zeros((0, dim), dtype=np.float32)
        self._coded: _Coded | None = None
        self._saved = 0

    def __len__(self) -> int:
        return len(self._owners)

    def catch_up(self, extent: Extent) -> None:
        """Raises FileNotFoundError where a newer generation has replaced this one already, IndexMismatch for damage.

        Of many vectors the length and a sample are checked: reading them all would take longer than opening may. A
        damaged one is compared as it is, or left out where it is no number.

        A reader stays with one generation: the next needs another reader.
        """
        if extent == self._extent:
            return
        if self._extent.generation not in (-1, extent.generation):
            raise ValueError("A reader follows one generation; open another for the next.")
        vectors, owners, dropped = paths(self._folder, extent.generation)
        known = len(self._owners)
        fresh, gone = _keys(owners, known, extent.rows), _keys(dropped, self._extent.dropped, extent.dropped)
        checks = self._extent.checks
        if crc32(fresh.tobytes(), checks[1]) != extent.checks[1]:
            raise damaged(self._folder, owners.name)
        if crc32(gone.tobytes(), checks[2]) != extent.checks[2]:
            raise damaged(self._folder, dropped.name)
        if vectors.stat().st_size < extent.rows * self._dim * 2:
            raise damaged(self._folder, vectors.name)
        self._add(vectors, extent, known)
        self._owners = np.concatenate([self._owners, fresh])
        self._living = np.concatenate([self._living, np.ones(len(fresh), dtype=np.bool_)])
        if len(gone):
            first = np.searchsorted(self._owners, gone, "left")
            last = np.searchsorted(self._owners, gone, "right")
            for start, end in zip(first.tolist(), last.tolist(), strict=True):
                self._living[start:end] = False
        self._extent = extent

    def _add(self, path: Path, extent: Extent, known: int) -> None:
        """The new rows into memory: as they are, or once there are many as codes, from the file of codes if it can."""
        if self._coded is None and extent.rows <= CODES_ABOVE:
            fresh = _read(path, self._dim, known, extent.rows)
            if crc32(fresh.tobytes(), self._extent.checks[0]) != extent.checks[0]:
                raise damaged(self._folder, path.name)
            self._rows = np.concatenate([self._rows, fresh.astype(np.float32)])
            return
        file = np.memmap(path, dtype=np.float16, mode="r", shape=(extent.rows, self._dim))
        # Rows are read here and there: a small file is mapped whole; of a large one that would fill the memory.
        _advise(file, _MADV_POPULATE_READ if file.nbytes <= _STAYS else mmap.MADV_RANDOM)
        before = self._extent.sample if known else 0
        if min(before, extent.sample) >= 0:
            seen = np.ascontiguousarray(file[-(-known // _SAMPLED) * _SAMPLED :: _SAMPLED]).tobytes()
            if crc32(seen, before) != extent.sample:
                raise damaged(self._folder, path.name)
        if self._coded is not None:
            codes = self._coded.codes
        else:
            kept = Codes.load(_codes_path(self._folder, extent.generation), self._mark(extent))
            self._saved = len(kept) if kept is not None else 0
            sample = file[:: max(1, extent.rows // SAMPLE)]
            codes = kept if kept is not None else Codes.learn(np.asarray(sample, dtype=np.float32))
            self._rows = self._rows[:0]
        # The file of codes can be ahead of the commit that is read here; those rows are left out of every answer.
        for part in range(len(codes), extent.rows, _SLICE):
            codes.add(_read(path, self._dim, part, min(part + _SLICE, extent.rows)).astype(np.float32))
        self._coded = _Coded(codes, file)

    def save_codes(self, most: int) -> None:
        """For the writer: keeps the codes on disk once there are more new rows than an opening reader should code.

        `most` is that number for a small index; a large one saves when a twentieth is new. A disk that is full costs
        the next reader some seconds and nothing else.
        """
        if self._coded is None:
            return
        codes = self._coded.codes
        if len(codes) - self._saved < max(most, len(codes) // 20):
            return
        with suppress(OSError):
            codes.save(_codes_path(self._folder, self._extent.generation), self._mark(self._extent))
            self._saved = len(codes)

    def search(self, queries: Floats, count: int, compared: int = 0) -> list[tuple[Keys, Floats]]:
        """Per query row the `count` nearest living rows, best first: key of each one's document, and cosine.

        `compared` rows at most are compared exactly where codes propose them; 0 for as many as keep the nearest ten.
        """
        total = len(self._owners)
        if not total or not self._living.any():
            return [(self._owners[:0], np.zeros(0, dtype=np.float32)) for _ in queries]
        queries = np.ascontiguousarray(queries, dtype=np.float32)
        count = min(count, total)
        if self._coded is None:
            scores = queries @ self._rows.T
            scores[:, ~self._living] = -np.inf
            best = np.argpartition(-scores, count - 1, axis=1)[:, :count]
            found = list(zip(best, np.take_along_axis(scores, best, axis=1), strict=True))
        else:
            found = self._compared(self._coded, queries, count, compared)
        answers = []
        for rows, cosines in found:
            order = np.lexsort((rows, -cosines))[:count]
            order = order[np.isfinite(cosines[order])]
            answers.append((self._owners[rows[order]], cosines[order]))
        return answers

    def _compared(
        self, coded: _Coded, queries: Floats, count: int, compared: int
    ) -> list[tuple[NDArray[np.int64], Floats]]:
        """Per query living rows, in the order of the file, and their cosines."""
        total = len(self._owners)
        most = compared or min(_MOST_COMPARED, max(_LEAST_COMPARED, total // _ROWS_PER_COMPARED))
        wanted = max(count * 2, most)
        # Dropped rows and rows beyond the commit are proposed as well: so many more are asked for.
        surplus = len(coded.codes) / max(1, int(np.count_nonzero(self._living)))
        _, proposed = coded.codes.search(queries, round(wanted * surplus))
        answers = []
        for query, numbers in zip(queries, proposed, strict=True):
            rows = np.sort(numbers[(numbers >= 0) & (numbers < total)])
            rows = rows[self._living[rows]]
            answers.append((rows, cast("Floats", coded.vectors(rows) @ query)))
        return answers

    def newest(self, count: int) -> list[int]:
        """Keys of the documents that came last, the newest first."""
        living = np.unique(self._owners[self._living])
        return [int(key) for key in living[::-1][:count]]

    def of(self, keys: Sequence[int]) -> tuple[Floats, NDArray[np.int64]]:
        """The vectors of these documents one after the other, shape (n, dim), and how many each of them has."""
        wanted = np.asarray(keys, dtype=np.uint64)
        first = np.searchsorted(self._owners, wanted, "left")
        counts = np.searchsorted(self._owners, wanted, "right") - first
        here = counts > 0
        here[here] = self._living[first[here]]
        counts = np.where(here, counts, 0)
        # Row numbers: each document's first, and those that follow it.
        ends = np.cumsum(counts)
        rows = np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - (ends - counts), counts)
        if self._coded is None:
            return self._rows[rows], counts
        # One look into the mapped file for all of them.
        return np.nan_to_num(self._coded.vectors(rows), copy=False, posinf=0.0, neginf=0.0), counts

    def _mark(self, extent: Extent) -> str:
        return f"{extent.generation} {self._dim}"


def _sampled(check: int, data: bytes, first: int, width: int) -> int:
    """The check sum of one row in `_SAMPLED`, carried on over rows of `width` bytes that start at number `first`."""
    if check >= 0:
        for start in range(-first % _SAMPLED * width, len(data), _SAMPLED * width):
            check = crc32(data[start : start + width], check)
    return check


def _advise(mapped: NDArray[np.float16], advice: int) -> None:
    file: mmap.mmap | None = getattr(mapped, "_mmap", None)
    # Advice only: a system that knows it not maps the pages as they are read.
    if file is not None:
        with suppress(OSError):
            file.madvise(advice)


def _codes_path(folder: Path, generation: int) -> Path:
    return folder / f"codes.{generation}.rbq"


def _keys(path: Path, start: int, end: int) -> Keys:
    """Raises IndexMismatch where the file is shorter than that."""
    found = np.fromfile(path, dtype="<u8", count=max(0, end - start), offset=start * 8)
    if len(found) != end - start:
        raise damaged(path.parent, path.name)
    return found


def _read(path: Path, dim: int, start: int, end: int) -> NDArray[np.float16]:
    raw = np.fromfile(path, dtype="<f2", count=max(0, end - start) * dim, offset=start * dim * 2)
    if len(raw) != max(0, end - start) * dim:
        raise damaged(path.parent, path.name)
    return raw.reshape(-1, dim)
