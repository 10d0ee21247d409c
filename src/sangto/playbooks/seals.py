"""The word by which a subject's page vouches that a person at this desk may start a walk about it.

Playbooks do not know what a subject is; its own page has checked that it belongs to the desk and that this person sees
it. The seal carries that to the form's sending, so that nobody starts a walk about what they were never shown.
"""

from __future__ import annotations

from uuid import UUID

from django.core import signing

SALT = "sangto.playbooks.subject"


class BrokenSeal(ValueError):
    """The word was not made here, or for another desk."""


def seal(*, desk_id: UUID, subject_kind: str, subject_id: UUID) -> str:
    return signing.dumps([str(desk_id), subject_kind, str(subject_id)], salt=SALT)


def opened(word: str, *, desk_id: UUID) -> tuple[str, UUID]:
    """The kind and id of the subject. Raises BrokenSeal."""
    try:
        desk, subject_kind, subject_id = signing.loads(word, salt=SALT)
    except signing.BadSignature as broken:
        raise BrokenSeal from broken
    if desk != str(desk_id):
        raise BrokenSeal
    return str(subject_kind), UUID(subject_id)
