"""What may happen to a rumour, and from where. Pure.

Who may is said by the permission beside each verb; why is said by the text that a refusal shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sangto.lib.codes import RumourState

S = RumourState
OPEN: Final = frozenset({S.NEW, S.TRIAGED, S.INVESTIGATING, S.IN_REVIEW})


class NotNow(ValueError):
    """The verb does not fit the state. `verb` and `state` name them; nothing was changed."""

    def __init__(self, verb: str, state: str) -> None:
        super().__init__(f"{verb} does not fit the state {state}")
        self.verb = verb
        self.state = state


@dataclass(frozen=True, slots=True)
class Transition:
    """From any of these states to that one, for those who have the permission."""

    source: frozenset[RumourState]
    target: RumourState
    perm: str


TRANSITIONS: Final[dict[str, Transition]] = {
    # Someone looked: it is a claim, of this topic, this urgent.
    "triage": Transition(frozenset({S.NEW}), S.TRIAGED, "rumours.work"),
    # Someone took it on.
    "investigate": Transition(frozenset({S.NEW, S.TRIAGED}), S.INVESTIGATING, "rumours.work"),
    # An article version waits for a second person.
    "send_to_review": Transition(frozenset({S.NEW, S.TRIAGED, S.INVESTIGATING}), S.IN_REVIEW, "articles.write"),
    # The second person wants changes.
    "back_to_work": Transition(frozenset({S.IN_REVIEW}), S.INVESTIGATING, "articles.review"),
    # The article is out.
    "answer": Transition(frozenset({S.IN_REVIEW, S.ANSWERED}), S.ANSWERED, "articles.publish"),
    # No verdict: an opinion, a private matter, …
    "close": Transition(OPEN, S.CLOSED, "rumours.work"),
    # The same claim as another rumour.
    "merge": Transition(OPEN, S.MERGED, "rumours.work"),
    # New facts.
    "reopen": Transition(frozenset({S.CLOSED, S.ANSWERED}), S.INVESTIGATING, "rumours.work"),
}


def after(state: str, verb: str) -> RumourState:
    """The state after the verb; NotNow where it does not fit."""
    transition = TRANSITIONS[verb]
    if state not in transition.source:
        raise NotNow(verb, state)
    return transition.target


def verbs_from(state: str) -> tuple[str, ...]:
    """What may be done now."""
    return tuple(verb for verb, transition in TRANSITIONS.items() if state in transition.source)
