"""What happened to a rumour, announced inside the transaction."""

from __future__ import annotations

from django.dispatch import Signal

# Each is sent with rumour_id and desk_id.
rumour_opened = Signal()
rumour_changed = Signal()
rumour_answered = Signal()
