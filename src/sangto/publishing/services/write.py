"""Writing: begin an article, save a draft, begin a correction."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sangto.audit.services import announce, record
from sangto.lib.cleaning import clean_line
from sangto.lib.codes import LANGUAGES, ArticleState, RumourState, Verdict
from sangto.network.clock import desk_now
from sangto.network.selectors import desk as desk_of
from sangto.network.types import Viewer
from sangto.publishing.errors import EditConflict, InvalidText, WrongState
from sangto.publishing.models import Article, ArticleVersion
from sangto.publishing.services.versions import (
    add_editor,
    draft_of,
    locked_article,
    need_writer,
    newest_version,
    next_version,
    write_texts,
)
from sangto.publishing.slugs import free_slug
from sangto.publishing.types import Draft, Saved, TextFields
from sangto.publishing.wording import LIMITS, cleaned, fault, faults_of
from sangto.rumours import selectors as rumours
from sangto.rumours import services as rumour_services

REASON_MAX = 300


def start_article(*, rumour_id: UUID, viewer: Viewer) -> UUID:
    """Begin the answer to a rumour, with its claim filled in; the article that is there already is returned."""
    with transaction.atomic():
        rumour = rumours.rumour(rumour_id)
        desk = desk_of(rumour.desk_id)
        need_writer(viewer, desk)
        known = Article.objects.filter(rumour_id=rumour_id).values_list("id", flat=True).first()
        if known is not None:
            return known
        if rumour.state in {RumourState.CLOSED, RumourState.MERGED}:
            raise WrongState(_("This rumour is closed. Reopen it before writing its answer."))
        now = desk_now(desk)
        article, made = Article.objects.get_or_create(
            rumour_id=rumour_id,
            defaults={
                "desk_id": desk.id,
                "desk_kind": desk.kind,
                "slug": free_slug(rumour.claim_vi or rumour.claim_en or f"{desk.slug}-{rumour.number}"),
                "created_at": now,
                "changed_at": now,
            },
        )
        if not made:
            return article.id
        version = ArticleVersion.objects.create(
            article=article, desk_id=desk.id, desk_kind=desk.kind, number=1, created_at=now
        )
        claims = {"vi": rumour.claim_vi, "en": rumour.claim_en}
        write_texts(version, Draft("", {lang: TextFields(claim=claims[lang]) for lang in LANGUAGES}))
        record(
            actor=viewer.actor,
            verb="article_started",
            object_kind="article",
            object_id=article.id,
            desk_id=desk.id,
            data={"rumour": rumour_id},
        )
        announce(kind="article_started", object_id=article.id, desk_id=desk.id, desk_kind=desk.kind)
    return article.id


def save_version(*, article_id: UUID, edit_number: int, draft: Draft, viewer: Viewer) -> Saved:
    """Keep what an editor typed. `edit_number` is the one their form was opened with.

    1. Everything is looked at before anything is written; InvalidText names each field that cannot be kept.
    2. Someone else saved meanwhile: EditConflict, which carries both texts.
    3. Nothing changed: nothing is written, and the person does not become an editor.
    """
    _check(draft)
    draft = cleaned(draft)
    with transaction.atomic():
        article, desk = locked_article(article_id)
        person_id = need_writer(viewer, desk)
        version = newest_version(article)
        if version.submitted_at is not None:
            raise WrongState(
                _("This version was submitted for review and is frozen. Take it back, or begin a correction.")
            )
        now = desk_now(desk)
        standing = draft_of(version)
        if _same(standing, draft):
            return Saved(version.id, version.number, version.edit_number)
        if edit_number != version.edit_number:
            raise EditConflict(
                _("Someone else saved this article while you were writing. Nothing of yours is lost: compare below."),
                theirs=standing,
                yours=draft,
                edit_number=version.edit_number,
            )
        version.verdict = draft.verdict
        version.edit_number += 1
        version.save(update_fields=["verdict", "edit_number"])
        write_texts(version, draft)
        add_editor(version, person_id, at=now)
        Article.objects.filter(id=article.id).update(changed_at=now)
        if rumours.rumour(article.rumour_id).state == RumourState.IN_REVIEW:
            # A reviewer from outside asked for changes: the desk takes it up again with this save.
            rumour_services.back_to_work(rumour_id=article.rumour_id, viewer=viewer)
        record(
            actor=viewer.actor,
            verb="article_saved",
            object_kind="article",
            object_id=article.id,
            desk_id=desk.id,
            data={"version": version.number, "edit": version.edit_number, "verdict": version.verdict},
        )
        announce(kind="article_saved", object_id=article.id, desk_id=desk.id, desk_kind=desk.kind)
    return Saved(version.id, version.number, version.edit_number)


def correct_article(*, article_id: UUID, viewer: Viewer, why: str) -> Saved:
    """Open a published article again: a draft from what readers see, and the rumour back at work.

    Its editors begin afresh, since the text was approved; what readers see does not change before the next
    publication.
    """
    message = fault(why, limit=REASON_MAX)
    reason = clean_line(why)
    if message is not None or not reason:
        raise InvalidText({("", "why"): message or _("Say why it is opened again.")})
    with transaction.atomic():
        article, desk = locked_article(article_id)
        need_writer(viewer, desk)
        if article.state not in {ArticleState.PUBLISHED, ArticleState.RETRACTED}:
            raise WrongState(_("This article is not published yet. Edit its draft."))
        newest = newest_version(article)
        if newest.id != article.public_version_id:
            raise WrongState(_("A correction of this article is under way already."))
        version = next_version(article, newest, at=desk_now(desk), editors=())
        if rumours.rumour(article.rumour_id).state == RumourState.ANSWERED:
            rumour_services.reopen(rumour_id=article.rumour_id, viewer=viewer, why=reason)
        record(
            actor=viewer.actor,
            verb="correction_started",
            object_kind="article",
            object_id=article.id,
            desk_id=desk.id,
            data={"version": version.number},
        )
        announce(kind="correction_started", object_id=article.id, desk_id=desk.id, desk_kind=desk.kind)
    return Saved(version.id, version.number, version.edit_number)


def _check(draft: Draft) -> None:
    found = dict(faults_of(draft))
    if draft.verdict and draft.verdict not in Verdict.values():
        raise InvalidText({("", "verdict"): _("Choose one of the verdicts.")})
    if set(draft.texts) - set(LANGUAGES):
        raise InvalidText({("", "verdict"): _("Articles are written in Vietnamese and English.")})
    if found:
        raise InvalidText(found)


def _same(standing: Draft, draft: Draft) -> bool:
    return standing.verdict == draft.verdict and all(
        getattr(standing.texts.get(lang, TextFields()), name) == getattr(text, name)
        for lang, text in draft.texts.items()
        for name in LIMITS
    )
