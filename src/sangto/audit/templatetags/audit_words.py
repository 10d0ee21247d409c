"""`{% load audit_words %}`: `{{ line.verb|verb_words }}`, `{{ line.object_kind|object_words }}`."""

from __future__ import annotations

from django import template

from sangto.audit.words import words_for

register = template.Library()
register.filter("verb_words", words_for)


@register.filter
def object_words(kind: str) -> str:
    """What a kind of thing is called: a room says it as the verb `object:<kind>`."""
    return words_for(f"object:{kind}")
