"""Roles: at a desk, at a unit for every desk of it and below, or at the whole installation."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from sangto.audit import services as audit
from sangto.audit.types import Actor
from sangto.lib.codes import RoleCode
from sangto.network import selectors
from sangto.network.models import Role
from sangto.network.services.hand_over import hand_over
from sangto.network.types import LastAdmin


@transaction.atomic
def grant_role(
    *,
    person_id: uuid.UUID,
    desk_id: uuid.UUID | None,
    code: RoleCode | str,
    actor: Actor,
    unit_id: uuid.UUID | None = None,
) -> None:
    """Granting what is already held changes nothing. Without a desk or a unit only `admin` can be granted."""
    code = RoleCode(code)
    held = Role.objects.filter(person_id=person_id, code=code, **_at(desk_id, unit_id))
    if held.exists():
        return
    try:
        with transaction.atomic():
            Role.objects.create(person_id=person_id, desk_id=desk_id, unit_id=unit_id, code=code)
    except IntegrityError:
        # Somebody else granted it at the same moment, or the person, desk or unit does not exist.
        if not held.exists():
            raise
    else:
        audit.record(
            actor=actor,
            verb="role_granted",
            object_kind="person",
            object_id=person_id,
            desk_id=desk_id,
            data=_data(code, unit_id),
        )


@transaction.atomic
def revoke_role(
    *,
    person_id: uuid.UUID,
    desk_id: uuid.UUID | None,
    code: RoleCode | str,
    actor: Actor,
    unit_id: uuid.UUID | None = None,
) -> None:
    """What the person still had in hand at a desk where no role is left returns to its pool.

    Raises LastAdmin when nobody would be left who can run the installation.
    """
    code = RoleCode(code)
    if desk_id is None and unit_id is None and code == RoleCode.ADMIN and only_admin(person_id):
        raise LastAdmin(str(person_id))
    before = _desks(person_id)
    gone, _ = Role.objects.filter(person_id=person_id, code=code, **_at(desk_id, unit_id)).delete()
    if not gone:
        return
    audit.record(
        actor=actor,
        verb="role_revoked",
        object_kind="person",
        object_id=person_id,
        desk_id=desk_id,
        data=_data(code, unit_id),
    )
    for lost in sorted(before - _desks(person_id)):
        hand_over(from_id=person_id, to_id=None, desk_id=lost, actor=actor)


def _data(code: RoleCode, unit_id: uuid.UUID | None) -> dict[str, Any]:
    return {"code": str(code)} if unit_id is None else {"code": str(code), "unit": unit_id}


def _desks(person_id: uuid.UUID) -> frozenset[uuid.UUID]:
    return frozenset(desk_id for _code, desk_id in selectors.roles_of(person_id) if desk_id is not None)


def _at(desk_id: uuid.UUID | None, unit_id: uuid.UUID | None) -> dict[str, Any]:
    if desk_id is None and unit_id is None:
        return {"desk__isnull": True, "unit__isnull": True}
    return {"unit_id": unit_id} if desk_id is None else {"desk_id": desk_id}


def only_admin(person_id: uuid.UUID) -> bool:
    """Whether nobody else could run the installation now; someone suspended could not."""
    # Locked in one order, so that two administrators cannot revoke each other at the same moment.
    holders = list(
        Role.objects.select_for_update(of=("self",))
        .filter(
            Q(person__suspended_until=None) | Q(person__suspended_until__lte=timezone.now()),
            desk__isnull=True,
            unit__isnull=True,
            code=RoleCode.ADMIN,
            person__is_active=True,
        )
        .order_by("id")
        .values_list("person_id", flat=True)
    )
    return holders == [person_id]
