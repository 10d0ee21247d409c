"""Writes about rumours. Each is one transaction: rows, log entry, event; the board's hint follows the commit."""

from sangto.rumours.services.common import board_stream
from sangto.rumours.services.end_rumour import (
    back_to_work,
    close,
    mark_answered,
    merge,
    reopen,
    send_to_review,
    tell_askers,
)
from sangto.rumours.services.judge_proposal import judge_proposal
from sangto.rumours.services.open_rumour import forget_texts, join_tip, open_rumour, take_tip
from sangto.rumours.services.work_rumour import (
    add_exhibit,
    add_task,
    finish_task,
    remove_exhibit,
    state_claim,
    take_ownership,
)

__all__ = [
    "add_exhibit",
    "add_task",
    "back_to_work",
    "board_stream",
    "close",
    "finish_task",
    "forget_texts",
    "join_tip",
    "judge_proposal",
    "mark_answered",
    "merge",
    "open_rumour",
    "remove_exhibit",
    "reopen",
    "send_to_review",
    "state_claim",
    "take_ownership",
    "take_tip",
    "tell_askers",
]
