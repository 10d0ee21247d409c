"""Files that are kept, learnt or handed in, cut or of another origin: refused by name and with what to do, or right."""

from __future__ import annotations

import json
import random
import re
import zlib
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.index_files import BACKGROUND, KINDS, changed
from sangto.matching.decision import read_coefficients
from sangto.matching.files import BadInput, read_corpora, read_judgements, read_queries
from sangto.matching.learnt import LETTERS, SPACE, SYLLABLES, Learnt
from sangto.matching.letters import Letters
from sangto.matching.pairs import COEFFICIENTS, read_pair_coefficients
from sangto.matching.restore import RestoreFileError, Restorer
from sangto.matching.space import Space

chances = st.randoms(use_true_random=False)


def _shipped(name: str) -> str:
    return resources.files("sangto.matching").joinpath(name).read_text("utf-8")


def _learnt() -> bytes:
    restorer = Restorer.shipped()
    restorer.learn(["Uống nước chanh chữa khỏi ung thư, tin đồn ở Đắk Lắk.", "Gạo nhựa bán ở chợ Bến Thành."] * 20)
    return restorer.to_bytes()


LEARNT = _learnt()
MAGIC = LEARNT[: LEARNT.index(b"\n") + 1]


@settings(deadline=None, max_examples=25)
@given(chances, st.booleans())
def test_learnt_syllables_are_refused_or_work(chance: random.Random, inside: bool) -> None:
    """`inside`: what is packed is damaged and packed again, so that no check sum of the packing tells."""
    kind = chance.choice(KINDS)
    if inside:
        saved = MAGIC + zlib.compress(changed(zlib.decompress(LEARNT[len(MAGIC) :]), kind, chance))
    else:
        saved = changed(LEARNT, kind, chance)
    try:
        restorer = Restorer.from_bytes(saved)
    except RestoreFileError as error:
        assert "again" in str(error)  # noqa: PT017 - either is right
    else:
        assert restorer.restore("uong nuoc chanh chua ung thu")
        assert Restorer.from_bytes(restorer.to_bytes()).restore("gao nhua") == restorer.restore("gao nhua")


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chances)
def test_a_damaged_file_beside_an_index_counts_as_none(tmp_path: Path, chance: random.Random) -> None:
    letters = Letters.learn([np.array([1, 2, 3])]).to_bytes() if chance.random() < 0.3 else b"x" * 40
    space = Space.plain(BACKGROUND).to_bytes()
    for name, body in ((SYLLABLES, LEARNT), (SPACE, space), (LETTERS, letters)):
        whole = (7).to_bytes(8, "little") + zlib.crc32(body).to_bytes(4, "little") + body
        (tmp_path / name).write_bytes(changed(whole, chance.choice(KINDS), chance))
    learnt = Learnt(tmp_path, BACKGROUND)
    assert learnt.restorer().restore("uong nuoc chanh")
    assert learnt.letters() is not None
    assert learnt.space() is not None


@pytest.mark.parametrize(
    ("read", "shipped"),
    [(read_coefficients, "coefficients.json"), (read_pair_coefficients, COEFFICIENTS)],
    ids=["answers", "pairs"],
)
@settings(deadline=None, max_examples=60)
@given(chances)
def test_coefficients_are_refused_by_name_or_are_numbers(
    read: Callable[[str, str], object], shipped: str, chance: random.Random
) -> None:
    text = _shipped(shipped)
    values = json.loads(text)
    if chance.random() < 0.5:
        text = changed(text.encode("utf-8"), chance.choice(KINDS), chance).decode("utf-8", "replace")
    else:
        # Valid JSON with one value that is none of ours.
        place = values
        while True:
            key = chance.choice(list(place))
            if not isinstance(place[key], dict) or not place[key] or chance.random() < 0.2:
                break
            place = place[key]
        place[key] = chance.choice([None, [], {}, "x", float("nan"), float("inf"), 10**400, True, -1e300, {"a": 1}])
        text = json.dumps(values)
    try:
        found = read(text, "the-file.json")
    except ValueError as error:
        assert str(error).startswith("the-file.json holds no")  # noqa: PT017 - either is right
    else:
        # Names and versions may be anything.
        assert not re.search("nan|inf", re.sub(r"'[^']*'", "", repr(found)))


def test_json_without_an_end_is_refused_by_name() -> None:
    for read in (read_coefficients, read_pair_coefficients):
        with pytest.raises(ValueError, match=r"the-file\.json"):
            read("[" * 100_000, "the-file.json")


CORPUS = b'{"id": "a1", "text": "t\xe1\xbb\x8fi", "extra": ["x"]}\n{"id": 5, "text": "b", "title": null}\n'
QUERIES = "query_id\ttext\tkind\nq1\tuống nước\\nchanh\tvi\nq2\tb\t\n".encode()
QRELS = b"q1 0 a1 1\nq2 0 5 0\n"


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chances)
def test_files_of_the_command_line_are_refused_by_name_or_read(tmp_path: Path, chance: random.Random) -> None:
    path = tmp_path / "given.tsv"
    readers: list[tuple[Callable[[], object], bytes]] = [
        (lambda: read_corpora([path]), CORPUS),
        (lambda: read_queries(path), QUERIES),
        (lambda: read_judgements(path), QRELS),
    ]
    read, whole = chance.choice(readers)
    if chance.random() < 0.3:
        whole = zlib.compress(whole, wbits=31)
    path.write_bytes(changed(whole, chance.choice(KINDS), chance))
    try:
        read()
    except BadInput as error:
        assert str(path) in str(error)  # noqa: PT017 - either is right


@pytest.mark.parametrize("relevance", ["²", "--1", "٣", "1e3", "9" * 5_000, "x"])
def test_a_relevance_that_is_no_number_is_refused_by_line(tmp_path: Path, relevance: str) -> None:
    (tmp_path / "qrels.txt").write_text(f"q1 0 a1 1\nq1 0 a2 {relevance}\n", "utf-8")
    with pytest.raises(BadInput, match="line 2"):
        read_judgements(tmp_path / "qrels.txt")


def test_a_corpus_nested_without_end_is_refused_by_line(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text('{"id": ' + "[" * 100_000, "utf-8")
    with pytest.raises(BadInput, match="line 1"):
        read_corpora([tmp_path / "corpus.jsonl"])


def test_letters_and_spaces_of_another_size_are_refused() -> None:
    for data in (b"", b"abcd", np.ones(3, dtype="<f4").tobytes(), b"x" * 7):
        with pytest.raises(ValueError, match=r"."):
            Letters.from_bytes(data)
        with pytest.raises(ValueError, match=r"."):
            Space.from_bytes(data, 8)
