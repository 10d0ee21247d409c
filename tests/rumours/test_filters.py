"""The filter of the list: any address is one, and what makes no sense is said."""

from __future__ import annotations

from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from sangto.lib.codes import Harm, Priority, RumourState, Topic
from sangto.rumours.filters import CLOCKS, SORTS, Filter, read

filters = st.builds(
    Filter,
    state=st.sampled_from(["", *RumourState.values()]),
    topic=st.sampled_from(["", *Topic.values()]),
    priority=st.sampled_from(["", *Priority.values()]),
    harm=st.sampled_from(["", *Harm.values()]),
    owner=st.sampled_from(["", "me", "nobody"]) | st.uuids().map(str),
    clock=st.sampled_from(["", *CLOCKS]),
    watched=st.booleans(),
    words=st.sampled_from(["", "giá điện", "a&b=c?d #1 %"]),
    sort=st.sampled_from(list(SORTS)),
)


def test_it_works() -> None:
    found = read({"state": "new", "owner": "me", "sort": "triage", "words": "  giá   điện "})
    assert found == Filter(state="new", owner="me", sort="triage", words="giá điện")
    assert read(dict(parse_qsl(found.query(page=3)))).page == 3


@given(filters)
def test_what_is_written_is_read_again(given_filter: Filter) -> None:
    assert read(dict(parse_qsl(given_filter.query()))) == given_filter


@given(st.dictionaries(st.sampled_from([*Filter.__slots__, "x"]), st.text(max_size=40)))
def test_any_address_is_a_filter(values: dict[str, str]) -> None:
    found = read(values)
    assert found.page >= 1
    assert set(found.ignored) <= set(values)
    assert "\x00" not in found.words
    for name in found.ignored:
        assert not getattr(found, name) or name in ("page", "sort")


def test_nonsense_is_named() -> None:
    found = read({"state": "gone", "sort": "luck", "page": "-1", "owner": "who", "topic": "health"})
    assert set(found.ignored) == {"state", "sort", "page", "owner"}
    assert (found.topic, found.sort, found.page) == ("health", "due", 1)
    assert Filter().is_plain
    assert not found.is_plain
