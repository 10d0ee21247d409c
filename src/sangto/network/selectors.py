"""What may be known of the publisher, its desks and its people."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Collection
from urllib.parse import urlsplit

from django.utils import timezone

from sangto.audit.types import ActorKind
from sangto.lib.codes import DeskKind, RoleCode
from sangto.network.models import Desk, Guest, Person, Publisher, Role, Site, Unit
from sangto.network.types import (
    DeskInfo,
    GuestInfo,
    GuestRow,
    NotSetUp,
    PersonRow,
    PublisherInfo,
    SiteRow,
    UnitRow,
    UnknownDesk,
    Viewer,
)


def _desk_info(row: Desk) -> DeskInfo:
    return DeskInfo(
        id=row.id,
        kind=DeskKind(row.kind),
        slug=row.slug,
        name_vi=row.name_vi,
        name_en=row.name_en,
        careful=row.careful,
        is_default=row.is_default,
    )


def publisher() -> PublisherInfo:
    row = Publisher.objects.first()
    if row is None:
        raise NotSetUp("this installation has no publisher yet")
    return PublisherInfo(
        name_vi=row.name_vi,
        name_en=row.name_en,
        names=tuple(row.names),
        own_hosts=tuple(row.own_hosts),
        about_vi=row.about_vi,
        about_en=row.about_en,
        contact_email=row.contact_email,
    )


def publisher_or_none() -> PublisherInfo | None:
    """For a page that must also come up before the installation is set up."""
    return publisher() if Publisher.objects.exists() else None


def default_desk() -> DeskInfo:
    """The live desk that the ask page writes to."""
    row = Desk.objects.filter(is_default=True).first()
    if row is None:
        raise NotSetUp("this installation has no default desk yet")
    return _desk_info(row)


def desk_by_slug(slug: str) -> DeskInfo:
    row = Desk.objects.filter(slug=slug).first()
    if row is None:
        raise UnknownDesk(slug)
    return _desk_info(row)


def desk(desk_id: uuid.UUID) -> DeskInfo:
    row = Desk.objects.filter(id=desk_id).first()
    if row is None:
        raise UnknownDesk(str(desk_id))
    return _desk_info(row)


def desks_of(viewer: Viewer) -> tuple[DeskInfo, ...]:
    """The desks at which the viewer holds a role, live ones first; an administrator of the installation sees all."""
    rows = Desk.objects.order_by("-kind", "name_vi", "slug")
    if not viewer.is_admin:
        rows = rows.filter(id__in=[desk_id for _code, desk_id in viewer.roles if desk_id is not None])
    return tuple(_desk_info(row) for row in rows)


def viewer_of_person(person_id: uuid.UUID) -> Viewer:
    """The person with all their roles. Raises LookupError for someone unknown or no longer active."""
    person = Person.objects.filter(id=person_id, is_active=True).first()
    if person is None:
        raise LookupError(f"no active person {person_id}")
    return viewer_of_user(person)


def viewer_of_user(person: Person) -> Viewer:
    """The same for someone whom Django has just signed in, without reading them twice."""
    return Viewer(
        kind=ActorKind.PERSON,
        id=person.id,
        name=person.name,
        language=person.language,
        roles=frozenset(Role.objects.filter(person_id=person.id).values_list("code", "desk_id")),
    )


def open_guest(guest_id: uuid.UUID) -> GuestInfo | None:
    """The guest, as long as the link is neither revoked nor past its end."""
    row = (
        Guest.objects.filter(id=guest_id, revoked_at=None, expires_at__gt=timezone.now()).select_related("desk").first()
    )
    if row is None:
        return None
    return GuestInfo(
        id=row.id,
        name=row.name,
        purpose=row.purpose,
        desk=_desk_info(row.desk),
        subject_id=row.subject_id,
        expires_at=row.expires_at,
    )


def viewer_of_guest(guest_id: uuid.UUID, *, language: str) -> Viewer | None:
    guest = open_guest(guest_id)
    if guest is None:
        return None
    return Viewer(kind=ActorKind.GUEST, id=guest.id, name=guest.name, language=language, guest=guest)


def people_of_desk(desk: DeskInfo) -> tuple[PersonRow, ...]:
    """Everyone with a role at the desk, by name."""
    roles: dict[uuid.UUID, set[RoleCode]] = {}
    for person_id, code in Role.objects.filter(desk_id=desk.id).values_list("person_id", "code"):
        roles.setdefault(person_id, set()).add(RoleCode(code))
    order = list(RoleCode)
    return tuple(
        PersonRow(
            id=person.id,
            name=person.name,
            email=person.email,
            language=person.language,
            is_active=person.is_active,
            roles=tuple(sorted(roles[person.id], key=order.index)),
            has_password=person.has_usable_password(),
        )
        for person in Person.objects.filter(id__in=roles).order_by("name", "id")
    )


def guests_of_desk(desk: DeskInfo) -> tuple[GuestRow, ...]:
    now = timezone.now()
    return tuple(
        GuestRow(
            id=row.id,
            name=row.name,
            purpose=row.purpose,
            expires_at=row.expires_at,
            open=row.revoked_at is None and row.expires_at > now,
        )
        for row in Guest.objects.filter(desk_id=desk.id).order_by("-created_at")
    )


def person_names(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    return dict(Person.objects.filter(id__in=ids).values_list("id", "name"))


def person_by_email(email: str) -> uuid.UUID | None:
    return Person.objects.filter(email__iexact=email.strip()).values_list("id", flat=True).first()


def has_role_at(person_id: uuid.UUID, desk_id: uuid.UUID) -> bool:
    return Role.objects.filter(person_id=person_id, desk_id=desk_id).exists()


def publisher_named_in(text: str) -> list[str]:
    """The publisher's public names that stand in the text as whole words, whatever their case."""
    row = Publisher.objects.first()
    if row is None:
        return []
    written = unicodedata.normalize("NFC", text).casefold()
    return [
        name
        for name in row.names
        if re.search(rf"(?<!\w){re.escape(unicodedata.normalize('NFC', name).casefold())}(?!\w)", written)
    ]


def is_own_host(url: str) -> bool:
    """Whether the address is on one of the publisher's own hosts, or below one."""
    row = Publisher.objects.first()
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    if row is None or not host:
        return False
    own = [str(name).lower().rstrip(".") for name in row.own_hosts]
    return any(host == name or host.endswith(f".{name}") for name in own if name)


def units() -> tuple[UnitRow, ...]:
    """The whole tree, each node after its parent."""
    return tuple(
        UnitRow(id=row.id, name_vi=row.name_vi, name_en=row.name_en, depth=row.depth)
        for row in Unit.objects.order_by("path")
    )


def sites() -> tuple[SiteRow, ...]:
    return tuple(
        SiteRow(
            id=row.id,
            name=row.name,
            address=row.address,
            capacity=row.capacity,
            unit=UnitRow(id=row.unit.id, name_vi=row.unit.name_vi, name_en=row.unit.name_en, depth=row.unit.depth),
        )
        for row in Site.objects.select_related("unit").order_by("unit__path", "name")
    )
