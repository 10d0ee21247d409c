"""`{% load audit_words %}`: `{{ line.verb|verb_words }}`."""

from __future__ import annotations

from django import template

from sangto.audit.words import words_for

register = template.Library()
register.filter("verb_words", words_for)
