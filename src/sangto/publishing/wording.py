"""What may stand in a field of an article: plain text within limits, without characters that nobody can see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sangto.lib.cleaning import clean_line, clean_text
from sangto.publishing.types import Draft, TextFields

# Characters. The short answer must stand alone in a chat bubble; the three long fields together keep the page of
# the longest article below 60 kB (Vietnamese needs about 1.4 bytes for a character).
LIMITS: Final[Mapping[str, int]] = {
    "title": 200,
    "claim": 300,
    "short_answer": 280,
    "why": 12_000,
    "known": 6_000,
    "how_checked": 6_000,
}
COMMENT_MAX: Final = 2_000
CORRECTION_MAX: Final = 500
ONE_LINE: Final = frozenset({"title", "claim"})
# A text in one language is ready for readers when these are filled in.
REQUIRED: Final = ("title", "claim", "short_answer", "why", "how_checked")

FIELD_NAMES: Final[Mapping[str, Promise]] = {
    "title": _("Title"),
    "claim": _("Claim"),
    "short_answer": _("Short answer"),
    "why": _("Why"),
    "known": _("What we know and do not know"),
    "how_checked": _("How we checked"),
}

_NUL = "\x00"
_DIRECTION: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# The zero-width joiner is not among them: family emoji are built with it.
_ZERO_WIDTH: Final = re.compile("[\u00ad\u180e\u200b\u200c\u2060-\u2064\ufeff]")
_UNREADABLE: Final = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff]")
# "a < b" is text; "<b" and "</p" are markup.
_MARKUP: Final = re.compile(r"</?[A-Za-z!][^>\n]{0,200}>|<(?:script|style|iframe|img|svg)\b", re.IGNORECASE)


def fault(text: str, *, limit: int) -> Promise | None:
    """What is wrong with a text as it was typed, in words for its author; None when nothing is."""
    if _NUL in text or _UNREADABLE.search(text):
        return _(
            "There are unreadable characters in this text. They are removed below; look through it and save again."
        )
    if _DIRECTION.search(text):
        return _("There are hidden marks in this text that turn its direction. They are removed below; save again.")
    if _ZERO_WIDTH.search(text):
        return _("There are invisible characters in this text. They are removed below; save again.")
    if _MARKUP.search(text):
        return _("Write plain text: tags such as <b> are not used here. Leave an empty line between paragraphs.")
    length = len(clean_text(text))
    if length > limit:
        return format_lazy(_("At most {limit} characters; this is {length}."), limit=limit, length=length)
    return None


def legible(text: str) -> str:
    """The text without what `fault` complains of as unseen, so that the form shown again can be saved."""
    for pattern in (_UNREADABLE, _DIRECTION, _ZERO_WIDTH):
        text = pattern.sub("", text)
    return text.replace(_NUL, "")


def legible_draft(draft: Draft) -> Draft:
    return Draft(
        verdict=legible(draft.verdict),
        texts={
            lang: TextFields(**{field.name: legible(getattr(text, field.name)) for field in fields(text)})
            for lang, text in draft.texts.items()
        },
    )


def faults_of(draft: Draft) -> dict[tuple[str, str], Promise]:
    """Every fault by (language, field)."""
    found: dict[tuple[str, str], Promise] = {}
    for lang, text in draft.texts.items():
        for name, limit in LIMITS.items():
            message = fault(getattr(text, name), limit=limit)
            if message is not None:
                found[lang, name] = message
    return found


def cleaned(draft: Draft) -> Draft:
    """The draft as it is kept: NFC, no controls, blanks cut."""
    return Draft(
        verdict=draft.verdict,
        texts={
            lang: replace(
                text,
                **{name: (clean_line if name in ONE_LINE else clean_text)(getattr(text, name)) for name in LIMITS},
            )
            for lang, text in draft.texts.items()
        },
    )


def gaps(text: TextFields) -> list[str]:
    """The required fields that are empty in one language, in reading order."""
    return [name for name in REQUIRED if not getattr(text, name)]


def is_empty(text: TextFields) -> bool:
    """Whether nobody wrote anything in this language (the claim comes from the rumour by itself)."""
    return not any(getattr(text, name) for name in LIMITS if name != "claim")


def paragraphs(text: str) -> tuple[str, ...]:
    """The text cut at empty lines."""
    return tuple(part.strip("\n") for part in re.split(r"\n\s*\n", text) if part.strip())
