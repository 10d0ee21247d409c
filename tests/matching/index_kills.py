"""Writers of an index that are killed at any moment, readers beside them, and what must be there afterwards.

    python -m matching.index_kills FOLDER PLAN SEED SECONDS

What an index holds follows from its position alone, so every process can check it. This process only forks: it starts
no thread and uses no library itself. Its last line is JSON.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from matching.vector_rows import unit_rows
from sangto.matching import index as index_module
from sangto.matching import vectors as vectors_module
from sangto.matching.codes import Codes
from sangto.matching.index import Index, IndexMissing, delete_index
from sangto.matching.schema import Fields
from sangto.matching.types import Document

DIM: Final = 8
# Documents of one commit, and commits that they stay.
BATCH: Final = 4
STAY: Final = 4
# A writer that is killed at any moment lives no longer than this: some commits, or about one of the large ones.
_LONGEST_S: Final = {"small": 0.3, "rebuild": 0.8, "large": 4.0}
# With two vectors each, more than are compared one by one.
LARGE: Final = 11_000


def standing(plan: str, position: int) -> set[str]:
    """The ids in an index at this position."""
    if position == 0:
        return set()
    if plan == "large":
        return {f"L{k}" for k in range(LARGE)}
    if plan == "rebuild":
        return {f"{position}-{k}" for k in range(BATCH)}
    return {f"{n}-{k}" for n in range(max(1, position - STAY + 1), position + 1) for k in range(BATCH)}


def _document(name: str, position: int) -> tuple[Document, Fields]:
    text = f"tin {name} lần {position}"
    return Document(name, text), {"exact": [text], "folded": [f"tin {name} lan {position}"]}


def _put(index: Index, plan: str, position: int) -> None:
    count = LARGE if plan == "large" else BATCH
    names = [f"L{k}" if plan == "large" else f"{position}-{k}" for k in range(count)]
    rows = unit_rows(position, 2 * count, DIM)
    made = [_document(name, position) for name in names]
    index.put(
        [document for document, _ in made],
        {name: rows[2 * k : 2 * k + 2] for k, name in enumerate(names)},
        {document.id: fields for document, fields in made},
    )
    if plan == "small":
        index.remove([f"{position - STAY}-{k}" for k in range(BATCH)])


def check(index: Index, plan: str) -> int:
    """The position; raises AssertionError where the index is not what it was when that was committed."""
    position = index.position
    expected = standing(plan, position)
    assert len(index) == len(expected), (position, len(index), len(expected))
    if plan != "large":
        assert index.ids() == expected, (position, index.ids() ^ expected)
    count = LARGE if plan == "large" else BATCH
    rows = unit_rows(position, 2 * count, DIM)
    for k in (0, count // 2, count - 1) if expected else ():
        name = f"L{k}" if plan == "large" else f"{position}-{k}"
        [(key, score), *_] = index.nearest(rows[2 * k : 2 * k + 1], 3)[0]
        assert score > 0.99, (position, name, score)
        assert index.by_key([key])[key] == _document(name, position)[0]
        assert index.vectors_of([key])[1].tolist() == [2]
        assert index.documents([name])[name].text.endswith(f" {position}")
        assert index.search_words("folded", [str(position)], 3)
    return position


def write(folder: Path, plan: str, say: int, commits: int) -> None:
    """Until killed, or for so many commits; says each on the pipe `say`, and before a deletion the one to come."""
    index = Index.open(folder, DIM)
    check(index, plan)
    position = index.position
    for _ in range(commits):
        position += 1
        if plan == "rebuild":
            index.close()
            os.write(say, f"-{position}\n".encode())
            delete_index(folder)
            index = Index.open(folder, DIM)
        _put(index, plan, position)
        index.commit(position)
        os.write(say, f"{position}\n".encode())
    index.close()


def read(folder: Path, plan: str, stop: int) -> dict[str, int]:
    """Follows the index until the pipe `stop` is closed, and opens it anew again and again."""
    counts: Counter[str] = Counter()
    followed: Index | None = None
    os.set_blocking(stop, False)
    while True:
        try:
            if os.read(stop, 1) == b"":
                return dict(counts)
        except BlockingIOError:
            pass
        try:
            fresh = Index.open(folder, DIM, create=False, read_only=True)
        except IndexMissing:
            # While it is being built for the first time, or again.
            counts["missing"] += 1
        else:
            check(fresh, plan)
            counts["opened"] += 1
            if followed is None:
                followed = fresh
        for _ in range(20):
            if followed is not None and followed.reload():
                check(followed, plan)
                counts["followed"] += 1
            time.sleep(0.001)


@contextmanager
def _dying_at(point: int) -> Iterator[None]:
    """Kills this process at the `point`th call to the system that a commit hangs on, before or after it is made."""
    left = point
    kept: list[tuple[Any, str, Any]] = []

    def wrap(owner: Any, name: str) -> None:
        real = getattr(owner, name)
        kept.append((owner, name, real))

        def called(*arguments: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            answer = real(*arguments, **named)
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        setattr(owner, name, called)

    for owner, name in (
        *((os, name) for name in ("fsync", "replace", "rename", "unlink", "rmdir", "mkdir")),
        *((vectors_module, name) for name in ("rewrite", "forget")),
        (Codes, "save"),
        (index_module, "remember_words"),
    ):
        wrap(owner, name)
    try:
        yield
    finally:
        for owner, name, real in kept:
            setattr(owner, name, real)


def fork(work: Callable[[], object]) -> int:
    """A child that ends with 0, or says what went wrong and ends with 1."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    except BaseException:  # noqa: BLE001 - a panic of tantivy is no Exception
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _killed(folder: Path, plan: str, *, point: int, after_s: float) -> tuple[list[int], bool]:
    """What a writer said before it was killed, and whether it was."""
    receiving, saying = os.pipe()

    def work() -> None:
        with _dying_at(point):
            write(folder, plan, saying, 12 if point else 1_000_000)

    child = fork(work)
    os.close(saying)
    if not point:
        time.sleep(after_s)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(receiving) as said:
        lines = [int(line) for line in said.read().split()]
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0, f"the writer failed after {lines[-3:]}"
    return lines, os.WIFSIGNALED(status)


def _look(folder: Path, plan: str, known: int, coming: int | None) -> int:
    """The position that is there now, checked in a child; fails where a commit that was acknowledged is lost."""
    receiving, saying = os.pipe()

    def work() -> None:
        try:
            with Index.open(folder, DIM, create=False, read_only=True) as index:
                found = check(index, plan)
        except IndexMissing:
            found = 0
        os.write(saying, f"{found}".encode())

    _, status = os.waitpid(fork(work), 0)
    os.close(saying)
    with os.fdopen(receiving) as said:
        found = int(said.read() or -1)
    assert status == 0, f"the index cannot be read after position {known}"
    # What is being deleted on purpose may be gone.
    allowed = (0, known, coming) if coming else (known, known + 1)
    assert found in allowed, f"position {found}, but {known} was acknowledged"
    return found


def main(arguments: Sequence[str]) -> None:
    folder, plan, seed, seconds = Path(arguments[0]), arguments[1], int(arguments[2]), float(arguments[3])
    chance = random.Random(seed)
    if plan != "large":
        vectors_module.CODES_ABOVE = 10  # type: ignore[misc]
        index_module._CODES_SAVED_AFTER = 1  # type: ignore[misc]
    index_module.REWRITE_DROPPED = 20  # type: ignore[misc]
    counts: Counter[str] = Counter()
    stopping, stop = os.pipe()
    results = [os.pipe() for _ in range(2)]

    def follow(result: int) -> None:
        os.close(stop)
        os.write(result, json.dumps(read(folder, plan, stopping)).encode())

    readers = [fork(lambda result=result: follow(result)) for _, result in results]  # type: ignore[misc]
    known, turn = 0, 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        turn += 1
        # Every call in turn, and between them any moment.
        point = (turn + 1) // 2 if turn % 2 and plan != "large" else 0
        after_s = chance.uniform(0.0, _LONGEST_S[plan])
        lines, killed = _killed(folder, plan, point=point, after_s=after_s)
        if point and not killed:
            counts["points"] = counts["points"] or point - 1
        counts["killed"] += killed
        said = [line for line in lines if line > 0]
        counts["acknowledged"] += len(said)
        known = max([known, *said])
        coming = -lines[-1] if lines and lines[-1] < 0 else None
        found = _look(folder, plan, known, coming)
        counts["lost on purpose"] += found < known
        counts["committed, not acknowledged"] += found > known
        known = found
    os.close(stop)
    for child in readers:
        _, status = os.waitpid(child, 0)
        assert status == 0, "a reader failed"
    read_counts: Counter[str] = Counter()
    for receiving, result in results:
        os.close(result)
        with os.fdopen(receiving) as told:
            read_counts.update(json.loads(told.read()))
    print(json.dumps({**counts, "readers": dict(read_counts)}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
