"""What other rooms and the pages learn of people, desks and the publisher."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.utils.translation import get_language

from sangto.audit.types import Actor, ActorKind
from sangto.lib.codes import (
    CollaboratorKind,
    DeskKind,
    RoleCode,
    SpokenLanguage,
    SuspensionReason,
    Topic,
    UnitKind,
)


class UnknownDesk(LookupError):
    """There is no such desk."""


class NotSetUp(LookupError):
    """The installation has no publisher or no default desk yet."""


class InvalidPerson(ValueError):
    """The person cannot be recorded; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class LastAdmin(ValueError):
    """Nobody would be left who can grant a role."""


class Refused(ValueError):
    """What was asked for cannot be done; `code` says why, and the pages have words for each code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class InvalidUnit(Refused):
    """below_itself, wrong_place, not_empty, name_empty."""


class InvalidHours(Refused):
    """The working hours are nonsense: the code of the calendar's own complaint."""


class InvalidShift(Refused):
    """no_such_role, overlaps, on_leave, ends_before_start, too_long, over."""


class InvalidSwap(Refused):
    """not_yours, not_for_you, own_shift, settled, over, and those of InvalidShift."""


class InvalidLeave(Refused):
    """ends_before_start, too_long."""


class InvalidSkill(Refused):
    """empty, too_long, taken, about_views, too_many."""


class InvalidCharter(Refused):
    """text_empty, drill_desk, nothing_new."""


class InvalidCollaborator(Refused):
    """name_empty, date_in_future, taken, no_charter, not_of_this_desk, ended."""


class InvalidDeparture(Refused):
    """yourself, date_in_past, too_long, successor_unfit, reaches_further, gone."""


def _in_reader_language(vi: str, en: str) -> str:
    return vi if (get_language() or "vi").startswith("vi") else en


@dataclass(frozen=True)
class PublisherInfo:
    """The one name everything is published under."""

    name_vi: str
    name_en: str
    names: tuple[str, ...]
    own_hosts: tuple[str, ...]
    about_vi: str
    about_en: str
    contact_email: str

    def name(self, lang: str) -> str:
        return self.name_vi if lang.startswith("vi") else self.name_en

    @property
    def local_name(self) -> str:
        """The name in the language of the page."""
        return _in_reader_language(self.name_vi, self.name_en)

    @property
    def local_about(self) -> str:
        return _in_reader_language(self.about_vi, self.about_en)


@dataclass(frozen=True)
class DeskInfo:
    """A workspace, live or drill."""

    id: uuid.UUID
    kind: DeskKind
    slug: str
    name_vi: str
    name_en: str
    careful: bool
    is_default: bool = False

    def name(self, lang: str) -> str:
        return self.name_vi if lang.startswith("vi") else self.name_en

    @property
    def local_name(self) -> str:
        """The name in the language of the page."""
        return _in_reader_language(self.name_vi, self.name_en)

    @property
    def is_drill(self) -> bool:
        return self.kind == DeskKind.DRILL


@dataclass(frozen=True)
class GuestInfo:
    """Someone who came by a signed link, and what the link is for."""

    id: uuid.UUID
    name: str
    purpose: str
    desk: DeskInfo
    subject_id: uuid.UUID | None
    expires_at: dt.datetime


@dataclass(frozen=True)
class Viewer:
    """Who is looking: a person with roles, a guest of one desk, or the public."""

    kind: ActorKind
    id: uuid.UUID | None
    name: str
    language: str
    roles: frozenset[tuple[str, uuid.UUID | None]] = field(default_factory=frozenset)
    guest: GuestInfo | None = None

    @property
    def actor(self) -> Actor:
        return Actor(self.kind, self.id)

    @property
    def is_person(self) -> bool:
        return self.kind == ActorKind.PERSON

    @property
    def is_guest(self) -> bool:
        return self.kind == ActorKind.GUEST

    @property
    def is_admin(self) -> bool:
        """Of the whole installation."""
        return (RoleCode.ADMIN.value, None) in self.roles

    def has(self, *codes: str, desk: uuid.UUID | None) -> bool:
        """Whether any of these roles is held at the desk; an administrator of the installation is one at every desk."""
        return any((str(code), desk) in self.roles or (str(code), None) in self.roles for code in codes)


def public_viewer(language: str) -> Viewer:
    return Viewer(kind=ActorKind.PUBLIC, id=None, name="", language=language)


@dataclass(frozen=True)
class UnitRow:
    """A node of the organisation tree, in the order of the tree."""

    id: uuid.UUID
    name_vi: str
    name_en: str
    depth: int
    kind: UnitKind = UnitKind.ORGANISATION

    @property
    def local_name(self) -> str:
        return _in_reader_language(self.name_vi, self.name_en)


@dataclass(frozen=True)
class InheritedRole:
    """A role that reaches a desk from a unit above it, or, without a unit, from the whole installation."""

    code: RoleCode
    unit: UnitRow | None


@dataclass(frozen=True)
class PersonRow:
    """A person as the people page of a desk shows them."""

    id: uuid.UUID
    name: str
    email: str
    language: str
    is_active: bool
    roles: tuple[RoleCode, ...]
    has_password: bool
    inherited: tuple[InheritedRole, ...] = ()
    suspended_until: dt.datetime | None = None
    suspended_reason: SuspensionReason | None = None

    @property
    def all_roles(self) -> frozenset[RoleCode]:
        """Of the desk itself and from above."""
        return frozenset(self.roles) | {role.code for role in self.inherited}


@dataclass(frozen=True)
class InvitationRow:
    """A letter that asks someone to the desk and was not taken up yet."""

    id: uuid.UUID
    person_id: uuid.UUID
    name: str
    email: str
    code: RoleCode
    sent_at: dt.datetime
    expires_at: dt.datetime
    expired: bool


@dataclass(frozen=True)
class SkillRow:
    """An entry of the desk's list of skills, and how many people have it."""

    id: uuid.UUID
    label: str
    held_by: int


@dataclass(frozen=True)
class Abilities:
    """What a person knows: topics, languages, and skills of one desk's list."""

    topics: tuple[Topic, ...] = ()
    languages: tuple[SpokenLanguage, ...] = ()
    skills: tuple[tuple[uuid.UUID, str], ...] = ()


@dataclass(frozen=True)
class UnitRole:
    """Someone's role at a unit; `held_at` is the unit itself or one above it."""

    person_id: uuid.UUID
    name: str
    email: str
    code: RoleCode
    held_at: UnitRow


@dataclass(frozen=True)
class UnitPage:
    """A unit with all that hangs on it."""

    unit: UnitRow
    above: tuple[UnitRow, ...]
    below: tuple[UnitRow, ...]
    desks: tuple[DeskInfo, ...]
    roles: tuple[UnitRole, ...]
    people: int
    # Whose working hours hold here: its own, a unit's above, or nobody's (then office hours of Viet Nam).
    hours_of: UnitRow | None


@dataclass(frozen=True)
class SiteRow:
    """A place where people sit together."""

    id: uuid.UUID
    name: str
    address: str
    capacity: int | None
    unit: UnitRow


@dataclass(frozen=True)
class GuestRow:
    """A guest as the people page shows them."""

    id: uuid.UUID
    name: str
    purpose: str
    expires_at: dt.datetime
    open: bool


@dataclass(frozen=True)
class Span:
    """From one moment up to another."""

    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True)
class OnDuty:
    """Someone who is on duty, as what, and until when."""

    person_id: uuid.UUID
    name: str
    code: RoleCode
    until: dt.datetime


@dataclass(frozen=True)
class SwapRow:
    """An open offer of a shift; without `offered_to`, to everyone who may serve it."""

    id: uuid.UUID
    offered_by: uuid.UUID
    offered_to: uuid.UUID | None
    offered_to_name: str


@dataclass(frozen=True)
class ShiftRow:
    """A shift of the rota, and what stands in its way."""

    id: uuid.UUID
    person_id: uuid.UUID
    name: str
    code: RoleCode
    starts_at: dt.datetime
    ends_at: dt.datetime
    # Codes: on_leave, suspended, gone, no_such_role.
    clashes: tuple[str, ...]
    swap: SwapRow | None


@dataclass(frozen=True)
class Rota:
    """The shifts of a desk in some days, and the working time at which nobody is on duty."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    shifts: tuple[ShiftRow, ...]
    gaps: tuple[Span, ...]


@dataclass(frozen=True)
class LeaveRow:
    """Someone's absence."""

    id: uuid.UUID
    person_id: uuid.UUID
    name: str
    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True)
class DutyShift:
    """A shift as a calendar gets it."""

    id: uuid.UUID
    desk: DeskInfo
    person_id: uuid.UUID
    name: str
    code: RoleCode
    starts_at: dt.datetime
    ends_at: dt.datetime
    called_off: bool
    revision: int
    changed_at: dt.datetime


@dataclass(frozen=True)
class CalendarLinkRow:
    """An open calendar link: of the person's own shifts, or of a desk's rota."""

    id: uuid.UUID
    person_id: uuid.UUID
    desk: DeskInfo | None


@dataclass(frozen=True)
class CharterInfo:
    """One version of a charter; without a desk, of the whole installation."""

    id: uuid.UUID
    desk_id: uuid.UUID | None
    version: int
    text_vi: str
    text_en: str
    made_on: dt.date

    @property
    def local_text(self) -> str:
        return _in_reader_language(self.text_vi, self.text_en)


@dataclass(frozen=True)
class AgreementRow:
    """A collaborator's word on one version of the charter."""

    id: uuid.UUID
    version: int
    own_charter: bool
    charter_id: uuid.UUID
    agreed_on: dt.date
    review_due_on: dt.date


@dataclass(frozen=True)
class CollaboratorRow:
    """A collaborator with the newest agreement. `state`: none, old_version, overdue, due_soon, fine or ended."""

    id: uuid.UUID
    person_id: uuid.UUID | None
    name: str
    kind: CollaboratorKind
    since: dt.date
    ended_on: dt.date | None
    agreement: AgreementRow | None
    state: str
