"""People with an account: who they are and how they are asked in."""

from __future__ import annotations

import uuid

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from sangto.audit import services as audit
from sangto.audit.types import Actor
from sangto.lib.codes import LANGUAGES
from sangto.network.models import Person
from sangto.network.services.grant_role import only_admin
from sangto.network.types import InvalidPerson, LastAdmin


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
def set_language(*, person_id: uuid.UUID, language: str) -> None:
    if language not in LANGUAGES:
        raise InvalidPerson("language_unknown")
    Person.objects.filter(id=person_id).update(language=language)


@transaction.atomic
def set_active(*, person_id: uuid.UUID, active: bool, actor: Actor) -> None:
    """A person who left can no longer sign in; what they did stays theirs."""
    if not active and only_admin(person_id):
        raise LastAdmin(str(person_id))
    changes = {"is_active": True, "left_at": None} if active else {"is_active": False}
    changed = Person.objects.filter(id=person_id, is_active=not active).update(**changes)
    if changed:
        verb = "person_activated" if active else "person_deactivated"
        audit.record(actor=actor, verb=verb, object_kind="person", object_id=person_id)
