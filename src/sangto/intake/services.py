"""Taking messages in, and telling those who sent them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from sangto.audit.services import announce, record
from sangto.audit.types import PUBLIC, SYSTEM
from sangto.catalogue.search import search
from sangto.catalogue.selectors import documents
from sangto.catalogue.types import DocumentInfo, SearchResult
from sangto.delivery.services import keep_contact, queue
from sangto.delivery.types import InvalidAddress
from sangto.intake import selectors
from sangto.intake.door import leave_names
from sangto.intake.links import follow_token, hash_token
from sangto.intake.models import Door, Reply, Tip
from sangto.intake.signals import reply_settled, tip_texts_removed, tip_unanswered
from sangto.intake.types import TEXT_MAX, BadAddress, EmptyTip, NotText, Received, TipTooLong, UnknownTip
from sangto.lib.cleaning import clean_text, looks_binary
from sangto.lib.codes import LANGUAGES, ClosingReason, DoorKind, TipState, Verdict
from sangto.lib.ids import uuid7
from sangto.network.clock import desk_now
from sangto.network.selectors import desk as desk_by_id
from sangto.network.selectors import publisher
from sangto.network.types import DeskInfo

log = logging.getLogger(__name__)
# Suggestions shown at most; more is a search page, not an answer.
SUGGESTIONS = 3
# A suggestion that nobody settled joins a rumour after this long, so that no question is forgotten.
UNSETTLED_FOR = timedelta(minutes=15)
# Tip text, media and vectors are kept for twelve months (DESIGN §2).
TEXT_KEPT_FOR = timedelta(days=365)
# Told in one transaction.
TELL_BATCH = 100


def check_text(text: str) -> str:
    """The message as we keep it, or a BadTip that says what is wrong in the reader's language."""
    if len(text) > TEXT_MAX:
        raise TipTooLong(
            _(
                "Your message has %(count)s characters; at most 20,000 can be checked at once. Nothing was stored. "
                "Send the part that you want to know about."
            )
            % {"count": f"{len(text):,}"}
        )
    if looks_binary(text):
        raise NotText(_("This is not readable text. Nothing was stored. Paste the words of the message."))
    clean = leave_names(clean_text(text))
    if not any(char.isalnum() for char in clean):
        raise EmptyTip(_("There is nothing to check yet. Paste the message or write the question in your own words."))
    return clean


def receive_tip(
    *,
    desk: DeskInfo,
    door: DoorKind,
    text: str,
    lang: str,
    address: str = "",
    wants_corrections: bool = False,
    once: UUID | None = None,
) -> Received:
    """Take one message in.

    1. Clean it; what names people stays outside.
    2. Ask the index. The search is done before the transaction: it takes time and writes nothing.
    3. One transaction: the tip, what was shown for it, the sealed contact, the log entry, and, where nothing was
       found, the rumour that it joins or opens (a receiver of `tip_unanswered`).

    The same `once` twice gives the first tip again: a form sent twice, or retried after a crash, is one message.
    """
    lang = lang if lang in LANGUAGES else "vi"
    clean = check_text(text)
    if once is not None and (known := Tip.objects.filter(once=once).first()):
        return Received(page=selectors.tip_page(known, lang), decision=_decision_of(known), took_ms=0.0, behind=0)
    result = search(desk=desk, text=clean, lang=lang, top=SUGGESTIONS)
    try:
        tip = _store(
            desk=desk,
            door=door,
            text=clean,
            lang=lang,
            address=address,
            wants_corrections=wants_corrections,
            once=once,
            result=result,
        )
    except IntegrityError:
        # Two sendings of one form at the same moment: the other one won.
        found = Tip.objects.filter(once=once).first() if once else None
        if found is None:
            raise
        tip = found
    return Received(
        page=selectors.tip_page(tip, lang), decision=_decision_of(tip), took_ms=result.took_ms, behind=result.behind
    )


def _decision_of(tip: Tip) -> str:
    return {TipState.ANSWERED: "answer", TipState.SUGGESTED: "suggest"}.get(TipState(tip.state), "none")


def _store(
    *,
    desk: DeskInfo,
    door: DoorKind,
    text: str,
    lang: str,
    address: str,
    wants_corrections: bool,
    once: UUID | None,
    result: SearchResult,
) -> Tip:
    state = {"answer": TipState.ANSWERED, "suggest": TipState.SUGGESTED}.get(result.decision, TipState.WAITING)
    now = desk_now(desk)
    tip_id = uuid7()
    with transaction.atomic():
        contact_id = None
        if address.strip() and desk.kind == "live":
            contact_id = _keep_contact(address, lang, wants_corrections)
        door_row, _made = Door.objects.get_or_create(desk_id=desk.id, kind=door, defaults={"desk_kind": desk.kind})
        tip = Tip.objects.create(
            id=tip_id,
            desk_id=desk.id,
            desk_kind=desk.kind,
            door=door_row,
            text=text,
            lang=lang,
            state=state,
            received_at=now,
            once=once,
            follow_hash=hash_token(follow_token(tip_id)),
            contact_id=contact_id,
        )
        shown = result.hits[: 1 if state == TipState.ANSWERED else SUGGESTIONS] if state != TipState.WAITING else ()
        Reply.objects.bulk_create(
            Reply(
                desk_id=desk.id,
                desk_kind=desk.kind,
                tip=tip,
                document_id=hit.document.id,
                document_version=hit.document.version,
                decision=result.decision,
                rank=rank,
                probability=hit.probability,
                reasons=list(hit.reasons),
                differences=list(hit.differences),
                at=now,
            )
            for rank, hit in enumerate(shown, start=1)
        )
        record(
            actor=PUBLIC,
            verb="tip_received",
            object_kind="tip",
            object_id=tip.id,
            desk_id=desk.id,
            data={"door": str(door), "decision": result.decision},
        )
        announce(kind="tip_received", object_id=tip.id, desk_id=desk.id, desk_kind=desk.kind)
        if state == TipState.WAITING:
            tip_unanswered.send(sender=Tip, tip_id=tip.id, desk=desk, text=text, lang=lang)
        elif state == TipState.SUGGESTED:
            app.configure_task(
                "intake.join_unsettled", schedule_in={"seconds": int(UNSETTLED_FOR.total_seconds())}
            ).defer(tip_id=str(tip.id))
    return tip


def _keep_contact(address: str, lang: str, wants_corrections: bool) -> UUID | None:
    try:
        return keep_contact(address=address.strip(), language=lang, wants_corrections=wants_corrections)
    except InvalidAddress:
        raise BadAddress(
            _(
                "The e-mail address is not complete. Nothing was stored. "
                "Correct it, or leave it empty: the private link works too."
            )
        ) from None


def leave_contact(*, token: str, address: str, wants_corrections: bool) -> None:
    """Tell me by e-mail: add a contact to a tip that still waits."""
    with transaction.atomic():
        tip = _locked(token)
        if tip.contact_id is None and tip.state in {TipState.WAITING, TipState.SUGGESTED} and tip.desk_kind == "live":
            tip.contact_id = _keep_contact(address, tip.lang, wants_corrections)
            tip.save(update_fields=["contact_id"])
            record(actor=PUBLIC, verb="contact_left", object_kind="tip", object_id=tip.id, desk_id=tip.desk_id)


def _locked(token: str) -> Tip:
    tip = Tip.objects.select_for_update().filter(follow_hash=hash_token(token)).first()
    if tip is None:
        raise UnknownTip
    return tip


def settle(*, token: str, document_id: UUID | None) -> None:
    """The asker's word on a suggestion: this document is it, or (None) none of them. Saying it twice changes nothing.

    A confirmed suggestion answers the tip; a refused one joins a rumour. Either is a label for the thresholds.
    """
    with transaction.atomic():
        tip = _locked(token)
        replies = list(tip.replies.select_for_update().filter(decision__in=["suggest", "answer"]))
        chosen = next((reply for reply in replies if reply.document_id == document_id), None)
        if document_id is not None and chosen is None:
            raise UnknownTip
        if not any(reply.confirmed is None for reply in replies):
            return
        now = desk_now(tip.desk_id)
        for reply in replies:
            reply.confirmed = reply is chosen
            reply.settled_at = now
        Reply.objects.bulk_update(replies, ["confirmed", "settled_at"])
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


def answer_tips(*, tip_ids: Sequence[UUID], document_ids: Mapping[str, UUID]) -> int:
    """The article is out: each waiting tip gets its reply and, where a contact was left, a message is queued.

    Safe to repeat: a tip that was told is not told again. Returns how many were told now.
    """
    by_language = _in_languages(document_ids)
    told = 0
    for start in range(0, len(tip_ids), TELL_BATCH):
        with transaction.atomic():
            batch = Tip.objects.select_for_update(skip_locked=False).filter(
                id__in=tip_ids[start : start + TELL_BATCH], state__in=[TipState.WAITING, TipState.SUGGESTED]
            )
            for tip in batch.order_by("id"):
                document = by_language.get(tip.lang) or next(iter(by_language.values()))
                _answer_one(tip, document)
                told += 1
    return told


def _in_languages(document_ids: Mapping[str, UUID]) -> dict[str, DocumentInfo]:
    found = documents(list(document_ids.values()))
    return {lang: found[key] for lang, key in document_ids.items() if key in found}


def _answer_one(tip: Tip, document: DocumentInfo) -> None:
    now = desk_now(tip.desk_id)
    Reply.objects.get_or_create(
        tip=tip,
        document_id=document.id,
        document_version=document.version,
        defaults={
            "desk_id": tip.desk_id,
            "desk_kind": tip.desk_kind,
            "decision": "later",
            "rank": 0,
            "at": now,
            "confirmed": None,
        },
    )
    tip.state = TipState.ANSWERED
    tip.save(update_fields=["state"])
    record(
        actor=SYSTEM,
        verb="tip_answered",
        object_kind="tip",
        object_id=tip.id,
        desk_id=tip.desk_id,
        data={"document": str(document.id), "version": document.version},
    )
    if tip.contact_id is not None and tip.desk_kind == "live":
        subject, body = _answer_mail(tip, document)
        queue(
            desk=desk_by_id(tip.desk_id),
            contact_id=tip.contact_id,
            reason="tip_answered",
            object_id=tip.id,
            subject=subject,
            body=body,
        )


def _answer_mail(tip: Tip, document: DocumentInfo) -> tuple[str, str]:
    """Subject and plain text of "your question was answered", in the asker's language."""
    base = settings.SANGTO_BASE_URL.rstrip("/")
    with translation.override(tip.lang):
        verdict = Verdict(document.verdict).label(tip.lang) if document.verdict else ""
        lines = [
            _("You asked us to check a message. The answer is out."),
            "",
            _("Claim: %(claim)s") % {"claim": document.claim},
            _("Verdict: %(verdict)s") % {"verdict": verdict},
            "",
            document.short_answer,
            "",
            _("The whole answer, with its evidence:"),
            f"{base}{document.url}",
            "",
            _("Your private link, which shows this answer too:"),
            f"{base}/{tip.lang}/tip/{follow_token(tip.id)}/",
            "",
            publisher().name(tip.lang),
        ]
        return _("The answer to what you asked"), "\n".join(lines)


def close_tips(*, tip_ids: Sequence[UUID], reason: ClosingReason) -> int:
    """The desk closed the rumour without a verdict; the private link says why."""
    with transaction.atomic():
        waiting = Tip.objects.filter(id__in=tip_ids, state__in=[TipState.WAITING, TipState.SUGGESTED])
        return waiting.update(state=TipState.CLOSED, closing_reason=reason)


def reopen_tips(*, tip_ids: Sequence[UUID]) -> int:
    """The rumour is worked on again: those who were told "closed" wait again."""
    with transaction.atomic():
        return Tip.objects.filter(id__in=tip_ids, state=TipState.CLOSED).update(
            state=TipState.WAITING, closing_reason=""
        )


def remove_old_texts(*, now: datetime | None = None) -> int:
    """Take away the text of tips after twelve months; the row stays for counts."""
    moment = now or timezone.now()
    with transaction.atomic():
        old = Tip.objects.filter(received_at__lt=moment - TEXT_KEPT_FOR, text_removed_at=None)
        ids = list(old.values_list("id", flat=True)[:5000])
        if ids:
            Tip.objects.filter(id__in=ids).update(text="", text_removed_at=moment)
            # Reasons quote a sentence of the message.
            Reply.objects.filter(tip_id__in=ids).update(reasons=[], differences=[])
            record(actor=SYSTEM, verb="tip_texts_removed", object_kind="tip", object_id=None, data={"count": len(ids)})
            tip_texts_removed.send(sender=Tip, tip_ids=ids)
    return len(ids)
