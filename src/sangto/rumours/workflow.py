"""What may happen to a rumour, and from where. Pure.

Who may is said by the permission beside each verb, and why it happens by its words.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sangto.lib.codes import RumourState
from sangto.lib.said import Words

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
    # Why it happens, and so who may.
    why: Words


TRANSITIONS: Final[dict[str, Transition]] = {
    "triage": Transition(
        frozenset({S.NEW}),
        S.TRIAGED,
        "rumours.work",
        Words(
            "Biên tập viên hoặc phụ trách đã đọc: đây là một nhận định, thuộc chủ đề này.",
            "An editor or the lead has looked: it is a claim, of this topic.",
        ),
    ),
    "investigate": Transition(
        frozenset({S.NEW, S.TRIAGED}),
        S.INVESTIGATING,
        "rumours.work",
        Words("Biên tập viên hoặc phụ trách đã nhận làm.", "An editor or the lead has taken it on."),
    ),
    "send_to_review": Transition(
        frozenset({S.NEW, S.TRIAGED, S.INVESTIGATING}),
        S.IN_REVIEW,
        "articles.write",
        Words("Người viết gửi bài cho người thứ hai đọc.", "The writer sends the article to a second person."),
    ),
    "back_to_work": Transition(
        frozenset({S.IN_REVIEW}),
        S.INVESTIGATING,
        "articles.review",
        Words("Người duyệt muốn sửa.", "The reviewer wants changes."),
    ),
    "answer": Transition(
        frozenset({S.IN_REVIEW, S.ANSWERED}),
        S.ANSWERED,
        "articles.publish",
        Words("Bài đã được duyệt và công bố.", "The article was approved and is out."),
    ),
    "close": Transition(
        OPEN,
        S.CLOSED,
        "rumours.work",
        Words(
            "Không có gì để kết luận đúng sai: ý kiến, chuyện riêng, thiếu bằng chứng.",
            "There is no verdict to give: an opinion, a private matter, too little evidence.",
        ),
    ),
    "merge": Transition(
        OPEN,
        S.MERGED,
        "rumours.work",
        Words("Cùng nhận định với một tin đồn khác.", "It makes the same claim as another rumour."),
    ),
    "reopen": Transition(
        frozenset({S.CLOSED, S.ANSWERED}),
        S.INVESTIGATING,
        "rumours.work",
        Words("Có dữ kiện mới.", "There are new facts."),
    ),
}


@dataclass(frozen=True, slots=True)
class Allowed:
    """Whether a verb may be said now by someone with these permissions, and if not, why not."""

    verb: str
    ok: bool
    why: Words


def allowed(state: str, perms: Collection[str]) -> tuple[Allowed, ...]:
    """Every verb, in the order of the table: those that fit with their reason, the others with what stands against."""
    return tuple(_allowed(verb, transition, state, perms) for verb, transition in TRANSITIONS.items())


def _allowed(verb: str, transition: Transition, state: str, perms: Collection[str]) -> Allowed:
    if state not in transition.source:
        here = RumourState(state)
        return Allowed(
            verb, False, Words(f"Không hợp với trạng thái “{here.vi}”.", f"It does not fit the state “{here.en}”.")
        )
    if transition.perm not in perms:
        return Allowed(verb, False, Words("Vai trò của bạn không có quyền này.", "Your role may not do this."))
    return Allowed(verb, True, transition.why)


def after(state: str, verb: str) -> RumourState:
    """The state after the verb; NotNow where it does not fit."""
    transition = TRANSITIONS[verb]
    if state not in transition.source:
        raise NotNow(verb, state)
    return transition.target


def verbs_from(state: str) -> tuple[str, ...]:
    """What may be done now."""
    return tuple(verb for verb, transition in TRANSITIONS.items() if state in transition.source)
