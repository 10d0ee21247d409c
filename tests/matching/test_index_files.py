"""Whatever became of a file of an index: it opens and answers right, or is refused by name; nothing crashes, ever."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import index_files
from matching.index_files import ENCODER, answers_right, build, copy, damage, outcome, rebuilt
from sangto.matching import index as index_module
from sangto.matching.damage import SUMS_NAME
from sangto.matching.index import Index, IndexLocked, IndexMismatch, IndexMissing, IndexProblem, delete_index
from sangto.matching.learnt import LETTERS, SPACE, SYLLABLES


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
    [path, *_] = sorted(folder.rglob(f"*{suffix}"))
    [foreign, *_] = sorted(other.rglob(f"*{suffix}"))
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
