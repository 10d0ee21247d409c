"""Taking messages in, settling what the machine proposed for them, and telling those who sent them."""

from sangto.intake.services.answer_tips import answer_tips, close_tips, remove_old_texts, reopen_tips
from sangto.intake.services.receive_tip import leave_contact, receive_tip
from sangto.intake.services.settle_reply import join_unsettled, judge, settle

__all__ = [
    "answer_tips",
    "close_tips",
    "join_unsettled",
    "judge",
    "leave_contact",
    "receive_tip",
    "remove_old_texts",
    "reopen_tips",
    "settle",
]
