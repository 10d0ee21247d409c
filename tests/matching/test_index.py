from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from matching.vector_rows import unit_rows
from sangto.matching import index as index_module
from sangto.matching import vectors as vectors_module
from sangto.matching.cleaning import fingerprint
from sangto.matching.copies import bands, urls_of
from sangto.matching.index import (
    Field,
    Index,
    IndexLocked,
    IndexMismatch,
    IndexMissing,
    IndexProblem,
    delete_index,
)
from sangto.matching.stems import terms
from sangto.matching.types import Document


def _documents(first: int, count: int) -> list[Document]:
    return [
        Document(f"d{n}", f"tin đồn số {n} về uống nước", extra=(f"a rumour {n}",)) for n in range(first, first + count)
    ]


def _fill(index: Index, first: int, count: int, position: int) -> None:
    documents = _documents(first, count)
    index.put(documents, {d.id: unit_rows(int(d.id[1:]), 2) for d in documents})
    index.commit(position)


def _nearest_id(index: Index, seed: int) -> tuple[str, float]:
    [[(key, score), *_]] = index.nearest(unit_rows(seed, 1), 3)
    return index.by_key([key])[key].id, score


def test_it_works(folder: Path) -> None:
    with Index.open(folder, 8) as index:
        assert len(index) == 0
        assert index.position == 0
        _fill(index, 0, 50, 7)
        assert len(index) == 50
        assert index.position == 7
        name, score = _nearest_id(index, 17)
        assert (name, round(score, 2)) == ("d17", 1.0)
        [(key, _), *_] = index.search_words("folded", ["17"], 5)
        assert index.by_key([key])[key] == Document("d17", "tin đồn số 17 về uống nước", extra=("a rumour 17",))
        assert len(index.with_fingerprint([fingerprint("A  RUMOUR, 3!")])) == 1
        assert index.documents(["d3", "nothing"]) == {"d3": _documents(3, 1)[0]}
        assert index.ids() == {f"d{n}" for n in range(50)}


def test_all_texts_are_searched_as_written_and_folded(folder: Path) -> None:
    with Index.open(folder, 8) as index:
        index.put(
            [
                Document("a", "uống nước chanh", title="Chưa có căn cứ", subtitle="tóm tắt"),
                Document("b", "tóm tắt", title="Nước chanh", extra=("drinking lemon water",)),
            ],
            {},
        )
        index.commit(1)

        def found(field: Field, *words: str) -> list[str]:
            hits = index.search_words(field, words, 5)
            return sorted(index.by_key([key])[key].id for key, _ in hits)

        assert found("exact", "nước") == found("folded", "nuoc") == ["a", "b"]
        assert found("exact", "tóm") == ["a", "b"]
        assert found("exact", "tom") == []
        assert found("folded", "can", "cu") == ["a"]
        assert found("folded", *terms("drinks lemons")) == ["b"]


def test_scores_of_given_documents_are_those_of_the_search(folder: Path) -> None:
    with Index.open(folder, 8) as index:
        _fill(index, 0, 40, 1)
        index.remove(["d5"])
        index.commit(2)
        for words in (["17", "tin", "số"], ["tin"], ["nothing"]):
            ranked = dict(index.search_words("exact", words, 50))
            keys = sorted(ranked)[:10]
            assert index.scores_of("exact", words, keys) == pytest.approx({key: ranked[key] for key in keys})
        [(key, _), *_] = index.search_words("exact", ["3"], 1)
        assert index.scores_of("exact", ["17"], [key, 1]) == {key: 0.0, 1: 0.0}
        assert index.scores_of("exact", ["17"], []) == {}


def test_documents_are_found_by_bands_and_addresses(folder: Path) -> None:
    said = "người dân ăn tỏi sống mỗi ngày thì khỏi bệnh cúm mùa"
    with Index.open(folder, 8) as index:
        index.put(
            [
                Document("a", said, title="chuyện khác hẳn và dài dòng", subtitle="Xem https://example.org/nguon"),
                Document("b", "một tin khác", extra=(f"{said} nhé", "https://www.example.com/tin/1?utm_source=zalo")),
            ],
            {},
        )
        index.commit(1)
        names = {
            key: document.id for key, document in index.by_key(index.with_urls(urls_of("example.com/tin/1"))).items()
        }
        assert list(names.values()) == ["b"]
        assert index.with_urls(["https://example.org/nguon", ""]) == [], "a link to evidence is not the rumour's"
        hits = index.with_bands(bands(said), 10)
        assert [shared for _, shared in hits] == sorted((shared for _, shared in hits), reverse=True)
        assert hits[0][1] == len(bands(said))
        assert {index.by_key([key])[key].id for key, _ in hits} == {"a", "b"}
        assert index.with_bands(bands("chuyện khác hẳn và dài dòng"), 10) == []
        assert index.with_bands([], 10) == []


def test_of_frequent_words_only_the_rarest_are_looked_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "_ALWAYS_WORDS", 1)
    monkeypatch.setattr(index_module, "_MAX_ENTRIES", 10)
    with Index.open(folder, 8) as index:
        _fill(index, 0, 40, 1)
        assert len(index.search_words("exact", ["17", "tin"], 50)) == 1
        assert len(index.search_words("exact", ["tin"], 50)) == 40


def test_replacing_and_removing(folder: Path) -> None:
    with Index.open(folder, 8) as index:
        _fill(index, 0, 20, 1)
        index.put([Document("d3", "khác hẳn")], {"d3": unit_rows(900, 1)})
        index.put([Document("d3", "khác nữa")], {"d3": unit_rows(901, 1)})
        index.remove(["d4", "unknown"])
        assert len(index) == 20, "nothing is visible before the commit"
        index.commit(2)
        assert len(index) == 19
        assert index.documents(["d3", "d4"]) == {"d3": Document("d3", "khác nữa")}
        assert _nearest_id(index, 901)[0] == "d3"
        for seed in (3, 4, 900):
            assert _nearest_id(index, seed)[1] < 0.999


def test_what_was_not_committed_is_gone(folder: Path) -> None:
    with Index.open(folder, 8) as index:
        _fill(index, 0, 5, 1)
        documents = _documents(5, 5)
        index.put(documents, {d.id: unit_rows(1, 1) for d in documents})
        index.remove(["d0"])
    with Index.open(folder, 8) as index:
        assert index.ids() == {f"d{n}" for n in range(5)}
        _fill(index, 10, 5, 2)
        assert _nearest_id(index, 12)[0] == "d12"
        assert _nearest_id(index, 2)[0] == "d2"


def test_words_only_documents_are_found(folder: Path) -> None:
    with Index.open(folder, 8) as index:
        index.put([Document("a", "một tin lạ")], {})
        index.commit(1)
        [(key, _)] = index.search_words("exact", ["lạ"], 3)
        assert index.vectors_of([key])[1].tolist() == [0]
        assert index.nearest(unit_rows(1, 1), 3) == [[]]


@pytest.mark.parametrize("bad", ["", "x" * 501, "a\x00b"])
def test_bad_ids_are_refused(folder: Path, bad: str) -> None:
    with Index.open(folder, 8) as index, pytest.raises(IndexProblem, match="document id"):
        index.put([Document(bad, "t")], {})


def test_bad_vectors_are_refused(folder: Path) -> None:
    with Index.open(folder, 8) as index:
        for rows in (unit_rows(1, 1, dim=9), np.full((1, 8), np.nan, dtype=np.float32)):
            with pytest.raises(IndexProblem, match="8 columns"):
                index.put([Document("a", "t")], {"a": rows})


@pytest.mark.parametrize("text", ["", "\ud800 lone", "\x00", "\ufdfa" * 50, "x" * 100_000])
def test_any_text_can_be_kept(folder: Path, text: str) -> None:
    with Index.open(folder, 8) as index:
        index.put([Document("a", text, extra=(text,))], {"a": unit_rows(1, 1)})
        index.commit(1)
        assert index.documents(["a"])["a"].text == text


def test_a_missing_index_says_so(folder: Path) -> None:
    for read_only in (True, False):
        with pytest.raises(IndexMissing, match=str(folder)):
            Index.open(folder, 8, create=False, read_only=read_only)
    assert not folder.exists()


def test_one_writer_only(folder: Path) -> None:
    with Index.open(folder, 8):
        with pytest.raises(IndexLocked, match="read-only"):
            Index.open(folder, 8)
        with pytest.raises(IndexLocked):
            delete_index(folder)
    Index.open(folder, 8).close()


def test_a_reader_cannot_write(folder: Path) -> None:
    Index.open(folder, 8).close()
    with Index.open(folder, 8, read_only=True) as reader, pytest.raises(IndexProblem, match="reading only"):
        reader.remove(["a"])


def test_another_encoder_or_size_is_refused(folder: Path) -> None:
    Index.open(folder, 8, encoder="one").close()
    with pytest.raises(IndexMismatch, match="two"):
        Index.open(folder, 8, encoder="two")
    with pytest.raises(IndexMismatch, match="9"):
        Index.open(folder, 9)
    # Neither attempt kept the lock.
    Index.open(folder, 8, encoder="one").close()


def test_a_reader_follows_rebuilds(folder: Path) -> None:
    with Index.open(folder, 8) as index:
        _fill(index, 0, 5, 1)
    reader = Index.open(folder, 8, read_only=True)
    assert _nearest_id(reader, 3)[0] == "d3"
    delete_index(folder)
    assert reader.reload() is False
    assert _nearest_id(reader, 3)[0] == "d3", "the old state serves until there is a new one"
    with Index.open(folder, 8) as index:
        other = [Document(f"e{n}", f"bài {n}") for n in range(3)]
        index.put(other, {d.id: unit_rows(50 + n, 2) for n, d in enumerate(other)})
        index.commit(9)
    assert reader.reload() is True
    assert reader.ids() == {"e0", "e1", "e2"}
    assert _nearest_id(reader, 51)[0] == "e1"


def test_dropped_vectors_are_rewritten(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "REWRITE_DROPPED", 2)
    with Index.open(folder, 8) as index:
        _fill(index, 0, 10, 1)
        reader = Index.open(folder, 8, read_only=True)
        index.remove([f"d{n}" for n in range(8)])
        index.commit(2)
        _fill(index, 20, 2, 3)
        [vectors] = folder.glob("vectors.*.f16")
        assert vectors.stat().st_size == 8 * (8 * 2), "four living documents with two rows each, of 8 float16"
        for each in (index, reader):
            each.reload()
            assert each.ids() == {"d8", "d9", "d20", "d21"}
            assert _nearest_id(each, 9)[0] == "d9"
            assert _nearest_id(each, 21)[0] == "d21"
            assert _nearest_id(each, 1)[1] < 0.999


def test_the_scan_of_codes_finds_what_the_exact_one_finds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(where: Path) -> Index:
        index = Index.open(where, 64)
        documents = [Document(f"d{n}", f"tin {n}") for n in range(400)]
        rows = unit_rows(5, 800, dim=64)
        index.put(documents[:200], {f"d{n}": rows[2 * n : 2 * n + 2] for n in range(200)})
        index.commit(1)
        index.put(documents[200:], {f"d{n}": rows[2 * n : 2 * n + 2] for n in range(200, 400)})
        index.remove(["d7", "d300"])
        index.commit(2)
        return index

    queries = unit_rows(6, 20, dim=64)
    exact = build(folder / "a")
    monkeypatch.setattr(vectors_module, "CODES_ABOVE", 500)
    coded = build(folder / "b")
    for one, other in zip(exact.nearest(queries, 10), coded.nearest(queries, 10), strict=True):
        mine = [exact.by_key([key])[key].id for key, _ in one]
        theirs = [coded.by_key([key])[key].id for key, _ in other]
        assert mine == theirs
        np.testing.assert_allclose([s for _, s in one], [s for _, s in other], atol=2e-3)
        assert not {"d7", "d300"} & set(theirs)
    exact.close()
    coded.close()


def test_the_exact_scan_agrees_with_a_plain_loop(folder: Path) -> None:
    rows = {f"d{n}": unit_rows(n, 1 + n % 3) for n in range(60)}
    with Index.open(folder, 8) as index:
        index.put([Document(name, f"tin {name}") for name in rows], rows)
        index.commit(1)
        for seed in range(100, 110):
            query = unit_rows(seed, 1)
            slow = sorted(
                ((max(float((query[0] * row).sum()) for row in own), name) for name, own in rows.items()), reverse=True
            )[:5]
            [found] = index.nearest(query, 20)
            fast = [(index.by_key([key])[key].id, score) for key, score in found[:5]]
            assert [name for _, name in slow] == [name for name, _ in fast]
            np.testing.assert_allclose([s for s, _ in slow], [s for _, s in fast], atol=2e-3)


WRITER = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
from matching.vector_rows import unit_rows
from sangto.matching.index import Index
from sangto.matching.stems import terms
from sangto.matching.types import Document
index = Index.open(Path({folder!r}), 8)
number = index.position
while True:
    number += 1
    batch = [Document(f"d{{number}}-{{k}}", f"tin {{number}} {{k}}") for k in range(3)]
    index.put(batch, {{d.id: unit_rows(number, 2) for d in batch}})
    if number % 5 == 0:
        index.remove([f"d{{number - 1}}-0"])
    index.commit(number)
    print(number, flush=True)
"""


def _start_writer(folder: Path) -> subprocess.Popen[str]:
    code = WRITER.format(paths=[str(Path(__file__).parents[1])], folder=str(folder))
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def _check_whole(index: Index) -> None:
    """The state is exactly that of `position` commits of the writer."""
    number = index.position
    expected = {f"d{n}-{k}" for n in range(1, number + 1) for k in range(3)}
    expected -= {f"d{n - 1}-0" for n in range(5, number + 1, 5)}
    assert index.ids() == expected
    assert len(index) == len(expected)
    for n in {1, max(1, number // 2), number} - {0}:
        name, score = _nearest_id(index, n)
        assert score > 0.99
        assert name.startswith(f"d{n}-")


def test_kill_9_leaves_the_last_commit(folder: Path) -> None:
    rng = np.random.default_rng(1)
    for _ in range(5):
        with _start_writer(folder) as writer:
            assert writer.stdout is not None
            said = int(writer.stdout.readline())
            time.sleep(float(rng.uniform(0.0, 0.15)))
            os.kill(writer.pid, signal.SIGKILL)
            said = max([said, *(int(line) for line in writer.stdout.read().split())])
        with Index.open(folder, 8, read_only=True) as reader:
            assert reader.position >= said, "an acknowledged commit is never lost"
            _check_whole(reader)
    with Index.open(folder, 8) as index:
        _check_whole(index)


def test_another_process_sees_each_commit(folder: Path) -> None:
    with _start_writer(folder) as writer:
        assert writer.stdout is not None
        try:
            writer.stdout.readline()
            reader = Index.open(folder, 8, read_only=True)
            seen: list[int] = []
            deadline = time.monotonic() + 30
            while len(seen) < 8 and time.monotonic() < deadline:
                if reader.reload():
                    seen.append(reader.position)
                    _check_whole(reader)
            assert len(seen) == 8
            assert seen == sorted(set(seen))
            with pytest.raises(IndexLocked):
                Index.open(folder, 8)
        finally:
            writer.kill()
        last = max([seen[-1], *(int(line) for line in writer.stdout.read().split())])
    reader.reload()
    assert reader.position >= last
    assert reader.reload() is False


def _many(folder: Path) -> None:
    """An index with every kind of file."""
    with Index.open(folder, 8) as index:
        for start in (0, 20, 40):
            _fill(index, start, 20, start + 1)
        index.remove(["d3", "d50"])
        index.commit(99)


def _read_everything(folder: Path) -> None:
    """Uses every file, as a matcher would."""
    with Index.open(folder, 8, create=False, read_only=True) as index:
        for seed in range(5):
            found = [key for key, _ in index.nearest(unit_rows(seed, 1), 5)[0]]
            found += [key for key, _ in index.search_words("folded", ["tin", str(seed)], 5)]
            index.by_key(found)
            index.vectors_of(found)
            index.scores_of("folded", ["tin"], found)
        index.with_bands(bands("tin đồn số 3 về uống nước"), 5)
        index.with_fingerprint([fingerprint("tin đồn số 3 về uống nước")])
        index.documents(["d1"])
        index.ids()


@pytest.mark.parametrize("coded", [False, True])
def test_damaged_files_are_named_and_never_a_crash(folder: Path, monkeypatch: pytest.MonkeyPatch, coded: bool) -> None:
    if coded:
        monkeypatch.setattr(vectors_module, "CODES_ABOVE", 10)
        monkeypatch.setattr(index_module, "_CODES_SAVED_AFTER", 1)
    _many(folder)
    _read_everything(folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    assert any(path.suffix == ".rbq" for path in files) is coded
    rng = np.random.default_rng(7)
    refused: list[str] = []
    for path in files:
        whole = path.read_bytes()
        for turn in range(6):
            damage = bytearray(whole)
            if turn < 3:
                damage = damage[: int(rng.integers(0, len(whole)))]
            else:
                for place in rng.integers(0, len(whole), 1 if turn == 3 else 8):
                    damage[place] ^= 1 << int(rng.integers(8))
            path.write_bytes(bytes(damage))
            started = time.monotonic()
            try:
                _read_everything(folder)
            except IndexProblem as problem:
                refused.append(str(problem))
            assert time.monotonic() - started < 2
        path.write_bytes(whole)
    assert len(refused) > len(files)
    assert all(str(folder) in said for said in refused)
    _read_everything(folder)


def test_codes_that_are_lost_are_made_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_module, "CODES_ABOVE", 10)
    monkeypatch.setattr(index_module, "_CODES_SAVED_AFTER", 1)
    _many(folder)
    [codes] = folder.glob("codes.*.rbq")
    whole = codes.read_bytes()
    for damage in (b"", whole[:-1], whole[:100], b"x" + whole[1:], whole[:-9] + b"y" + whole[-8:]):
        codes.write_bytes(damage)
        with Index.open(folder, 8, read_only=True) as reader:
            assert _nearest_id(reader, 17)[0] == "d17"
    codes.unlink()
    with Index.open(folder, 8) as index:
        assert _nearest_id(index, 17)[0] == "d17"
    assert codes.is_file(), "the next writer keeps them"


def test_a_reader_takes_codes_of_a_later_commit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_module, "CODES_ABOVE", 10)
    monkeypatch.setattr(index_module, "_CODES_SAVED_AFTER", 1)
    _many(folder)
    with Index.open(folder, 8, read_only=True) as before:
        with Index.open(folder, 8) as index:
            _fill(index, 60, 20, 100)
        assert _nearest_id(before, 70)[0] != "d70"
        extent = before._state.extent
        late = vectors_module.VectorReader(folder, 8)
        late.catch_up(extent)
        assert len(late) == extent.rows
        assert not set(late.search(unit_rows(70, 1), 5)[0][0].tolist()) - set(late._owners.tolist())
        assert before.reload()
        assert _nearest_id(before, 70)[0] == "d70"
