"""What rumours do when a lower room announces something. They run inside the sender's transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sangto.network.types import DeskInfo
from sangto.rumours import services


def on_tip_unanswered(*, tip_id: UUID, desk: DeskInfo, text: str, lang: str, **_more: Any) -> None:
    services.take_tip(tip_id=tip_id, desk=desk, text=text, lang=lang)


def on_tip_texts_removed(*, tip_ids: list[UUID], **_more: Any) -> None:
    services.forget_texts(tip_ids=tip_ids)


def on_work_handed_over(*, from_id: UUID, to_id: UUID | None, desk_id: UUID, **_more: Any) -> None:
    services.hand_work_over(from_id=from_id, to_id=to_id, desk_id=desk_id)
