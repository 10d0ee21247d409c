"""Questions of the press, as the desk sees them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sangto.lib.codes import EnquiryState
from sangto.network.clock import desk_now
from sangto.network.rules import may
from sangto.network.selectors import people_of_desk, person_names
from sangto.network.types import DeskInfo, Viewer
from sangto.rumours import press_flow
from sangto.rumours.models import Enquiry
from sangto.rumours.types import EnquiryPage, EnquiryShown, PressPage, UnknownEnquiry

MOST = 100
_OVER = (EnquiryState.ANSWERED, EnquiryState.DECLINED)


def press_page(desk: DeskInfo, viewer: Viewer) -> PressPage:
    """Open ones first, by deadline; then what is over, the last first."""
    now = desk_now(desk)
    rows = Enquiry.objects.filter(desk_id=desk.id).select_related("rumour")
    open_rows = list(rows.exclude(state__in=_OVER).order_by("deadline")[:MOST])
    over = list(rows.filter(state__in=_OVER).order_by("-ended_at")[:MOST])
    names = person_names({row.spokesperson_id for row in (*open_rows, *over) if row.spokesperson_id})
    return PressPage(
        tuple(_shown(row, now, names) for row in open_rows),
        tuple(_shown(row, now, names) for row in over),
        now,
        may(viewer, "rumours.work", desk),
    )


def enquiry_page(desk: DeskInfo, number: int, viewer: Viewer) -> EnquiryPage:
    """One enquiry, and what this viewer may do with it. Raises UnknownEnquiry."""
    row = Enquiry.objects.filter(desk_id=desk.id, number=number).select_related("rumour").first()
    if row is None:
        raise UnknownEnquiry
    names = person_names(
        {key for key in (row.spokesperson_id, row.worded_by_id, row.approved_by_id) if key is not None}
    )
    verbs = frozenset(
        verb for verb in press_flow.verbs_from(row.state) if may(viewer, press_flow.STEPS[verb].perm, desk)
    )
    if row.worded_by_id == viewer.id:
        # Nobody approves their own words.
        verbs -= {"approve"}
    return EnquiryPage(
        shown=_shown(row, desk_now(desk), names),
        question=row.question,
        lang=row.lang,
        wording=row.wording,
        sha256=press_flow.digest(row.wording) if row.wording else "",
        worded_by=names.get(row.worded_by_id, "") if row.worded_by_id else "",
        approved_by=names.get(row.approved_by_id, "") if row.approved_by_id else "",
        approved_at=row.approved_at,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
        edit_number=row.edit_number,
        verbs=verbs,
        own_words=row.worded_by_id is not None and row.worded_by_id == viewer.id,
        spokesperson_id=row.spokesperson_id,
        people=tuple((one.id, one.name) for one in people_of_desk(desk) if one.is_active) if "word" in verbs else (),
        now=desk_now(desk),
    )


def _shown(row: Enquiry, now: datetime, names: Mapping[UUID, str]) -> EnquiryShown:
    return EnquiryShown(
        number=row.number,
        outlet=row.outlet,
        state=row.state,
        deadline=row.deadline,
        received_at=row.received_at,
        late=row.state not in _OVER and row.deadline < now,
        spokesperson=names.get(row.spokesperson_id, "") if row.spokesperson_id else "",
        rumour_number=row.rumour.number if row.rumour else None,
    )
