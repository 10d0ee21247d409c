"""What the people of a desk see: the editor and the review page."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef

from sangto.intake.selectors import tip_texts
from sangto.lib.codes import LANGUAGES, ArticleState, CorrectionKind, DeskKind
from sangto.network import selectors as network
from sangto.network.rules import may
from sangto.network.types import DeskInfo, Viewer
from sangto.publishing.definitions import checklist, meanings
from sangto.publishing.differences import differences
from sangto.publishing.errors import NotAllowed, NotFound
from sangto.publishing.models import Article, ArticleVersion, Publication, Review, VersionEditor
from sangto.publishing.readiness import missing_in
from sangto.publishing.rules import against_publishing, against_review, against_writing, approvals_needed, is_outside
from sangto.publishing.selectors.facts import article_path, draft_of, facts_of, names_in_order, page_of
from sangto.publishing.types import (
    ArticleInfo,
    ArticlePage,
    Draft,
    EditorPage,
    ReviewLine,
    ReviewPage,
    TextFields,
    VersionFacts,
    WaitingReview,
)
from sangto.rumours import selectors as rumours
from sangto.rumours.types import RumourInfo

TIPS_SHOWN = 30


def article_of_rumour(rumour_id: UUID) -> ArticleInfo | None:
    """The article of a rumour with its newest version, if it was begun."""
    version = (
        ArticleVersion.objects.filter(article__rumour_id=rumour_id)
        .select_related("article")
        .order_by("-number")
        .first()
    )
    if version is None:
        return None
    return ArticleInfo(
        id=version.article_id,
        rumour_id=rumour_id,
        slug=version.article.slug,
        state=version.article.state,
        version_id=version.id,
        version=version.number,
        submitted=version.submitted_at is not None,
        version_public=version.article.public_version_id == version.id,
    )


def editor_page(desk: DeskInfo, number: int, viewer: Viewer) -> EditorPage:
    """The newest version of the rumour's article, and what it stands on. Without an article: an empty draft."""
    rumour = rumours.rumour_by_number(desk, number)
    exhibits = rumours.exhibits_of(rumour.id)
    version = (
        ArticleVersion.objects.filter(article__rumour_id=rumour.id)
        .select_related("article")
        .order_by("-number")
        .first()
    )
    article = version.article if version else None
    if version is None:
        draft = Draft("", {"vi": TextFields(claim=rumour.claim_vi), "en": TextFields(claim=rumour.claim_en)})
        editors: list[UUID] = []
    else:
        standing = draft_of(version)
        draft = Draft(standing.verdict, {lang: standing.texts.get(lang, TextFields()) for lang in LANGUAGES})
        editors = _editors(version)
    published_once = article is not None and article.state in {ArticleState.PUBLISHED, ArticleState.RETRACTED}
    return EditorPage(
        desk=desk,
        rumour_id=rumour.id,
        number=rumour.number,
        rumour_state=rumour.state,
        claim_vi=rumour.claim_vi,
        claim_en=rumour.claim_en,
        headline=rumour.headline,
        involves_publisher=rumour.involves_publisher,
        tips=tuple(tip_texts(rumours.tip_ids(rumour.id)[:TIPS_SHOWN])),
        exhibits=exhibits,
        article_id=article.id if article else None,
        article_state=article.state if article else "",
        version=version.number if version else 0,
        edit_number=version.edit_number if version else 0,
        submitted=version is not None and version.submitted_at is not None,
        draft=draft,
        editors=names_in_order(editors, network.person_names(editors)),
        missing=tuple(str(line) for line in missing_in(draft, exhibits=exhibits, editors=len(editors))),
        verdicts=meanings(),
        comments=_last_comments(article, version),
        public_path=article_path(article.slug, viewer.language) if article and published_once else "",
        may_write=not against_writing(viewer, desk),
    )


def review_page(*, desk: DeskInfo, number: int, viewer: Viewer) -> ReviewPage:
    """The newest version of the rumour's article, as its readers will see it."""
    if not may(viewer, "desk.see", desk):
        raise NotAllowed(["no role at this desk"])
    version = (
        ArticleVersion.objects.filter(article__desk_id=desk.id, article__rumour__number=number)
        .select_related("article")
        .order_by("-number")
        .first()
    )
    if version is None:
        raise NotFound("no article")
    return _review_page(desk, version, viewer, inside=True)


def outside_review_page(*, version_id: UUID, viewer: Viewer) -> ReviewPage:
    """The same for someone from another desk, only where the rules ask for such a person."""
    version = ArticleVersion.objects.filter(id=version_id, submitted_at__isnull=False).select_related("article").first()
    if version is None or not version.involves_publisher:
        raise NotFound("nothing to review")
    desk = network.desk(version.desk_id)
    if not is_outside(viewer, desk):
        raise NotFound("nothing to review")
    return _review_page(desk, version, viewer, inside=False)


def waiting_for_outside(viewer: Viewer) -> tuple[WaitingReview, ...]:
    """Versions of other desks that need a word from outside, which this person could give."""
    rows = (
        ArticleVersion.objects.filter(
            submitted_at__isnull=False, involves_publisher=True, desk_kind=DeskKind.LIVE, publication=None
        )
        .filter(
            ~Exists(Review.objects.filter(version=OuterRef("pk"), outside_desk=True)),
            ~Exists(ArticleVersion.objects.filter(article=OuterRef("article"), number__gt=OuterRef("number"))),
        )
        .select_related("article")
        .order_by("submitted_at")[:50]
    )
    outside_of = {
        desk_id: is_outside(viewer, network.desk(desk_id)) for desk_id in {version.desk_id for version in rows}
    }
    return tuple(
        WaitingReview(
            version.id,
            _preview(version, draft_of(version), viewer.language, rumours.rumour(version.article.rumour_id)),
        )
        for version in rows
        if outside_of[version.desk_id]
    )


def _review_page(desk: DeskInfo, version: ArticleVersion, viewer: Viewer, *, inside: bool) -> ReviewPage:
    article = version.article
    facts: VersionFacts = facts_of(article, version)
    draft = draft_of(version)
    before = (
        Publication.objects.filter(article=article)
        .exclude(version=version)
        .select_related("version")
        .order_by("-at")
        .first()
    )
    rumour = rumours.rumour(article.rumour_id)
    editors = _editors(version)
    published_once = article.state in {ArticleState.PUBLISHED, ArticleState.RETRACTED}
    return ReviewPage(
        desk=desk,
        rumour_id=article.rumour_id,
        number=rumour.number,
        article_id=article.id,
        version_id=version.id,
        version=version.number,
        submitted=facts.submitted,
        published=facts.published,
        previews=tuple(_preview(version, draft, lang, rumour) for lang in LANGUAGES if lang in draft.texts),
        differences=differences(draft_of(before.version), draft) if before else (),
        compared_with=before.version.number if before else None,
        editors=names_in_order(editors, network.person_names(editors)),
        reviews=_reviews(version),
        approvals=facts.approvals,
        approvals_needed=approvals_needed(facts),
        checklist=checklist(),
        against_review=tuple(str(line) for line in against_review(viewer, desk, facts)),
        against_publishing=tuple(str(line) for line in against_publishing(viewer, desk, facts)),
        is_second_publication=article.public_version_id is not None,
        correction_kinds=tuple(kind for kind in CorrectionKind.values() if kind != CorrectionKind.RETRACTION),
        public_path=article_path(article.slug, viewer.language) if published_once else "",
        inside=inside,
    )


def _preview(version: ArticleVersion, draft: Draft, lang: str, rumour: RumourInfo) -> ArticlePage:
    editors = _editors(version)
    reviewers = list(
        Review.objects.filter(version=version, decision="approve").order_by("at").values_list("reviewer_id", flat=True)
    )
    names = network.person_names({*editors, *reviewers})
    return page_of(
        article=version.article,
        version=version.number,
        draft=draft,
        lang=lang,
        topic=rumour.topic,
        speaker=(rumour.speaker_kind, rumour.speaker_office),
        exhibits=rumours.exhibits_of(version.article.rumour_id),
        written_by=names_in_order(editors, names),
        reviewed_by=names_in_order(reviewers, names),
        involves_publisher=version.involves_publisher if version.submitted_at else rumour.involves_publisher,
        not_involved_reason=rumour.not_involved_reason,
        published_at=None,
        changes=(),
        retraction=None,
        publisher=network.publisher(),
    )


def _editors(version: ArticleVersion) -> list[UUID]:
    return list(VersionEditor.objects.filter(version=version).order_by("first_at").values_list("person_id", flat=True))


def _reviews(version: ArticleVersion) -> tuple[ReviewLine, ...]:
    rows = list(Review.objects.filter(version=version).order_by("at", "id"))
    names = network.person_names({row.reviewer_id for row in rows})
    return tuple(
        ReviewLine(
            name=names.get(row.reviewer_id, ""),
            decision=row.decision,
            comment=row.comment,
            outside_desk=row.outside_desk,
            at=row.at,
        )
        for row in rows
    )


def _last_comments(article: Article | None, version: ArticleVersion | None) -> tuple[ReviewLine, ...]:
    """What reviewers asked for: on this version or, while it is a draft, on the one before."""
    if article is None or version is None:
        return ()
    shown = _reviews(version)
    if shown or version.submitted_at is not None:
        return shown
    before = ArticleVersion.objects.filter(article=article, number=version.number - 1, publication=None).first()
    return _reviews(before) if before else ()
