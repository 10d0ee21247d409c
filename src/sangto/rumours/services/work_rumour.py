"""Work on a rumour: its owner, claim, evidence and tasks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sangto.evidence.services import add_source
from sangto.lib.cleaning import clean_line, clean_text
from sangto.lib.codes import (
    LANGUAGES,
    RumourState,
    SourceQuality,
    SpeakerKind,
    Stance,
    TaskKind,
    Topic,
)
from sangto.network.clock import desk_now
from sangto.network.selectors import people_of_desk
from sangto.network.types import Viewer
from sangto.rumours import workflow
from sangto.rumours.models import Exhibit, Task
from sangto.rumours.services.common import check, locked, log, move, person_of, refused_clearly, touch
from sangto.rumours.services.open_rumour import describe
from sangto.rumours.services.run_clock import FIELDS as CLOCK
from sangto.rumours.services.triage_rumour import FIELDS as TRIAGE
from sangto.rumours.services.triage_rumour import assess, read_claim
from sangto.rumours.services.write_note import follow
from sangto.rumours.types import EditConflict, RumourProblem

CLAIM_MAX = 300
PASSAGE_MAX = 2000


def take_ownership(*, rumour_id: UUID, viewer: Viewer) -> None:
    """ "I am working on this." Taking over from a colleague is allowed and logged."""
    with transaction.atomic():
        rumour = locked(rumour_id)
        check(viewer, "rumours.work", rumour.desk_id)
        rumour.owner_id = viewer.id
        if "investigate" in workflow.verbs_from(rumour.state):
            move(rumour, "investigate", "owner_id")
        else:
            touch(rumour, "owner_id")
        follow(rumour, person_of(viewer))
        log(rumour, viewer.actor, "rumour_taken")


def state_claim(
    *,
    rumour_id: UUID,
    viewer: Viewer,
    edit_number: int,
    claim_vi: str,
    claim_en: str,
    topic: str,
    speaker_kind: str,
    speaker_office: str,
    involves_publisher: bool,
    not_involved_reason: str,
    named: bool,
) -> None:
    """Write the claim and what is known about it.

    `edit_number` is the one the person saw: if someone saved since, EditConflict, and nothing is written. `named` says
    that the publisher's name was found in the texts; unticking the suggestion then needs a reason, which is public.
    """
    claims = {"claim_vi": clean_line(claim_vi), "claim_en": clean_line(claim_en)}
    for field, claim in claims.items():
        if len(claim) > CLAIM_MAX:
            raise RumourProblem(_("A claim is one sentence of at most 300 characters."), field)
    if topic not in Topic.values():
        raise RumourProblem(_("Choose a topic."), "topic")
    if speaker_kind not in SpeakerKind.values():
        raise RumourProblem(_("Choose who said it, as a kind. Persons are not recorded."), "speaker_kind")
    office = clean_line(speaker_office)
    if office and speaker_kind in {SpeakerKind.UNKNOWN, SpeakerKind.GENERATED}:
        raise RumourProblem(
            _("An office is recorded only for institutions and office-holders who speak officially."), "speaker_office"
        )
    reason = clean_line(not_involved_reason)
    if named and not involves_publisher and not reason:
        raise RumourProblem(
            _("Our own name is in this rumour. If it is not about us, say why; the reason is shown in public."),
            "not_involved_reason",
        )
    with transaction.atomic():
        rumour = locked(rumour_id)
        desk = check(viewer, "rumours.work", rumour.desk_id)
        if rumour.edit_number != edit_number:
            raise EditConflict(
                _("Someone else changed this rumour while you were writing. Nothing was saved; your text stands below.")
            )
        if rumour.state not in workflow.OPEN:
            raise workflow.NotNow("state_claim", rumour.state)
        rumour.claim_vi, rumour.claim_en = claims["claim_vi"], claims["claim_en"]
        rumour.topic, rumour.speaker_kind, rumour.speaker_office = topic, speaker_kind, office[:200]
        rumour.involves_publisher = involves_publisher
        rumour.not_involved_reason = "" if involves_publisher else reason[:300]
        read_claim(rumour)
        assess(rumour, now=desk_now(desk))
        fields = (
            "claim_vi",
            "claim_en",
            "topic",
            "speaker_kind",
            "speaker_office",
            "involves_publisher",
            *TRIAGE,
            *CLOCK,
        )
        if rumour.state == RumourState.NEW:
            move(rumour, "triage", *fields, "not_involved_reason")
        else:
            touch(rumour, *fields, "not_involved_reason")
        describe(rumour, desk)
        log(rumour, viewer.actor, "claim_stated", {"topic": topic, "involves_publisher": involves_publisher})


def add_exhibit(
    *,
    rumour_id: UUID,
    viewer: Viewer,
    url: str,
    title: str,
    organisation: str,
    lang: str,
    stance: str,
    quality: str,
    passage: str,
    translation: str = "",
    seen_on: date,
    published_on: date | None = None,
) -> UUID:
    """Cite a passage of a page, seen on a day, for or against the claim."""
    if stance not in Stance.values():
        raise RumourProblem(_("Say whether the source supports, refutes or gives context."), "stance")
    if quality not in SourceQuality.values():
        raise RumourProblem(_("Say what kind of source it is."), "quality")
    words, translated = clean_text(passage), clean_text(translation)
    if not words or len(words) > PASSAGE_MAX:
        raise RumourProblem(_("Quote the passage that matters, at most 2,000 characters."), "passage")
    if len(translated) > PASSAGE_MAX:
        raise RumourProblem(_("The translation is longer than 2,000 characters."), "translation")
    with transaction.atomic():
        rumour = locked(rumour_id)
        desk = check(viewer, "rumours.work", rumour.desk_id)
        if seen_on > desk_now(desk).date() + timedelta(days=1):
            raise RumourProblem(_("The day on which you saw it lies in the future."), "seen_on")
        source_id = add_source(
            desk=desk,
            url=url,
            title=title,
            organisation=organisation,
            lang=lang if lang in LANGUAGES else "vi",
            published_on=published_on,
            viewer=viewer,
        )
        exhibit = Exhibit.objects.create(
            desk_id=desk.id,
            desk_kind=desk.kind,
            rumour=rumour,
            source_id=source_id,
            stance=stance,
            quality=quality,
            passage=words,
            translation=translated,
            seen_on=seen_on,
            added_by_id=person_of(viewer),
            added_at=desk_now(desk),
        )
        touch(rumour)
        log(rumour, viewer.actor, "exhibit_added", {"exhibit": str(exhibit.id), "stance": stance})
    return exhibit.id


def remove_exhibit(*, exhibit_id: UUID, viewer: Viewer) -> None:
    """Take an exhibit away. The database refuses it for the last independent one under a verdict."""
    with refused_clearly(), transaction.atomic():
        exhibit = Exhibit.objects.select_for_update().filter(id=exhibit_id).first()
        if exhibit is None:
            return
        rumour = locked(exhibit.rumour_id)
        check(viewer, "rumours.work", rumour.desk_id)
        if rumour.state in {RumourState.ANSWERED, RumourState.IN_REVIEW}:
            raise RumourProblem(_("An exhibit of a reviewed or published answer stays. Reopen the rumour first."))
        exhibit.delete()
        touch(rumour)
        log(rumour, viewer.actor, "exhibit_removed", {"exhibit": str(exhibit_id)})


def add_task(
    *,
    rumour_id: UUID,
    viewer: Viewer,
    kind: str,
    note: str,
    assignee_id: UUID | None = None,
    due_at: datetime | None = None,
) -> UUID:
    """Something to be done, perhaps by someone of the desk and by a time of its clock; kinds are a closed list."""
    if kind not in TaskKind.values():
        raise RumourProblem(_("Choose what is to be done."), "kind")
    with transaction.atomic():
        rumour = locked(rumour_id)
        desk = check(viewer, "rumours.work", rumour.desk_id)
        if assignee_id is not None and not any(row.id == assignee_id and row.is_active for row in people_of_desk(desk)):
            raise RumourProblem(_("Choose someone who works at this desk. Nothing was saved."), "assignee_id")
        task = Task.objects.create(
            desk_id=desk.id,
            desk_kind=desk.kind,
            rumour=rumour,
            kind=kind,
            note=clean_line(note)[:300],
            assignee_id=assignee_id,
            created_at=desk_now(desk),
            created_by_id=person_of(viewer),
            due_at=due_at,
        )
        log(rumour, viewer.actor, "task_added", {"task": str(task.id), "kind": kind})
    return task.id


def finish_task(*, task_id: UUID, viewer: Viewer) -> None:
    """Done. Saying it twice changes nothing."""
    with transaction.atomic():
        task = Task.objects.select_for_update().filter(id=task_id).first()
        if task is None or task.done_at is not None:
            return
        rumour = locked(task.rumour_id)
        desk = check(viewer, "rumours.work", rumour.desk_id)
        task.done_at, task.done_by_id = desk_now(desk), person_of(viewer)
        task.save(update_fields=["done_at", "done_by_id"])
        log(rumour, viewer.actor, "task_done", {"task": str(task.id)})


def reopen_task(*, task_id: UUID, viewer: Viewer) -> None:
    """Not done after all."""
    with transaction.atomic():
        task = Task.objects.select_for_update().filter(id=task_id).first()
        if task is None or task.done_at is None:
            return
        rumour = locked(task.rumour_id)
        check(viewer, "rumours.work", rumour.desk_id)
        task.done_at = task.done_by_id = None
        task.save(update_fields=["done_at", "done_by_id"])
        log(rumour, viewer.actor, "task_reopened", {"task": str(task.id)})
