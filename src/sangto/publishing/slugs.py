"""The readable part of an article's address."""

from __future__ import annotations

import unicodedata
from uuid import UUID

from django.db import connection
from django.utils.text import slugify

from sangto.publishing.models import Article

# Leaves room for a number behind; longer addresses are cut by chats.
WORDS_MAX = 80


def slug_of(text: str) -> str:
    """Lower-case words without diacritics, cut at a word."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    slug = slugify("".join(char for char in plain if not unicodedata.combining(char)))
    if len(slug) <= WORDS_MAX:
        return slug
    head, _dash, _rest = slug[: WORDS_MAX + 1].rpartition("-")
    return head or slug[:WORDS_MAX]


def free_slug(text: str, *, article_id: UUID | None = None) -> str:
    """A slug that no other article has; a number is added where the words are taken."""
    words = slug_of(text) or "a"
    # Held until the transaction ends, so that two articles begun at once do not choose the same words.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('publishing_slug'))")
    rows = Article.objects.filter(slug__startswith=words)
    if article_id is not None:
        rows = rows.exclude(id=article_id)
    taken = set(rows.values_list("slug", flat=True))
    if words not in taken:
        return words
    number = 2
    while f"{words}-{number}" in taken:
        number += 1
    return f"{words}-{number}"
