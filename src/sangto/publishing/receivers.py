"""What publishing does when a lower room announces something. They run inside the sender's transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sangto.publishing import services


def on_tip_texts_removed(*, tip_ids: list[UUID], **_more: Any) -> None:
    """Texts of tips were taken away after twelve months: what search kept of them goes too."""
    services.forget_tips(tip_ids=tip_ids)
