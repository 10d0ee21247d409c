"""The program that lays engines side by side: its figures, its data, and one small run of it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import pytest

import matching_quality
from floor.engine import Said
from quality import figures, sets, table
from quality.figures import Asked
from quality.ours import Ours
from quality.sets import Message, MessageSet
from quality.typing_styles import in_chat_spelling
from sangto.matching.encoder import Encoder
from sangto.matching.types import Decision, Document


def asked(
    name: str, *, right: str = "", kind: str = "", base: str = "", hits: Sequence[str] = (), decision: str = "suggest"
) -> Asked:
    message = Message(name, name, frozenset(right.split()), kind, base)
    scores = tuple((hit.partition("=")[0], float(hit.partition("=")[2] or 1)) for hit in hits)
    return Asked(message, Said(Decision(decision), scores), 1.0)


def test_every_answer_to_a_trap_is_wrong_and_a_twin_must_get_its_own() -> None:
    found = figures.trap_figures(
        [
            asked("a-trap", kind="number", base="a", hits=["d1"], decision="answer"),
            asked("a-twin", kind="number", base="a", right="d1", hits=["d1"], decision="answer"),
            asked("b-trap", kind="place", base="b", hits=["d2"]),
            asked("b-twin", kind="place", base="b", right="d2", hits=["d1", "d2"], decision="answer"),
        ]
    )
    assert (found["traps"], found["traps_answered_n"], found["traps_answered"]) == (2, 1, 0.5)
    # The share p of which at most one of two is answered in 5 % of the cases: 1 - p² = .05.
    assert found["traps_answered_upper_95"] == pytest.approx(math.sqrt(0.95), abs=1e-4)
    assert (found["twins"], found["twins_answered"], found["twins_answered_with_another"]) == (2, 0.5, 0.5)
    assert found["kinds"]["place"]["traps_answered_n"] == 0


def test_the_drop_is_between_a_message_and_its_variants() -> None:
    before = [asked("m", right="d1", hits=["d1", "d2"]), asked("n", right="d3", hits=["d2", "d3"])]
    found = figures.drop_figures(
        [
            asked("m.1", right="d1", kind="typos", base="m", hits=["d2", "d1"]),
            asked("n.1", right="d3", kind="casing", base="n", hits=["d3"]),
            asked("n.2", right="d3", kind="negation", base="n", hits=[]),
        ],
        before,
    )
    assert found["drops"] == {"casing": -0.5, "negation": 0.5, "typos": 0.5}
    assert (found["drop"], found["drop_of_messages"]) == (0.0, 2)


def test_a_bar_is_the_lowest_that_keeps_the_precision() -> None:
    right = [asked(f"r{number}", right="d", hits=[f"d={1 - number / 1000}"]) for number in range(200)]
    wrong = [asked("w1", hits=["d=0.95"]), asked("w2", hits=["d=0.8"]), asked("w3", hits=["d=0.8"])]
    assert figures.bar_for([*right, *wrong, asked("silent", right="d")]) == pytest.approx(0.801)
    assert figures.bar_for([asked("w", hits=["d=0.9"]), asked("r", right="d", hits=["d=0.9"])]) == math.inf
    assert figures.bar_for([]) == math.inf


def test_a_bar_decides_by_the_score_of_the_first_hit() -> None:
    rows = [asked("a", hits=["d=0.9"]), asked("b", hits=["d=0.7"], decision="answer"), asked("c")]
    decided = [one.said.decision for one in figures.at_bar(rows, 0.8)]
    assert decided == [Decision.ANSWER, Decision.SUGGEST, Decision.NONE]


def test_messages_that_match_nothing_count_where_they_are_answered() -> None:
    part = MessageSet("own", "own", [])
    found = figures.figures_of(
        part,
        [
            asked("a", right="d1", kind="vi", hits=["d1"], decision="answer"),
            asked("b", kind="nomatch_far", hits=["d1"], decision="answer"),
            asked("c", kind="nomatch_far", decision="none"),
        ],
        [],
    )
    assert (found["answered"], found["wrongly_answered"], found["hit@1"]) == (1.0, pytest.approx(1 / 3, abs=1e-4), 1.0)
    assert found["kinds"]["nomatch_far"]["wrongly_answered"] == 0.5


def test_the_own_set_is_asked_with_its_test_split_alone() -> None:
    collection = sets.own()
    own, traps, crossing = collection.sets
    assert not {one.id for one in own.messages} & {one.id for one in collection.train}
    assert any(not one.right for one in own.messages)
    by_id = {document.id: document for document in collection.documents}
    assert crossing.messages
    assert all(by_id[name].lang == "vi" for one in crossing.messages for name in one.right)
    tested = {name for one in own.messages for name in one.right}
    twins = [one for one in traps.messages if one.right]
    assert len(twins) * 2 == len(traps.messages)
    assert {name for one in twins for name in one.right} <= tested


def test_chat_spelling_repeats_itself_and_keeps_numbers() -> None:
    text = "Từ ngày 1/1/2025, người dân ở TP.HCM không được đốt 2,5 kg rác trong bệnh viện."
    said = in_chat_spelling(text, seed="a")
    assert said == in_chat_spelling(text, seed="a") != in_chat_spelling(text, seed="b")
    assert said == said.lower()
    assert "1/1/2025" in said
    assert "2,5" in said
    assert "bệnh viện" not in in_chat_spelling(text, seed="b")


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """A folder with one of the public sets, in made-up texts."""
    folder = tmp_path / "checkthat2021_t2a_en"
    folder.mkdir()
    corpus = [
        {"id": "c1", "text": "Sharks swim in the street", "title": "Sharks?"},
        {"id": "c2", "text": "Snow in June"},
    ]
    (folder / "corpus.jsonl.gz").write_text("\n".join(map(json.dumps, corpus)), encoding="utf-8")
    (folder / "queries.test.tsv").write_text("query_id\ttext\nq1\tsharks in our street!\n", encoding="utf-8")
    (folder / "qrels.test.tsv").write_text("q1 0 c1 1\n", encoding="utf-8")
    (folder / "queries.test.perturbed.tsv").write_text(
        "query_id\tbase_query_id\tperturbation\tvariant\tlevel\ttext\n"
        "q1.1\tq1\ttypos\trule\tbaseline\tshraks in or stret\n"
        "q1.2\tq1\tnegation\trule\tbaseline\tno sharks in our street\n",
        encoding="utf-8",
    )
    return tmp_path


def test_a_run_lays_engines_side_by_side(public: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    code = matching_quality.main(
        [
            "--engines", "bm25,cofacts", "--sets", "own,traps,2a-perturbed,2b", "--data", str(public), "--json",
            "--out", str(out),
        ]
    )  # fmt: skip
    assert code == 0
    shown = capsys.readouterr().out
    found = json.loads(shown.rstrip().rpartition("\n")[2])
    assert list(found["sets"]) == ["own", "traps", "2a", "2a-perturbed"]
    assert 0.5 < found["sets"]["own"]["engines"]["bm25"]["hit@1"] < 1
    assert found["sets"]["2a-perturbed"]["engines"]["bm25"]["drops"] == {"negation": 0.0, "typos": 0.5}
    assert found["sets"]["traps"]["engines"]["cofacts"]["traps"] > 500
    assert found["with_fitted_bar"]["bm25"]["answered"] > 0
    assert "2b" in found["skipped"]
    assert "checkthat2021_t2b_en" in found["skipped"]["2b"]
    assert "Skipped 2b:" in shown
    assert "| Cofacts" in shown
    whole = json.loads(out.read_text(encoding="utf-8"))
    assert whole["figures"] == found
    assert whole["machine"]["cores"] >= 1
    assert str(tmp_path) not in whole["command"]


def test_our_engine_is_asked_as_the_others_are() -> None:
    engine = Ours(Encoder.open())
    try:
        engine.build(
            [
                Document("sim", "SIM của bạn sẽ bị khóa trong 2 giờ nếu không gọi lại số này.", lang="vi"),
                Document("lemon", "Uống nước chanh nóng chữa khỏi ung thư.", lang="vi"),
            ]
        )
        said = engine.ask("SIM của bạn sẽ bị khóa trong 2 giờ nếu không gọi lại số này")
        assert said.decision is Decision.ANSWER
        assert said.hits[0][0] == "sim"
        assert engine.ask("uong nuoc chanh nong co chua khoi ung thu khong").hits[0][0] == "lemon"
    finally:
        engine.close()


def test_without_a_folder_public_sets_are_skipped_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert matching_quality.main(["--engines", "bm25", "--sets", "2a,vifact"]) == 0
    shown = capsys.readouterr().out
    assert "Skipped 2a: no --data" in shown
    assert "Skipped vifact: no --data" in shown


@pytest.mark.parametrize("words", [["--sets", "own,nothing"], ["--engines", "lucene"]])
def test_an_unknown_set_or_engine_is_refused_by_name(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        matching_quality.main(words)
    assert f"{words[1].rpartition(',')[2]} is none of" in capsys.readouterr().err


def test_an_engine_without_a_rule_shows_a_dash_and_no_zero() -> None:
    shown = {"title": "BM25", "decides": False, "build_s": 0.1, "vectors_kept": 0, "p50_ms": 1.0, "p99_ms": 2.0}
    measured = {"hit@1": 0.5, "hit@5": 0.5, "map@5": 0.5, "answered": 0.0, "wrongly_answered": 0.0}
    lines = table.results(
        {"own": {"title": "own", "messages": 2, "documents": 1, "engines": {"bm25": shown | measured}}}
    ).splitlines()
    head, row = ([cell.strip() for cell in line.strip("|").split("|")] for line in (lines[0], lines[2]))
    cells = dict(zip(head, row, strict=True))
    assert cells["answered"] == cells["wrongly"] == table.NOTHING
    assert cells["hit@1"] == "0.500"
    assert len({len(line) for line in lines}) == 1
