"""Writes of the catalogue: what can be matched. The index follows by the event feed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from sangto.audit.services import announce
from sangto.audit.types import EventRow
from sangto.catalogue.models import Document
from sangto.catalogue.types import EvidenceLine
from sangto.lib.codes import DocumentKind
from sangto.network.types import DeskInfo

DOCUMENT_PUT = "document_put"
DOCUMENT_WITHDRAWN = "document_withdrawn"
DOCUMENT_EVENTS = (DOCUMENT_PUT, DOCUMENT_WITHDRAWN)
# An open rumour can have thousands of tips; the first wordings say nearly all that later ones say.
WORDINGS_MAX = 40


def concerns(event: EventRow, desk_kind: str, kind: str) -> bool:
    """Whether the event changes the index of these documents."""
    return event.desk_kind == desk_kind and event.data.get("kind") == kind


def put_document(
    *,
    desk: DeskInfo,
    kind: str,
    object_id: UUID,
    lang: str,
    url: str,
    claim: str,
    version: int,
    title: str = "",
    short_answer: str = "",
    verdict: str = "",
    topic: str = "",
    wordings: Sequence[str] = (),
    evidence: Sequence[EvidenceLine] = (),
) -> UUID:
    """Make the object findable in this language, or replace what stood there; its id stays the same for ever."""
    with transaction.atomic():
        document, _made = Document.objects.update_or_create(
            kind=kind,
            object_id=object_id,
            lang=lang,
            defaults={
                "desk_id": desk.id,
                "desk_kind": desk.kind,
                "url": url,
                "claim": claim,
                "title": title,
                "short_answer": short_answer,
                "verdict": verdict,
                "topic": topic,
                "wordings": list(wordings)[:WORDINGS_MAX],
                "evidence": [
                    {"title": line.title, "url": line.url, "passage": line.passage, "date": line.date}
                    for line in evidence
                ],
                "version": version,
                "put_at": timezone.now(),
                "withdrawn_at": None,
            },
        )
        announce(
            kind=DOCUMENT_PUT,
            object_id=object_id,
            desk_id=desk.id,
            desk_kind=desk.kind,
            data={"kind": kind, "lang": lang, "version": version},
        )
    return document.id


def withdraw_document(*, kind: str, object_id: UUID) -> int:
    """Take the object out of search in every language; returns how many documents were withdrawn.

    An answer's row stays, because replies point at it. An open rumour's row goes: it holds what people wrote.
    """
    with transaction.atomic():
        standing = Document.objects.select_for_update().filter(kind=kind, object_id=object_id, withdrawn_at=None)
        rows = list(standing.values_list("desk_id", "desk_kind"))
        if not rows:
            return 0
        if kind == DocumentKind.OPEN:
            standing.delete()
        else:
            standing.update(withdrawn_at=timezone.now())
        desk_id, desk_kind = rows[0]
        announce(
            kind=DOCUMENT_WITHDRAWN, object_id=object_id, desk_id=desk_id, desk_kind=desk_kind, data={"kind": kind}
        )
    return len(rows)
