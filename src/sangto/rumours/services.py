"""Writes about rumours. Each is one transaction: rows, log entry, event; the board's hint follows the commit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from sangto.audit.services import announce, record
from sangto.audit.types import SYSTEM, Actor
from sangto.catalogue.search import search
from sangto.catalogue.services import put_document, withdraw_document
from sangto.evidence.services import add_source
from sangto.intake import selectors as tips
from sangto.intake import services as intake
from sangto.lib.cleaning import clean_line, clean_text, shorten
from sangto.lib.codes import (
    LANGUAGES,
    ClosingReason,
    DocumentKind,
    RumourState,
    SourceQuality,
    SpeakerKind,
    Stance,
    TaskKind,
    Topic,
)
from sangto.lib.folding import fold
from sangto.live.services import publish
from sangto.network.clock import desk_now
from sangto.network.rules import may
from sangto.network.selectors import desk as desk_by_id
from sangto.network.types import DeskInfo, Viewer
from sangto.rumours import workflow
from sangto.rumours.models import Exhibit, Rumour, Sighting, Task
from sangto.rumours.signals import rumour_answered, rumour_changed, rumour_opened
from sangto.rumours.types import EditConflict, NotAllowed, RumourProblem, UnknownRumour

# A first answer, or a word to those who asked, is owed within this time (the desk's clock).
DUE_IN = timedelta(hours=24)
HEADLINE_MAX = 160
CLAIM_MAX = 300
PASSAGE_MAX = 2000
# An engine text longer than this says nothing more about which claim it is.
ENGINE_TEXT_MAX = 2000
# Texts of tips that describe an open rumour to the engine; the next hundred tips say nothing new.
WORDINGS = 20
# The first tips each make a better description; later ones every so often.
REDESCRIBE_EVERY = 10


def _locked(rumour_id: UUID) -> Rumour:
    rumour = Rumour.objects.select_for_update().filter(id=rumour_id).first()
    if rumour is None:
        raise UnknownRumour
    return rumour


def _person(viewer: Viewer) -> UUID:
    """The person whose name stands under a row; a guest or the machine has none."""
    if not viewer.is_person or viewer.id is None:
        raise NotAllowed("a person is needed")
    return viewer.id


def _check(viewer: Viewer, perm: str, desk_id: UUID) -> DeskInfo:
    desk = desk_by_id(desk_id)
    if not may(viewer, perm, desk):
        raise NotAllowed(perm)
    return desk


def board_stream(desk_id: UUID) -> str:
    """The name of the live stream of a desk's board."""
    return f"desk:{desk_id}"


def _log(rumour: Rumour, actor: Actor, verb: str, data: Mapping[str, Any] | None = None) -> None:
    """What every change of a rumour does: entry, event, and a hint to open boards once it is committed."""
    record(actor=actor, verb=verb, object_kind="rumour", object_id=rumour.id, desk_id=rumour.desk_id, data=data)
    kind = "rumour_opened" if verb == "rumour_opened" else "rumour_changed"
    announce(kind=kind, object_id=rumour.id, desk_id=rumour.desk_id, desk_kind=rumour.desk_kind)
    signal = rumour_opened if verb == "rumour_opened" else rumour_changed
    signal.send(sender=Rumour, rumour_id=rumour.id, desk_id=rumour.desk_id)
    transaction.on_commit(
        partial(publish, stream=board_stream(rumour.desk_id), kind=kind, data={"number": rumour.number}), robust=True
    )


def _touch(rumour: Rumour, *fields: str) -> None:
    rumour.changed_at = desk_now(rumour.desk_id)
    rumour.edit_number += 1
    rumour.save(update_fields=[*fields, "changed_at", "edit_number"])


def _move(rumour: Rumour, verb: str, *fields: str) -> None:
    rumour.state = workflow.after(rumour.state, verb)
    _touch(rumour, "state", *fields)


# -- tips come in ------------------------------------------------------------------------------------------------------


def take_tip(*, tip_id: UUID, desk: DeskInfo, text: str, lang: str) -> UUID:
    """A message that nothing answers: one more tip of an open rumour if the machine is sure, else a new rumour.

    Runs inside the transaction that stored the tip. Two equal messages at the same moment open one rumour: a lock for
    the desk and the text, held until commit.
    """
    digest = hashlib.sha256(fold(text).encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{desk.id}:{digest}"])
    open_states = [state.value for state in workflow.OPEN]
    same = Rumour.objects.filter(desk_id=desk.id, text_hash=digest, state__in=open_states).order_by("opened_at").first()
    if same is not None:
        join_tip(rumour_id=same.id, tip_id=tip_id, probability=1.0)
        return same.id
    result = search(desk=desk, text=text, lang=lang, kind=DocumentKind.OPEN, top=3)
    if result.decision == "answer" and result.hits:
        target = Rumour.objects.filter(id=result.hits[0].document.object_id, state__in=open_states).first()
        if target is not None:
            join_tip(rumour_id=target.id, tip_id=tip_id, probability=result.hits[0].probability)
            return target.id
    return open_rumour(desk=desk, text=text, lang=lang, tip_id=tip_id, digest=digest)


def open_rumour(
    *, desk: DeskInfo, text: str, lang: str, tip_id: UUID | None = None, digest: str = "", actor: Actor = SYSTEM
) -> UUID:
    """A new rumour, found from now on by further tips about it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [str(desk.id)])
        last = Rumour.objects.filter(desk_id=desk.id).aggregate(last=Max("number"))["last"] or 0
        now = desk_now(desk)
        rumour = Rumour.objects.create(
            desk_id=desk.id,
            desk_kind=desk.kind,
            number=last + 1,
            headline=shorten(text, HEADLINE_MAX),
            lang=lang,
            text_hash=digest,
            opened_at=now,
            due_at=now + DUE_IN,
            changed_at=now,
        )
        if tip_id is not None:
            Sighting.objects.create(
                desk_id=desk.id, desk_kind=desk.kind, rumour=rumour, tip_id=tip_id, at=now, probability=None
            )
        _describe(rumour, desk)
        _log(rumour, actor, "rumour_opened")
    return rumour.id


def join_tip(*, rumour_id: UUID, tip_id: UUID, probability: float | None, actor: Actor = SYSTEM) -> None:
    """One more tip of this rumour."""
    with transaction.atomic():
        rumour = _locked(rumour_id)
        Sighting.objects.create(
            desk_id=rumour.desk_id,
            desk_kind=rumour.desk_kind,
            rumour=rumour,
            tip_id=tip_id,
            at=desk_now(rumour.desk_id),
            probability=probability,
        )
        count = rumour.sightings.count()
        if count <= WORDINGS or count % REDESCRIBE_EVERY == 0:
            _describe(rumour, desk_by_id(rumour.desk_id))
        _log(rumour, actor, "tip_joined", {"tip": str(tip_id)})


def _describe(rumour: Rumour, desk: DeskInfo) -> None:
    """Tell the catalogue how this open rumour sounds: its claim and its first tips."""
    first = list(rumour.sightings.order_by("at", "id").values_list("tip_id", flat=True)[:WORDINGS])
    texts = [row.text[:ENGINE_TEXT_MAX] for row in tips.tip_texts(first) if row.text]
    claims = [claim for claim in (rumour.claim_vi, rumour.claim_en) if claim]
    wordings = claims + texts
    put_document(
        desk=desk,
        kind=DocumentKind.OPEN,
        object_id=rumour.id,
        lang=rumour.lang,
        url="",
        claim=wordings[0] if wordings else rumour.headline,
        wordings=wordings[1:],
        topic=rumour.topic,
        version=rumour.edit_number + 1,
    )


def forget_texts(*, tip_ids: list[UUID]) -> None:
    """Tip texts were removed after twelve months: what we copied of them goes too."""
    for rumour in Rumour.objects.select_for_update().filter(sightings__tip_id__in=tip_ids).distinct().order_by("id"):
        first = rumour.sightings.order_by("at", "id").values_list("tip_id", flat=True).first()
        if first in tip_ids:
            rumour.headline = rumour.claim_vi or rumour.claim_en or f"#{rumour.number}"
            rumour.headline = rumour.headline[:HEADLINE_MAX]
            rumour.save(update_fields=["headline"])
        if rumour.state in workflow.OPEN:
            _describe(rumour, desk_by_id(rumour.desk_id))


# -- work on a rumour --------------------------------------------------------------------------------------------------


def take_ownership(*, rumour_id: UUID, viewer: Viewer) -> None:
    """ "I am working on this." Taking over from a colleague is allowed and logged."""
    with transaction.atomic():
        rumour = _locked(rumour_id)
        _check(viewer, "rumours.work", rumour.desk_id)
        rumour.owner_id = viewer.id
        if "investigate" in workflow.verbs_from(rumour.state):
            _move(rumour, "investigate", "owner_id")
        else:
            _touch(rumour, "owner_id")
        _log(rumour, viewer.actor, "rumour_taken")


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
        rumour = _locked(rumour_id)
        desk = _check(viewer, "rumours.work", rumour.desk_id)
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
        fields = ("claim_vi", "claim_en", "topic", "speaker_kind", "speaker_office", "involves_publisher")
        if rumour.state == RumourState.NEW:
            _move(rumour, "triage", *fields, "not_involved_reason")
        else:
            _touch(rumour, *fields, "not_involved_reason")
        _describe(rumour, desk)
        _log(rumour, viewer.actor, "claim_stated", {"topic": topic, "involves_publisher": involves_publisher})


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
        rumour = _locked(rumour_id)
        desk = _check(viewer, "rumours.work", rumour.desk_id)
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
            added_by_id=_person(viewer),
            added_at=desk_now(desk),
        )
        _touch(rumour)
        _log(rumour, viewer.actor, "exhibit_added", {"exhibit": str(exhibit.id), "stance": stance})
    return exhibit.id


def remove_exhibit(*, exhibit_id: UUID, viewer: Viewer) -> None:
    """Take an exhibit away. The database refuses it for the last independent one under a verdict."""
    with transaction.atomic():
        exhibit = Exhibit.objects.select_for_update().filter(id=exhibit_id).first()
        if exhibit is None:
            return
        rumour = _locked(exhibit.rumour_id)
        _check(viewer, "rumours.work", rumour.desk_id)
        if rumour.state in {RumourState.ANSWERED, RumourState.IN_REVIEW}:
            raise RumourProblem(_("An exhibit of a reviewed or published answer stays. Reopen the rumour first."))
        exhibit.delete()
        _touch(rumour)
        _log(rumour, viewer.actor, "exhibit_removed", {"exhibit": str(exhibit_id)})


def add_task(*, rumour_id: UUID, viewer: Viewer, kind: str, note: str, assignee_id: UUID | None = None) -> UUID:
    """Something to be done; kinds are a closed list."""
    if kind not in TaskKind.values():
        raise RumourProblem(_("Choose what is to be done."), "kind")
    with transaction.atomic():
        rumour = _locked(rumour_id)
        desk = _check(viewer, "rumours.work", rumour.desk_id)
        task = Task.objects.create(
            desk_id=desk.id,
            desk_kind=desk.kind,
            rumour=rumour,
            kind=kind,
            note=clean_line(note)[:300],
            assignee_id=assignee_id,
            created_at=desk_now(desk),
        )
        _log(rumour, viewer.actor, "task_added", {"task": str(task.id), "kind": kind})
    return task.id


def finish_task(*, task_id: UUID, viewer: Viewer) -> None:
    """Done. Saying it twice changes nothing."""
    with transaction.atomic():
        task = Task.objects.select_for_update().filter(id=task_id).first()
        if task is None or task.done_at is not None:
            return
        rumour = _locked(task.rumour_id)
        desk = _check(viewer, "rumours.work", rumour.desk_id)
        task.done_at = desk_now(desk)
        task.save(update_fields=["done_at"])
        _log(rumour, viewer.actor, "task_done", {"task": str(task.id)})


# -- its end -----------------------------------------------------------------------------------------------------------


def close(*, rumour_id: UUID, viewer: Viewer, reason: str) -> None:
    """No verdict, for a reason of the closed list; the senders' private pages say which."""
    if reason not in ClosingReason.values():
        raise RumourProblem(_("Choose why it is closed."), "reason")
    with transaction.atomic():
        rumour = _locked(rumour_id)
        _check(viewer, "rumours.work", rumour.desk_id)
        rumour.closing_reason = reason
        _move(rumour, "close", "closing_reason")
        withdraw_document(kind=DocumentKind.OPEN, object_id=rumour.id)
        intake.close_tips(tip_ids=_tip_ids(rumour), reason=ClosingReason(reason))
        _log(rumour, viewer.actor, "rumour_closed", {"reason": reason})


def reopen(*, rumour_id: UUID, viewer: Viewer, why: str) -> None:
    """New facts: worked on again. A published answer stays published until a correction replaces it."""
    with transaction.atomic():
        rumour = _locked(rumour_id)
        desk = _check(viewer, "rumours.work", rumour.desk_id)
        was_closed = rumour.state == RumourState.CLOSED
        rumour.closing_reason = ""
        _move(rumour, "reopen", "closing_reason")
        if was_closed:
            intake.reopen_tips(tip_ids=_tip_ids(rumour))
            _describe(rumour, desk)
        record(
            actor=viewer.actor,
            verb="reopened_because",
            object_kind="rumour",
            object_id=rumour.id,
            desk_id=rumour.desk_id,
            data={"words": len(clean_line(why).split())},
        )
        _log(rumour, viewer.actor, "rumour_reopened")


def merge(*, rumour_id: UUID, into_number: int, viewer: Viewer) -> None:
    """The same claim as another rumour of this desk: its tips, exhibits and tasks move there."""
    with transaction.atomic():
        rumour = _locked(rumour_id)
        desk = _check(viewer, "rumours.work", rumour.desk_id)
        target = Rumour.objects.select_for_update().filter(desk_id=desk.id, number=into_number).first()
        if target is None or target.id == rumour.id:
            raise RumourProblem(_("There is no other rumour with this number at this desk."), "into")
        if target.state not in workflow.OPEN:
            raise RumourProblem(_("That rumour is answered or closed already. Reopen it first."), "into")
        rumour.merged_into = target
        _move(rumour, "merge", "merged_into")
        withdraw_document(kind=DocumentKind.OPEN, object_id=rumour.id)
        rumour.sightings.update(rumour=target)
        rumour.exhibits.update(rumour=target)
        rumour.tasks.update(rumour=target)
        _describe(target, desk)
        _touch(target)
        _log(rumour, viewer.actor, "rumour_merged", {"into": str(target.id)})
        _log(target, viewer.actor, "rumour_joined", {"from": str(rumour.id)})


def send_to_review(*, rumour_id: UUID, viewer: Viewer) -> None:
    """An article version waits for a second person."""
    _step(rumour_id, viewer, "send_to_review")


def back_to_work(*, rumour_id: UUID, viewer: Viewer) -> None:
    """The second person wants changes."""
    _step(rumour_id, viewer, "back_to_work")


def _step(rumour_id: UUID, viewer: Viewer, verb: str) -> None:
    with transaction.atomic():
        rumour = _locked(rumour_id)
        _check(viewer, workflow.TRANSITIONS[verb].perm, rumour.desk_id)
        _move(rumour, verb)
        _log(rumour, viewer.actor, verb)


def mark_answered(*, rumour_id: UUID, viewer: Viewer, documents: Mapping[str, UUID], version: int) -> None:
    """The article is out: the rumour is answered, and a job that commits with it tells everyone who asked."""
    with transaction.atomic():
        rumour = _locked(rumour_id)
        _check(viewer, "articles.publish", rumour.desk_id)
        _move(rumour, "answer")
        withdraw_document(kind=DocumentKind.OPEN, object_id=rumour.id)
        app.configure_task("rumours.tell_askers").defer(
            rumour_id=str(rumour.id), documents={lang: str(key) for lang, key in documents.items()}
        )
        rumour_answered.send(sender=Rumour, rumour_id=rumour.id, desk_id=rumour.desk_id)
        _log(rumour, viewer.actor, "rumour_answered", {"version": version})


def tell_askers(*, rumour_id: UUID, documents: Mapping[str, UUID]) -> int:
    """Give every waiting tip of the rumour its answer. Safe to repeat."""
    ids = list(Sighting.objects.filter(rumour_id=rumour_id).order_by("id").values_list("tip_id", flat=True))
    return intake.answer_tips(tip_ids=ids, document_ids=documents)


def _tip_ids(rumour: Rumour) -> list[UUID]:
    return list(rumour.sightings.order_by("id").values_list("tip_id", flat=True))
