"""Which role may do what: one table, registered as django-rules permissions of the same names."""

from __future__ import annotations

from rules.permissions import has_perm, set_perm
from rules.predicates import Predicate

from sangto.lib.codes import RoleCode
from sangto.network.types import DeskInfo, Viewer

_EVERY_ROLE = frozenset(RoleCode)
# An administrator runs the installation and does no editorial work by that role alone.
PERMS: dict[str, frozenset[RoleCode]] = {
    "desk.see": _EVERY_ROLE,
    "rumours.see": _EVERY_ROLE,
    "rumours.work": frozenset({RoleCode.LEAD, RoleCode.EDITOR}),
    "articles.write": frozenset({RoleCode.LEAD, RoleCode.EDITOR}),
    "articles.review": frozenset({RoleCode.LEAD, RoleCode.EDITOR, RoleCode.REVIEWER}),
    "articles.publish": frozenset({RoleCode.LEAD, RoleCode.EDITOR, RoleCode.REVIEWER}),
    "playbooks.run": frozenset({RoleCode.LEAD, RoleCode.EDITOR}),
    # A step may belong to a reviewer; which step is whose, the playbook says.
    "playbooks.answer": frozenset({RoleCode.LEAD, RoleCode.EDITOR, RoleCode.REVIEWER}),
    "playbooks.edit": frozenset({RoleCode.LEAD, RoleCode.EDITOR}),
    "playbooks.publish": frozenset({RoleCode.LEAD}),
    "press.see": frozenset({RoleCode.LEAD, RoleCode.EDITOR, RoleCode.REVIEWER}),
    "press.approve": frozenset({RoleCode.LEAD, RoleCode.REVIEWER}),
    "audit.see": frozenset({RoleCode.ADMIN, RoleCode.LEAD}),
    "network.manage": frozenset({RoleCode.ADMIN, RoleCode.LEAD}),
    "rota.plan": frozenset({RoleCode.ADMIN, RoleCode.LEAD}),
    "charter.keep": frozenset({RoleCode.ADMIN, RoleCode.LEAD}),
}


def _role_predicate(perm: str, codes: frozenset[RoleCode]) -> Predicate:
    def holds_role(viewer: Viewer, desk: DeskInfo | None) -> bool:
        return viewer.has(*codes, desk=desk.id if desk else None)

    return Predicate(holds_role, name=f"{perm} by role")


for _perm, _codes in PERMS.items():
    set_perm(_perm, _role_predicate(_perm, _codes))  # type: ignore[no-untyped-call]


def may(viewer: Viewer, perm: str, desk: DeskInfo | None) -> bool:
    """Whether the viewer may, at this desk; without a desk, by a role at the whole installation.

    Raises KeyError for a permission that does not exist, since a misspelt one would refuse everybody in silence.
    """
    if perm not in PERMS:
        raise KeyError(perm)
    return bool(has_perm(perm, viewer, desk))  # type: ignore[no-untyped-call]


def may_at_any(viewer: Viewer, perm: str) -> bool:
    """Whether there is any desk at which the viewer may."""
    codes = PERMS[perm]
    return any(code in codes for code, _desk in viewer.roles)
