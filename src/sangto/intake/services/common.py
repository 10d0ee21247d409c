"""What several writes of intake do: lock a tip by its link, keep a word on a proposal, tell who asked."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from sangto.audit.services import record
from sangto.audit.types import SYSTEM, Actor
from sangto.catalogue.services import record_label
from sangto.catalogue.types import DocumentInfo, Proposal, SaidBy
from sangto.delivery.services import queue
from sangto.intake.links import follow_token, hash_token
from sangto.intake.models import Reply, Tip
from sangto.intake.types import UnknownTip
from sangto.lib.codes import TipState, Verdict
from sangto.network.selectors import desk as desk_by_id
from sangto.network.selectors import publisher
from sangto.network.types import DeskInfo

# What the machine proposes; "later" is the desk's own answer.
PROPOSED = ("suggest", "answer")


def locked_by_token(token: str) -> Tip:
    tip = Tip.objects.select_for_update().filter(follow_hash=hash_token(token)).first()
    if tip is None:
        raise UnknownTip
    return tip


def label(
    *, desk: DeskInfo, reply: Reply, document: DocumentInfo, right: bool, had_match: bool | None, said_by: SaidBy
) -> None:
    """Somebody's word on this proposal becomes a label for the desk's threshold."""
    if reply.probability is None:
        return
    proposal = Proposal(
        tip_id=reply.tip_id,
        object_id=document.object_id,
        rank=reply.rank,
        decision=reply.decision,
        probability=reply.probability,
        copy=reply.copy,
        blocked=reply.blocked,
        engine=reply.engine,
    )
    record_label(desk=desk, proposal=proposal, right=right, had_match=had_match, said_by=said_by)


def tell(tip: Tip, document: DocumentInfo, *, actor: Actor = SYSTEM) -> None:
    """The tip is answered by this document; where a contact was left, a message is queued."""
    tip.state = TipState.ANSWERED
    tip.closing_reason = ""
    tip.save(update_fields=["state", "closing_reason"])
    record(
        actor=actor,
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
