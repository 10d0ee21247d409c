"""The charter and the register of those who agreed to it."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from sangto.audit import services as audit
from sangto.audit.types import Actor
from sangto.lib.codes import CollaboratorKind, DeskKind
from sangto.network import selectors
from sangto.network.clock import desk_now
from sangto.network.models import Agreement, Charter, Collaborator
from sangto.network.selectors import REVIEW_DRAWS_NEAR
from sangto.network.signals import charter_review_due
from sangto.network.types import DeskInfo, InvalidCharter, InvalidCollaborator, Viewer


@transaction.atomic
def publish_charter(*, desk: DeskInfo | None, text_vi: str, text_en: str, viewer: Viewer) -> int:
    """The next version, of the desk or (without one) of the installation; its number. Raises InvalidCharter."""
    text_vi, text_en = text_vi.strip(), text_en.strip()
    if not text_vi or not text_en:
        raise InvalidCharter("text_empty")
    if desk is not None and desk.kind == DeskKind.DRILL:
        raise InvalidCharter("drill_desk")
    before = selectors.charter_versions(desk)
    if before and (before[0].text_vi, before[0].text_en) == (text_vi, text_en):
        raise InvalidCharter("nothing_new")
    row = Charter.objects.create(
        desk_id=desk.id if desk else None,
        version=before[0].version + 1 if before else 1,
        text_vi=text_vi,
        text_en=text_en,
        made_by_id=viewer.id,
    )
    audit.record(
        actor=viewer.actor,
        verb="charter_published",
        object_kind="charter",
        object_id=row.id,
        desk_id=row.desk_id,
        data={"version": row.version},
    )
    return row.version


@transaction.atomic
def add_collaborator(
    *,
    desk: DeskInfo,
    name: str,
    kind: CollaboratorKind | str,
    since: dt.date,
    actor: Actor,
    person_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Someone joins the register, with or without an account at the desk. Raises InvalidCollaborator."""
    name = " ".join(name.split())
    if not name:
        raise InvalidCollaborator("name_empty")
    if since > _today(desk):
        raise InvalidCollaborator("date_in_future")
    if person_id is not None:
        if not selectors.has_role_at(person_id, desk.id):
            raise InvalidCollaborator("not_of_this_desk")
        if Collaborator.objects.filter(desk_id=desk.id, person_id=person_id, ended_on=None).exists():
            raise InvalidCollaborator("taken")
    row = Collaborator.objects.create(
        desk_id=desk.id, desk_kind=desk.kind, person_id=person_id, name=name, kind=CollaboratorKind(kind), since=since
    )
    audit.record(
        actor=actor,
        verb="collaborator_added",
        object_kind="collaborator",
        object_id=row.id,
        desk_id=desk.id,
        data={"kind": row.kind},
    )
    return row.id


@transaction.atomic
def end_collaboration(*, desk: DeskInfo, collaborator_id: uuid.UUID, actor: Actor) -> None:
    """The line stays in the register, with its end."""
    row = _collaborator(desk, collaborator_id)
    row.ended_on = max(_today(desk), row.since)
    row.save(update_fields=("ended_on",))
    audit.record(
        actor=actor,
        verb="collaborator_ended",
        object_kind="collaborator",
        object_id=row.id,
        desk_id=desk.id,
    )


@transaction.atomic
def record_agreement(*, desk: DeskInfo, collaborator_id: uuid.UUID, agreed_on: dt.date, viewer: Viewer) -> uuid.UUID:
    """They agreed, for the first time or anew at a yearly review, to the charter that holds now. Raises
    InvalidCollaborator."""
    row = _collaborator(desk, collaborator_id)
    charter = selectors.charter_of(desk)
    if charter is None:
        raise InvalidCollaborator("no_charter")
    if agreed_on > _today(desk):
        raise InvalidCollaborator("date_in_future")
    agreement = Agreement.objects.create(
        desk_id=desk.id,
        desk_kind=desk.kind,
        collaborator=row,
        charter_id=charter.id,
        agreed_on=agreed_on,
        review_due_on=a_year_after(agreed_on),
        recorded_by_id=viewer.id,
    )
    audit.record(
        actor=viewer.actor,
        verb="charter_agreed",
        object_kind="agreement",
        object_id=agreement.id,
        desk_id=desk.id,
        data={"collaborator": row.id, "charter": charter.id, "version": charter.version},
    )
    return agreement.id


def a_year_after(day: dt.date) -> dt.date:
    """The same day a year later; of 29 February, the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def _collaborator(desk: DeskInfo, collaborator_id: uuid.UUID) -> Collaborator:
    row = Collaborator.objects.select_for_update().filter(id=collaborator_id, desk_id=desk.id).first()
    if row is None:
        raise InvalidCollaborator("not_of_this_desk")
    if row.ended_on is not None:
        raise InvalidCollaborator("ended")
    return row


def _today(desk: DeskInfo) -> dt.date:
    return timezone.localdate(desk_now(desk))


@transaction.atomic
def remind_of_reviews(*, today: dt.date) -> int:
    """Once for each agreement of a live desk whose review draws near: announced to the rooms above, which may write."""
    newest = Agreement.objects.filter(collaborator=OuterRef("collaborator")).order_by(
        "-agreed_on", "-charter__version", "-id"
    )
    due = list(
        Agreement.objects.select_for_update(of=("self",))
        .filter(
            id=Subquery(newest.values("id")[:1]),
            desk_kind=DeskKind.LIVE,
            collaborator__ended_on=None,
            reminded_on=None,
            review_due_on__lte=today + REVIEW_DRAWS_NEAR,
        )
        .order_by("id")
    )
    for agreement in due:
        agreement.reminded_on = today
        agreement.save(update_fields=("reminded_on",))
        charter_review_due.send(
            Agreement,
            agreement_id=agreement.id,
            collaborator_id=agreement.collaborator_id,
            desk_id=agreement.desk_id,
            due_on=agreement.review_due_on,
        )
    return len(due)
