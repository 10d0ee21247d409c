"""Where the answer to a question of the press stands, and what may happen to it. Pure.

One person words it, another approves exactly that wording; whoever speaks says it. A changed wording is a new one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from sangto.lib.codes import EnquiryState
from sangto.lib.said import Words

S = EnquiryState


class NotNow(ValueError):
    """The verb does not fit the state."""


@dataclass(frozen=True, slots=True)
class Step:
    """From any of these states to that one, for those who have the permission."""

    source: frozenset[EnquiryState]
    target: EnquiryState
    perm: str
    why: Words


STEPS: Final[dict[str, Step]] = {
    "word": Step(
        frozenset({S.OPEN, S.WORDED, S.APPROVED}),
        S.WORDED,
        "rumours.work",
        Words("Đã soạn lời, chờ người khác duyệt.", "Worded; another person approves it."),
    ),
    "approve": Step(
        frozenset({S.WORDED}),
        S.APPROVED,
        "press.approve",
        Words("Người khác đã duyệt đúng lời này.", "Another person approved exactly this wording."),
    ),
    "send_back": Step(
        frozenset({S.WORDED, S.APPROVED}),
        S.OPEN,
        "press.approve",
        Words("Người duyệt muốn lời khác.", "The approver wants another wording."),
    ),
    "answer": Step(
        frozenset({S.APPROVED}),
        S.ANSWERED,
        "rumours.work",
        Words("Người phát ngôn đã trả lời bằng lời đã duyệt.", "The spokesperson answered in the approved words."),
    ),
    "decline": Step(
        frozenset({S.OPEN, S.WORDED, S.APPROVED}),
        S.DECLINED,
        "rumours.work",
        Words("Không trả lời, có lý do.", "No answer is given, for a reason."),
    ),
}


def after(state: str, verb: str) -> EnquiryState:
    """The state after the verb. Raises NotNow where it does not fit."""
    step = STEPS[verb]
    if state not in step.source:
        raise NotNow(f"{verb} does not fit the state {state}")
    return step.target


def verbs_from(state: str) -> tuple[str, ...]:
    return tuple(verb for verb, step in STEPS.items() if state in step.source)


def digest(wording: str) -> str:
    """What an approval is bound to."""
    return hashlib.sha256(wording.encode()).hexdigest()
