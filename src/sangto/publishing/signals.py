"""What happened here, for rooms further up. Sent inside the transaction."""

from __future__ import annotations

from django.dispatch import Signal

# article_id: UUID, desk: DeskInfo, version: int
article_published = Signal()
# article_id: UUID, desk: DeskInfo, version: int, kind: CorrectionKind
article_corrected = Signal()
# article_id: UUID, desk: DeskInfo, version: int
article_retracted = Signal()
