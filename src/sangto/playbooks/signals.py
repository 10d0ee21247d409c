"""What playbooks announce to the rooms above, inside the transaction."""

from __future__ import annotations

from django.dispatch import Signal

# Sent with run_id, subject_kind, subject_id, desk (DeskInfo), viewer: somebody began to walk a playbook.
run_started = Signal()
# Sent with run_id, choice_id, step, option, subject_kind, subject_id, desk, viewer: one more answer was recorded.
choice_made = Signal()
# Sent with run_id, subject_kind, subject_id, outcome, desk, viewer: the walk is over. `outcome` is a code of
# tree.Outcome, "close:<closing reason>", or "restarted".
run_ended = Signal()
