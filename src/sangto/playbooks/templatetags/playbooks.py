"""`{% load playbooks %}`: what the forms of a walk need."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from sangto.network.types import DeskInfo
from sangto.playbooks.facts import Value
from sangto.playbooks.painting import CHANGES
from sangto.playbooks.sayings import evidence_said, span_said
from sangto.playbooks.seals import seal
from sangto.playbooks.tree import TIMEOUT, Needs, Option, Step
from sangto.playbooks.types import RunInfo, may_answer

register = template.Library()


@register.simple_tag
def seal_subject(desk: DeskInfo, subject_kind: str, subject_id: UUID) -> str:
    """The page's word that this subject is the desk's."""
    return seal(desk_id=desk.id, subject_kind=subject_kind, subject_id=subject_id)


@register.simple_tag(takes_context=True)
def answers_here(context: Context, run: RunInfo, desk: DeskInfo, may_run: Any) -> bool:
    """Whether the reader answers the step where a walk stands; `may_run` is what the subject's page allows."""
    viewer = getattr(context.get("request"), "viewer", None)
    if viewer is None or run.ended:
        return False
    return may_answer(viewer, desk, run.step) and (bool(may_run) or run.step.role == "reviewer")


@register.filter
def evidence(needs: Needs) -> str:
    return evidence_said(needs)


@register.filter
def span(value: timedelta) -> str:
    return span_said(value)


@register.filter
def time_over(step: Step) -> Option | None:
    """The way that the clock takes."""
    return step.option(TIMEOUT)


@register.filter
def fact_value(value: Value) -> str:
    """A value that a rule saw; a code as it is written in the rule."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"{value:.3g}" if isinstance(value, float) else str(value) or "–"


@register.filter
def change_sign(code: str) -> str:
    """The sign that the picture has too."""
    return CHANGES[code].en[:1]
