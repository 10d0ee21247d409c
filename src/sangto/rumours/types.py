"""What pages and the rooms above see of rumours."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sangto.audit.types import LogRow
from sangto.intake.types import ProposalShown, TipText
from sangto.lib.said import Words
from sangto.playbooks.types import PlaybookInfo, RunInfo
from sangto.rumours.clock import ClockState


class UnknownRumour(LookupError):
    """No such rumour at this desk."""


class UnknownEnquiry(LookupError):
    """No such enquiry at this desk."""


class UnknownProposal(LookupError):
    """The machine made no such proposal at this desk."""


class NotAllowed(PermissionError):
    """The viewer may not do this at this desk."""


class RumourProblem(ValueError):
    """What was asked cannot be done; `field` names the input, the text says why in the reader's language."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


class EditConflict(RumourProblem):
    """Someone else saved first; nothing was written, and the form keeps what was typed."""


@dataclass(frozen=True, slots=True)
class RumourInfo:
    """One rumour as a row of the board and as other rooms need it."""

    id: uuid.UUID
    desk_id: uuid.UUID
    number: int
    state: str
    claim_vi: str
    claim_en: str
    headline: str
    lang: str
    topic: str
    owner_id: uuid.UUID | None
    owner_name: str
    closing_reason: str
    speaker_kind: str
    speaker_office: str
    involves_publisher: bool
    not_involved_reason: str
    merged_into_number: int | None
    opened_at: datetime
    due_at: datetime
    changed_at: datetime
    edit_number: int
    tips: int
    priority: str = "normal"
    score: float = 0.0
    tips_per_hour: float = 0.0
    harms: tuple[str, ...] = ()
    warn_at: datetime | None = None
    # The clock is over because an answer, a notice or the closing came; or stands still.
    met: bool = False
    stands_still: bool = False

    def claim(self, lang: str) -> str:
        """The claim for a reader of `lang`, or how the first tip put it."""
        first, second = (self.claim_vi, self.claim_en) if lang.startswith("vi") else (self.claim_en, self.claim_vi)
        return first or second or self.headline


@dataclass(frozen=True, slots=True)
class Column:
    state: str
    rumours: tuple[RumourInfo, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Board:
    """The desk at a glance. `now` is the desk's own clock."""

    columns: tuple[Column, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class BoardCounts:
    """What stands above the columns."""

    overdue: int
    tips_today: int


@dataclass(frozen=True, slots=True)
class ExhibitInfo:
    """A source used for the claim."""

    id: uuid.UUID
    source_id: uuid.UUID
    stance: str
    quality: str
    passage: str
    translation: str
    lang: str
    seen_on: date
    url: str
    title: str
    organisation: str
    published_on: date | None
    is_own: bool

    # The names that the evidence card of `ui` asks for.
    @property
    def passage_lang(self) -> str:
        return self.lang

    @property
    def opened_on(self) -> date:
        return self.seen_on


@dataclass(frozen=True, slots=True)
class TaskInfo:
    id: uuid.UUID
    kind: str
    note: str
    assignee_name: str
    due_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class SimilarRumour:
    """The machine's guess that another open rumour makes the same claim; a person decides."""

    number: int
    claim: str
    probability: float


@dataclass(frozen=True, slots=True)
class AskedTip:
    """A message, and the answers that the machine proposed for it."""

    tip: TipText
    proposals: tuple[ProposalShown, ...]


@dataclass(frozen=True, slots=True)
class ProposalsPage:
    """Answers of the machine that nobody has said a word about; `careful`: it answers copies only."""

    tips: tuple[AskedTip, ...]
    now: datetime
    careful: bool
    may_work: bool


@dataclass(frozen=True, slots=True)
class PartShown:
    """A part of triage in words; `share` is how much of what it can give, 0 to 100."""

    name: Words
    why: Words
    points: float
    most: float
    share: int


@dataclass(frozen=True, slots=True)
class TriageShown:
    """What the rule makes of a rumour, and a person's word over it."""

    rule: str
    score: float
    at: datetime | None
    parts: tuple[PartShown, ...]
    harms: tuple[str, ...]
    harms_guessed: bool
    urgency: str
    urgency_guessed: bool
    priority: str
    # Empty where the rule's priority stands.
    priority_by: str
    priority_reason: str


@dataclass(frozen=True, slots=True)
class ClockEventShown:
    """What the clock told, or will: in words, and whom it concerns."""

    words: Words
    at: datetime


@dataclass(frozen=True, slots=True)
class ClockShown:
    """How the clock of a rumour stands now. Spans are working time, in words."""

    state: ClockState
    due_at: datetime | None
    target: Words
    round_the_clock: bool
    spent: Words
    # Left, or by how much it is over.
    left: Words
    paused_reason: str
    paused_since: datetime | None
    following: ClockEventShown | None
    told: tuple[ClockEventShown, ...]
    may_pause: bool


@dataclass(frozen=True, slots=True)
class Weighing:
    """Both panels."""

    triage: TriageShown
    clock: ClockShown


@dataclass(frozen=True, slots=True)
class NoteShown:
    """A remark on a rumour's page."""

    id: uuid.UUID
    text: str
    person_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One thing that waits: about which rumour, in whose words."""

    number: int
    claim_vi: str
    claim_en: str
    headline: str
    at: datetime | None
    who: str = ""
    text: str = ""
    what: Words | None = None
    kind: str = ""
    task_id: uuid.UUID | None = None
    late: bool = False

    def claim(self, lang: str) -> str:
        first, second = (self.claim_vi, self.claim_en) if lang.startswith("vi") else (self.claim_en, self.claim_vi)
        return first or second or self.headline


@dataclass(frozen=True, slots=True)
class Inbox:
    """All of it, the newest first; tasks by when they are due."""

    mentions: tuple[InboxLine, ...]
    tasks: tuple[InboxLine, ...]
    changes: tuple[InboxLine, ...]
    clocks: tuple[InboxLine, ...]
    now: datetime

    @property
    def is_empty(self) -> bool:
        return not (self.mentions or self.tasks or self.changes or self.clocks)


@dataclass(frozen=True, slots=True)
class ExpertShown:
    """A question to an expert on a rumour's page; `path` is the link to pass on, empty where there is none to pass."""

    id: uuid.UUID
    name: str
    question: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    late: bool
    answer: str
    confidence: str
    sources: str
    may_be_quoted: bool
    answered_at: datetime | None
    declined_at: datetime | None
    withdrawn_at: datetime | None
    path: str


@dataclass(frozen=True, slots=True)
class ExpertPage:
    """All that an expert sees: the question, the claim as it stood, and their own answer."""

    name: str
    question: str
    claim: str
    asked_by: str
    due_at: datetime
    answer: str
    confidence: str
    sources: str
    may_be_quoted: bool
    answered_at: datetime | None
    declined_at: datetime | None


@dataclass(frozen=True, slots=True)
class EnquiryShown:
    """A question of the press in one line."""

    number: int
    outlet: str
    state: str
    deadline: datetime
    received_at: datetime
    late: bool
    spokesperson: str
    rumour_number: int | None


@dataclass(frozen=True, slots=True)
class PressPage:
    """Every question of the press, what is open first."""

    open: tuple[EnquiryShown, ...]
    over: tuple[EnquiryShown, ...]
    now: datetime
    may_work: bool


@dataclass(frozen=True, slots=True)
class EnquiryPage:
    """One question of the press: its wording, who stands behind it, and what the viewer may do."""

    shown: EnquiryShown
    question: str
    lang: str
    wording: str
    # What an approval is bound to; the form sends it back.
    sha256: str
    worded_by: str
    approved_by: str
    approved_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    edit_number: int
    verbs: frozenset[str]
    own_words: bool
    spokesperson_id: uuid.UUID | None
    people: tuple[tuple[uuid.UUID, str], ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class RumourPage:
    """Everything the rumour's page shows."""

    rumour: RumourInfo
    now: datetime
    tips: tuple[AskedTip, ...]
    more_tips: int
    exhibits: tuple[ExhibitInfo, ...]
    tasks: tuple[TaskInfo, ...]
    weighing: Weighing
    notes: tuple[NoteShown, ...]
    watching: bool
    # Who may be given a task; nobody where the viewer may give none.
    people: tuple[tuple[uuid.UUID, str], ...]
    may_note: bool
    experts: tuple[ExpertShown, ...]
    run: RunInfo | None
    playbooks: tuple[PlaybookInfo, ...]
    log: tuple[LogRow, ...]
    actors: dict[uuid.UUID, str]
    similar: tuple[SimilarRumour, ...]
    names_publisher: tuple[str, ...]
    verbs: tuple[str, ...]
    may_work: bool
    may_run: bool

    @property
    def may_weigh(self) -> bool:
        """Whether the viewer may say how soon: while it is open."""
        return self.may_work and "close" in self.verbs
