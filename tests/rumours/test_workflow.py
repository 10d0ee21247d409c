from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangto.lib.codes import RumourState
from sangto.network.rules import PERMS
from sangto.rumours import workflow
from sangto.rumours.workflow import NotNow, after, allowed, verbs_from


def test_it_works() -> None:
    assert after("new", "triage") == RumourState.TRIAGED
    assert after("in_review", "answer") == RumourState.ANSWERED
    assert after("closed", "reopen") == RumourState.INVESTIGATING


def test_every_state_is_reached_and_every_open_state_has_a_way_to_an_end() -> None:
    reached = {transition.target for transition in workflow.TRANSITIONS.values()} | {RumourState.NEW}
    assert reached == set(RumourState)
    for state in workflow.OPEN:
        assert {"close", "merge"} <= set(verbs_from(state))


def test_merged_is_final() -> None:
    assert verbs_from("merged") == ()


@pytest.mark.parametrize(
    ("state", "verb"), [("merged", "reopen"), ("new", "answer"), ("answered", "close"), ("closed", "triage")]
)
def test_a_verb_that_does_not_fit_says_so(state: str, verb: str) -> None:
    with pytest.raises(NotNow) as refused:
        after(state, verb)
    assert refused.value.state == state


verbs = st.sampled_from([*workflow.TRANSITIONS, "publish", ""])


@given(st.lists(verbs, max_size=60))
def test_no_sequence_of_verbs_reaches_a_state_that_is_not_named(said: list[str]) -> None:
    """Whatever is tried, in whatever order: it either fits, and leads where the table says, or changes nothing."""
    state = RumourState.NEW
    for verb in said:
        before = state
        try:
            state = after(state, verb)
        except (NotNow, KeyError):
            assert state == before
            assert verb not in verbs_from(state)
            continue
        assert state in RumourState
        assert state == workflow.TRANSITIONS[verb].target
        assert verb in verbs_from(before)
        # What was joined with another is over.
        assert before != RumourState.MERGED
        # Nothing is answered that no second person has seen.
        assert state != RumourState.ANSWERED or before in {RumourState.IN_REVIEW, RumourState.ANSWERED}


@given(st.sampled_from(list(RumourState)), st.frozensets(st.sampled_from(sorted(PERMS))))
def test_each_verb_says_whether_it_may_be_and_why(state: RumourState, perms: frozenset[str]) -> None:
    said = allowed(state, perms)
    assert [one.verb for one in said] == list(workflow.TRANSITIONS)
    for one in said:
        transition = workflow.TRANSITIONS[one.verb]
        assert transition.perm in PERMS
        assert one.ok == (state in transition.source and transition.perm in perms)
        assert one.why.vi
        assert one.why.en
    assert {one.verb for one in said if one.ok} <= set(verbs_from(state))
