"""What intake announces to the rooms above, inside its transaction."""

from __future__ import annotations

from django.dispatch import Signal

# Sent with tip_id, desk, text and lang: nothing published answers this message.
tip_unanswered = Signal()
# Sent with tip_id, document_id, confirmed: the asker said whether the suggestion was it.
reply_settled = Signal()
# Sent with tip_ids: their texts were taken away after twelve months; copies elsewhere must go too.
tip_texts_removed = Signal()
