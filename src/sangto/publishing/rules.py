"""Who may write, review and publish a version, and in words why not. PostgreSQL checks the same once more."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sangto.lib.codes import DeskKind, ReviewDecision, RoleCode
from sangto.network.rules import may
from sangto.network.selectors import desks_of
from sangto.network.types import DeskInfo, Viewer
from sangto.publishing.types import VersionFacts

Reasons = tuple[str | Promise, ...]
_JUDGES = frozenset({RoleCode.LEAD.value, RoleCode.EDITOR.value, RoleCode.REVIEWER.value})


def is_outside(viewer: Viewer, desk: DeskInfo) -> bool:
    """Whether the person judges articles at another desk of the same kind and holds no role that reaches this one.

    Of the same kind: a trainee who is an editor in an exercise is nobody at a live desk.
    """
    if any(where in (desk.id, None) for _code, where in viewer.roles):
        return False
    judges_at = {where for code, where in viewer.roles if code in _JUDGES}
    return bool(judges_at) and any(one.id in judges_at and one.kind == desk.kind for one in desks_of(viewer))


def against_writing(viewer: Viewer, desk: DeskInfo) -> Reasons:
    if not viewer.is_person or not may(viewer, "articles.write", desk):
        return (_("Only a lead or an editor of this desk can write its articles."),)
    return ()


def against_review(viewer: Viewer, desk: DeskInfo, facts: VersionFacts) -> Reasons:
    """Every reason why this person cannot review this version; none means they can."""
    if not viewer.is_person or viewer.id is None:
        return (_("Only people with an account can review."),)
    found: list[str | Promise] = []
    from_outside = facts.involves_publisher and is_outside(viewer, desk)
    if not may(viewer, "articles.review", desk) and not from_outside:
        found.append(_("You have no role at this desk that reviews articles."))
    if not facts.submitted:
        found.append(_("It has not been submitted for review yet."))
    if facts.published:
        found.append(_("This version is published already."))
    elif not facts.newest:
        found.append(_("There is a newer version."))
    if viewer.id in facts.editors:
        found.append(_("You edited this version. Someone else has to review it."))
    if any(person == viewer.id for person, _decision, _outside in facts.reviews):
        found.append(_("You have reviewed this version already."))
    return tuple(found)


def approvals_needed(facts: VersionFacts) -> int:
    return 2 if facts.involves_publisher else 1


def against_publishing(viewer: Viewer, desk: DeskInfo, facts: VersionFacts) -> Reasons:
    """Every reason why this person cannot publish this version now; none means they can."""
    if not viewer.is_person or viewer.id is None:
        return (_("Only people with an account can publish."),)
    if facts.published:
        return (_("This version is published already."),)
    found = [
        (facts.desk_kind != DeskKind.LIVE, _("This desk is an exercise: nothing here can be published.")),
        (not may(viewer, "articles.publish", desk), _("You have no role at this desk that publishes articles.")),
        (not facts.newest, _("There is a newer version.")),
        (not facts.submitted, _("It has not been submitted for review yet.")),
        (viewer.id in facts.editors, _("You edited this version. Someone else has to publish it.")),
        (not facts.verdict, _("It has no verdict.")),
        (
            facts.involves_publisher != facts.rumour_involves_publisher,
            _("Whether it involves us was changed after the review. It needs a new version and a new review."),
        ),
        (
            not facts.independent_exhibits,
            _("It has no evidence from a source that is not our own."),
        ),
    ]
    return (*(reason for stands, reason in found if stands), *_missing_approvals(facts))


def _missing_approvals(facts: VersionFacts) -> Reasons:
    if any(decision == ReviewDecision.CHANGES for _person, decision, _outside in facts.reviews):
        return (_("A reviewer asked for changes."),)
    if facts.approvals < 1:
        return (_("Nobody has approved this version yet."),)
    if not facts.involves_publisher:
        return ()
    from_outside = any(decision == ReviewDecision.APPROVE and outside for _person, decision, outside in facts.reviews)
    found: list[str | Promise] = []
    if facts.approvals < approvals_needed(facts):
        found.append(_("It involves us, so it needs two approvals. There is one."))
    if not from_outside:
        found.append(_("It involves us, so one of the approvals has to come from outside this desk."))
    return tuple(found)
