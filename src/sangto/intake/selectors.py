"""Reads of the intake room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sangto.catalogue.selectors import document_of, documents
from sangto.intake.links import follow_token, hash_token
from sangto.intake.models import Reply, Tip
from sangto.intake.reasons import difference_words, why
from sangto.intake.types import AnswerShown, ProposalShown, TipPage, TipText, UnknownTip
from sangto.lib.codes import TipState
from sangto.network.types import DeskInfo


def tip_by_token(token: str, lang: str) -> TipPage:
    """What the private link with this token shows; UnknownTip for a guessed one."""
    tip = Tip.objects.filter(follow_hash=hash_token(token)).first()
    if tip is None:
        raise UnknownTip
    return tip_page(tip, lang, token=token)


def tip_page(tip: Tip, lang: str, *, token: str = "") -> TipPage:
    """The page of this tip. Each answer is shown in the reader's language where there is one."""
    replies = list(tip.replies.order_by("rank", "-at"))
    found = documents([reply.document_id for reply in replies])
    shown: list[AnswerShown] = []
    for reply in replies:
        document = found.get(reply.document_id)
        if document is None or reply.judged is False or (tip.state == TipState.ANSWERED and not stands(reply)):
            continue
        if document.lang != lang:
            document = document_of(document.object_id, lang) or document
        shown.append(
            AnswerShown(
                document=document,
                probability=reply.probability,
                decision=reply.decision,
                confirmed=reply.confirmed,
                why=why(reply.reasons),
                differences=tuple(difference_words(one) for one in reply.differences),
            )
        )
    if tip.state in {TipState.WAITING, TipState.CLOSED}:
        shown = []
    return TipPage(
        id=tip.id,
        token=token or follow_token(tip.id),
        text=tip.text,
        lang=tip.lang,
        state=tip.state,
        received_at=tip.received_at,
        answers=tuple(shown),
        closing_reason=tip.closing_reason,
        has_contact=tip.contact_id is not None,
        settled=any(reply.judged for reply in replies)
        or all(reply.confirmed is not None for reply in replies if reply.decision != "later" and reply.judged is None),
    )


def stands(reply: Reply) -> bool:
    """In an answered tip: the direct answer, the confirmed suggestion, or the later article; an editor's word first."""
    if reply.judged is not None:
        return reply.judged
    return (
        reply.decision == "later" or reply.confirmed is True or (reply.decision == "answer" and reply.confirmed is None)
    )


def proposals(tip_ids: Collection[UUID]) -> dict[UUID, tuple[ProposalShown, ...]]:
    """What the machine proposed for these tips, best first, with what was said about it; tips without are left out."""
    rows = list(Reply.objects.filter(tip_id__in=tip_ids).exclude(decision="later").order_by("rank", "id"))
    found = documents({row.document_id for row in rows})
    shown: dict[UUID, list[ProposalShown]] = {}
    for row in rows:
        shown.setdefault(row.tip_id, []).append(
            ProposalShown(
                id=row.id,
                desk_id=row.desk_id,
                tip_id=row.tip_id,
                document=found[row.document_id],
                decision=row.decision,
                probability=row.probability,
                confirmed=row.confirmed,
                judged=row.judged,
                differences=tuple(difference_words(one) for one in row.differences),
            )
        )
    return {tip_id: tuple(group) for tip_id, group in shown.items()}


def proposal_desk(reply_id: UUID) -> tuple[UUID, UUID] | None:
    """The tip and the desk of a proposal; None where there is none."""
    return Reply.objects.filter(id=reply_id).exclude(decision="later").values_list("tip_id", "desk_id").first()


def unjudged(desk: DeskInfo, limit: int) -> list[TipText]:
    """The newest tips for which the machine proposed something and nobody said a word about it.

    Those whose asker is being asked right now, and those whose text is gone, are left out.
    """
    silent = Reply.objects.filter(desk_id=desk.id, rank=1, confirmed=None, judged=None).exclude(decision="later")
    tips = Tip.objects.filter(desk_id=desk.id, text_removed_at=None, replies__in=silent)
    rows = tips.exclude(state=TipState.SUGGESTED).order_by("-received_at", "-id")[:limit]
    return [TipText(id=row.id, text=row.text, lang=row.lang, at=row.received_at, state=row.state) for row in rows]


def tip_texts(ids: Collection[UUID]) -> list[TipText]:
    """The texts of these tips, oldest first."""
    rows = Tip.objects.filter(id__in=ids).order_by("received_at", "id")
    return [TipText(id=row.id, text=row.text, lang=row.lang, at=row.received_at, state=row.state) for row in rows]


def waiting(ids: Sequence[UUID]) -> list[UUID]:
    """Which of these still wait for an answer."""
    states = [TipState.WAITING, TipState.SUGGESTED]
    return list(Tip.objects.filter(id__in=ids, state__in=states).order_by("id").values_list("id", flat=True))


def tips_since(desk: DeskInfo, since: datetime) -> int:
    """How many messages came to the desk since then."""
    return Tip.objects.filter(desk_id=desk.id, received_at__gte=since).count()


def door_of(tip_id: UUID) -> str:
    """The kind of door by which the message came; '' for one that is gone."""
    return Tip.objects.filter(id=tip_id).values_list("door__kind", flat=True).first() or ""


def doors_of(tip_ids: Collection[UUID]) -> list[str]:
    """The kinds of doors by which these messages came, each once."""
    return sorted(set(Tip.objects.filter(id__in=tip_ids).values_list("door__kind", flat=True)))
