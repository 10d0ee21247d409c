"""The generator of traps, on the project's own labelled set and on sentences of this test."""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangto.lib.folding import fold, words
from sangto.matching.commands import traps as command
from sangto.matching.files import BadInput, read_corpora, read_queries
from sangto.matching.trap_details import dates, names, numbers
from sangto.matching.traps import KINDS, Seed, Trap, generate, run

OWN = Path(__file__).parents[2] / "eval" / "own"
MADE = ("corpus.jsonl", "queries.tsv", "qrels.tsv")


def _made(folder: Path, *, seed: int = 1, split: str = "") -> list[dict[str, str]]:
    out = folder / f"traps-{seed}-{split}.tsv"
    corpus, queries, qrels = (OWN / name for name in MADE)
    run([corpus], queries, qrels, out, seed=seed, split=split)
    header, *rows = [line.split("\t") for line in out.read_text("utf-8").splitlines()]
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    return _made(tmp_path_factory.mktemp("traps"))


def _pairs(rows: list[dict[str, str]]) -> list[tuple[dict[str, str], dict[str, str]]]:
    by_id = {row["query_id"]: row for row in rows}
    return [(row, by_id[f"{row['base_query_id']}-twin"]) for row in rows if row["role"] == "trap"]


def test_there_are_enough_of_every_kind_in_both_languages(made: list[dict[str, str]]) -> None:
    found = Counter((row["kind"], row["lang"]) for row in made if row["role"] == "trap")
    assert sum(found.values()) >= 1_000
    for kind in KINDS:
        for lang in ("vi", "en"):
            assert found[kind, lang] >= 10, (kind, lang)


def test_the_same_seed_makes_the_same_traps_and_another_others(tmp_path: Path, made: list[dict[str, str]]) -> None:
    assert _made(tmp_path) == made
    assert _made(tmp_path, seed=2) != made


def test_a_split_has_its_own_messages_only(tmp_path: Path, made: list[dict[str, str]]) -> None:
    of_test = {row["query_id"] for row in _made(tmp_path, split="test")}
    of_train = {row["query_id"] for row in _made(tmp_path, split="train")}
    assert of_test
    assert of_train
    assert not of_test & of_train
    assert of_test | of_train == {row["query_id"] for row in made}
    splits = {query.id: query.split for query in read_queries(OWN / "queries.tsv")}
    for trap, _ in _pairs(made):
        seed = trap["base_query_id"].rsplit("-", 1)[0]
        if seed in splits:
            assert (trap["query_id"] in of_test) is (splits[seed] == "test")


def test_every_trap_has_its_twin_and_says_something_else(made: list[dict[str, str]]) -> None:
    assert len(made) == len({row["query_id"] for row in made})
    pairs = _pairs(made)
    assert len(pairs) * 2 == len(made)
    for trap, twin in pairs:
        assert fold(trap["text"]) != fold(twin["text"])
        assert trap["document_id"] == twin["document_id"]
        assert trap["text"].strip()
        assert "\t" not in trap["text"]


def test_a_twin_says_what_it_was_made_of(made: list[dict[str, str]]) -> None:
    """Its words are those of the message or claim, but for how they are typed and asked."""
    seeds = {query.id: query.text for query in read_queries(OWN / "queries.tsv")}
    seeds |= {f"c-{document.id}": document.text for document in read_corpora([OWN / "corpus.jsonl"])}
    chat = dict(
        zip(
            "ko dc ng vs mn j dt r tk sdt bv trc cx".split(),
            "khong|duoc|nguoi|voi|moi nguoi|gi|dien thoai|roi|tai khoan|so dien thoai|benh vien|truoc|cung".split("|"),
            strict=True,
        )
    )
    for _, twin in _pairs(made):
        wanted = words(fold(seeds[twin["base_query_id"].rsplit("-", 1)[0]]))
        said = " ".join(chat.get(word, word) for word in words(fold(twin["text"])))
        assert " ".join(" ".join(chat.get(word, word) for word in wanted).split()) in said


def _generated() -> list[tuple[Seed, Trap]]:
    documents = read_corpora([OWN / "corpus.jsonl"])[:150]
    seeds = {f"c-{one.id}": Seed(f"c-{one.id}", one.id, one.text, one.lang or "vi") for one in documents}
    return [(seeds[trap.id.rsplit("-", 1)[0]], trap) for trap in generate(list(seeds.values()), seed=3)]


def test_exactly_the_changed_detail_differs() -> None:
    """The new detail put back, the twin comes out."""
    pairs = [(seed, trap) for seed, trap in _generated() if not trap.detail.startswith(" → ")]
    assert len(pairs) > 200
    for _, trap in pairs:
        old, new = (fold(part) for part in trap.detail.split(" → "))
        text, twin = fold(trap.text), fold(trap.twin)
        if trap.text.islower() and trap.lang == "vi":
            # In chat spelling the detail is spelled so too.
            continue
        assert new in text, trap
        restored = {text[:at] + old + text[at + len(new) :] for at in range(len(text)) if text.startswith(new, at)}
        assert twin.rstrip("?. ") in {one.rstrip("?. ") for one in restored}, trap


def test_a_message_is_changed_only_where_the_claim_says_so_too() -> None:
    claim = "Bão số 6 vào Huế đêm 3/9 với gió giật cấp 12"
    message = "Nhà tôi có 4 người, nghe bão số 6 vào Huế đêm 3/9 giật cấp 12, phải không?"
    traps = [
        trap
        for seed in range(30)
        for trap in generate([Seed("m", "d", message, "vi", claim)], seed=seed)
        if trap.kind == "number"
    ]
    assert all("4 nguoi" in fold(trap.text) for trap in traps)
    assert {trap.detail.split(" → ")[0] for trap in traps} <= {"12"}


@pytest.mark.parametrize(
    ("text", "lang", "never"),
    [
        # A number of a date is changed as a date, a range stays one, and nobody asks about other emergency numbers.
        ("Trời tối từ 21 đến 23 tháng 12", "vi", {"21", "23", "12"}),
        ("It is dark from December 21 to 23", "en", {"21", "23"}),
        ("The picture of 22 may is real", "en", {"22"}),
        ("Gọi 115 phải trả tiền", "vi", {"115"}),
    ],
)
def test_numbers_that_are_none_stay(text: str, lang: str, never: set[str]) -> None:
    changed = {edit.old for seed in range(30) for edit in numbers(text, lang, random.Random(seed))}
    assert not changed & never


def test_a_range_stays_a_range() -> None:
    for seed in range(60):
        for edit in numbers("Trẻ từ 9 đến 14 tuổi bị cấm", "vi", random.Random(seed)):
            low, high = (int(word) for word in words(edit.text) if word.isdigit())
            assert low < high


def test_a_fourth_is_no_wednesday_and_two_names_of_one_thing_are_no_change() -> None:
    assert not [edit for seed in range(9) for edit in dates("SIM thứ tư sẽ bị khóa", "vi", random.Random(seed))]
    assert [edit for seed in range(9) for edit in dates("Thứ tư này cắt điện", "vi", random.Random(seed))]
    changed = {
        edit.new for seed in range(90) for edit in names("A smartphone can ignite fumes", "en", random.Random(seed))
    }
    assert changed
    assert "mobile phone" not in changed
    assert not [edit for seed in range(30) for edit in names("The Amazon rainforest burns", "en", random.Random(seed))]


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=120), st.sampled_from(["vi", "en"]))
def test_any_sentence_can_be_given(text: str, lang: str) -> None:
    for trap in generate([Seed("s", "d", text, lang)], seed=1):
        assert fold(trap.text) != fold(trap.twin)


def test_the_command_says_how_many_and_refuses_bad_tables(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    corpus, queries, qrels = (OWN / name for name in MADE)
    given_options = ["traps", "--corpus", str(corpus), "--qrels", str(qrels), "--split", "test"]
    options = parser.parse_args([*given_options, "--queries", str(queries), "--out", str(tmp_path / "out.tsv")])
    figures = options.run(options)
    assert figures["traps"] == sum(figures[kind] for kind in KINDS)
    lines = (tmp_path / "out.tsv").read_text("utf-8").splitlines()
    assert len(lines) == 1 + 2 * figures["traps"]
    for wrong, says in (
        (["--queries", str(qrels), "--out", str(tmp_path / "out.tsv")], "no columns query_id and text"),
        (["--queries", str(queries), "--out", str(tmp_path / "no" / "out.tsv")], "Choose another --out"),
    ):
        options = parser.parse_args([*given_options, *wrong])
        with pytest.raises(BadInput, match=says):
            options.run(options)
