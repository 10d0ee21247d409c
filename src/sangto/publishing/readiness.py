"""What a draft still lacks before it can be handed to reviewers, in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sangto.publishing.types import Draft
from sangto.publishing.wording import FIELD_NAMES, gaps, is_empty
from sangto.rumours.types import ExhibitInfo

_LANGUAGE: dict[str, Promise] = {"vi": _("Vietnamese"), "en": _("English")}


def missing_in(draft: Draft, *, exhibits: Sequence[ExhibitInfo], editors: int) -> list[str | Promise]:
    """Everything that is missing, at once; empty when the draft can be submitted."""
    found: list[str | Promise] = []
    if not draft.verdict:
        found.append(_("Choose a verdict."))
    begun = {lang: text for lang, text in draft.texts.items() if not is_empty(text)}
    if not begun:
        found.append(_("Write the answer in at least one language."))
    for lang, text in begun.items():
        found.extend(
            format_lazy(_("{language}: “{field}” is empty."), language=_LANGUAGE[lang], field=FIELD_NAMES[name])
            for name in gaps(text)
        )
    if not exhibits:
        found.append(_("Add evidence to the rumour: at least one source."))
    elif all(exhibit.is_own for exhibit in exhibits):
        found.append(_("All the evidence comes from our own pages. Add a source that is not ours."))
    if begun and not editors:
        found.append(_("Nobody has saved this draft yet."))
    return found
