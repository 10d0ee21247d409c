"""What other rooms and the pages learn of people, desks and the publisher."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.utils.translation import get_language

from sangto.audit.types import Actor, ActorKind
from sangto.lib.codes import DeskKind, RoleCode


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
class PersonRow:
    """A person as the people page of a desk shows them."""

    id: uuid.UUID
    name: str
    email: str
    language: str
    is_active: bool
    roles: tuple[RoleCode, ...]
    has_password: bool


@dataclass(frozen=True)
class UnitRow:
    """A node of the organisation tree, in the order of the tree."""

    id: uuid.UUID
    name_vi: str
    name_en: str
    depth: int

    @property
    def local_name(self) -> str:
        return _in_reader_language(self.name_vi, self.name_en)


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
