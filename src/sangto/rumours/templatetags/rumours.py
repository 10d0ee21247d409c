"""`{% load rumours %}`: claims in the reader's language."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from sangto.rumours.types import InboxLine, RumourInfo

register = template.Library()


@register.filter
def claim_here(row: RumourInfo | InboxLine) -> str:
    return row.claim((get_language() or "vi")[:2])
