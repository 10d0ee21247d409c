"""The people of a desk: what they may do and why, what they know, who was invited, and guests."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from sangto.lib.codes import RoleCode, SpokenLanguage, SuspensionReason, Topic
from sangto.network.models import (
    Desk,
    Expertise,
    Guest,
    Invitation,
    Person,
    PersonLanguage,
    Role,
    Skill,
    SkillTag,
)
from sangto.network.selectors.desks import desk_info
from sangto.network.selectors.units import unit_row
from sangto.network.selectors.viewers import is_suspended, roles_of, roles_reaching
from sangto.network.types import (
    Abilities,
    DeskInfo,
    GuestRow,
    InheritedRole,
    InvitationRow,
    PersonRow,
    SkillRow,
)

_ORDER = list(RoleCode)


def people_of_desk(desk: DeskInfo) -> tuple[PersonRow, ...]:
    """Everyone who holds a role at the desk or inherits one from a unit, by name."""
    return _people(desk, Role.objects.filter(roles_reaching(desk.id)))


def person_at(desk: DeskInfo, person_id: uuid.UUID) -> PersonRow | None:
    """One person with every role that reaches the desk, those of the installation too; None if none is the desk's."""
    reaching = roles_reaching(desk.id)
    own = Role.objects.filter(reaching, person_id=person_id)
    if not own.exists():
        return None
    site_wide = Q(desk=None, unit=None)
    found = _people(desk, Role.objects.filter(reaching | site_wide, person_id=person_id))
    return found[0] if found else None


def _people(desk: DeskInfo, roles: QuerySet[Role]) -> tuple[PersonRow, ...]:
    here: dict[uuid.UUID, set[RoleCode]] = defaultdict(set)
    above: dict[uuid.UUID, list[InheritedRole]] = defaultdict(list)
    people: dict[uuid.UUID, Person] = {}
    for role in roles.select_related("person", "unit").order_by("unit__path"):
        people[role.person_id] = role.person
        if role.desk_id is not None:
            here[role.person_id].add(RoleCode(role.code))
        else:
            unit = None if role.unit is None else unit_row(role.unit)
            above[role.person_id].append(InheritedRole(RoleCode(role.code), unit))
    return tuple(
        PersonRow(
            id=person.id,
            name=person.name,
            email=person.email,
            language=person.language,
            is_active=person.is_active,
            roles=tuple(sorted(here[person.id], key=_ORDER.index)),
            has_password=person.has_usable_password(),
            inherited=tuple(sorted(above[person.id], key=lambda role: _ORDER.index(role.code))),
            suspended_until=person.suspended_until if is_suspended(person) else None,
            suspended_reason=SuspensionReason(person.suspended_reason) if is_suspended(person) else None,
        )
        for person in sorted(people.values(), key=lambda person: (person.name, person.id))
    )


def desks_of_person(person_id: uuid.UUID) -> tuple[DeskInfo, ...]:
    """Where a person holds a role, inherited ones too; not by a role at the whole installation."""
    ids = [desk_id for _code, desk_id in roles_of(person_id) if desk_id is not None]
    return tuple(desk_info(row) for row in Desk.objects.filter(id__in=ids).order_by("-kind", "name_vi", "slug"))


def is_site_admin(person_id: uuid.UUID) -> bool:
    return Role.objects.filter(person_id=person_id, desk=None, unit=None, code=RoleCode.ADMIN).exists()


def invitations_of_desk(desk: DeskInfo) -> tuple[InvitationRow, ...]:
    """Letters that were not taken up and not withdrawn, the oldest first; expired ones say so."""
    now = timezone.now()
    return tuple(
        InvitationRow(
            id=row.id,
            person_id=row.person_id,
            name=row.person.name,
            email=row.person.email,
            code=RoleCode(row.code),
            sent_at=row.sent_at,
            expires_at=row.expires_at,
            expired=row.expires_at <= now,
        )
        for row in Invitation.objects.filter(desk_id=desk.id, withdrawn_at=None)
        .select_related("person")
        .order_by("sent_at")
        if not row.person.has_usable_password()
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


def skills_of_desk(desk: DeskInfo) -> tuple[SkillRow, ...]:
    """The list of skills that the desk keeps."""
    return tuple(
        SkillRow(row.id, row.label, row.held_by)
        for row in SkillTag.objects.filter(desk_id=desk.id).annotate(held_by=Count("held")).order_by("label")
    )


def abilities_at(desk: DeskInfo | None, person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Abilities]:
    """What these people know; without a desk, no skills, since each desk has its own list. Three queries."""
    topics: dict[uuid.UUID, list[Topic]] = defaultdict(list)
    languages: dict[uuid.UUID, list[SpokenLanguage]] = defaultdict(list)
    skills: dict[uuid.UUID, list[tuple[uuid.UUID, str]]] = defaultdict(list)
    for person_id, topic in Expertise.objects.filter(person_id__in=person_ids).values_list("person_id", "topic"):
        topics[person_id].append(Topic(topic))
    for person_id, code in PersonLanguage.objects.filter(person_id__in=person_ids).values_list("person_id", "code"):
        languages[person_id].append(SpokenLanguage(code))
    if desk is not None:
        held = Skill.objects.filter(desk_id=desk.id, person_id__in=person_ids).order_by("tag__label")
        for person_id, tag_id, label in held.values_list("person_id", "tag_id", "tag__label"):
            skills[person_id].append((tag_id, label))
    topic_order, language_order = list(Topic), list(SpokenLanguage)
    return {
        person_id: Abilities(
            topics=tuple(sorted(topics[person_id], key=topic_order.index)),
            languages=tuple(sorted(languages[person_id], key=language_order.index)),
            skills=tuple(skills[person_id]),
        )
        for person_id in person_ids
    }


def people_at_home_in(desk: DeskInfo, topic: Topic | str) -> frozenset[uuid.UUID]:
    """Who of the desk has this topic as expertise and an account that is open."""
    return frozenset(
        Expertise.objects.filter(
            topic=topic,
            person__is_active=True,
            person__in=Role.objects.filter(roles_reaching(desk.id)).values("person_id"),
        ).values_list("person_id", flat=True)
    )
