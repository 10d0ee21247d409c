"""The charters, who agreed to which version, and whose yearly review is due."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils import timezone

from sangto.lib.codes import CollaboratorKind
from sangto.network.clock import desk_now
from sangto.network.models import Agreement, Charter, Collaborator
from sangto.network.types import AgreementRow, CharterInfo, CollaboratorRow, DeskInfo

# A month leaves time to talk before the year is over.
REVIEW_DRAWS_NEAR = dt.timedelta(days=30)
_ORDER = ("overdue", "none", "old_version", "due_soon", "fine", "ended")


def _charter_info(row: Charter) -> CharterInfo:
    return CharterInfo(
        id=row.id,
        desk_id=row.desk_id,
        version=row.version,
        text_vi=row.text_vi,
        text_en=row.text_en,
        made_on=timezone.localdate(row.created_at),
    )


def charter_of(desk: DeskInfo) -> CharterInfo | None:
    """The charter that holds at the desk: its own newest version, or else that of the installation."""
    row = (
        Charter.objects.filter(desk_id=desk.id).order_by("-version").first()
        or Charter.objects.filter(desk=None).order_by("-version").first()
    )
    return None if row is None else _charter_info(row)


def charter_versions(desk: DeskInfo | None) -> tuple[CharterInfo, ...]:
    """Every version of the desk's own charter, or of the installation's, the newest first."""
    rows = Charter.objects.filter(desk=None) if desk is None else Charter.objects.filter(desk_id=desk.id)
    return tuple(_charter_info(row) for row in rows.order_by("-version"))


def charter_version(charter_id: uuid.UUID, desk: DeskInfo) -> CharterInfo | None:
    """A version that may be read at the desk: one of its own, or of the installation."""
    row = Charter.objects.filter(id=charter_id).first()
    return None if row is None or row.desk_id not in (None, desk.id) else _charter_info(row)


def collaborators_of(desk: DeskInfo) -> tuple[CollaboratorRow, ...]:
    """The register of a desk, what needs attention first. Three queries."""
    current = charter_of(desk)
    newest: dict[uuid.UUID, Agreement] = {}
    for agreement in (
        Agreement.objects.filter(desk_id=desk.id)
        .select_related("charter")
        .order_by("agreed_on", "charter__version", "id")
    ):
        newest[agreement.collaborator_id] = agreement
    today = timezone.localdate(desk_now(desk))
    rows = [
        _collaborator(row, newest.get(row.id), current, today)
        for row in Collaborator.objects.filter(desk_id=desk.id).order_by("name", "id")
    ]
    return tuple(sorted(rows, key=lambda row: _ORDER.index(row.state)))


def _collaborator(
    row: Collaborator, newest: Agreement | None, current: CharterInfo | None, today: dt.date
) -> CollaboratorRow:
    agreement = None
    if newest is not None:
        agreement = AgreementRow(
            id=newest.id,
            version=newest.charter.version,
            own_charter=newest.charter.desk_id is not None,
            charter_id=newest.charter_id,
            agreed_on=newest.agreed_on,
            review_due_on=newest.review_due_on,
        )
    return CollaboratorRow(
        id=row.id,
        person_id=row.person_id,
        name=row.name,
        kind=CollaboratorKind(row.kind),
        since=row.since,
        ended_on=row.ended_on,
        agreement=agreement,
        state=state_of(ended=row.ended_on is not None, agreement=agreement, current=current, today=today),
    )


def state_of(*, ended: bool, agreement: AgreementRow | None, current: CharterInfo | None, today: dt.date) -> str:
    """What the register says of one collaborator: none, old_version, overdue, due_soon, fine or ended."""
    if ended:
        return "ended"
    if agreement is None:
        return "none"
    if agreement.review_due_on < today:
        return "overdue"
    if current is not None and agreement.charter_id != current.id:
        return "old_version"
    return "due_soon" if agreement.review_due_on <= today + REVIEW_DRAWS_NEAR else "fine"


def collaborator_of_person(desk: DeskInfo, person_id: uuid.UUID) -> CollaboratorRow | None:
    """The person's own line in the register, if they are an open entry of it."""
    return next(
        (row for row in collaborators_of(desk) if row.person_id == person_id and row.ended_on is None),
        None,
    )
