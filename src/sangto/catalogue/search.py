"""One question to the index: which document is this message about?"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sangto.audit.selectors import events_after
from sangto.catalogue import engine
from sangto.catalogue.selectors import bar_of, documents_of
from sangto.catalogue.services import DOCUMENT_EVENTS, concerns
from sangto.catalogue.types import DocumentHit, DocumentInfo, SearchResult
from sangto.matching.types import Decision, Hit
from sangto.network.types import DeskInfo

# Asked beyond `top`, because hits of other desks are left out afterwards.
SPARE = 15
# Counted no further than this: "at least 100 behind" is all a page needs.
BEHIND_MAX = 100


def search(*, desk: DeskInfo, text: str, lang: str | None, kind: str = "answer", top: int = 5) -> SearchResult:
    """The documents that the message may be about, best first, each in the asker's language where it has one.

    Answers of every live desk are found by all (one publisher); open rumours and drill documents only by their desk.
    How sure the machine must be to answer is the asking desk's own (`bar_of`).
    """
    matcher = engine.reader(engine.index_name(desk.kind, kind))
    if matcher is None:
        return SearchResult(
            decision=Decision.NONE,
            hits=(),
            position=0,
            behind=_behind(0, desk.kind, kind),
            took_ms=0.0,
            engine=engine.mark(),
        )
    bar = bar_of(desk)
    match = matcher.match(text, lang=lang, top=top + SPARE, careful=bar.careful, answer_at=bar.answer_at)
    position = matcher.index.position
    found = documents_of([UUID(hit.id) for hit in match.hits], kind=kind)
    shared = desk.kind == "live" and kind == "answer"
    hits: list[DocumentHit] = []
    for hit in match.hits:
        rows = [row for row in found.get(UUID(hit.id), []) if shared or row.desk_id == desk.id]
        if rows:
            # What was answered was not stopped; of what was suggested the first alone is asked about openly.
            suggested = hit is match.hits[0] and match.decision is Decision.SUGGEST
            blocked = bool(hit.differences) or (suggested and match.asks)
            hits.append(_hit(hit, _in_language(rows, lang), blocked=blocked))
    decision = match.decision
    if not hits:
        decision = Decision.NONE
    elif match.hits and hits[0].document.object_id != UUID(match.hits[0].id) and decision is Decision.ANSWER:
        # The engine was sure of a document that this desk may not see, or that was withdrawn since.
        decision = Decision.SUGGEST
    return SearchResult(
        decision=decision,
        hits=tuple(hits[:top]),
        position=position,
        behind=_behind(position, desk.kind, kind),
        took_ms=match.took_ms,
        engine=engine.mark(),
    )


def _behind(position: int, desk_kind: str, kind: str) -> int:
    events = events_after(position, kinds=DOCUMENT_EVENTS, limit=BEHIND_MAX)
    return sum(1 for event in events if concerns(event, desk_kind, kind))


def _in_language(rows: list[DocumentInfo], lang: str | None) -> DocumentInfo:
    return min(rows, key=lambda row: (row.lang != lang, row.lang != "vi"))


def _hit(hit: Hit, document: DocumentInfo, *, blocked: bool) -> DocumentHit:
    reasons: tuple[Mapping[str, object], ...] = tuple({"code": one.code, **one.values} for one in hit.reasons)
    differences: tuple[Mapping[str, object], ...] = tuple(
        {"kind": one.kind, "yours": one.yours, "article": one.article} for one in hit.differences
    )
    return DocumentHit(
        document=document,
        probability=hit.probability,
        reasons=reasons,
        differences=differences,
        copy=hit.copy,
        blocked=blocked,
    )
