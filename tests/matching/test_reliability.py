from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangto.matching.reliability import EDGES, bins, calibration_error, drawing

# A busy machine is no finding.
PLAIN = settings(deadline=None)
LABELS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=80)


def test_it_works() -> None:
    (low, high) = bins([(0.25, False), (0.2, True), (0.97, True), (0.96, True)])
    assert (low.low, low.high, low.labels, low.seen) == (0.2, 0.3, 2, 0.5)
    assert low.predicted == pytest.approx(0.225)
    assert (high.low, high.high, high.seen) == (0.95, 0.99, 1.0)
    assert calibration_error((low, high)) == pytest.approx((2 * 0.275 + 2 * 0.035) / 4)


@PLAIN
@given(LABELS)
def test_every_label_stands_in_one_bin(labels: list[tuple[float, bool]]) -> None:
    found = bins(labels)
    assert sum(one.labels for one in found) == len(labels)
    for one in found:
        assert one.low <= one.predicted <= one.high or one.predicted == pytest.approx(one.low)
        assert one.seen_at_least <= one.seen <= one.seen_at_most
        inside = [right for p, right in labels if one.low <= p < one.high or (p == one.high == 1)]
        assert (one.labels, one.seen) == (len(inside), sum(inside) / len(inside))
    assert 0 <= calibration_error(found) <= 1


@PLAIN
@given(st.lists(st.sampled_from([0.0, 1.0]), max_size=30))
def test_what_is_always_right_about_itself_has_no_error(probabilities: list[float]) -> None:
    assert calibration_error(bins((p, p == 1.0) for p in probabilities)) == 0.0


@PLAIN
@given(LABELS)
def test_the_drawing_has_a_line_of_one_width_for_each_bin(labels: list[tuple[float, bool]]) -> None:
    found = bins(labels)
    lines = drawing(found).splitlines()
    assert len(lines) == len(found) + 1
    assert len({len(line) for line in lines}) == 1
    for one, line in zip(found, lines[1:], strict=True):
        bar = line[-40:]
        assert bar.count("◆") == 1
        assert abs((bar.count("█") + 1) / 40 - one.seen) <= 1.6 / 40


def test_the_edges_are_finest_where_it_is_decided() -> None:
    assert list(EDGES) == sorted(EDGES)
    assert (EDGES[0], EDGES[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="no probability"):
        bins([(wrong, True)])
