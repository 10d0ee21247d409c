"""Review: hand a version over, take it back, judge it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sangto.audit.services import announce, record
from sangto.lib.cleaning import clean_text
from sangto.lib.codes import ArticleState, ReviewDecision, RumourState
from sangto.network.clock import desk_now
from sangto.network.rules import may
from sangto.network.types import DeskInfo, Viewer
from sangto.publishing.definitions import CHECKLIST_CODES
from sangto.publishing.errors import InvalidText, NotAllowed, NotReady, WrongState
from sangto.publishing.models import Article, ArticleVersion, Publication, Review, VersionText
from sangto.publishing.readiness import missing_in
from sangto.publishing.rules import against_review
from sangto.publishing.selectors import facts_of
from sangto.publishing.services.versions import (
    draft_of,
    editors_of,
    locked_article,
    locked_version,
    need_writer,
    newest_version,
    next_version,
    person_of,
    refused_clearly,
)
from sangto.publishing.slugs import free_slug
from sangto.publishing.types import Saved
from sangto.publishing.wording import COMMENT_MAX, fault, is_empty
from sangto.rumours import selectors as rumours
from sangto.rumours import services as rumour_services
from sangto.rumours.types import RumourInfo
from sangto.rumours.workflow import NotNow


def submit_for_review(*, article_id: UUID, viewer: Viewer, edit_number: int | None = None) -> UUID:
    """Freeze the newest version and hand it to the reviewers. `edit_number`: the text that the person saw.

    NotReady lists everything that is missing.
    """
    with refused_clearly(), transaction.atomic():
        article, desk = locked_article(article_id)
        need_writer(viewer, desk)
        version = newest_version(article)
        if version.submitted_at is not None:
            raise WrongState(_("This version was submitted already."))
        if edit_number is not None and edit_number != version.edit_number:
            raise WrongState(_("Someone saved this article meanwhile. Read it again before you submit it."))
        draft = draft_of(version)
        rumour = rumours.rumour(article.rumour_id)
        missing = missing_in(draft, exhibits=rumours.exhibits_of(article.rumour_id), editors=len(editors_of(version)))
        if missing:
            raise NotReady(missing)
        # A language in which nobody wrote anything is not a text.
        VersionText.objects.filter(
            version=version, lang__in=[lang for lang, text in draft.texts.items() if is_empty(text)]
        ).delete()
        now = desk_now(desk)
        version.involves_publisher = rumour.involves_publisher
        version.submitted_at = now
        version.save(update_fields=["involves_publisher", "submitted_at"])
        if article.public_version_id is None:
            title = next(
                draft.texts[lang].title for lang in ("vi", "en") if lang in draft.texts and draft.texts[lang].title
            )
            Article.objects.filter(id=article.id).update(
                state=ArticleState.IN_REVIEW, slug=free_slug(title, article_id=article.id), changed_at=now
            )
        _send_rumour(rumour, viewer)
        record(
            actor=viewer.actor,
            verb="article_submitted",
            object_kind="article",
            object_id=article.id,
            desk_id=desk.id,
            data={"version": version.number, "verdict": version.verdict, "involves": version.involves_publisher},
        )
        announce(
            kind="article_submitted",
            object_id=article.id,
            desk_id=desk.id,
            desk_kind=desk.kind,
            data={"version": version.id},
        )
    return version.id


def take_back(*, article_id: UUID, viewer: Viewer) -> Saved:
    """Go on writing although it was submitted: a new draft from it; its editors stay its editors."""
    with refused_clearly(), transaction.atomic():
        article, desk = locked_article(article_id)
        need_writer(viewer, desk)
        version = newest_version(article)
        if version.submitted_at is None or Publication.objects.filter(version=version).exists():
            raise WrongState(_("There is nothing in review to take back."))
        made = _back_to_draft(article, version, desk, viewer)
        record(
            actor=viewer.actor,
            verb="article_taken_back",
            object_kind="article",
            object_id=article.id,
            desk_id=desk.id,
            data={"version": version.number},
        )
    return Saved(made.id, made.number, made.edit_number)


def review_version(
    *, version_id: UUID, viewer: Viewer, decision: str, comment: str = "", checked: Collection[str] = ()
) -> UUID:
    """One person's word. An approval ticks the whole checklist; "changes" says what, and makes the next draft."""
    _check(decision, comment, checked)
    with refused_clearly(), transaction.atomic():
        article, version, desk = locked_version(version_id)
        person_id = person_of(viewer)
        reasons = against_review(viewer, desk, facts_of(article, version))
        if reasons:
            raise NotAllowed(reasons)
        now = desk_now(desk)
        review = Review.objects.create(
            version=version,
            desk_id=version.desk_id,
            desk_kind=version.desk_kind,
            reviewer_id=person_id,
            decision=decision,
            comment=clean_text(comment),
            at=now,
        )
        if decision == ReviewDecision.CHANGES:
            _back_to_draft(article, version, desk, viewer)
        record(
            actor=viewer.actor,
            verb="article_reviewed",
            object_kind="article",
            object_id=article.id,
            desk_id=desk.id,
            data={"version": version.number, "decision": decision, "checked": sorted(set(checked))},
        )
        announce(
            kind="article_reviewed",
            object_id=article.id,
            desk_id=desk.id,
            desk_kind=desk.kind,
            data={"version": version.id, "decision": decision},
        )
    return review.id


def _send_rumour(rumour: RumourInfo, viewer: Viewer) -> None:
    if rumour.state == RumourState.IN_REVIEW:
        return
    try:
        rumour_services.send_to_review(rumour_id=rumour.id, viewer=viewer)
    except NotNow as problem:
        raise WrongState(_("The rumour is closed or answered. Reopen it first.")) from problem


def _back_to_draft(article: Article, version: ArticleVersion, desk: DeskInfo, viewer: Viewer) -> ArticleVersion:
    now = desk_now(desk)
    made = next_version(article, version, at=now, editors=editors_of(version))
    if article.public_version_id is None:
        Article.objects.filter(id=article.id).update(state=ArticleState.DRAFT, changed_at=now)
    if may(viewer, "articles.review", desk):
        rumour_services.back_to_work(rumour_id=article.rumour_id, viewer=viewer)
    return made


def _check(decision: str, comment: str, checked: Collection[str]) -> None:
    if decision not in ReviewDecision.values():
        raise InvalidText({("", "decision"): _("Choose: approve, or changes needed.")})
    message = fault(comment, limit=COMMENT_MAX)
    if message is not None:
        raise InvalidText({("", "comment"): message})
    if decision == ReviewDecision.CHANGES and not clean_text(comment):
        raise InvalidText({("", "comment"): _("Say what has to change.")})
    if decision == ReviewDecision.APPROVE and set(CHECKLIST_CODES) - set(checked):
        raise InvalidText({("", "checked"): _("Go through the whole checklist before you approve.")})
