"""What pages and other rooms receive from publishing. Everything here is frozen."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sangto.intake.types import TipText
from sangto.network.types import DeskInfo, PublisherInfo
from sangto.rumours.types import ExhibitInfo


@dataclass(frozen=True, slots=True)
class TextFields:
    """The text of one version in one language."""

    title: str = ""
    claim: str = ""
    short_answer: str = ""
    why: str = ""
    known: str = ""
    how_checked: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an editor sends: all of it, so that two people's work can be compared."""

    verdict: str
    texts: Mapping[str, TextFields]


@dataclass(frozen=True, slots=True)
class Saved:
    """After a save: which version holds it, and the number to send with the next save."""

    version_id: uuid.UUID
    number: int
    edit_number: int


@dataclass(frozen=True, slots=True)
class CorrectionInput:
    """The public words about a change; both languages are required."""

    kind: str
    text_vi: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words in a comparison: `kind` is "same", "added" or "removed"."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in one language that is not the same in two texts."""

    lang: str
    field: str
    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One line of a change log."""

    at: datetime
    kind: str
    text: str
    slug: str = ""
    title: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """An article as readers see it, in the language they read or, where that has no text yet, in the other."""

    id: uuid.UUID
    slug: str
    state: str
    version: int
    page_lang: str
    text_lang: str
    languages: tuple[str, ...]
    title: str
    claim: str
    claim_short: str
    short_answer: str
    why: str
    known: str
    how_checked: str
    verdict: str
    verdict_definition: str
    verdict_step: int | None
    verdict_steps: int
    topic: str
    speaker_kind: str
    speaker_office: str
    exhibits: tuple[ExhibitInfo, ...]
    written_by: tuple[str, ...]
    reviewed_by: tuple[str, ...]
    involves_publisher: bool
    not_involved_reason: str
    first_published_at: datetime | None
    published_at: datetime | None
    changes: tuple[ChangeLine, ...]
    retraction: ChangeLine | None
    publisher: PublisherInfo
    path: str
    paths: Mapping[str, str]

    @property
    def in_other_language(self) -> bool:
        return self.page_lang != self.text_lang


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One published answer in a list."""

    id: uuid.UUID
    slug: str
    url: str
    text_lang: str
    title: str
    claim: str
    short_answer: str
    verdict: str
    topic: str
    state: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class AnswerList:
    """One page of the list of answers."""

    answers: tuple[AnswerLine, ...]
    page: int
    pages: int
    total: int
    topic: str = ""
    verdict: str = ""
    text: str = ""
    # Found by meaning (True) or by the words as typed.
    by_meaning: bool = False
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """One page of the public log of changes."""

    changes: tuple[ChangeLine, ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class VerdictMeaning:
    """A verdict with its definition, for the page on how we work."""

    verdict: str
    definition: str
    step: int | None
    steps: int


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """The article of one rumour, in short."""

    id: uuid.UUID
    rumour_id: uuid.UUID
    slug: str
    state: str
    version_id: uuid.UUID
    version: int
    submitted: bool
    # The newest version is what readers see.
    version_public: bool


@dataclass(frozen=True, slots=True)
class EditorPage:
    """What the editor needs: the newest version and what it stands on."""

    desk: DeskInfo
    rumour_id: uuid.UUID
    number: int
    rumour_state: str
    claim_vi: str
    claim_en: str
    headline: str
    involves_publisher: bool
    tips: tuple[TipText, ...]
    exhibits: tuple[ExhibitInfo, ...]
    article_id: uuid.UUID | None
    article_state: str
    version: int
    edit_number: int
    submitted: bool
    draft: Draft
    editors: tuple[str, ...]
    missing: tuple[str, ...]
    verdicts: tuple[VerdictMeaning, ...]
    comments: tuple[ReviewLine, ...]
    public_path: str
    may_write: bool


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One person's word on a version."""

    name: str
    decision: str
    comment: str
    outside_desk: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One line of the reviewer's checklist."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A version as its readers will see it, and who may do what with it."""

    desk: DeskInfo
    rumour_id: uuid.UUID
    number: int
    article_id: uuid.UUID
    version_id: uuid.UUID
    version: int
    submitted: bool
    published: bool
    previews: tuple[ArticlePage, ...]
    differences: tuple[Difference, ...]
    compared_with: int | None
    editors: tuple[str, ...]
    reviews: tuple[ReviewLine, ...]
    approvals: int
    approvals_needed: int
    checklist: tuple[CheckItem, ...]
    against_review: tuple[str, ...]
    against_publishing: tuple[str, ...]
    is_second_publication: bool
    correction_kinds: tuple[str, ...]
    public_path: str
    inside: bool

    @property
    def may_review(self) -> bool:
        return not self.against_review

    @property
    def may_publish(self) -> bool:
        return not self.against_publishing


@dataclass(frozen=True, slots=True)
class WaitingReview:
    """A version of another desk that waits for a word from outside."""

    version_id: uuid.UUID
    page: ArticlePage


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One article in a feed: words for people, an id that never changes."""

    id: uuid.UUID
    lang: str
    path: str
    title: str
    text: str
    published_at: datetime
    updated_at: datetime
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed in one language."""

    lang: str
    title: str
    subtitle: str
    author: str
    home_url: str
    feed_url: str
    id: str
    updated_at: datetime
    entries: tuple[FeedEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """One page with its address in each language."""

    paths: Mapping[str, str]
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PublicState:
    """Changes whenever anything public of this room changes: for ETag and Last-Modified."""

    publications: int
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What decides whether a person may review or publish a version."""

    desk_kind: str
    submitted: bool
    published: bool
    newest: bool
    verdict: str
    involves_publisher: bool
    rumour_involves_publisher: bool
    editors: frozenset[uuid.UUID]
    # (reviewer, decision, outside the desk)
    reviews: tuple[tuple[uuid.UUID, str, bool], ...] = field(default_factory=tuple)
    independent_exhibits: int = 0

    @property
    def approvals(self) -> int:
        return sum(1 for _person, decision, _outside in self.reviews if decision == "approve")
