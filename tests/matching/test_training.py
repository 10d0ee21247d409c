from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from sangto.matching import training
from sangto.matching.decision import FEATURES, FREE, Coefficients, load_coefficients, read_coefficients
from sangto.matching.files import BadInput
from sangto.matching.training import Asked, Unseen, as_json, figures, fit, lowest_bar, unseen

SAME = FEATURES["same"]


def _samples(seed: int, messages: int = 400) -> list[Asked]:
    """Right documents score higher on every feature; one in four messages was written to match nothing."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(messages):
        right, stray = number % 4 < 2, number % 4 == 3
        values = rng.uniform(0.5, 1.0, len(SAME)) if right else rng.uniform(0.0, 0.6, len(SAME))
        values[SAME.index("details_missing")] = 0.0 if right else 1.0
        found.append(Asked(("same",), (tuple(values),), (right,), True, right, stray, f"subject-{number // 4}"))
    return found


def test_it_works() -> None:
    data = _samples(1)
    route = fit(data, "t").routes["same"]
    scores = np.array([route.intercept + np.dot(route.weights, one.values[0]) for one in data])
    assert ((scores > 0) == [one.right[0] for one in data]).mean() > 0.98


def test_likeness_never_lowers_a_probability_and_what_is_missing_never_raises_it() -> None:
    weights = dict(zip(SAME, fit(_samples(2), "t").routes["same"].weights, strict=True))
    assert all(weight >= 0 for name, weight in weights.items() if name not in FREE | {"details_missing"})
    assert weights["details_missing"] <= 0


def test_the_fit_agrees_with_counting() -> None:
    """With one useful feature of two values, maximum likelihood is the share of right ones at each value."""
    rng = np.random.default_rng(3)
    share = {0.0: 0.1, 1.0: 0.7}
    data = []
    for _ in range(4_000):
        value = float(rng.integers(0, 2))
        right = bool(rng.random() < share[value])
        data.append(Asked(("same",), ((value, *(0.0,) * (len(SAME) - 1)),), (right,), True, right, False, "s"))
    route = fit(data, "t").routes["same"]
    for value in share:
        expected = np.mean([one.right[0] for one in data if one.values[0][0] == value])
        assert abs(1 / (1 + np.exp(-(route.intercept + route.weights[0] * value))) - expected) < 0.01


def test_messages_are_judged_by_a_fit_that_saw_nothing_of_their_subject(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _samples(4, 100)
    seen: list[set[str]] = []
    real = training.fit

    def spy(part: list[Asked], version: str) -> Coefficients:
        seen.append({one.subject for one in part})
        return real(part, version)

    monkeypatch.setattr(training, "fit", spy)
    unseen(data)
    everything = {one.subject for one in data}
    held = [everything - part for part in seen]
    assert len(held) == training.FOLDS
    assert set.union(*held) == everything
    assert sum(map(len, held)) == len(everything)


def _judged(rows: list[tuple[float, bool, bool, bool]]) -> Unseen:
    probability, right, free, stray = zip(*rows, strict=True)
    known = np.array(right) | ~np.array(stray)
    return Unseen(np.array(probability), np.array(right), np.array(free), known, np.array(stray))


def test_the_bar_is_the_lowest_that_keeps_both_rules() -> None:
    rows = [(0.99 - 0.0001 * at, True, True, False) for at in range(300)]
    rows += [(0.90, False, True, False)] + [(0.89 - 0.0001 * at, True, True, False) for at in range(300)]
    rows += [(0.5, False, True, False)] * 100
    bar = lowest_bar(_judged(rows))
    assert bar == pytest.approx(0.89 - 0.0001 * 299, abs=1e-4)
    assert figures(_judged(rows), bar)["precision"] >= training.PRECISION


def test_one_stray_message_in_fifty_is_more_than_may_be_answered() -> None:
    rows = [(0.99 - 0.0001 * at, True, True, False) for at in range(400)]
    rows += [(0.97, False, True, True)] + [(0.1, False, True, True)] * 49
    assert 0.97 < lowest_bar(_judged(rows)) < 0.98


def test_what_the_guard_holds_back_does_not_move_the_bar() -> None:
    rows = [(0.99, True, True, False)] * 100 + [(0.98, False, False, False)] * 50 + [(0.8, True, True, False)] * 50
    assert lowest_bar(_judged(rows)) == 0.8


def test_without_a_good_bar_hardly_anything_is_answered() -> None:
    assert lowest_bar(_judged([(0.9, False, True, False)] * 10)) == 0.999


def test_own_texts_are_the_projects(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(
        "slug: x\nclaim: {vi: Một tin, en: A claim}\ntitle: {vi: Tựa, en: Title}\ntips: [{lang: vi, text: Hỏi}]\n",
        "utf-8",
    )
    pairs, content = training.own_texts(tmp_path, None)
    for family in (pairs, content):
        known = {document.id for document in family.documents}
        assert {example.document_id for example in family.examples} <= known
        texts = {text for document in family.documents for text in (document.text, *document.extra)}
        assert not {example.message for example in family.examples} & texts
    assert content.documents[0].extra == ("A claim", "Title")
    assert (content.examples[0].message, content.examples[0].document_id) == ("Hỏi", "x")


def test_only_the_train_split_of_a_labelled_set_is_learnt(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text('{"id": "d1", "text": "Một tin", "group": "g"}\n', "utf-8")
    (tmp_path / "queries.tsv").write_text(
        "query_id\ttext\tsplit\nd1.1\tHỏi tin\ttrain\nd1.2\tHỏi nữa\ttest\nd1.n\tChuyện khác\ttrain\n", "utf-8"
    )
    (tmp_path / "qrels.tsv").write_text("d1.1 0 d1 1\nd1.2 0 d1 1\n", "utf-8")
    family = training.own_texts(None, tmp_path)[-1]
    assert [(one.message, one.document_id, one.subject) for one in family.examples] == [
        ("Hỏi tin", "d1", "g"),
        ("Chuyện khác", "", "g"),
    ]
    with pytest.raises(BadInput, match="no messages of split dev"):
        training.labelled_texts(
            *(tmp_path / name for name in ("corpus.jsonl", "queries.tsv", "qrels.tsv")), split="dev"
        )


def test_the_shipped_file_says_where_it_comes_from() -> None:
    text = resources.files("sangto.matching").joinpath("coefficients.json").read_text("utf-8")
    values = json.loads(text)
    assert "of this project" in values["note"]
    assert values["measured"]["precision"] >= training.PRECISION
    assert values["measured"]["stray_answered"] <= training.NOTHING_ANSWERED
    assert as_json(load_coefficients(), values["note"], values["measured"]) == values


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"routes": {}}', '{"routes": {"same": {"weights": {"x": 1}}}}'])
def test_a_foreign_file_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=r"other\.json holds no coefficients of this version"):
        read_coefficients(text, "other.json")
