"""Against examples worked out by hand."""

from __future__ import annotations

from sangto.matching.cluster_measures import agreement


def test_the_same_clusters_under_other_names_agree_fully() -> None:
    figures = agreement({"a": 1, "b": 1, "c": 2}, {"a": "x", "b": "x", "c": "y"})
    assert set(figures.values()) == {1.0}


def test_an_example_by_hand() -> None:
    """Given abc|de, found ab|cde: pairs given ab ac bc de, found ab cd ce de, both ab de."""
    given = {"a": 1, "b": 1, "c": 1, "d": 2, "e": 2}
    found = {"a": 7, "b": 7, "c": 8, "d": 8, "e": 8}
    figures = agreement(found, given)
    assert figures["pair_precision"] == figures["pair_recall"] == figures["pair_f1"] == 0.5
    # B³ precision by tip: a 1, b 1, c 1/3, d 2/3, e 2/3; recall: a 2/3, b 2/3, c 1/3, d 1, e 1.
    assert figures["b3_precision"] == round((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5, 4)
    assert figures["b3_recall"] == round((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5, 4)


def test_precision_and_recall_are_not_mixed_up() -> None:
    """Given ab|c|d, found abc|d: three pairs found, one of them right, none missed."""
    figures = agreement({"a": 1, "b": 1, "c": 1, "d": 2}, {"a": 1, "b": 1, "c": 2, "d": 3})
    assert (figures["pair_precision"], figures["pair_recall"], figures["pair_f1"]) == (0.3333, 1.0, 0.5)
    assert (figures["b3_precision"], figures["b3_recall"]) == (round((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4, 4), 1.0)


def test_all_alone_has_no_pair_and_full_precision_by_tip() -> None:
    figures = agreement({"a": 1, "b": 2}, {"a": "x", "b": "x"})
    assert (figures["pair_f1"], figures["b3_precision"], figures["b3_recall"]) == (0.0, 1.0, 0.5)


def test_nothing_is_zero_and_tips_that_are_not_given_do_not_count() -> None:
    assert set(agreement({}, {}).values()) == {0.0}
    assert agreement({"a": 1, "b": 1, "other": 1}, {"a": 1, "b": 1})["b3_precision"] == 1.0
