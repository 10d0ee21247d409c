"""Publishing, correcting in public, retracting."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sangto.audit.services import announce, record
from sangto.catalogue.services import put_document, withdraw_document
from sangto.catalogue.types import EvidenceLine
from sangto.intake.selectors import tip_texts
from sangto.lib.cleaning import clean_line
from sangto.lib.codes import ArticleState, CorrectionKind, DocumentKind, RumourState
from sangto.network.clock import desk_now
from sangto.network.selectors import desk as desk_of
from sangto.network.types import DeskInfo, Viewer
from sangto.publishing.errors import InvalidText, NotAllowed, WrongState
from sangto.publishing.models import Article, ArticleVersion, Correction, Publication
from sangto.publishing.rules import against_publishing
from sangto.publishing.selectors import article_path, facts_of
from sangto.publishing.services.versions import draft_of, locked_version, person_of, refused_clearly
from sangto.publishing.signals import article_corrected, article_published, article_retracted
from sangto.publishing.types import CorrectionInput
from sangto.publishing.wording import CORRECTION_MAX, fault, is_empty
from sangto.rumours import selectors as rumours
from sangto.rumours import services as rumour_services
from sangto.rumours.workflow import NotNow

# Messages of the rumour's askers that help the next asker find the answer; further ones say nothing new.
WORDINGS = 30
WORDING_MAX = 2_000


def publish_version(*, version_id: UUID, viewer: Viewer, correction: CorrectionInput | None = None) -> UUID:
    """Publish an approved version under the publisher's name, and answer everyone who waits.

    1. The rules again, with every reason in words; then PostgreSQL's own checks at the insert.
    2. The publication; for a second one also the public words about the change.
    3. What can be searched, in each language that has text.
    4. The rumour is answered: the tips that wait get their answer.
    """
    if correction is not None:
        correction = _checked(correction)
        if correction.kind == CorrectionKind.RETRACTION:
            raise WrongState(_("To retract an article, use “Retract”."))
    with refused_clearly(), transaction.atomic():
        article, version, desk, publication = _put_out(version_id, viewer, correction, ArticleState.PUBLISHED)
        documents = _put_documents(article, version, desk)
        try:
            rumour_services.mark_answered(
                rumour_id=article.rumour_id, viewer=viewer, documents=documents, version=version.number
            )
        except NotNow as problem:
            raise WrongState(_("The rumour was closed meanwhile. Reopen it first.")) from problem
        record(
            actor=viewer.actor,
            verb="article_published",
            object_kind="article",
            object_id=article.id,
            desk_id=desk.id,
            data={
                "version": version.number,
                "verdict": version.verdict,
                "correction": correction.kind if correction else None,
            },
        )
        announce(
            kind="article_published",
            object_id=article.id,
            desk_id=desk.id,
            desk_kind=desk.kind,
            data={"version": version.number, "correction": correction.kind if correction else None},
        )
        article_published.send(sender=Publication, article_id=article.id, desk=desk, version=version.number)
        if correction is not None:
            article_corrected.send(
                sender=Publication,
                article_id=article.id,
                desk=desk,
                version=version.number,
                kind=CorrectionKind(correction.kind),
            )
    return publication.id


def retract_article(*, version_id: UUID, viewer: Viewer, text_vi: str, text_en: str) -> UUID:
    """Take the answer back in public: it stays readable with a note, leaves search, and the rumour is open again.

    A retraction is reviewed like any publication: `version_id` is a version that was submitted and approved.
    """
    correction = _checked(CorrectionInput(CorrectionKind.RETRACTION, text_vi, text_en))
    with refused_clearly(), transaction.atomic():
        article, version, desk, publication = _put_out(version_id, viewer, correction, ArticleState.RETRACTED)
        withdraw_document(kind=DocumentKind.ANSWER, object_id=article.id)
        if rumours.rumour(article.rumour_id).state == RumourState.IN_REVIEW:
            rumour_services.back_to_work(rumour_id=article.rumour_id, viewer=viewer)
        record(
            actor=viewer.actor,
            verb="article_retracted",
            object_kind="article",
            object_id=article.id,
            desk_id=desk.id,
            data={"version": version.number},
        )
        announce(
            kind="article_retracted",
            object_id=article.id,
            desk_id=desk.id,
            desk_kind=desk.kind,
            data={"version": version.number},
        )
        article_retracted.send(sender=Publication, article_id=article.id, desk=desk, version=version.number)
    return publication.id


def refresh_documents(*, article_id: UUID) -> dict[str, UUID]:
    """Put what can be searched once more, with the wordings that the rumour's tips still have; nothing if withdrawn."""
    with refused_clearly(), transaction.atomic():
        article = (
            Article.objects.select_for_update()
            .filter(id=article_id, state=ArticleState.PUBLISHED)
            .exclude(public_version=None)
            .first()
        )
        if article is None or article.public_version_id is None:
            return {}
        version = ArticleVersion.objects.get(id=article.public_version_id)
        return _put_documents(article, version, desk_of(article.desk_id))


def forget_tips(*, tip_ids: Collection[UUID]) -> None:
    """The texts of these tips are gone: search forgets what it kept of them."""
    touched = Article.objects.filter(rumour__sightings__tip_id__in=tip_ids, state=ArticleState.PUBLISHED)
    for article_id in touched.order_by("id").values_list("id", flat=True).distinct():
        refresh_documents(article_id=article_id)


def _put_out(
    version_id: UUID, viewer: Viewer, correction: CorrectionInput | None, state: ArticleState
) -> tuple[Article, ArticleVersion, DeskInfo, Publication]:
    article, version, desk = locked_version(version_id)
    person_id = person_of(viewer)
    reasons = against_publishing(viewer, desk, facts_of(article, version))
    if reasons:
        raise NotAllowed(reasons)
    if (article.public_version_id is not None) != (correction is not None):
        if correction is None:
            raise InvalidText({("", "kind"): _("Say in public, in both languages, what changed.")})
        raise WrongState(_("This article is not published yet, so there is nothing to correct."))
    now = desk_now(desk)
    publication = Publication.objects.create(
        article=article,
        version=version,
        desk_id=article.desk_id,
        desk_kind=article.desk_kind,
        person_id=person_id,
        at=now,
    )
    if correction is not None:
        _write_correction(article, version, correction, now)
    article.state = state
    article.public_version = version
    article.first_published_at = article.first_published_at or now
    article.changed_at = now
    article.save(update_fields=["state", "public_version", "first_published_at", "changed_at"])
    return article, version, desk, publication


def _write_correction(article: Article, version: ArticleVersion, correction: CorrectionInput, at: datetime) -> None:
    Correction.objects.create(
        article=article,
        version=version,
        desk_id=article.desk_id,
        desk_kind=article.desk_kind,
        kind=correction.kind,
        text_vi=correction.text_vi,
        text_en=correction.text_en,
        at=at,
    )


def _checked(correction: CorrectionInput) -> CorrectionInput:
    faults = {}
    if correction.kind not in CorrectionKind.values():
        faults["", "kind"] = _("Choose what kind of change it is.")
    for name in ("text_vi", "text_en"):
        text = getattr(correction, name)
        message = fault(text, limit=CORRECTION_MAX)
        if message is not None:
            faults["", name] = str(message)
        elif not clean_line(text):
            faults["", name] = _("Say in this language what changed.")
    if faults:
        raise InvalidText(faults)
    return CorrectionInput(correction.kind, clean_line(correction.text_vi), clean_line(correction.text_en))


def _put_documents(article: Article, version: ArticleVersion, desk: DeskInfo) -> dict[str, UUID]:
    rumour = rumours.rumour(article.rumour_id)
    texts = {lang: text for lang, text in draft_of(version).texts.items() if not is_empty(text)}
    claims = [text.claim for text in texts.values()] + [rumour.claim_vi, rumour.claim_en]
    asked = [tip.text[:WORDING_MAX] for tip in tip_texts(rumours.tip_ids(article.rumour_id)[:WORDINGS])]
    evidence = [
        EvidenceLine(
            title=exhibit.title,
            url=exhibit.url,
            passage=exhibit.passage,
            date=(exhibit.published_on or exhibit.seen_on).isoformat(),
        )
        for exhibit in rumours.exhibits_of(article.rumour_id)
    ]
    return {
        lang: put_document(
            desk=desk,
            kind=DocumentKind.ANSWER,
            object_id=article.id,
            lang=lang,
            url=article_path(article.slug, lang),
            claim=text.claim,
            title=text.title,
            short_answer=text.short_answer,
            verdict=version.verdict,
            topic=rumour.topic,
            wordings=list(dict.fromkeys(w for w in [*claims, *asked] if w and w != text.claim)),
            evidence=evidence,
            version=version.number,
        )
        for lang, text in texts.items()
    }
