"""What other rooms see of documents and of a search."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One line of evidence as readers see it."""

    title: str
    url: str
    passage: str
    date: str


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    id: uuid.UUID
    kind: str
    object_id: uuid.UUID
    desk_id: uuid.UUID
    lang: str
    url: str
    claim: str
    title: str
    short_answer: str
    verdict: str
    topic: str
    version: int
    evidence: tuple[EvidenceLine, ...]
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class DocumentHit:
    """One document that a message may be about, and why; reasons and differences are plain values by code."""

    document: DocumentInfo
    probability: float
    reasons: tuple[Mapping[str, object], ...]
    differences: tuple[Mapping[str, object], ...]
    copy: bool


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`behind` counts the events that the index had not seen yet when it answered."""

    decision: str
    hits: tuple[DocumentHit, ...]
    position: int
    behind: int
    took_ms: float


@dataclass(frozen=True, slots=True)
class IndexState:
    name: str
    position: int
    documents: int
    behind: int
