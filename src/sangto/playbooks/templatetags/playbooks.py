"""`{% load playbooks %}`: what the forms of a walk need."""

from __future__ import annotations

from uuid import UUID

from django import template

from sangto.network.types import DeskInfo
from sangto.playbooks.seals import seal

register = template.Library()


@register.simple_tag
def seal_subject(desk: DeskInfo, subject_kind: str, subject_id: UUID) -> str:
    """The page's word that this subject is the desk's."""
    return seal(desk_id=desk.id, subject_kind=subject_kind, subject_id=subject_id)
