"""What intake hands to pages, programs and the rooms above."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sangto.catalogue.types import DocumentInfo

TEXT_MAX = 20_000


class BadTip(ValueError):
    """The message cannot be taken; the text says why in the reader's language."""

    code = "bad"


class EmptyTip(BadTip):
    code = "empty"


class TipTooLong(BadTip):
    code = "too_long"


class NotText(BadTip):
    code = "not_text"


class BadAddress(BadTip):
    code = "bad_address"


class UnknownTip(LookupError):
    """No tip has this link."""


class NotAProposal(LookupError):
    """There is no such proposal of the machine, or nobody can judge it any more."""


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """One answer or suggestion as its asker sees it; `why` and `differences` are sentences in their language."""

    document: DocumentInfo
    probability: float | None
    decision: str
    confirmed: bool | None
    why: tuple[str, ...]
    differences: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class TipPage:
    """What the private link shows."""

    id: uuid.UUID
    token: str
    text: str
    lang: str
    state: str
    received_at: datetime
    answers: tuple[AnswerShown, ...]
    closing_reason: str
    has_contact: bool
    settled: bool


@dataclass(frozen=True, slots=True)
class Received:
    """A message was taken: its private link's token and what was found at once."""

    page: TipPage
    decision: str
    took_ms: float
    behind: int


@dataclass(frozen=True, slots=True)
class TipText:
    id: uuid.UUID
    text: str
    lang: str
    at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class ProposalShown:
    """One answer that the machine gave or suggested, and the asker's and an editor's word on it."""

    id: uuid.UUID
    desk_id: uuid.UUID
    tip_id: uuid.UUID
    document: DocumentInfo
    decision: str
    probability: float | None
    confirmed: bool | None
    judged: bool | None
    differences: tuple[Mapping[str, str], ...]
