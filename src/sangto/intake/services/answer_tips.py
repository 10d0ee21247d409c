"""The desk's own word: an answer is out, a rumour is closed or opened again. Also: texts go after twelve months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from sangto.audit.services import record
from sangto.audit.types import SYSTEM
from sangto.catalogue.selectors import documents
from sangto.catalogue.services import forget_tips
from sangto.catalogue.types import DocumentInfo
from sangto.intake.models import Reply, Tip
from sangto.intake.services.common import tell
from sangto.intake.signals import tip_texts_removed
from sangto.lib.codes import ClosingReason, TipState
from sangto.network.clock import desk_now

# Tip text, media and vectors are kept for twelve months (DESIGN §2).
TEXT_KEPT_FOR = timedelta(days=365)
# Told in one transaction.
TELL_BATCH = 100


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
    tell(tip, document)


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
            forget_tips(tip_ids=ids)
            record(actor=SYSTEM, verb="tip_texts_removed", object_kind="tip", object_id=None, data={"count": len(ids)})
            tip_texts_removed.send(sender=Tip, tip_ids=ids)
    return len(ids)
