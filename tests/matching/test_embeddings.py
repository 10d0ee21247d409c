from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from matching.vector_rows import unit_rows
from sangto.matching import embeddings as embeddings_module
from sangto.matching.embeddings import Embeddings
from sangto.matching.encoder import Encoder
from sangto.matching.passages import encode_documents
from sangto.matching.types import Document, Progress


class Counting:
    """Stands for an encoder: a row from each text's length, and what it was asked."""

    def __init__(self, cache: Path, identity: str = "one") -> None:
        self.cache, self.identity, self.dim = cache, identity, 8
        self.asked: list[str] = []

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray[Any, Any]:
        self.asked += texts
        return np.vstack([unit_rows(len(text), 1) for text in texts]) if texts else np.zeros((0, 8), dtype=np.float32)


def _cache(folder: Path, identity: str = "one", max_rows: int = 1_000) -> tuple[Counting, Embeddings]:
    encoder = Counting(folder, identity)
    return encoder, Embeddings(folder / "e.sqlite3", cast("Encoder", encoder), max_rows=max_rows)


def test_it_works(tmp_path: Path) -> None:
    encoder, cache = _cache(tmp_path)
    first = cache.passages(["một", "hai hai", "một"])
    assert encoder.asked == ["một", "hai hai"]
    again, warm = _cache(tmp_path)
    second = warm.passages(["hai hai", "một", "ba ba ba"])
    assert again.asked == ["ba ba ba"]
    np.testing.assert_array_equal(first[[1, 0]], second[:2])
    np.testing.assert_allclose(np.linalg.norm(second, axis=1), 1, atol=2e-3)
    assert (warm.found, warm.made) == (2, 1)
    assert warm.passages([]).shape == (0, 8)


def test_a_warm_cache_changes_no_result(encoder: Encoder, tmp_path: Path) -> None:
    documents = [Document("a", "Gạo nhựa bán ở chợ.", extra=("Plastic rice.",)), Document("b", "Gạo nhựa bán ở chợ.")]
    cache = Embeddings(tmp_path / "e.sqlite3", encoder)
    cold, warm = (encode_documents(documents, encoder, cache=cache) for _ in range(2))
    plain = encode_documents(documents, encoder)
    for key in ("a", "b"):
        np.testing.assert_array_equal(cold[key], warm[key])
        np.testing.assert_array_equal(cold[key].astype(np.float16), plain[key].astype(np.float16))


def test_another_encoder_finds_nothing(tmp_path: Path) -> None:
    _cache(tmp_path)[1].passages(["một"])
    encoder, cache = _cache(tmp_path, identity="two")
    cache.passages(["một"])
    assert encoder.asked == ["một"]


def test_texts_that_are_encoded_alike_are_one(tmp_path: Path) -> None:
    encoder, cache = _cache(tmp_path)
    cache.passages(["một  tin", "một tin", "một tin\u200b", "\ud800"])
    assert len(encoder.asked) == 2


def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    encoder = cast("Encoder", Counting(tmp_path))
    monkeypatch.setenv("SANGTO_EMBEDDINGS", "off")
    assert Embeddings.open(encoder) is None
    monkeypatch.delenv("SANGTO_EMBEDDINGS")
    opened = Embeddings.open(encoder)
    assert opened is not None
    assert opened.path.parent == tmp_path


def test_the_longest_unused_go_when_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["x" * n for n in range(1, 101)]
    _cache(tmp_path, max_rows=100)[1].passages(texts)
    monkeypatch.setattr(embeddings_module, "_today", lambda: int(time.time() // 86_400) + 1)
    cache = _cache(tmp_path, max_rows=100)[1]
    cache.passages(texts[:50])
    cache.passages(["y" * 200])
    encoder, cache = _cache(tmp_path, max_rows=100)
    cache.passages([*texts, "y" * 200])
    assert 0 < len(encoder.asked) <= 20
    assert not set(encoder.asked) & {*texts[:50], "y" * 200}


@pytest.mark.parametrize("damage", [b"", b"not a database, and long enough to be read as one" * 100])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: bytes) -> None:
    _cache(tmp_path)[1].passages(["một"])
    for path in tmp_path.iterdir():
        path.write_bytes(damage)
    expected = unit_rows(3, 1).astype(np.float16).astype(np.float32)
    np.testing.assert_array_equal(_cache(tmp_path)[1].passages(["một"]), expected)
    encoder, cache = _cache(tmp_path)
    cache.passages(["một"])
    assert encoder.asked == []


def test_a_cut_file_never_gives_a_wrong_vector(tmp_path: Path) -> None:
    texts = ["x" * n for n in range(1, 60)]
    cache = _cache(tmp_path)[1]
    right = cache.passages(texts)
    cache.close()
    whole = (tmp_path / "e.sqlite3").read_bytes()
    rng = np.random.default_rng(3)
    for _ in range(30):
        for path in tmp_path.iterdir():
            path.unlink()
        (tmp_path / "e.sqlite3").write_bytes(whole[: int(rng.integers(0, len(whole)))])
        np.testing.assert_array_equal(_cache(tmp_path)[1].passages(texts), right)


def test_a_damaged_vector_is_made_again(tmp_path: Path) -> None:
    texts = ["x" * n for n in range(1, 60)]
    cache = _cache(tmp_path)[1]
    right = cache.passages(texts)
    cache.close()
    whole = (tmp_path / "e.sqlite3").read_bytes()
    rng = np.random.default_rng(4)
    for _ in range(40):
        for path in tmp_path.iterdir():
            path.unlink()
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), 20):
            damaged[place] ^= 1 << int(rng.integers(8))
        (tmp_path / "e.sqlite3").write_bytes(bytes(damaged))
        np.testing.assert_array_equal(_cache(tmp_path)[1].passages(texts), right)


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    encoder = Counting(tmp_path)
    cache = Embeddings(tmp_path / "file" / "below" / "e.sqlite3", cast("Encoder", encoder))
    for _ in range(2):
        assert cache.passages(["một"]).shape == (1, 8)
    assert len(encoder.asked) == 2


def _another_programs(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE vectors (name TEXT)")
        connection.execute("INSERT INTO vectors VALUES ('x')")
        connection.commit()


def _noise_in_the_journal(path: Path) -> None:
    _cache(path.parent)[1].passages(["một", "hai hai"])
    path.with_name(path.name + "-journal").write_bytes(bytes(range(256)) * 40)


@pytest.mark.parametrize("damage", [_another_programs, _noise_in_the_journal, lambda path: path.mkdir()])
def test_whatever_stands_there_the_vectors_are_right(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    damage(tmp_path / "e.sqlite3")
    expected = np.vstack([unit_rows(3, 1), unit_rows(7, 1)]).astype(np.float16).astype(np.float32)
    for _ in range(2):
        np.testing.assert_array_equal(_cache(tmp_path)[1].passages(["một", "hai hai"]), expected)


def test_a_cache_that_is_locked_for_long_is_done_without_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embeddings_module, "_BUSY_S", 0.05)
    _cache(tmp_path)[1].passages(["một"])
    with closing(sqlite3.connect(tmp_path / "e.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert _cache(tmp_path)[1].passages(["một", "hai hai"]).shape == (2, 8)
    encoder, cache = _cache(tmp_path)
    cache.passages(["một"])
    assert encoder.asked == [], "what was kept before is still there"


def test_a_rebuilt_index_encodes_nothing_again(tmp_path: Path) -> None:
    documents = [Document(f"d{n}", f"tin đồn số {n}", extra=(f"a rumour {n}", "như nhau")) for n in range(300)]
    encoder, cache = _cache(tmp_path)
    first = encode_documents(documents, cast("Encoder", encoder), cache=cache)
    assert len(encoder.asked) == len(set(encoder.asked)) == 601
    again, cache = _cache(tmp_path)
    changed = [*documents[1:], Document("d0", "tin đồn số 0, viết lại")]
    second = encode_documents(changed, cast("Encoder", again), cache=cache)
    assert again.asked == ["tin đồn số 0, viết lại"]
    np.testing.assert_array_equal(first["d7"], second["d7"])


WRITER = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
from matching.test_embeddings import _cache
start = int(sys.argv[1])
cache = _cache(Path({folder!r}), max_rows=100_000)[1]
for number in range(start, start + 4_000):
    cache.passages(["x" * (number % 3_000 + 1)])
    print(number % 3_000 + 1, flush=True)
"""


def _writer(folder: Path, start: int) -> subprocess.Popen[str]:
    code = WRITER.format(paths=[str(Path(__file__).parents[1])], folder=str(folder))
    return subprocess.Popen([sys.executable, "-c", code, str(start)], stdout=subprocess.PIPE, text=True)


def test_several_processes_and_kill_9_keep_what_was_kept(tmp_path: Path) -> None:
    writers = [_writer(tmp_path, start) for start in (0, 50)]
    said: set[int] = set()
    for writer in writers:
        assert writer.stdout is not None
        said.add(int(writer.stdout.readline()))
    time.sleep(0.3)
    for writer in writers:
        os.kill(writer.pid, signal.SIGKILL)
        assert writer.stdout is not None
        said.update(int(line) for line in writer.stdout.read().splitlines())
        writer.stdout.close()
        writer.wait()
    encoder, cache = _cache(tmp_path)
    rows = cache.passages(["x" * length for length in sorted(said)])
    assert encoder.asked == []
    expected = np.vstack([unit_rows(length, 1) for length in sorted(said)]).astype(np.float16)
    np.testing.assert_array_equal(rows, expected.astype(np.float32))
