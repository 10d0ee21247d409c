"""Setting up the publisher, its desks, people and guests. Each service is one transaction with its log entry."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from sangto.audit import services as audit
from sangto.audit.types import Actor
from sangto.lib.codes import LANGUAGES, DeskKind, RoleCode
from sangto.network import selectors
from sangto.network.invitations import send_invitation
from sangto.network.models import Desk, Guest, Person, Publisher, Role, Site, Unit
from sangto.network.types import DeskInfo, InvalidPerson, LastAdmin, UnknownDesk

# Below /desk/ these stand for something else.
RESERVED_SLUGS = frozenset({"outside"})
GUEST_SALT = "sangto.network.guest"
GUEST_PURPOSES = ("expert", "participant", "observer")
# A forgotten link should not stay open for ever; longer work gets a new link.
GUEST_LASTS_AT_MOST = dt.timedelta(days=90)


@transaction.atomic
def create_publisher(
    *,
    name_vi: str,
    name_en: str,
    actor: Actor,
    names: Sequence[str] = (),
    own_hosts: Sequence[str] = (),
    about_vi: str = "",
    about_en: str = "",
    contact_email: str = "",
) -> uuid.UUID:
    """The one publisher of the installation; the database refuses a second."""
    row = Publisher.objects.create(
        name_vi=name_vi,
        name_en=name_en,
        names=list(dict.fromkeys([name_vi, name_en, *names])),
        own_hosts=[host.lower() for host in own_hosts],
        about_vi=about_vi,
        about_en=about_en,
        contact_email=contact_email,
    )
    audit.record(actor=actor, verb="publisher_created", object_kind="publisher", object_id=row.id)
    return row.id


@transaction.atomic
def create_unit(*, name_vi: str, name_en: str, actor: Actor, parent_id: uuid.UUID | None = None) -> uuid.UUID:
    """A node of the organisation tree, below `parent_id` or at the top."""
    names = {"name_vi": name_vi, "name_en": name_en}
    if parent_id is None:
        unit: Unit = Unit.objects.add_root(names)
    else:
        unit = Unit.objects.add_child(Unit.objects.get(id=parent_id), names)
    audit.record(actor=actor, verb="unit_created", object_kind="unit", object_id=unit.id)
    return unit.id


@transaction.atomic
def create_site(
    *, unit_id: uuid.UUID, name: str, actor: Actor, address: str = "", capacity: int | None = None
) -> uuid.UUID:
    row = Site.objects.create(unit_id=unit_id, name=name, address=address, capacity=capacity)
    audit.record(actor=actor, verb="site_created", object_kind="site", object_id=row.id)
    return row.id


@transaction.atomic
def create_desk(
    *,
    unit_id: uuid.UUID,
    slug: str,
    name_vi: str,
    name_en: str,
    actor: Actor,
    kind: DeskKind = DeskKind.LIVE,
    is_default: bool = False,
    careful: bool = True,
) -> uuid.UUID:
    """A workspace. Its kind can never change; a default desk is a live one."""
    if not slug or slugify(slug) != slug or slug in RESERVED_SLUGS:
        raise ValueError(f"not a name for an address: {slug}")
    row = Desk.objects.create(
        unit_id=unit_id,
        slug=slug,
        name_vi=name_vi,
        name_en=name_en,
        kind=kind,
        is_default=is_default,
        careful=careful,
    )
    audit.record(
        actor=actor,
        verb="desk_created",
        object_kind="desk",
        object_id=row.id,
        desk_id=row.id,
        data={"kind": str(kind), "is_default": is_default},
    )
    audit.announce(kind="desk_created", object_id=row.id, desk_id=row.id, desk_kind=str(kind))
    return row.id


@transaction.atomic
def set_careful(*, desk_id: uuid.UUID, careful: bool, actor: Actor) -> None:
    """In careful mode only copies are answered at once and the rest is suggested."""
    if not Desk.objects.filter(id=desk_id).update(careful=careful):
        raise UnknownDesk(str(desk_id))
    audit.record(
        actor=actor,
        verb="desk_careful_set",
        object_kind="desk",
        object_id=desk_id,
        desk_id=desk_id,
        data={"careful": careful},
    )


@transaction.atomic
def create_person(
    *,
    email: str,
    name: str,
    password: str | None,
    language: str,
    unit_id: uuid.UUID | None,
    actor: Actor,
) -> uuid.UUID:
    """Someone with a sign-in and no role yet; without a password they choose one by the link they are sent.

    Raises InvalidPerson with the code email_invalid, email_taken, name_empty, language_unknown or password_weak.
    """
    email = email.strip()
    name = " ".join(name.split())
    try:
        validate_email(email)
    except ValidationError as invalid:
        raise InvalidPerson("email_invalid") from invalid
    if not name:
        raise InvalidPerson("name_empty")
    if language not in LANGUAGES:
        raise InvalidPerson("language_unknown")
    person = Person(email=email.lower(), name=name, language=language, unit_id=unit_id)
    if password is None:
        person.set_unusable_password()
    else:
        try:
            validate_password(password, person)
        except ValidationError as weak:
            raise InvalidPerson("password_weak") from weak
        person.set_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as taken:
        raise InvalidPerson("email_taken") from taken
    # Whoever has the right to add people answers for the address; a password link proves it again.
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    audit.record(actor=actor, verb="person_created", object_kind="person", object_id=person.id)
    return person.id


@transaction.atomic
def invite_person(
    *, desk: DeskInfo, email: str, name: str, language: str, code: RoleCode | str, actor: Actor
) -> tuple[uuid.UUID, bool]:
    """A role at the desk for whoever has this address; someone new gets a link to choose a password.

    Returns the person and whether they are new. Raises InvalidPerson.
    """
    known = selectors.person_by_email(email)
    if known is None:
        unit_id = Desk.objects.values_list("unit_id", flat=True).get(id=desk.id)
        person_id = create_person(
            email=email, name=name, password=None, language=language, unit_id=unit_id, actor=actor
        )
        send_invitation(Person.objects.get(id=person_id))
    else:
        person_id = known
    grant_role(person_id=person_id, desk_id=desk.id, code=code, actor=actor)
    return person_id, known is None


@transaction.atomic
def invite_again(*, person_id: uuid.UUID, actor: Actor) -> None:
    """A new link for someone who has not chosen a password yet; the old one still works until it is used."""
    person = Person.objects.select_for_update().get(id=person_id)
    if person.has_usable_password():
        return
    send_invitation(person)
    audit.record(actor=actor, verb="person_invited_again", object_kind="person", object_id=person_id)


@transaction.atomic
def set_language(*, person_id: uuid.UUID, language: str) -> None:
    if language not in LANGUAGES:
        raise InvalidPerson("language_unknown")
    Person.objects.filter(id=person_id).update(language=language)


@transaction.atomic
def set_active(*, person_id: uuid.UUID, active: bool, actor: Actor) -> None:
    """A person who left can no longer sign in; what they did stays theirs."""
    if not active and _only_admin(person_id):
        raise LastAdmin(str(person_id))
    changed = Person.objects.filter(id=person_id, is_active=not active).update(is_active=active)
    if changed:
        verb = "person_activated" if active else "person_deactivated"
        audit.record(actor=actor, verb=verb, object_kind="person", object_id=person_id)


@transaction.atomic
def grant_role(*, person_id: uuid.UUID, desk_id: uuid.UUID | None, code: RoleCode | str, actor: Actor) -> None:
    """Granting what is already held changes nothing. Without a desk only `admin` can be granted."""
    code = RoleCode(code)
    held = Role.objects.filter(person_id=person_id, code=code, **_at(desk_id))
    if held.exists():
        return
    try:
        with transaction.atomic():
            Role.objects.create(person_id=person_id, desk_id=desk_id, code=code)
    except IntegrityError:
        # Somebody else granted it at the same moment, or the person or desk does not exist.
        if not held.exists():
            raise
    else:
        audit.record(
            actor=actor,
            verb="role_granted",
            object_kind="person",
            object_id=person_id,
            desk_id=desk_id,
            data={"code": str(code)},
        )


@transaction.atomic
def revoke_role(*, person_id: uuid.UUID, desk_id: uuid.UUID | None, code: RoleCode | str, actor: Actor) -> None:
    """Raises LastAdmin when nobody would be left who can run the installation."""
    code = RoleCode(code)
    if desk_id is None and code == RoleCode.ADMIN and _only_admin(person_id):
        raise LastAdmin(str(person_id))
    gone, _ = Role.objects.filter(person_id=person_id, code=code, **_at(desk_id)).delete()
    if gone:
        audit.record(
            actor=actor,
            verb="role_revoked",
            object_kind="person",
            object_id=person_id,
            desk_id=desk_id,
            data={"code": str(code)},
        )


def _at(desk_id: uuid.UUID | None) -> dict[str, Any]:
    return {"desk__isnull": True} if desk_id is None else {"desk_id": desk_id}


def _only_admin(person_id: uuid.UUID) -> bool:
    # Locked in one order, so that two administrators cannot revoke each other at the same moment.
    holders = list(
        Role.objects.select_for_update(of=("self",))
        .filter(desk__isnull=True, code=RoleCode.ADMIN, person__is_active=True)
        .order_by("id")
        .values_list("person_id", flat=True)
    )
    return holders == [person_id]


@transaction.atomic
def invite_guest(
    *,
    desk: DeskInfo,
    name: str,
    purpose: str,
    invited_by: uuid.UUID,
    lasts: dt.timedelta,
    subject_id: uuid.UUID | None = None,
) -> tuple[uuid.UUID, str]:
    """Someone without an account, let in by a signed link: its id and the link's token."""
    if purpose not in GUEST_PURPOSES:
        raise ValueError(f"not a purpose: {purpose}")
    if not dt.timedelta() < lasts <= GUEST_LASTS_AT_MOST:
        raise ValueError(f"a link lasts between a moment and {GUEST_LASTS_AT_MOST.days} days")
    row = Guest.objects.create(
        desk_id=desk.id,
        desk_kind=desk.kind,
        name=" ".join(name.split()),
        purpose=purpose,
        subject_id=subject_id,
        invited_by_id=invited_by,
        expires_at=timezone.now() + lasts,
    )
    audit.record(
        actor=selectors.viewer_of_person(invited_by).actor,
        verb="guest_invited",
        object_kind="guest",
        object_id=row.id,
        desk_id=desk.id,
        data={"purpose": purpose},
    )
    return row.id, guest_token(row.id)


def guest_token(guest_id: uuid.UUID) -> str:
    """The same link each time; whether it still opens stands in the row."""
    return signing.Signer(salt=GUEST_SALT).sign(guest_id.hex)


def guest_of_token(token: str) -> uuid.UUID | None:
    """The guest that a link names, if it was signed here."""
    try:
        return uuid.UUID(signing.Signer(salt=GUEST_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None


@transaction.atomic
def revoke_guest(*, guest_id: uuid.UUID, actor: Actor) -> None:
    """The link and every session opened by it close at the next request."""
    row = Guest.objects.select_for_update().filter(id=guest_id, revoked_at=None).first()
    if row is None:
        return
    row.revoked_at = timezone.now()
    row.save(update_fields=("revoked_at",))
    audit.record(actor=actor, verb="guest_revoked", object_kind="guest", object_id=guest_id, desk_id=row.desk_id)


@transaction.atomic
def set_drill_clock(*, desk_id: uuid.UUID, shows: dt.datetime, rate: float, actor: Actor) -> None:
    """From now on the drill's clock shows `shows` and runs `rate` times as fast as the wall's (0: paused)."""
    row = Desk.objects.select_for_update().filter(id=desk_id).first()
    if row is None:
        raise UnknownDesk(str(desk_id))
    if row.kind != DeskKind.DRILL:
        raise ValueError("a live desk has the wall's clock")
    if rate < 0:
        raise ValueError("a clock does not run back")
    row.clock_set_at = timezone.now()
    row.clock_shows = shows
    row.clock_rate = rate
    row.save(update_fields=("clock_set_at", "clock_shows", "clock_rate"))
    audit.record(
        actor=actor,
        verb="drill_clock_set",
        object_kind="desk",
        object_id=desk_id,
        desk_id=desk_id,
        data={"shows": shows.isoformat(), "rate": rate},
    )
