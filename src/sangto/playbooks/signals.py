"""What playbooks announce to the rooms above, inside the transaction."""

from __future__ import annotations

from django.dispatch import Signal

# Sent with run_id, subject_kind, subject_id, desk (DeskInfo), viewer: somebody began to walk a playbook.
run_started = Signal()
# Sent with run_id, choice_id, step, option, subject_kind, subject_id, desk, viewer: one more way was taken. `viewer`
# is None where a rule decided or a wait was over.
choice_made = Signal()
# Sent with run_id, subject_kind, subject_id, desk, viewer: the walk goes on by a newer version.
run_moved = Signal()
# Sent with run_id, subject_kind, subject_id, outcome, desk, viewer (None: by the clock): over. `outcome` is a code of
# tree.Outcome, "close:<closing reason>", or "restarted".
run_ended = Signal()
