from __future__ import annotations

import pytest

from sangto.lib.codes import RumourState
from sangto.rumours import workflow
from sangto.rumours.workflow import NotNow, after, verbs_from


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
