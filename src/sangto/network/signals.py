"""What happened to people and their duty, announced inside the transaction: a receiver that writes is part of it.

Ids are `uuid.UUID`; `desk_ids` are the desks, live or drill, at which the person held a role at that moment.
"""

from __future__ import annotations

from django.dispatch import Signal

# person_id, desk_ids: frozenset[UUID], until: datetime | None, reason: SuspensionReason value. Sent before the account
# rests; the hand-overs of each desk follow as `work_handed_over`.
person_suspended = Signal()
# person_id, desk_ids. The suspension was lifted or came to its end.
person_returned = Signal()
# person_id, desk_ids. Sent before roles are taken back: at one desk (a set of one) or, with the account, at all.
person_leaving = Signal()
# from_id, to_id: UUID | None, desk_id. Everything open that `from_id` holds at the desk now belongs to `to_id`; with
# None it returns to the pool and nobody holds it.
work_handed_over = Signal()
# desk_id. A shift, swap or leave changed who is, or will be, on duty there.
duty_changed = Signal()
# agreement_id, collaborator_id, desk_id, due_on: date. Sent once, when the yearly review of an agreement draws near.
charter_review_due = Signal()
