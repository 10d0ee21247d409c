"""A small index with every kind of file, what it must answer, and ways to damage it.

    python -m matching.index_files FOLDER SEED SECONDS

opens damaged copies, for reading and for writing, until the time is over; each is named on stdout before it is opened,
so that whoever started the process knows which one it died of.
"""

from __future__ import annotations

import random
import shutil
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from matching.vector_rows import unit_rows
from sangto.matching import index as index_module
from sangto.matching import vectors as vectors_module
from sangto.matching.background import Background
from sangto.matching.cleaning import fingerprint
from sangto.matching.copies import bands
from sangto.matching.index import Index, IndexProblem, delete_index
from sangto.matching.learnt import Learnt, teach
from sangto.matching.types import Document

ENCODER: Final = "small"
POSITION: Final = 99
GONE: Final = frozenset({"d3", "d30"})
IDS: Final = frozenset(f"d{n}" for n in range(40)) - GONE
BACKGROUND: Final = Background(np.full((2, 8), 0.01, dtype=np.float32), np.full((2, 8), 0.01, dtype=np.float32))
# Seconds of CPU in which a damaged index is opened or refused.
MOST_S: Final = 2.0


def documents(first: int, last: int) -> list[Document]:
    return [Document(f"d{n}", f"tin đồn số {n} về uống nước", extra=(f"a rumour {n}",)) for n in range(first, last)]


def few_rows_are_many(above: int = 10) -> None:
    """For a process of its own: codes are made of a handful of vectors."""
    vectors_module.CODES_ABOVE = above  # type: ignore[misc]
    index_module._CODES_SAVED_AFTER = 1  # type: ignore[misc]


def build(folder: Path, first: int = 0) -> None:
    """With several segments, removed documents and everything that is learnt."""
    with Index.open(folder, 8, encoder=ENCODER) as index:
        for start in (first, first + 20):
            index.put(documents(start, start + 20), {f"d{n}": unit_rows(n, 2) for n in range(start, start + 20)})
            index.commit(start + 1)
        index.remove(GONE)
        index.commit(POSITION)
        teach(index, BACKGROUND)


def copy(whole: Path, to: Path) -> None:
    """Words are never changed in place, so they are linked; locks are held on the file itself, so they are not."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(whole, to, ignore=shutil.ignore_patterns("words"))
    (to / "words").mkdir()
    for path in (whole / "words").iterdir():
        if path.suffix == ".lock":
            (to / "words" / path.name).touch()
        else:
            (to / "words" / path.name).hardlink_to(path)


def answers_right(index: Index, *, by_meaning: bool = True) -> None:
    """Raises AssertionError where anything that `build` put in is missing or another."""
    assert index.ids() == IDS
    assert index.position == POSITION
    assert len(index) == len(IDS)
    for seed in (5, 17, 33):
        keys = [key for key, _ in index.nearest(unit_rows(seed, 1), 5)[0]]
        assert index.by_key(keys)[keys[0]] == documents(seed, seed + 1)[0] or not by_meaning
        assert len(index.vectors_of(keys)[1]) == len(keys)
        [(key, _), *_] = index.search_words("folded", ["tin", str(seed)], 5)
        assert index.by_key([key])[key].id == f"d{seed}"
        assert index.scores_of("folded", [str(seed)], [key])[key] > 0
        assert index.with_fingerprint([fingerprint(f"a rumour {seed}")]) == [key]
    assert index.with_bands(bands("tin đồn số 4 về uống nước"), 5)
    assert index.documents(["d7", *GONE]) == {"d7": documents(7, 8)[0]}


def damage(folder: Path, other: Path, chance: random.Random) -> str:
    """Changes one file and says how. `other` is an index of other documents."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    # Each sort of file is as likely as another, however many there are of it.
    sort = chance.choice(sorted({_sort(path) for path in files}))
    path = chance.choice([path for path in files if _sort(path) == sort])
    kind = chance.choice((*KINDS, "gone", "a folder", "another of ours", "of another index"))
    whole = path.read_bytes()
    path.unlink()
    if kind == "a folder":
        path.mkdir()
        (path / "x").touch()
    elif kind in ("another of ours", "of another index"):
        among = files if kind == "another of ours" else sorted(other.rglob("*"))
        # Where the other index has no file of this sort, this one stays away.
        fitting = [one for one in among if one.is_file() and (kind == "another of ours" or _sort(one) == sort)]
        if fitting:
            path.write_bytes(chance.choice(fitting).read_bytes())
    elif kind != "gone":
        path.write_bytes(changed(whole, kind, chance))
    return f"{path.relative_to(folder)}: {kind}"


KINDS: Final = ("cut", "emptied", "a bit", "bits", "noise", "longer")


def compared_as_it_is(what: str) -> bool:
    """Of many vectors not each is checked: a bit of one that changed is not found, and only that one is worse."""
    return len(IDS) > vectors_module.CODES_ABOVE and what.startswith("vectors.") and " bit" in what


def changed(whole: bytes, kind: str, chance: random.Random) -> bytes:
    if kind == "cut":
        return whole[: chance.randrange(len(whole) + 1)]
    if kind == "noise":
        return chance.randbytes(chance.choice([1, 8, 100, 5_000]))
    if kind == "longer":
        return whole + chance.randbytes(chance.choice([1, 16, 1_000]))
    if kind == "emptied" or not whole:
        return b""
    other = bytearray(whole)
    for _ in range(1 if kind == "a bit" else 16):
        other[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
    return bytes(other)


def _sort(path: Path) -> str:
    return path.suffix or path.name


def outcome(folder: Path, *, write: bool, by_meaning: bool = True) -> str:
    """ "whole" where the index opens and answers right, else what it is refused with; anything else is raised."""
    started = time.process_time()
    try:
        with Index.open(folder, 8, create=False, read_only=not write, encoder=ENCODER) as index:
            answers_right(index, by_meaning=by_meaning)
            learnt = Learnt(folder, BACKGROUND)
            learnt.restorer(), learnt.letters(), learnt.space()
            if write:
                index.put([Document("new", "một tin mới")], {"new": unit_rows(7_777, 1)})
                index.commit(POSITION + 1)
                teach(index, BACKGROUND)
                assert index.documents(["new"])
        said = "whole"
    except IndexProblem as problem:
        assert str(folder) in str(problem), problem  # noqa: PT017 - what comes out otherwise is right as well
        assert "LockBusy" not in str(problem)  # noqa: PT017
        said = type(problem).__name__
    took = time.process_time() - started
    assert took < MOST_S, f"{took:.1f} s"
    return said


def rebuilt(folder: Path) -> None:
    """Whatever stood there, an index can be built anew in its place."""
    delete_index(folder)
    assert not folder.exists()
    with Index.open(folder, 8, encoder=ENCODER) as index:
        index.put(documents(0, 3), {f"d{n}": unit_rows(n, 1) for n in range(3)})
        index.commit(1)
        assert index.ids() == {"d0", "d1", "d2"}
    with Index.open(folder, 8, read_only=True, encoder=ENCODER) as reader:
        assert len(reader) == 3


def main(arguments: Sequence[str]) -> None:
    base, seed, seconds = Path(arguments[0]), int(arguments[1]), float(arguments[2])
    chance = random.Random(seed)
    if seed % 2:
        few_rows_are_many()
    whole, other, work = base / "whole", base / "other", base / "work"
    build(whole)
    build(other, 100)
    counts: Counter[str] = Counter()
    end = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end:
        number += 1
        copy(whole, work)
        what = damage(work, other, chance)
        print(f"{number} {what}", flush=True)
        try:
            counts[outcome(work, write=number % 2 == 0, by_meaning=not compared_as_it_is(what))] += 1
            if number % 4 == 0:
                rebuilt(work)
        except BaseException:  # noqa: BLE001 - a panic of tantivy is no Exception
            traceback.print_exc(file=sys.stdout)
            sys.exit(1)
    print("END", dict(counts), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
