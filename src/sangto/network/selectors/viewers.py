"""Who is looking, and which roles they hold where: at a desk, by a unit above it, or everywhere."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from sangto.audit.types import ActorKind
from sangto.lib.codes import RoleCode
from sangto.network.models import Desk, Guest, Person, Role, Unit
from sangto.network.selectors.desks import desk_info
from sangto.network.types import GuestInfo, Viewer

# One statement however deep the tree is: a role at a unit counts at each desk of the unit and below, and at no other.
_ROLES = """
SELECT role.code, COALESCE(role.desk_id, desk.id)
FROM network_role role
LEFT JOIN network_unit held_at ON held_at.id = role.unit_id
LEFT JOIN network_unit below ON starts_with(below.path, held_at.path)
LEFT JOIN network_desk desk ON desk.unit_id = below.id
WHERE role.person_id = %s AND (role.unit_id IS NULL OR desk.id IS NOT NULL)
"""


def viewer_of_person(person_id: uuid.UUID) -> Viewer:
    """The person with all their roles. Raises LookupError for someone unknown, suspended or no longer active."""
    person = Person.objects.filter(id=person_id, is_active=True).first()
    if person is None or is_suspended(person):
        raise LookupError(f"no active person {person_id}")
    return viewer_of_user(person)


def viewer_of_user(person: Person) -> Viewer:
    """The same for someone whom Django has just signed in, without reading them twice."""
    return Viewer(
        kind=ActorKind.PERSON,
        id=person.id,
        name=person.name,
        language=person.language,
        roles=roles_of(person.id),
    )


def roles_of(person_id: uuid.UUID) -> frozenset[tuple[str, uuid.UUID | None]]:
    """Role and desk, with what is inherited from units above; without a desk, at the whole installation."""
    with connection.cursor() as cursor:
        cursor.execute(_ROLES, [person_id])
        return frozenset((code, desk_id) for code, desk_id in cursor.fetchall())


def is_suspended(person: Person) -> bool:
    """Whether the account rests at this moment; the wall's clock counts, since sign-in belongs to no desk."""
    return person.suspended_until is not None and person.suspended_until > timezone.now()


def lineage(desk_ids: Iterable[uuid.UUID]) -> frozenset[str]:
    """The paths of these desks' units and of every unit above them."""
    return frozenset(
        path[:end]
        for path in Desk.objects.filter(id__in=list(desk_ids)).values_list("unit__path", flat=True)
        for end in range(Unit.steplen, len(path) + 1, Unit.steplen)
    )


def roles_reaching(desk_id: uuid.UUID) -> Q:
    """Roles that hold at the desk: given there, or at its unit or one above. Not those of the whole installation."""
    return Q(desk_id=desk_id) | Q(unit__path__in=lineage([desk_id]))


def has_role_at(person_id: uuid.UUID, desk_id: uuid.UUID, code: RoleCode | None = None) -> bool:
    """Whether the person holds any role there, or this one, of the desk itself or inherited."""
    held = Role.objects.filter(roles_reaching(desk_id), person_id=person_id)
    return (held if code is None else held.filter(code=code)).exists()


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
        desk=desk_info(row.desk),
        subject_id=row.subject_id,
        expires_at=row.expires_at,
    )


def viewer_of_guest(guest_id: uuid.UUID, *, language: str) -> Viewer | None:
    guest = open_guest(guest_id)
    if guest is None:
        return None
    return Viewer(kind=ActorKind.GUEST, id=guest.id, name=guest.name, language=language, guest=guest)
