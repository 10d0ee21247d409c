"""Writes of the catalogue: what can be matched (the index follows by the event feed), labels, and tunings."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from sangto.audit.services import announce, record
from sangto.audit.types import Actor, EventRow
from sangto.catalogue import engine
from sangto.catalogue.models import Document, Label, Tuning
from sangto.catalogue.selectors import tuned
from sangto.catalogue.types import EvidenceLine, NothingToApply, NothingToTakeBack, Proposal, SaidBy
from sangto.lib.codes import DocumentKind
from sangto.matching.tuning import Step
from sangto.network.clock import desk_now
from sangto.network.selectors import desk as desk_by_id
from sangto.network.services import set_careful
from sangto.network.types import DeskInfo

DOCUMENT_PUT = "document_put"
DOCUMENT_WITHDRAWN = "document_withdrawn"
DOCUMENT_EVENTS = (DOCUMENT_PUT, DOCUMENT_WITHDRAWN)
# An open rumour can have thousands of tips; the first wordings say nearly all that later ones say.
WORDINGS_MAX = 40


def concerns(event: EventRow, desk_kind: str, kind: str) -> bool:
    """Whether the event changes the index of these documents."""
    return event.desk_kind == desk_kind and event.data.get("kind") == kind


def put_document(
    *,
    desk: DeskInfo,
    kind: str,
    object_id: UUID,
    lang: str,
    url: str,
    claim: str,
    version: int,
    title: str = "",
    short_answer: str = "",
    verdict: str = "",
    topic: str = "",
    wordings: Sequence[str] = (),
    evidence: Sequence[EvidenceLine] = (),
) -> UUID:
    """Make the object findable in this language, or replace what stood there; its id stays the same for ever."""
    with transaction.atomic():
        document, _made = Document.objects.update_or_create(
            kind=kind,
            object_id=object_id,
            lang=lang,
            defaults={
                "desk_id": desk.id,
                "desk_kind": desk.kind,
                "url": url,
                "claim": claim,
                "title": title,
                "short_answer": short_answer,
                "verdict": verdict,
                "topic": topic,
                "wordings": list(wordings)[:WORDINGS_MAX],
                "evidence": [
                    {"title": line.title, "url": line.url, "passage": line.passage, "date": line.date}
                    for line in evidence
                ],
                "version": version,
                "put_at": timezone.now(),
                "withdrawn_at": None,
            },
        )
        announce(
            kind=DOCUMENT_PUT,
            object_id=object_id,
            desk_id=desk.id,
            desk_kind=desk.kind,
            data={"kind": kind, "lang": lang, "version": version},
        )
    return document.id


def withdraw_document(*, kind: str, object_id: UUID) -> int:
    """Take the object out of search in every language; returns how many documents were withdrawn.

    An answer's row stays, because replies point at it. An open rumour's row goes: it holds what people wrote.
    """
    with transaction.atomic():
        standing = Document.objects.select_for_update().filter(kind=kind, object_id=object_id, withdrawn_at=None)
        rows = list(standing.values_list("desk_id", "desk_kind"))
        if not rows:
            return 0
        if kind == DocumentKind.OPEN:
            standing.delete()
        else:
            standing.update(withdrawn_at=timezone.now())
        desk_id, desk_kind = rows[0]
        announce(
            kind=DOCUMENT_WITHDRAWN, object_id=object_id, desk_id=desk_id, desk_kind=desk_kind, data={"kind": kind}
        )
    return len(rows)


def record_label(*, desk: DeskInfo, proposal: Proposal, right: bool, had_match: bool | None, said_by: SaidBy) -> None:
    """Keep somebody's word on a proposal. The same person's second word replaces the first; an editor's outweighs the
    asker's, whichever came first.
    """
    with transaction.atomic():
        same = Label.objects.select_for_update().filter(tip_id=proposal.tip_id, object_id=proposal.object_id)
        if said_by is SaidBy.EDITOR:
            same.filter(said_by=SaidBy.ASKER).update(stands=False)
        about = Label.objects.filter(desk_id=desk.id, object_id=proposal.object_id, right=True, stands=True)
        Label.objects.update_or_create(
            tip_id=proposal.tip_id,
            object_id=proposal.object_id,
            said_by=said_by,
            defaults={
                "desk_id": desk.id,
                "desk_kind": desk.kind,
                "right": right,
                "had_match": had_match,
                "rank": proposal.rank,
                "decision": proposal.decision,
                "probability": proposal.probability,
                "copy": proposal.copy,
                "blocked": proposal.blocked,
                "engine": proposal.engine,
                "nth": 1 + about.exclude(tip_id=proposal.tip_id).count(),
                "stands": said_by is SaidBy.EDITOR or not same.filter(said_by=SaidBy.EDITOR).exists(),
                "said_at": desk_now(desk),
            },
        )


def forget_tips(*, tip_ids: Sequence[UUID]) -> int:
    """The texts of these tips are gone after twelve months: of their labels only numbers stay."""
    with transaction.atomic():
        return Label.objects.filter(tip_id__in=tip_ids).update(tip_id=None, object_id=None)


def apply_tuning(*, desk: DeskInfo, actor: Actor) -> int:
    """Let the desk answer as its labels say now, and keep the figures; the number of the new tuning.

    What they say is computed here, so that nothing laxer than they show can be stored. Raises NothingToApply.
    """
    with transaction.atomic():
        desk = _locked(desk)
        found = tuned(desk)
        if found.step is Step.STAY:
            raise NothingToApply
        after = found.after
        tuning = Tuning.objects.create(
            desk_id=desk.id,
            desk_kind=desk.kind,
            number=Tuning.objects.filter(desk_id=desk.id).count() + 1,
            careful=after.careful,
            answer_at=None if after.careful else after.answer_at,
            engine=engine.mark(),
            step=found.step,
            figures=found.as_json(),
            was_careful=desk.careful,
            by_kind=actor.kind,
            by_id=actor.id,
            at=desk_now(desk),
        )
        if after.careful != desk.careful:
            set_careful(desk_id=desk.id, careful=after.careful, actor=actor)
        _tell(tuning, "tuning_applied", actor)
    return tuning.number


def take_back_tuning(*, desk: DeskInfo, actor: Actor) -> int:
    """Let the desk answer as it did before its newest tuning; the number of the one taken back.

    The older one can be laxer than labels show by now: a person asks for that, it never happens by itself.
    """
    with transaction.atomic():
        desk = _locked(desk)
        standing = list(Tuning.objects.filter(desk_id=desk.id, taken_back_at=None).order_by("-number")[:2])
        if not standing:
            raise NothingToTakeBack
        tuning = standing[0]
        tuning.taken_back_at = desk_now(desk)
        tuning.save(update_fields=["taken_back_at"])
        careful = standing[1].careful if len(standing) > 1 else tuning.was_careful
        if careful != desk.careful:
            set_careful(desk_id=desk.id, careful=careful, actor=actor)
        _tell(tuning, "tuning_taken_back", actor)
    return tuning.number


def _locked(desk: DeskInfo) -> DeskInfo:
    """The desk as it is now; two who tune it at the same moment come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [str(desk.id)])
    return desk_by_id(desk.id)


def _tell(tuning: Tuning, verb: str, actor: Actor) -> None:
    data = {"number": tuning.number, "step": tuning.step, "careful": tuning.careful, "answer_at": tuning.answer_at}
    record(actor=actor, verb=verb, object_kind="tuning", object_id=tuning.id, desk_id=tuning.desk_id, data=data)
    announce(kind=verb, object_id=tuning.id, desk_id=tuning.desk_id, desk_kind=tuning.desk_kind, data=data)
