"""What the shared pieces of a page receive. A room fills these (or any object with the same names)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """For `ui/_answer_card.html`: a published answer, in short."""

    url: str
    claim: str
    verdict: str
    short_answer: str = ""
    title: str = ""
    published_at: datetime | None = None
    topic: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceCard:
    """For `ui/_evidence.html`: what a source says, where and when."""

    title: str
    url: str = ""
    organisation: str = ""
    passage: str = ""
    passage_lang: str = ""
    translation: str = ""
    published_on: date | None = None
    opened_on: date | None = None
    stance: str = ""
    quality: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class LogLine:
    """For `ui/_log.html`: one thing that somebody did. `what` is already in the reader's language."""

    at: datetime
    who: str
    what: str
    detail: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class TreeNode:
    """For `ui/_tree.html`: one step of a decision tree, as nested list."""

    text: str
    kind: str = ""
    taken: bool = False
    here: bool = False
    answer: str = ""
    children: Sequence[TreeNode] = field(default_factory=tuple)
