"""Hours as people write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangto.network.hours_text import BadHours, read_days, read_spans, write_days, write_spans


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("08:00-11:30, 13:30-17:00", ((480, 690), (810, 1020))),
        ("8h-17h", ((480, 1020),)),
        ("8h30 – 11h", ((510, 660),)),
        ("22:00-24:00; 0:00-6:00", ((0, 360), (1320, 1440))),
        ("", ()),
        (" , ", ()),
    ],
)
def test_it_works(text: str, spans: tuple[tuple[int, int], ...]) -> None:
    assert read_spans(text) == spans


@pytest.mark.parametrize("text", ["sáng", "17:00-08:00", "08:00", "08:75-09:00", "08:00-25:00", "8-17"])
def test_what_is_no_time_is_named(text: str) -> None:
    with pytest.raises(BadHours) as bad:
        read_spans(text)
    assert bad.value.part == text


@given(st.lists(st.integers(0, 1440), min_size=2, max_size=8, unique=True))
def test_what_is_written_is_read_again(cuts: list[int]) -> None:
    cuts = sorted(cuts)[: len(cuts) // 2 * 2]
    spans = tuple(zip(cuts[::2], cuts[1::2], strict=True))
    assert read_spans(write_spans(spans)) == spans


@given(st.frozensets(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), max_size=6))
def test_days_too(days: frozenset[dt.date]) -> None:
    assert read_days(write_days(days)) == days
    assert read_days(", ".join(f"{day.day}/{day.month}/{day.year}" for day in days)) == days
    with pytest.raises(BadHours):
        read_days("30/2/2026")
