"""Remarks for colleagues, who is called by name in them, and who wants to know what happens to a rumour."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sangto.lib.cleaning import clean_text
from sangto.network.clock import desk_now
from sangto.network.selectors import people_of_desk
from sangto.network.types import DeskInfo, Viewer
from sangto.rumours.mentions import called
from sangto.rumours.models import Mention, Note, Rumour, Watch
from sangto.rumours.services.common import check, locked, log, person_of
from sangto.rumours.types import RumourProblem

NOTE_MAX: Final = 4_000
# Lead, editor, reviewer: whoever takes part in the work.
PERM: Final = "articles.review"


def write_note(*, rumour_id: UUID, viewer: Viewer, text: str, once: UUID | None = None) -> UUID:
    """A remark; "@" and a name calls a colleague of the desk. The same sending twice is one note."""
    clean = clean_text(text)
    if not clean:
        raise RumourProblem(_("Write something first."), "text")
    if len(clean) > NOTE_MAX:
        raise RumourProblem(
            _("The note has %(count)s characters; at most 4,000 are kept. Nothing was saved; shorten it.")
            % {"count": f"{len(clean):,}"},
            "text",
        )
    with transaction.atomic():
        rumour = locked(rumour_id)
        desk = check(viewer, PERM, rumour.desk_id)
        if once is not None:
            known = Note.objects.filter(once=once, rumour=rumour).first()
            if known is not None:
                return known.id
        people = called(clean, [(row.id, row.name) for row in people_of_desk(desk) if row.is_active])
        if people.ambiguous:
            raise RumourProblem(
                _("Two colleagues are called “%(name)s”. Nothing was saved; write to them by a task instead.")
                % {"name": people.ambiguous[0]},
                "text",
            )
        if people.unknown:
            raise RumourProblem(
                _("Nobody at this desk is called “@%(name)s”. Nothing was saved; write the name as the list has it.")
                % {"name": people.unknown[0]},
                "text",
            )
        now, writer = desk_now(desk), person_of(viewer)
        note = Note.objects.create(
            desk_id=desk.id, desk_kind=desk.kind, rumour=rumour, text=clean, person_id=writer, at=now, once=once
        )
        Mention.objects.bulk_create(
            Mention(desk_id=desk.id, desk_kind=desk.kind, note=note, person_id=person_id, at=now)
            for person_id in people.people
            if person_id != writer
        )
        follow(rumour, writer)
        log(rumour, viewer.actor, "note_written", {"note": str(note.id), "called": len(people.people)})
    return note.id


def watch(*, rumour_id: UUID, viewer: Viewer) -> None:
    """I want to know what happens to it. Saying it twice changes nothing."""
    with transaction.atomic():
        rumour = locked(rumour_id)
        check(viewer, "rumours.see", rumour.desk_id)
        follow(rumour, person_of(viewer))


def unwatch(*, rumour_id: UUID, viewer: Viewer) -> None:
    """No more."""
    with transaction.atomic():
        rumour = locked(rumour_id)
        check(viewer, "rumours.see", rumour.desk_id)
        Watch.objects.filter(rumour=rumour, person_id=person_of(viewer)).delete()


def mark_seen(*, desk: DeskInfo, viewer: Viewer) -> None:
    """Everything in my inbox up to now has been seen."""
    check(viewer, "rumours.see", desk.id)
    person_id, now = person_of(viewer), desk_now(desk)
    with transaction.atomic():
        Mention.objects.filter(desk_id=desk.id, person_id=person_id, seen_at=None, at__lte=now).update(seen_at=now)
        Watch.objects.filter(desk_id=desk.id, person_id=person_id).update(seen_at=now)


def follow(rumour: Rumour, person_id: UUID) -> None:
    """From now on this person is told of changes; whoever follows it already keeps what they have seen."""
    now = desk_now(rumour.desk_id)
    Watch.objects.get_or_create(
        rumour=rumour,
        person_id=person_id,
        defaults={"desk_id": rumour.desk_id, "desk_kind": rumour.desk_kind, "since": now, "seen_at": now},
    )
