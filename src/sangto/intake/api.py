"""The programs' way in: POST /api/v1/ask and the settling of a suggestion."""

from __future__ import annotations

import contextlib
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.responses import Status

from sangto.intake import services
from sangto.intake.selectors import tip_by_token
from sangto.intake.types import AnswerShown, BadTip, TipTooLong, UnknownTip
from sangto.lib.codes import LANGUAGES, DoorKind
from sangto.network.selectors import default_desk

router = Router(tags=["ask"])


class AskIn(Schema):
    text: str
    lang: str = "vi"


class EvidenceOut(Schema):
    title: str
    url: str
    passage: str
    date: str


class DifferenceOut(Schema):
    kind: str
    yours: str
    article: str


class AnswerOut(Schema):
    document_id: UUID
    url: str
    claim: str
    verdict: str
    short_answer: str
    probability: float | None
    why: list[str]
    evidence: list[EvidenceOut]
    differences: list[DifferenceOut]


class TipOut(Schema):
    id: UUID
    follow_url: str
    confirm_url: str


class AskOut(Schema):
    decision: str
    answers: list[AnswerOut]
    tip: TipOut


class ConfirmIn(Schema):
    document_id: UUID | None = None


class ConfirmOut(Schema):
    state: str


class Problem(Schema):
    code: str
    message: str


def _answer(shown: AnswerShown) -> dict[str, Any]:
    document = shown.document
    return {
        "document_id": document.id,
        "url": settings.SANGTO_BASE_URL.rstrip("/") + document.url,
        "claim": document.claim,
        "verdict": document.verdict,
        "short_answer": document.short_answer,
        "probability": shown.probability,
        "why": list(shown.why),
        "evidence": [
            {"title": line.title, "url": line.url, "passage": line.passage, "date": line.date}
            for line in document.evidence
        ],
        "differences": [
            {"kind": one["kind"], "yours": one["yours"], "article": one["article"]} for one in shown.differences
        ],
    }


def _once(request: HttpRequest) -> UUID | None:
    with contextlib.suppress(ValueError):
        return UUID(request.headers.get("Idempotency-Key", ""))
    return None


@router.post("/ask", response={200: AskOut, 413: Problem, 422: Problem}, summary="Is this true?")
def ask(request: HttpRequest, body: AskIn) -> Status[Any]:
    """Ask about one message. The header `Idempotency-Key` (a UUID) makes a repeated sending one message."""
    lang = body.lang if body.lang in LANGUAGES else "vi"
    with translation.override(lang):
        try:
            received = services.receive_tip(
                desk=default_desk(), door=DoorKind.API, text=body.text, lang=lang, once=_once(request)
            )
        except BadTip as problem:
            status = 413 if isinstance(problem, TipTooLong) else 422
            return Status(status, {"code": problem.code, "message": str(problem)})
        base = settings.SANGTO_BASE_URL.rstrip("/")
        token = received.page.token
        return Status(
            200,
            {
                "decision": received.decision,
                "answers": [_answer(shown) for shown in received.page.answers],
                "tip": {
                    "id": received.page.id,
                    "follow_url": f"{base}/{lang}/tip/{token}/",
                    "confirm_url": f"{base}/api/v1/tip/{token}/confirm",
                },
            },
        )


@router.post("/tip/{token}/confirm", response={200: ConfirmOut, 404: Problem}, summary="This is it, or not")
def confirm(request: HttpRequest, token: str, body: ConfirmIn) -> Status[Any]:
    """Settle a suggestion: `document_id` is it, null is "not this". What is not confirmed joins a rumour."""
    try:
        services.settle(token=token, document_id=body.document_id)
        return Status(200, {"state": tip_by_token(token, "vi").state})
    except UnknownTip:
        return Status(
            404, {"code": "unknown", "message": _("No message has this link, or it was not offered this answer.")}
        )
