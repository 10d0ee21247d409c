"""The bounds against sums of exact fractions, and against what is known of them."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangto.matching.bounds import at_least, at_most, cases_needed, chance_of_at_most

# A busy machine is no finding.
PLAIN = settings(deadline=None)


@st.composite
def counts(draw: st.DrawFn, most: int = 400) -> tuple[int, int]:
    cases = draw(st.integers(1, most))
    return draw(st.integers(0, cases)), cases


def _exact(hits: int, cases: int, share: Fraction) -> float:
    return float(sum(comb(cases, k) * share**k * (1 - share) ** (cases - k) for k in range(hits + 1)))


@PLAIN
@given(counts(60), st.fractions(min_value=Fraction(1, 100), max_value=Fraction(99, 100), max_denominator=100))
def test_the_chance_is_that_of_exact_fractions(count: tuple[int, int], share: Fraction) -> None:
    assert chance_of_at_most(*count, float(share)) == pytest.approx(_exact(*count, share), abs=1e-9)


@PLAIN
@given(counts())
def test_at_the_bound_so_few_hits_have_a_chance_of_one_in_twenty(count: tuple[int, int]) -> None:
    hits, cases = count
    if hits < cases:
        assert chance_of_at_most(hits, cases, at_most(hits, cases)) == pytest.approx(0.05, abs=1e-6)


@PLAIN
@given(counts())
def test_the_share_that_was_seen_lies_between_the_bounds(count: tuple[int, int]) -> None:
    hits, cases = count
    assert 0 <= at_least(hits, cases) <= hits / cases <= at_most(hits, cases) <= 1


@PLAIN
@given(st.integers(1, 3000))
def test_without_hits_the_bound_is_the_rule_of_three(cases: int) -> None:
    assert at_most(0, cases) == pytest.approx(1 - 0.05 ** (1 / cases), abs=1e-9)


@pytest.mark.parametrize(("hits", "cases"), [(0, 299), (1, 473), (2, 628), (3, 773), (4, 913)])
def test_the_labels_that_a_proof_takes(hits: int, cases: int) -> None:
    assert cases_needed(hits, 0.01) == cases
    assert at_most(hits, cases) <= 0.01 < at_most(hits, cases - 1)


@PLAIN
@given(st.integers(0, 3000), st.sampled_from([0.01, 0.05, 0.3]))
def test_one_case_fewer_than_needed_is_not_enough(hits: int, share: float) -> None:
    cases = cases_needed(hits, share)
    assert at_most(hits, cases) <= share + 1e-9
    assert at_most(hits, cases - 1) > share
    assert cases > hits / share


@pytest.mark.parametrize("hits", [1, 500, 999])
def test_far_from_the_mean_it_is_nearly_sure(hits: int) -> None:
    assert chance_of_at_most(hits, 1000, 1e-6) == pytest.approx(1.0)
    assert chance_of_at_most(hits, 1000, 1 - 1e-6) == pytest.approx(1e-3 if hits == 999 else 0.0, abs=1e-5)


def test_nothing_seen_bounds_nothing() -> None:
    assert (at_least(0, 0), at_most(0, 0)) == (0.0, 1.0)
    with pytest.raises(ValueError, match="3 hits in 2 cases"):
        at_most(3, 2)
