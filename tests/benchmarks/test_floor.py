"""Engines of comparison against what can be worked out by hand: nothing is gained by beating them if they are wrong."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pytest

from floor import alegre, cofacts
from floor.alegre import AlegreVectors, AlegreWords
from floor.analysis import cjk_url_email, english, standard
from floor.bm25 import Bm25
from floor.cofacts import Cofacts, dice
from floor.engine import Said
from floor.terms import TermIndex
from sangto.matching.encoder import Encoder
from sangto.matching.types import Decision, Document

SIM = "SIM của bạn sẽ bị khóa trong 2 giờ nếu không gọi lại số này"
DOCUMENTS = [
    Document("sim", SIM, title="Tin nhắn dọa khóa SIM là lừa đảo", lang="vi"),
    Document("lemon", "Uống nước chanh nóng chữa khỏi bệnh ung thư", title="Chanh và ung thư", lang="vi"),
    Document("salt", "Uống nước muối loãng mỗi sáng chữa khỏi bệnh đau dạ dày", lang="vi"),
    Document("dam", "Dams in the north were breaking during the storms of last September", lang="en"),
    *(Document(f"other{number}", f"Một tin khác hẳn về chuyện thứ {number} ở xa", lang="vi") for number in range(40)),
]


def ids(said: Said) -> list[str]:
    return [document for document, _ in said.hits]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("TP.HCM mưa 26.3, 48% hộ", ["tp.hcm", "mưa", "26.3", "48", "hộ"]),
        ("Don't pay 1,000 on 14/11!", ["don't", "pay", "1,000", "on", "14", "11"]),
        ("k0 bik 疫苗", ["k0", "bik", "疫", "苗"]),
        ("😱 …", []),
    ],
)
def test_words_end_where_unicode_says(text: str, terms: list[str]) -> None:
    assert standard(text) == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        # The example of Elasticsearch's own manual for cjk_bigram.
        (
            "東京都は、日本の首都であり",
            ["東京", "京都", "都は", "日本", "本の", "の首", "首都", "都で", "であ", "あり"],
        ),
        ("Uống nước chanh", ["uống", "nước", "chanh"]),
        ("The ＡＢＣ１ test of 藥", ["abc1", "test", "藥"]),
        ("see https://Ex.org/a?b=1 or mail me@ex.org", ["see", "https://ex.org/a?b=1", "mail", "me@ex.org"]),
    ],
)
def test_only_cjk_is_read_as_bigrams(text: str, terms: list[str]) -> None:
    assert cjk_url_email(text) == terms


def test_english_is_stemmed_without_stop_words() -> None:
    assert english("The minister's vaccines were running to the cafés") == ["minist", "vaccin", "were", "run", "cafe"]


def test_scores_are_those_of_the_formula() -> None:
    texts = ["a b b c", "a c", "b b b", "c d e f g h"]
    rows = [text.split() for text in texts]
    mean = sum(map(len, rows)) / len(rows)

    def bm25(row: list[str], query: Sequence[str]) -> float:
        total = 0.0
        for term in query:
            having = sum(term in other for other in rows)
            rarity = math.log(1 + (len(rows) - having + 0.5) / (having + 0.5))
            often = Counter(row)[term]
            total += rarity * 2.2 * often / (often + 1.2 * (0.25 + 0.75 * len(row) / mean))
        return total

    index = TermIndex(["text"], ({"text": row} for row in rows))
    for query in (["a"], ["b", "c"], ["b", "b", "h"]):
        found = dict(index.search("text", query, count=10))
        assert found == pytest.approx(
            {at: bm25(row, query) for at, row in enumerate(rows) if {*row} & {*query}}, rel=1e-4
        )


def test_rows_that_match_too_few_clauses_are_left_out() -> None:
    index = TermIndex(["text"], ({"text": row.split()} for row in ("a b c", "a b", "a")))
    assert [row for row, _ in index.search("text", ["a", "b", "z"], count=9, at_least=2)] == [1, 0]
    assert index.search("text", ["a", "b", "z"], count=9, at_least=3) == []
    assert [row for row, _ in index.search("text", ["a", "a"], count=9, at_least=2)] == [2, 1, 0]
    assert index.search("text", [], count=9) == []


def test_plain_bm25_shows_and_never_answers() -> None:
    engine = Bm25()
    engine.build(DOCUMENTS)
    said = engine.ask("uống nước chanh chữa ung thư phải không")
    assert said.decision is Decision.SUGGEST
    assert ids(said)[:2] == ["lemon", "salt"]
    assert engine.ask("xyzzy").decision is Decision.NONE


def test_folded_bm25_reads_what_is_typed_without_diacritics() -> None:
    plain, folded = Bm25(), Bm25(folded=True)
    for engine in (plain, folded):
        engine.build(DOCUMENTS)
    assert ids(folded.ask("uong nuoc chanh chua khoi ung thu"))[0] == "lemon"
    assert ids(plain.ask("uong nuoc chanh chua khoi ung thu")) == ["lemon"]
    assert folded.ask("uong nuoc").hits
    assert not plain.ask("uong nuoc").hits


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        # From the README of string-similarity.
        ("healed", "sealed", 0.8),
        (
            "Olive-green table for sale, in extremely good condition.",
            "For sale: table in very good  condition, olive green in colour.",
            0.6060606060606061,
        ),
        (
            "Olive-green table for sale, in extremely good condition.",
            "For sale: green Subaru Impreza, 210,000 miles",
            0.2558139534883721,
        ),
        (
            "Olive-green table for sale, in extremely good condition.",
            "Wanted: mountain bike with at least 21 gears.",
            0.1411764705882353,
        ),
        ("", "", 1.0),
        ("a", "", 0.0),
        ("a", "b", 0.0),
        ("a b", "ab", 1.0),
        ("aaaa", "aa", 0.5),
        # Two emoji whose first units are the same: two bigrams a text, one of them shared.
        ("x😱", "x😨", 0.5),
    ],
)
def test_dice_is_that_of_string_similarity(one: str, other: str, value: float) -> None:
    assert dice(one, other) == pytest.approx(value)
    assert dice(other, one) == pytest.approx(value)


@pytest.mark.parametrize(("clauses", "needed"), [(1, 1), (10, 10), (11, 7), (12, 8), (20, 14), (25, 17)])
def test_cofacts_needs_all_of_ten_terms_or_seventy_percent(clauses: int, needed: int) -> None:
    assert cofacts.at_least(clauses) == needed


@pytest.fixture(scope="module")
def rumours() -> Cofacts:
    engine = Cofacts()
    engine.build(DOCUMENTS)
    return engine


def test_cofacts_answers_a_copy(rumours: Cofacts) -> None:
    said = rumours.ask(SIM + "!")
    assert said.decision is Decision.ANSWER
    assert said.hits[0][0] == "sim"
    assert said.hits[0][1] > cofacts.ANSWER_AT


def test_cofacts_answers_a_copy_with_another_number(rumours: Cofacts) -> None:
    """What the traps are about: one character of sixty is changed."""
    assert rumours.ask(SIM.replace("2 giờ", "9 giờ")).decision is Decision.ANSWER


def test_cofacts_lists_what_shares_seventy_percent_of_the_terms(rumours: Cofacts) -> None:
    said = rumours.ask("Uống nước chanh nóng mỗi sáng chữa khỏi bệnh ung thư dạ dày")
    assert said.decision is Decision.SUGGEST
    assert ids(said) == ["lemon", "salt"]


def test_cofacts_ignores_terms_that_it_does_not_know_but_needs_all_others(rumours: Cofacts) -> None:
    assert ids(rumours.ask("wow chanh omg nóng lol")) == ["lemon"]
    assert rumours.ask("wow nóng loãng").decision is Decision.NONE


def test_cofacts_looks_for_the_25_rarest_terms() -> None:
    rare = [f"hiếm{number}" for number in range(25)]
    common = [f"thường{number}" for number in range(25)]
    engine = Cofacts()
    engine.build(
        [
            Document("rare", " ".join(rare)),
            *(Document(f"common{number}", " ".join(common)) for number in range(5)),
        ]
    )
    assert ids(engine.ask(" ".join([*common, *rare]))) == ["rare"]


def test_the_bot_of_cofacts_asks_where_there_is_more_than_one_hit() -> None:
    twice = [*DOCUMENTS, Document("again", SIM + " ngay")]
    for only_one_hit, decision in ((False, Decision.ANSWER), (True, Decision.SUGGEST)):
        engine = Cofacts(only_one_hit=only_one_hit)
        engine.build(twice)
        said = engine.ask(SIM)
        assert said.decision is decision
        assert ids(said) == ["sim", "again"]


@pytest.mark.parametrize(("clauses", "suggest", "confirm"), [(1, 0, 0), (3, 2, 2), (8, 5, 7), (10, 7, 8), (25, 17, 22)])
def test_alegre_needs_a_share_of_the_terms(clauses: int, suggest: int, confirm: int) -> None:
    assert alegre.at_least(clauses, alegre.SUGGEST_WORDS) == suggest
    assert alegre.at_least(clauses, alegre.CONFIRM_WORDS) == confirm


@pytest.fixture(scope="module")
def check() -> AlegreWords:
    engine = AlegreWords()
    engine.build(DOCUMENTS)
    return engine


def test_alegre_confirms_what_has_nearly_all_terms(check: AlegreWords) -> None:
    said = check.ask(SIM.replace("2 giờ", "9 giờ"))
    assert said.decision is Decision.ANSWER
    assert ids(said)[0] == "sim"


def test_alegre_suggests_from_seventy_percent_and_drops_below(check: AlegreWords) -> None:
    assert check.ask("uống nước chanh nóng chữa khỏi bệnh ung thư dạ dày kinh niên").decision is Decision.SUGGEST
    assert check.ask("uống nước chanh nóng mỗi sáng với mật ong giúp giảm cân nhanh").decision is Decision.NONE


def test_alegre_drops_a_low_score(check: AlegreWords) -> None:
    [(_, score)] = check._index.search("all", ["chanh", "nóng"], count=1)
    assert score < alegre.MIN_ES_SCORE
    assert check.ask("chanh nóng").decision is Decision.NONE


def test_alegre_never_confirms_a_short_text() -> None:
    short = AlegreWords()
    short.build([Document("short", "thủy điện Xayaburi Luông Prabang"), *DOCUMENTS])
    said = short.ask("thủy điện Xayaburi Luông Prabang")
    assert said.decision is Decision.SUGGEST
    assert ids(said) == ["short"]


def test_alegre_stems_english(check: AlegreWords) -> None:
    assert ids(check.ask("the dam in the north breaks during the storm last september")) == ["dam"]


class Plane:
    """An encoder that knows two texts; its vectors lie in a plane, so that a cosine can be chosen."""

    def __init__(self, cosine: float) -> None:
        self._cosine = cosine

    def encode_passages(self, texts: Sequence[str], progress: Any = None) -> Any:
        return np.array([[1.0, 0.0] if "SIM" in text else [0.0, -1.0] for text in texts], dtype=np.float32)

    def encode_queries(self, texts: Sequence[str], progress: Any = None) -> Any:
        return np.array([[self._cosine, math.sqrt(1 - self._cosine**2)] for _ in texts], dtype=np.float32)


@pytest.mark.parametrize(
    ("cosine", "decision"),
    [(0.96, Decision.ANSWER), (0.94, Decision.SUGGEST), (0.76, Decision.SUGGEST), (0.74, Decision.NONE)],
)
def test_alegre_decides_by_cosine(cosine: float, decision: Decision) -> None:
    engine = AlegreVectors(cast("Encoder", Plane(cosine)))
    engine.build([Document("sim", SIM), Document("other", "Một tin khác hẳn về một chuyện ở xa")])
    said = engine.ask("bất kỳ")
    assert said.decision is decision
    assert ids(said) == ([] if decision is Decision.NONE else ["sim"])


def test_alegre_never_confirms_a_short_text_by_cosine() -> None:
    engine = AlegreVectors(cast("Encoder", Plane(0.99)))
    engine.build([Document("sim", "SIM bị khóa")])
    assert engine.ask("bất kỳ").decision is Decision.SUGGEST
