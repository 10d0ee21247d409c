"""What other rooms see of documents and of a search."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class SaidBy(StrEnum):
    """Who gave a label."""

    ASKER = "asker"
    EDITOR = "editor"


class NothingToApply(ValueError):
    """The desk's labels do not ask for a change."""


class NothingToTakeBack(ValueError):
    """The desk has no tuning that stands."""


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
    """One document that a message may be about, and why; reasons and differences are plain values by code.

    `blocked`: a difference or an open question makes it a suggestion, whatever the probability.
    """

    document: DocumentInfo
    probability: float
    reasons: tuple[Mapping[str, object], ...]
    differences: tuple[Mapping[str, object], ...]
    copy: bool
    blocked: bool


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`behind` counts the events that the index had not seen yet when it answered; `engine` names whose scale it is."""

    decision: str
    hits: tuple[DocumentHit, ...]
    position: int
    behind: int
    took_ms: float
    engine: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the machine proposed for one tip, as it is kept for a label."""

    tip_id: uuid.UUID
    object_id: uuid.UUID
    rank: int
    decision: str
    probability: float
    copy: bool
    blocked: bool
    engine: str


@dataclass(frozen=True, slots=True)
class Bar:
    """How sure the machine must be at a desk: in careful mode only copies are answered.

    Without `answer_at` the threshold is the one that was fitted with the engine.
    """

    careful: bool
    answer_at: float | None


@dataclass(frozen=True, slots=True)
class TuningInfo:
    """One tuning of a desk; `figures` are plain numbers by name."""

    id: uuid.UUID
    number: int
    careful: bool
    answer_at: float | None
    engine: str
    step: str
    figures: Mapping[str, Any]
    was_careful: bool
    by_kind: str
    by_id: uuid.UUID | None
    at: datetime
    taken_back_at: datetime | None


@dataclass(frozen=True, slots=True)
class WrongLabel:
    """What somebody called wrong although the machine was sure: worth a second look."""

    tip_id: uuid.UUID
    said_by: str
    probability: float


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """How many labels of a desk count for the present engine, who gave them, and how many are of an older one."""

    by_asker: int
    by_editor: int
    of_other_engines: int


@dataclass(frozen=True, slots=True)
class IndexState:
    name: str
    position: int
    documents: int
    behind: int
