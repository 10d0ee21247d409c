"""Whatever became of a file of an index: it opens and answers right, or is refused by name; nothing crashes, ever."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import index_files
from matching.index_files import ENCODER, IDS, POSITION, answers_right, build, copy, damage, documents, outcome, rebuilt
from sangto.matching import index as index_module
from sangto.matching.damage import SUMS_NAME, check_words, damaged
from sangto.matching.index import Index, IndexLocked, IndexMismatch, IndexMissing, IndexProblem, delete_index
from sangto.matching.learnt import LETTERS, SPACE, SYLLABLES
from sangto.matching.types import Document


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "index"
    build(folder)
    return folder


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("other") / "index"
    build(folder, 100)
    return folder


def test_it_works(whole: Path, folder: Path) -> None:
    copy(whole, folder)
    assert {path.name.split(".")[0] for path in folder.iterdir()} == {
        *("words", "vectors", "owners", "dropped", "writer"),
        *(Path(name).stem for name in (SUMS_NAME, SYLLABLES, SPACE, LETTERS)),
    }
    assert outcome(folder, write=False) == "whole"
    assert outcome(folder, write=True) == "whole"
    rebuilt(folder)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False), write=st.booleans())
def test_a_damaged_index_answers_right_or_is_refused_by_name(
    whole: Path, other: Path, folder: Path, chance: random.Random, write: bool
) -> None:
    copy(whole, folder)
    damage(folder, other, chance)
    outcome(folder, write=write)


@pytest.mark.parametrize("suffix", [".store", ".term", ".idx", ".fast", ".f16", ".u64"])
def test_a_file_of_another_index_is_refused_by_name(whole: Path, other: Path, folder: Path, suffix: str) -> None:
    copy(whole, folder)
    mine, theirs = (sorted(where.rglob(f"*{suffix}")) for where in (folder, other))
    # The segment of the state alone is the same in both, whatever it is called.
    path, foreign = next((a, b) for a in mine for b in theirs if a.read_bytes() != b.read_bytes())
    path.unlink()
    path.write_bytes(foreign.read_bytes())
    with pytest.raises(IndexMismatch, match=rf"damaged \({path.name}\). Delete the folder and rebuild it"):
        Index.open(folder, 8, read_only=True, encoder=ENCODER)


@pytest.mark.parametrize("name", ["words", "words/meta.json", "writer.lock"])
def test_a_folder_in_place_of_a_file_and_a_file_in_place_of_a_folder(whole: Path, folder: Path, name: str) -> None:
    copy(whole, folder)
    if name == "words":
        for path in (folder / name).iterdir():
            path.unlink()
        (folder / name).rmdir()
        (folder / name).touch()
    else:
        (folder / name).unlink()
        (folder / name).mkdir()
    for create in (True, False):
        with pytest.raises(IndexProblem, match=str(folder)):
            Index.open(folder, 8, create=create, encoder=ENCODER)
    rebuilt(folder)


def test_a_file_where_the_index_should_be(folder: Path) -> None:
    folder.write_text("not an index")
    with pytest.raises(IndexMissing):
        Index.open(folder, 8, read_only=True)
    for use in (lambda: Index.open(folder, 8), lambda: delete_index(folder)):
        with pytest.raises(IndexProblem, match=str(folder)):
            use()
    assert folder.read_text() == "not an index"


@pytest.mark.skipif(os.geteuid() == 0, reason="the system refuses nothing to its administrator")
def test_what_the_system_refuses_is_no_reason_to_delete(whole: Path, folder: Path) -> None:
    copy(whole, folder)
    folder.chmod(0)
    try:
        with pytest.raises(IndexProblem, match=r"Permission denied.*Nothing was changed"):
            Index.open(folder, 8, read_only=True, encoder=ENCODER)
    finally:
        folder.chmod(0o700)


def test_an_index_of_another_version_says_which(whole: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy(whole, folder)
    monkeypatch.setattr(index_module, "FORMAT_VERSION", index_module.FORMAT_VERSION + 1)
    for read_only in (True, False):
        with pytest.raises(IndexMismatch, match=r"has format \d+ .* needs format \d+ .*Delete the folder"):
            Index.open(folder, 8, read_only=read_only, encoder=ENCODER)
    rebuilt(folder)


def test_without_its_notes_an_index_is_whole(whole: Path, folder: Path) -> None:
    copy(whole, folder)
    for name in (SUMS_NAME, SYLLABLES, SPACE, LETTERS):
        (folder / name).unlink()
    assert outcome(folder, write=True) == "whole"
    assert (folder / SUMS_NAME).is_file(), "the next commit notes them again"


def test_a_deletion_that_is_cut_off_leaves_the_whole_index_or_none(whole: Path, folder: Path) -> None:
    copy(whole, folder)
    left = folder.with_name(f".{folder.name}.going")
    copy(whole, left)
    with Index.open(folder, 8, encoder=ENCODER) as index:
        answers_right(index)
        with pytest.raises(IndexLocked):
            delete_index(folder)
        answers_right(index)
    delete_index(folder)
    assert not folder.exists()
    assert not left.exists()
    copy(whole, left)
    delete_index(folder)
    assert not left.exists()


def _remove(folder: Path) -> None:
    with Index.open(folder, 8, encoder=ENCODER) as index:
        index.remove(["d10", "d25"])
        index.commit(POSITION + 1)


@pytest.mark.parametrize("half", [False, True])
def test_a_commit_that_was_cut_off_stops_neither_reader_nor_writer(whole: Path, folder: Path, half: bool) -> None:
    """Lists of deleted documents, written by a process that died before they counted, and wanted again by the next."""
    copy(whole, folder)
    done = folder.with_name("done")
    copy(whole, done)
    _remove(done)
    left = [path for path in (done / "words").glob("*.del") if not (folder / "words" / path.name).exists()]
    assert left
    for path in left:
        content = path.read_bytes()
        (folder / "words" / path.name).write_bytes(content[: len(content) // 2] if half else content)
    (folder / "words" / ".managed.json").unlink()
    (folder / "words" / ".managed.json").write_bytes((done / "words" / ".managed.json").read_bytes())
    with Index.open(folder, 8, read_only=True, encoder=ENCODER) as reader:
        answers_right(reader)
        _remove(folder)
        assert reader.reload()
        assert reader.ids() == IDS - {"d10", "d25"}


def test_a_reader_creates_nothing(whole: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy(whole, folder)
    # The index goes between two steps of an opening.
    monkeypatch.setattr(index_module, "check_words", lambda _: delete_index(folder))
    with pytest.raises(IndexMissing):
        Index.open(folder, 8, read_only=True, encoder=ENCODER)
    assert not folder.exists()


def test_what_a_writer_replaced_meanwhile_is_read_again(
    whole: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy(whole, folder)
    turns: list[Path] = []

    def cut_off(words: Path) -> None:
        turns.append(words)
        if len(turns) == 1:
            _remove(folder)
            raise damaged(folder, "what was there before")
        check_words(words)

    monkeypatch.setattr(index_module, "check_words", cut_off)
    with Index.open(folder, 8, read_only=True, encoder=ENCODER) as reader:
        assert reader.ids() == IDS - {"d10", "d25"}


FULL = """
import resource, signal
from pathlib import Path
from matching.index_files import ENCODER, build, documents
from sangto.matching.index import Index, IndexProblem
folder, limit = Path({folder!r}), {limit}
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
build(folder)
index = Index.open(folder, 8, encoder=ENCODER)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
for position in (100, 101):
    try:
        index.put(documents(200, 400), {{}})
        index.commit(position)
    except IndexProblem as problem:
        print(problem)
index.close()
"""


@pytest.mark.parametrize("limit", [100, 20_000])
def test_a_full_disk_loses_nothing_that_was_committed(folder: Path, limit: int) -> None:
    """The disk is full at different moments of a commit; the caller tries again, as callers do."""
    run = subprocess.run(
        [sys.executable, "-c", FULL.format(folder=str(folder), limit=limit)],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "RUST_BACKTRACE": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    said = run.stdout.splitlines()
    assert len(said) == 2
    assert all("What was committed before is kept, nothing since. Check the disk" in line for line in said)
    assert outcome(folder, write=True) == "whole"


def test_a_write_that_failed_ends_all_writing(whole: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy(whole, folder)
    index = Index.open(folder, 8, encoder=ENCODER)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(index_module, "fields_of", fail)
        with pytest.raises(IndexProblem, match="No space left on device"):
            index.put(documents(50, 52), {})
    writes: list[Callable[[], None]] = [
        lambda: index.remove(["d1"]),
        lambda: index.commit(200),
        lambda: index.put(documents(50, 52), {}),
    ]
    for write in writes:
        with pytest.raises(IndexProblem, match="open the index again"):
            write()
    answers_right(index)
    index.close()
    assert outcome(folder, write=True) == "whole"


def test_of_a_batch_with_a_bad_document_none_is_taken(whole: Path, folder: Path) -> None:
    copy(whole, folder)
    with Index.open(folder, 8, encoder=ENCODER) as index:
        for bad, rows in (
            (Document("", "t"), {}),
            (Document("a", "t"), {"a": np.full((1, 8), np.inf, dtype=np.float32)}),
            (Document("a", "t"), {"a": np.zeros((1, 9), dtype=np.float32)}),
        ):
            with pytest.raises(IndexProblem):
                index.put([*documents(50, 52), bad], rows)
        index.commit(POSITION)
        answers_right(index)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2], ids=["codes", "exact"])
def test_many_damages_in_a_process_of_its_own(tmp_path: Path, seed: int) -> None:
    """What is read by native code could take the process with it."""
    seconds = float(os.environ.get("SANGTO_FUZZ_SECONDS", "20")) / 2
    seed += 2 * random.Random().randrange(1_000_000)
    run = subprocess.run(
        [sys.executable, "-m", index_files.__name__, str(tmp_path), str(seed), str(seconds)],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "RUST_BACKTRACE": "0"},
        capture_output=True,
        text=True,
        timeout=seconds + 120,
        check=False,
    )
    said = run.stdout.splitlines()
    assert run.returncode == 0, f"seed {seed}: {run.stdout[-3_000:]}"
    assert said[-1].startswith("END")
    print(f"\n{len(said) - 1} damages (seed {seed}): {said[-1]}")
