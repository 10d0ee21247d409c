"""Writes about rumours. Each is one transaction: rows, log entry, event; the board's hint follows the commit."""

from sangto.rumours.services.answer_press import (
    approve_answer,
    decline_enquiry,
    mark_press_answered,
    note_enquiry,
    send_back,
    word_answer,
)
from sangto.rumours.services.ask_expert import answer_request, ask_expert, withdraw_request
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
from sangto.rumours.services.hand_work_over import hand_work_over
from sangto.rumours.services.judge_proposal import judge_proposal
from sangto.rumours.services.link_rumours import link_rumours, unlink_rumours
from sangto.rumours.services.open_rumour import forget_texts, join_tip, open_rumour, take_tip
from sangto.rumours.services.run_clock import pause_clock, resume_clock, tick_clocks
from sangto.rumours.services.save_view import drop_view, save_view
from sangto.rumours.services.split_rumour import split_rumour
from sangto.rumours.services.triage_rumour import clear_priority, judge_triage, refresh_triage, set_priority
from sangto.rumours.services.work_rumour import (
    add_exhibit,
    add_task,
    finish_task,
    remove_exhibit,
    reopen_task,
    state_claim,
    take_ownership,
)
from sangto.rumours.services.write_note import mark_seen, unwatch, watch, write_note

__all__ = [
    "add_exhibit",
    "add_task",
    "answer_request",
    "approve_answer",
    "ask_expert",
    "back_to_work",
    "board_stream",
    "clear_priority",
    "close",
    "decline_enquiry",
    "drop_view",
    "finish_task",
    "forget_texts",
    "hand_work_over",
    "join_tip",
    "judge_proposal",
    "judge_triage",
    "link_rumours",
    "mark_answered",
    "mark_press_answered",
    "mark_seen",
    "merge",
    "note_enquiry",
    "open_rumour",
    "pause_clock",
    "refresh_triage",
    "remove_exhibit",
    "reopen",
    "reopen_task",
    "resume_clock",
    "save_view",
    "send_back",
    "send_to_review",
    "set_priority",
    "split_rumour",
    "state_claim",
    "take_ownership",
    "take_tip",
    "tell_askers",
    "tick_clocks",
    "unlink_rumours",
    "unwatch",
    "watch",
    "withdraw_request",
    "word_answer",
    "write_note",
]
