"""One message comes in: cleaned, asked of the index, stored with what was shown for it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from sangto.audit.services import announce, record
from sangto.audit.types import PUBLIC
from sangto.catalogue.search import search
from sangto.catalogue.types import SearchResult
from sangto.delivery.services import keep_contact
from sangto.delivery.types import InvalidAddress
from sangto.intake import selectors
from sangto.intake.door import leave_names
from sangto.intake.links import follow_token, hash_token
from sangto.intake.models import Door, Reply, Tip
from sangto.intake.services.common import locked_by_token
from sangto.intake.signals import tip_unanswered
from sangto.intake.types import TEXT_MAX, BadAddress, EmptyTip, NotText, Received, TipTooLong
from sangto.lib.cleaning import clean_text, looks_binary
from sangto.lib.codes import LANGUAGES, DoorKind, TipState
from sangto.lib.ids import uuid7
from sangto.network.clock import desk_now
from sangto.network.types import DeskInfo

# Suggestions shown at most; more is a search page, not an answer.
SUGGESTIONS = 3
# A suggestion that nobody settled joins a rumour after this long, so that no question is forgotten.
UNSETTLED_FOR = timedelta(minutes=15)


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
                copy=hit.copy,
                blocked=hit.blocked,
                engine=result.engine,
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
        tip = locked_by_token(token)
        if tip.contact_id is None and tip.state in {TipState.WAITING, TipState.SUGGESTED} and tip.desk_kind == "live":
            tip.contact_id = _keep_contact(address, tip.lang, wants_corrections)
            tip.save(update_fields=["contact_id"])
            record(actor=PUBLIC, verb="contact_left", object_kind="tip", object_id=tip.id, desk_id=tip.desk_id)
