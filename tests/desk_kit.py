"""What tests of the upper rooms share: a desk with published answers in its index, without the whole way there."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

from pytest_django import Settings

import cast
from sangto.catalogue import engine, indexer
from sangto.catalogue.services import put_document
from sangto.catalogue.types import EvidenceLine
from sangto.lib.ids import uuid7
from sangto.network.types import DeskInfo


@dataclass(frozen=True)
class Answered:
    """One published answer: its documents by language."""

    object_id: uuid.UUID
    documents: dict[str, uuid.UUID]


def use_folder(settings: Settings, folder: Path) -> None:
    """Keep this test's index and keys in a folder of its own."""
    settings.DATA_DIR = folder
    engine.forget_readers()


def answer(desk: DeskInfo, *, slug: str, vi: str, en: str, verdict: str = "false") -> Answered:
    object_id = uuid7()
    line = EvidenceLine(
        title="Tổ chức Y tế Thế giới", url="https://who.example/1", passage="No evidence.", date="2020-03-01"
    )
    documents = {
        lang: put_document(
            desk=desk,
            kind="answer",
            object_id=object_id,
            lang=lang,
            url=f"/{lang}/a/{slug}/",
            claim=claim,
            title=claim,
            short_answer=f"{claim} — {verdict}.",
            verdict=verdict,
            topic="health",
            evidence=[line],
            version=1,
        )
        for lang, claim in (("vi", vi), ("en", en))
    }
    return Answered(object_id=object_id, documents=documents)


def two_answers(desk: DeskInfo) -> tuple[Answered, Answered]:
    """Lemon water and the bank's link; findable at once."""
    lemon = answer(
        desk,
        slug="nuoc-chanh",
        vi="Uống nước chanh nóng chữa khỏi bệnh ung thư",
        en="Drinking hot lemon water cures cancer",
    )
    bank = answer(
        desk,
        slug="sinh-trac-hoc",
        vi="Ngân hàng nhắn tin yêu cầu bấm liên kết để cập nhật sinh trắc học",
        en="Banks send messages asking customers to renew biometrics by a link",
    )
    index_now()
    return lemon, bank


def index_now() -> None:
    """What the worker does by the event feed, done in this transaction."""
    indexer.rebuild()


__all__ = ["Answered", "answer", "cast", "index_now", "two_answers", "use_folder"]
