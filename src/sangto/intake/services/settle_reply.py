"""Somebody's word on what the machine proposed: the asker's, an editor's, or nobody's within a quarter of an hour."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from sangto.audit.services import record
from sangto.audit.types import PUBLIC, SYSTEM, Actor
from sangto.catalogue.selectors import document_of, documents
from sangto.catalogue.types import DocumentInfo, SaidBy
from sangto.intake.models import Reply, Tip
from sangto.intake.selectors import stands
from sangto.intake.services.common import PROPOSED, label, locked_by_token, tell
from sangto.intake.signals import reply_settled, tip_unanswered
from sangto.intake.types import NotAProposal, UnknownTip
from sangto.lib.codes import TipState
from sangto.network.clock import desk_now
from sangto.network.selectors import desk as desk_by_id


def settle(*, token: str, document_id: UUID | None) -> None:
    """The asker's word on a suggestion: this document is it, or (None) none of them. Saying it twice changes nothing,
    and where an editor has found the answer already, that stands.

    A confirmed suggestion answers the tip; a refused one joins a rumour. Either is a label for the threshold: what was
    chosen is right, what was ranked first and not chosen is wrong, and so is everything if nothing was chosen.
    """
    with transaction.atomic():
        tip = locked_by_token(token)
        replies = _proposals(tip)
        chosen = next((reply for reply in replies if reply.document_id == document_id), None)
        if document_id is not None and chosen is None:
            raise UnknownTip
        unsaid = [reply for reply in replies if reply.judged is None]
        if any(reply.judged for reply in replies) or not any(reply.confirmed is None for reply in unsaid):
            return
        now = desk_now(tip.desk_id)
        for reply in unsaid:
            reply.confirmed = reply is chosen
            reply.settled_at = now
        Reply.objects.bulk_update(unsaid, ["confirmed", "settled_at"])
        _label(unsaid, chosen, SaidBy.ASKER)
        desk = desk_by_id(tip.desk_id)
        was = tip.state
        if chosen is not None:
            tip.state = TipState.ANSWERED
        elif was != TipState.CLOSED:
            tip.state = TipState.WAITING
        tip.save(update_fields=["state"])
        record(
            actor=PUBLIC,
            verb="suggestion_settled",
            object_kind="tip",
            object_id=tip.id,
            desk_id=tip.desk_id,
            data={"document": str(document_id) if document_id else "none"},
        )
        reply_settled.send(sender=Reply, tip_id=tip.id, document_id=document_id, confirmed=chosen is not None)
        if chosen is None and was in {TipState.SUGGESTED, TipState.ANSWERED}:
            tip_unanswered.send(sender=Tip, tip_id=tip.id, desk=desk, text=tip.text, lang=tip.lang)


def join_unsettled(*, tip_id: UUID) -> None:
    """A suggestion that its asker did not settle: the desk gets it."""
    with transaction.atomic():
        tip = Tip.objects.select_for_update().filter(id=tip_id, state=TipState.SUGGESTED).first()
        if tip is None:
            return
        tip.state = TipState.WAITING
        tip.save(update_fields=["state"])
        record(actor=SYSTEM, verb="suggestion_unsettled", object_kind="tip", object_id=tip.id, desk_id=tip.desk_id)
        tip_unanswered.send(sender=Tip, tip_id=tip.id, desk=desk_by_id(tip.desk_id), text=tip.text, lang=tip.lang)


def judge(*, reply_id: UUID, right: bool, actor: Actor) -> None:
    """An editor's word on one proposal; whether they may is asked by the room whose page it is. It can be changed.

    1. It is a label, and outweighs the asker's.
    2. Right: who still waits is answered with it, and told.
    3. Wrong: who was given it, or asked about it, and has nothing else, waits again, and the message joins a rumour.

    Raises NotAProposal where there is nothing to judge: the message is gone after twelve months, the answer withdrawn.
    """
    with transaction.atomic():
        tip = Tip.objects.select_for_update().filter(replies__id=reply_id).first()
        replies = _proposals(tip) if tip else []
        reply = next((one for one in replies if one.id == reply_id), None)
        if tip is None or reply is None or tip.text_removed_at is not None:
            raise NotAProposal
        document = documents([reply.document_id])[reply.document_id]
        document = document_of(document.object_id, tip.lang) or document
        if right and document.withdrawn_at is not None:
            raise NotAProposal
        if reply.judged is right:
            return
        reply.judged, reply.judged_at = right, desk_now(tip.desk_id)
        reply.save(update_fields=["judged", "judged_at"])
        if right:
            # Where somebody said that another one fits too, that is not taken back by this.
            silent = [one for one in replies if one.judged is None and not one.confirmed]
            _label([reply, *silent], reply, SaidBy.EDITOR)
        else:
            fits = any(one.judged or (one.judged is None and one.confirmed) for one in replies)
            _label([reply], None, SaidBy.EDITOR, had_match=True if fits else None)
        verb = "proposal_accepted" if right else "proposal_rejected"
        record(
            actor=actor,
            verb=verb,
            object_kind="tip",
            object_id=tip.id,
            desk_id=tip.desk_id,
            data={"document": str(reply.document_id)},
        )
        if right and tip.state != TipState.ANSWERED:
            tell(tip, document, actor=actor)
        elif not right:
            _take_away(tip)


def _take_away(tip: Tip) -> None:
    """A proposal was refused by an editor: a tip that has no other waits for the desk."""
    replies = list(tip.replies.all())
    if tip.state == TipState.ANSWERED:
        left = any(stands(reply) for reply in replies)
    elif tip.state == TipState.SUGGESTED:
        left = any(reply.judged is None for reply in replies)
    else:
        return
    if not left:
        tip.state = TipState.WAITING
        tip.save(update_fields=["state"])
        tip_unanswered.send(sender=Tip, tip_id=tip.id, desk=desk_by_id(tip.desk_id), text=tip.text, lang=tip.lang)


def _proposals(tip: Tip) -> list[Reply]:
    return list(tip.replies.select_for_update().filter(decision__in=PROPOSED))


def _label(replies: Iterable[Reply], chosen: Reply | None, said_by: SaidBy, had_match: bool | None = False) -> None:
    """One word as labels: of what was not chosen only the first is wrong for sure, unless nothing was."""
    said = [reply for reply in replies if chosen is None or reply is chosen or reply.rank == 1]
    found: dict[UUID, DocumentInfo] = documents([reply.document_id for reply in said])
    for reply in said:
        label(
            desk=desk_by_id(reply.desk_id),
            reply=reply,
            document=found[reply.document_id],
            right=reply is chosen,
            had_match=True if chosen is not None else had_match,
            said_by=said_by,
        )
