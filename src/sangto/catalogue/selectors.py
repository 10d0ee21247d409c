"""Reads of the catalogue."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sangto.audit.selectors import head
from sangto.catalogue.models import Document, IndexBuild
from sangto.catalogue.types import DocumentInfo, EvidenceLine, IndexState


def _info(row: Document) -> DocumentInfo:
    return DocumentInfo(
        id=row.id,
        kind=row.kind,
        object_id=row.object_id,
        desk_id=row.desk_id,
        lang=row.lang,
        url=row.url,
        claim=row.claim,
        title=row.title,
        short_answer=row.short_answer,
        verdict=row.verdict,
        topic=row.topic,
        version=row.version,
        evidence=tuple(EvidenceLine(**line) for line in row.evidence),
        withdrawn_at=row.withdrawn_at,
    )


def documents(ids: Collection[UUID]) -> dict[UUID, DocumentInfo]:
    """The documents with these ids, withdrawn ones too (a reply must stay readable)."""
    return {row.id: _info(row) for row in Document.objects.filter(id__in=ids)}


def document(document_id: UUID) -> DocumentInfo | None:
    row = Document.objects.filter(id=document_id).first()
    return _info(row) if row else None


def document_of(object_id: UUID, lang: str, *, kind: str = "answer") -> DocumentInfo | None:
    """The object's document in this language, else in any other."""
    rows = list(Document.objects.filter(kind=kind, object_id=object_id, withdrawn_at=None))
    rows.sort(key=lambda row: row.lang != lang)
    return _info(rows[0]) if rows else None


def documents_of(object_ids: Collection[UUID], *, kind: str) -> dict[UUID, list[DocumentInfo]]:
    """What stands for these objects, in every language."""
    found: dict[UUID, list[DocumentInfo]] = {}
    for row in Document.objects.filter(kind=kind, object_id__in=object_ids, withdrawn_at=None):
        found.setdefault(row.object_id, []).append(_info(row))
    return found


def index_states() -> list[IndexState]:
    """Each index of each host, and how many events it has not seen yet."""
    last = head()
    return [
        IndexState(
            name=f"{build.host}/{build.name}",
            position=build.position,
            documents=build.documents,
            behind=max(0, last - build.position),
        )
        for build in IndexBuild.objects.order_by("host", "name")
    ]
