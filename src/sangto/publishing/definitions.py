"""What the verdicts mean, what a reviewer checks: words that readers and staff both see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from sangto.lib.codes import Verdict
from sangto.publishing.claimreview import BEST, STEPS
from sangto.publishing.types import CheckItem, VerdictMeaning

_DEFINITIONS: Final[Mapping[str, str]] = {
    Verdict.TRUE: _("The evidence supports the claim, and nothing that matters is left out."),
    Verdict.MOSTLY_TRUE: _("The main point is right; a detail is wrong or missing."),
    Verdict.MISLEADING: _("Parts of it are true, but told in a way that leads to a wrong conclusion."),
    Verdict.FALSE: _("The evidence contradicts the claim."),
    Verdict.UNPROVEN: _("We looked, and found no evidence that settles it either way."),
}

_CHECKLIST: Final[Mapping[str, str]] = {
    "passages": _("I opened the sources: each passage is there and says what the article says."),
    "verdict": _("The verdict follows from the evidence, and its definition fits."),
    "claim": _("The claim is put fairly, as it goes round, in words that evidence can settle."),
    "unknown": _("What we do not know is said."),
    "people": _("No private person is named, and nobody is judged for an opinion."),
    "languages": _("Where there are two languages, both say the same."),
    "plain": _("The short answer can be read alone and understood by anyone."),
}
CHECKLIST_CODES: Final = tuple(_CHECKLIST)


def definition(verdict: str, lang: str | None = None) -> str:
    """The verdict's definition in one language, or in the active one."""
    if lang is None:
        return gettext(_DEFINITIONS[Verdict(verdict)])
    with override(lang):
        return gettext(_DEFINITIONS[Verdict(verdict)])


def meanings() -> tuple[VerdictMeaning, ...]:
    """All verdicts with their definitions, in the order of the closed list."""
    return tuple(
        VerdictMeaning(verdict=one.value, definition=definition(one.value), step=STEPS.get(one.value), steps=BEST)
        for one in Verdict
    )


def checklist() -> tuple[CheckItem, ...]:
    return tuple(CheckItem(code, gettext(text)) for code, text in _CHECKLIST.items())
