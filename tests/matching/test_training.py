from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import numpy as np

from sangto.matching.features import NAMES
from sangto.matching.matcher import load_coefficients
from sangto.matching.training import as_json, cross_validated, fit, own_texts


def _samples(seed: int, groups: int = 60) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Messages with one right document that scores higher on every feature, seen with it and without it."""
    rng = np.random.default_rng(seed)
    features, labels, of = [], [], []
    for group in range(groups):
        wrong = rng.uniform(0, 0.5, size=(6, len(NAMES)))
        right = rng.uniform(0.4, 1.0, size=(1, len(NAMES)))
        for values, truth in ((np.vstack([right, wrong]), [1.0] + [0.0] * 6), (wrong, [0.0] * 6)):
            features.append(values)
            labels += truth
            of += [group] * len(values)
    return {"plain": (np.vstack(features), np.array(labels), np.array(of))}


def test_it_works() -> None:
    data = _samples(1)
    route = fit(data, "t").routes["plain"]
    features, labels, _ = data["plain"]
    probability = 1 / (1 + np.exp(-(route.intercept + features @ np.array(route.weights))))
    assert ((probability > 0.5) == (labels == 1)).mean() > 0.98
    assert min(route.weights) >= 0


def test_the_fit_agrees_with_counting() -> None:
    """With one useful feature of two values, maximum likelihood is the share of right ones at each value."""
    rng = np.random.default_rng(2)
    features = np.zeros((4_000, len(NAMES)))
    features[:, 0] = rng.integers(0, 2, size=4_000)
    share = {0.0: 0.1, 1.0: 0.7}
    labels = np.array([float(rng.random() < share[value]) for value in features[:, 0]])
    route = fit({"plain": (features, labels, np.zeros(4_000))}, "t").routes["plain"]
    for value in share:
        expected = labels[features[:, 0] == value].mean()
        found = 1 / (1 + np.exp(-(route.intercept + route.weights[0] * value)))
        assert abs(found - expected) < 0.01


def test_words_never_count_between_two_languages() -> None:
    features, labels, of = _samples(3)["plain"]
    weights = dict(zip(NAMES, fit({"crossed": (features, labels, of)}, "t").routes["crossed"].weights, strict=True))
    assert weights["words_of_claim"] == weights["letters"] == weights["rank_by_words"] == 0
    assert weights["meaning"] > 0


def test_cross_validation_counts_unseen_messages() -> None:
    [measured] = cross_validated(_samples(4)).values()
    assert measured["messages"] == 60
    assert measured["rank_1"] > 0.9
    assert measured["wrongly_answered"] == 0


def test_own_texts_are_the_projects(tmp_path: Path) -> None:
    documents, examples = own_texts(None)
    assert {example.document_id for example in examples} <= {document.id for document in documents}
    assert not {example.message for example in examples} & {text for d in documents for text in (d.text, *d.extra)}
    (tmp_path / "x.yaml").write_text(
        "slug: x\nclaim: {vi: Một tin, en: A claim}\ntitle: {vi: Tựa, en: Title}\ntips: [{lang: vi, text: Hỏi}]\n",
        "utf-8",
    )
    more, asked = own_texts(tmp_path)
    assert more[-1].extra == ("A claim", "Title")
    assert (asked[-1].message, asked[-1].document_id) == ("Hỏi", "x")


def test_the_shipped_file_says_where_it_comes_from() -> None:
    values = json.loads(resources.files("sangto.matching").joinpath("coefficients.json").read_text("utf-8"))
    assert "this project" in values["note"]
    assert set(values["measured"]) == set(values["routes"])
    again = as_json(load_coefficients(), values["note"], values["measured"])
    assert again == values
