"""Two rumours that belong together without being the same claim."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sangto.lib.codes import RumourLinkKind
from sangto.network.clock import desk_now
from sangto.network.types import DeskInfo, Viewer
from sangto.rumours.models import Rumour, RumourLink
from sangto.rumours.services.common import check, log, person_of
from sangto.rumours.types import RumourProblem

# So many can be said to be of one theme at once.
AT_ONCE = 100


def link_rumours(*, desk: DeskInfo, numbers: Sequence[int], kind: str, viewer: Viewer) -> int:
    """Each of them to the first; gives how many links are new. What is linked already stays as it is."""
    if kind not in RumourLinkKind.values():
        raise RumourProblem(_("Choose how they belong together."), "kind")
    wanted = list(dict.fromkeys(numbers))[:AT_ONCE]
    if len(wanted) < 2:
        raise RumourProblem(_("Choose at least two rumours."), "numbers")
    check(viewer, "rumours.work", desk.id)
    with transaction.atomic():
        found = {row.number: row for row in Rumour.objects.filter(desk_id=desk.id, number__in=wanted)}
        missing = [number for number in wanted if number not in found]
        if missing:
            raise RumourProblem(
                _("There is no rumour %(number)s at this desk. Nothing was linked.") % {"number": missing[0]}, "numbers"
            )
        first, *others = (found[number] for number in wanted)
        made = 0
        for other in others:
            if RumourLink.objects.filter(kind=kind, first=other, second=first).exists():
                continue
            _link, is_new = RumourLink.objects.get_or_create(
                kind=kind,
                first=first,
                second=other,
                defaults={
                    "desk_id": desk.id,
                    "desk_kind": desk.kind,
                    "person_id": person_of(viewer),
                    "at": desk_now(desk),
                },
            )
            if is_new:
                made += 1
                log(other, viewer.actor, "rumour_linked", {"kind": kind, "to": str(first.id)})
        if made:
            log(first, viewer.actor, "rumour_linked", {"kind": kind, "count": made})
    return made


def unlink_rumours(*, link_id: UUID, viewer: Viewer) -> None:
    """They do not belong together after all. Saying it twice changes nothing."""
    with transaction.atomic():
        link = RumourLink.objects.select_for_update(of=("self",)).select_related("first").filter(id=link_id).first()
        if link is None:
            return
        check(viewer, "rumours.work", link.desk_id)
        link.delete()
        log(link.first, viewer.actor, "rumour_unlinked", {"kind": link.kind, "from": str(link.second_id)})
