"""Tips come in: a new rumour, or one more tip of a known one."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Max

from sangto.audit.types import SYSTEM, Actor
from sangto.catalogue.search import search
from sangto.catalogue.services import put_document
from sangto.intake import selectors as tips
from sangto.lib.cleaning import shorten
from sangto.lib.codes import (
    DocumentKind,
)
from sangto.lib.folding import fold, words
from sangto.network.clock import desk_now
from sangto.network.selectors import desk as desk_by_id
from sangto.network.types import DeskInfo
from sangto.rumours import workflow
from sangto.rumours.models import Rumour, Sighting
from sangto.rumours.services import run_clock, triage_rumour
from sangto.rumours.services.common import locked, log
from sangto.rumours.services.run_clock import start_clock
from sangto.rumours.services.triage_rumour import assess, is_worth_a_look, read_text

HEADLINE_MAX = 160
# An engine text longer than this says nothing more about which claim it is.
ENGINE_TEXT_MAX = 2000
# Texts of tips that describe an open rumour to the engine; the next hundred tips say nothing new.
WORDINGS = 20
# The first tips each make a better description; later ones every so often.
REDESCRIBE_EVERY = 10


def take_tip(*, tip_id: UUID, desk: DeskInfo, text: str, lang: str) -> UUID:
    """A message that nothing answers: one more tip of an open rumour if the machine is sure, else a new rumour.

    Runs inside the transaction that stored the tip. Two equal messages at the same moment open one rumour: a lock for
    the desk and the text, held until commit. A tip comes here again when an answer that it had is refused: it stays
    where it is while that rumour is open, else it leaves.
    """
    known = Sighting.objects.select_related("rumour").filter(tip_id=tip_id).first()
    if known is not None:
        if known.rumour.state in workflow.OPEN:
            return known.rumour_id
        _leave(known)
    digest = hashlib.sha256(" ".join(words(fold(text))).encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{desk.id}:{digest}"])
    # Locked, so that one whose answer is being published right now is either told with the others or no longer open.
    still_open = Rumour.objects.select_for_update().filter(state__in=[state.value for state in workflow.OPEN])
    same = still_open.filter(desk_id=desk.id, text_hash=digest).order_by("opened_at").first()
    if same is not None:
        join_tip(rumour_id=same.id, tip_id=tip_id, probability=1.0)
        return same.id
    result = search(desk=desk, text=text, lang=lang, kind=DocumentKind.OPEN, top=3)
    if result.decision == "answer" and result.hits:
        target = still_open.filter(id=result.hits[0].document.object_id).first()
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
            due_at=now,
            changed_at=now,
        )
        if tip_id is not None:
            Sighting.objects.create(
                desk_id=desk.id, desk_kind=desk.kind, rumour=rumour, tip_id=tip_id, at=now, probability=None
            )
            _count(rumour, tip_id, now)
        read_text(rumour, text)
        assess(rumour, now=now)
        start_clock(rumour)
        rumour.save(update_fields=[*triage_rumour.FIELDS, *run_clock.FIELDS])
        describe(rumour, desk)
        log(rumour, actor, "rumour_opened")
    return rumour.id


def join_tip(*, rumour_id: UUID, tip_id: UUID, probability: float | None, actor: Actor = SYSTEM) -> None:
    """One more tip of this rumour."""
    with transaction.atomic():
        rumour = locked(rumour_id)
        now = desk_now(rumour.desk_id)
        Sighting.objects.create(
            desk_id=rumour.desk_id,
            desk_kind=rumour.desk_kind,
            rumour=rumour,
            tip_id=tip_id,
            at=now,
            probability=probability,
        )
        _count(rumour, tip_id, now)
        if is_worth_a_look(rumour):
            read_text(rumour, next((tip.text for tip in tips.tip_texts([tip_id])), ""))
            assess(rumour, now=now)
            rumour.save(update_fields=[*triage_rumour.FIELDS, *run_clock.FIELDS])
        if rumour.tip_count <= WORDINGS or rumour.tip_count % REDESCRIBE_EVERY == 0:
            describe(rumour, desk_by_id(rumour.desk_id))
        log(rumour, actor, "tip_joined", {"tip": str(tip_id)})


def _leave(sighting: Sighting) -> None:
    """The tip is about something else than the rumour that it was joined to; what was copied of its text goes along."""
    rumour = locked(sighting.rumour_id)
    _forget_headline(rumour, [sighting.tip_id])
    sighting.delete()
    recount(rumour)
    log(rumour, SYSTEM, "tip_left", {"tip": str(sighting.tip_id)})


def _count(rumour: Rumour, tip_id: UUID, now: datetime) -> None:
    """One more message, by which door, and when: the row is ours until commit."""
    door = tips.door_of(tip_id)
    rumour.tip_count += 1
    rumour.last_tip_at = now
    rumour.doors = sorted({*rumour.doors, door} - {""})
    rumour.save(update_fields=["tip_count", "last_tip_at", "doors"])


def recount(rumour: Rumour) -> None:
    """Reach from the tips that are there now: after some of them moved."""
    found = rumour.sightings.aggregate(count=Count("id"), last=Max("at"))
    rumour.tip_count, rumour.last_tip_at = found["count"], found["last"]
    rumour.doors = tips.doors_of(list(rumour.sightings.values_list("tip_id", flat=True)))
    rumour.save(update_fields=["tip_count", "last_tip_at", "doors"])


def describe(rumour: Rumour, desk: DeskInfo) -> None:
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
    touched = Sighting.objects.filter(tip_id__in=tip_ids).values("rumour_id")
    for rumour in Rumour.objects.select_for_update().filter(id__in=touched).order_by("id"):
        _forget_headline(rumour, tip_ids)
        if rumour.state in workflow.OPEN:
            describe(rumour, desk_by_id(rumour.desk_id))


def _forget_headline(rumour: Rumour, tip_ids: Collection[UUID]) -> None:
    """The headline is how the first tip put it: it goes with that tip."""
    first = rumour.sightings.order_by("at", "id").values_list("tip_id", flat=True).first()
    if first in tip_ids:
        rumour.headline = (rumour.claim_vi or rumour.claim_en or f"#{rumour.number}")[:HEADLINE_MAX]
        rumour.save(update_fields=["headline"])
