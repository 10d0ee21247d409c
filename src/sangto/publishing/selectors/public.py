"""What everyone may read: published from a live desk, retracted articles with their note."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery

from sangto.catalogue.search import search
from sangto.lib.cleaning import clean_line
from sangto.lib.codes import LANGUAGES, ArticleState, DeskKind, DocumentKind, Topic, Verdict
from sangto.network import selectors as network
from sangto.publishing.errors import NotFound
from sangto.publishing.models import Article, Correction, Publication, Review, VersionEditor, VersionText
from sangto.publishing.selectors.facts import article_path, language_for, names_in_order, page_of, text_of
from sangto.publishing.types import (
    AnswerLine,
    AnswerList,
    ArticlePage,
    ChangeLine,
    ChangeLog,
    Draft,
    FeedEntry,
    PublicState,
    SitemapEntry,
    TextFields,
)
from sangto.rumours import selectors as rumours

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

PER_PAGE = 20
FEED_LENGTH = 50
# A search longer than this says nothing more about which claim is meant.
SEARCH_MAX = 2_000
# The sitemap protocol allows 50,000 addresses in one file; each article has two.
SITEMAP_LENGTH = 24_000
_PUBLIC = (ArticleState.PUBLISHED.value, ArticleState.RETRACTED.value)


def article_by_slug(slug: str, lang: str) -> ArticlePage:
    """The article as its readers see it; NotFound when there is none in public."""
    article = (
        _public_articles()
        .filter(slug=slug)
        .annotate(
            speaker_kind=F("rumour__speaker_kind"),
            speaker_office=F("rumour__speaker_office"),
            not_involved_reason=F("rumour__not_involved_reason"),
        )
        .first()
    )
    if article is None or article.public_version is None:
        raise NotFound("no such article")
    version = article.public_version
    texts = {row.lang: text_of(row) for row in VersionText.objects.filter(version=version)}
    # Whoever wrote a published version wrote what stands here, although later versions begin with fresh editors.
    editors = list(
        VersionEditor.objects.filter(version__publication__article=article)
        .order_by("version__number", "first_at")
        .values_list("person_id", flat=True)
    )
    reviewers = list(
        Review.objects.filter(version=version, decision="approve").order_by("at").values_list("reviewer_id", flat=True)
    )
    names = network.person_names({*editors, *reviewers})
    corrections = [
        ChangeLine(at=row.at, kind=row.kind, text=row.text_vi if lang == "vi" else row.text_en)
        for row in Correction.objects.filter(article=article).order_by("-at", "-id")
    ]
    retracted = article.state == ArticleState.RETRACTED
    return page_of(
        article=article,
        version=version.number,
        draft=Draft(verdict=version.verdict, texts=texts),
        lang=lang,
        topic=article.topic,
        speaker=(article.speaker_kind, article.speaker_office),
        exhibits=rumours.exhibits_of(article.rumour_id),
        written_by=names_in_order(editors, names),
        reviewed_by=names_in_order(reviewers, names),
        involves_publisher=version.involves_publisher,
        not_involved_reason=article.not_involved_reason,
        published_at=article.published_at,
        changes=corrections,
        retraction=corrections[0] if retracted and corrections else None,
        publisher=network.publisher(),
    )


def latest(*, lang: str, limit: int) -> tuple[AnswerLine, ...]:
    """The newest answers that stand."""
    return tuple(_lines(_public_articles().filter(state=ArticleState.PUBLISHED)[:limit], lang))


def published(*, lang: str, topic: str = "", verdict: str = "", page: int = 1, text: str = "") -> AnswerList:
    """Published answers, the newest first; unknown filters are left out."""
    topic = topic if topic in Topic.values() else ""
    verdict = verdict if verdict in Verdict.values() else ""
    words = clean_line(text)[:SEARCH_MAX]
    rows = _public_articles()
    if topic:
        rows = rows.filter(rumour__topic=topic)
    if verdict:
        rows = rows.filter(public_version__verdict=verdict, state=ArticleState.PUBLISHED)
    if words:
        found = VersionText.objects.filter(
            Q(title__icontains=words) | Q(claim__icontains=words) | Q(short_answer__icontains=words)
        )
        rows = rows.filter(public_version__in=found.values("version"))
    total = rows.count()
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    return AnswerList(
        answers=tuple(_lines(rows[(page - 1) * PER_PAGE : page * PER_PAGE], lang)),
        page=page,
        pages=pages,
        total=total,
        topic=topic,
        verdict=verdict,
        text=words,
        topics=_topics(),
    )


def search_answers(*, lang: str, text: str, topic: str = "", verdict: str = "") -> AnswerList:
    """Answers to a message in the reader's own words; where the engine finds none, those that hold the words."""
    words = clean_line(text)[:SEARCH_MAX]
    hits = search(desk=network.default_desk(), text=words, lang=lang, kind=DocumentKind.ANSWER, top=PER_PAGE).hits
    order: dict[UUID, int] = {}
    for hit in hits:
        order.setdefault(hit.document.object_id, len(order))
    lines = _lines(_public_articles().filter(id__in=order), lang)
    lines = [line for line in lines if topic in {"", line.topic} and verdict in {"", line.verdict}]
    if not lines:
        return published(lang=lang, topic=topic, verdict=verdict, text=words)
    lines.sort(key=lambda line: order[line.id])
    return AnswerList(
        answers=tuple(lines),
        page=1,
        pages=1,
        total=len(lines),
        topic=topic,
        verdict=verdict,
        text=words,
        by_meaning=True,
        topics=_topics(),
    )


def changes(*, lang: str, page: int = 1) -> ChangeLog:
    """Every public change, the newest first."""
    rows = Correction.objects.filter(desk_kind=DeskKind.LIVE).order_by("-at", "-id")
    pages = max(1, -(-rows.count() // PER_PAGE))
    page = min(max(1, page), pages)
    shown = list(rows.select_related("article")[(page - 1) * PER_PAGE : page * PER_PAGE])
    texts = _texts({row.article.public_version_id for row in shown if row.article.public_version_id})
    lines = []
    for row in shown:
        of_article = texts.get(row.article.public_version_id, {}) if row.article.public_version_id else {}
        title = of_article.get(language_for(of_article, lang), TextFields()).title
        lines.append(
            ChangeLine(
                at=row.at,
                kind=row.kind,
                text=row.text_vi if lang == "vi" else row.text_en,
                slug=row.article.slug,
                title=title,
                url=article_path(row.article.slug, lang),
            )
        )
    return ChangeLog(changes=tuple(lines), page=page, pages=pages)


def feed_entries(lang: str, limit: int = FEED_LENGTH) -> tuple[FeedEntry, ...]:
    """The articles that have text in this language, the last changed first; a retracted one says so."""
    rows = list(
        Publication.objects.filter(
            desk_kind=DeskKind.LIVE,
            version=F("article__public_version"),
            version__texts__lang=lang,
            article__state__in=_PUBLIC,
        )
        .select_related("article", "version")
        .annotate(topic=F("article__rumour__topic"))
        .order_by("-at", "-id")[:limit]
    )
    texts = _texts({row.version_id for row in rows})
    notes = {
        row.version_id: row.text_vi if lang == "vi" else row.text_en
        for row in Correction.objects.filter(version_id__in=texts)
    }
    entries = []
    for row in rows:
        text = texts[row.version_id][lang]
        retracted = row.article.state == ArticleState.RETRACTED
        entries.append(
            FeedEntry(
                id=row.article_id,
                lang=lang,
                path=article_path(row.article.slug, lang),
                title=_feed_title(lang, row.version.verdict, text.title, retracted=retracted),
                text=_feed_text(lang, text, notes.get(row.version_id, ""), retracted=retracted),
                published_at=row.article.first_published_at or row.at,
                updated_at=row.at,
                topic=row.topic,
            )
        )
    return tuple(entries)


def sitemap_entries() -> tuple[SitemapEntry, ...]:
    """The articles, each with its address in the languages that have text."""
    rows = (
        Publication.objects.filter(
            desk_kind=DeskKind.LIVE, version=F("article__public_version"), article__state__in=_PUBLIC
        )
        .annotate(langs=ArrayAgg("version__texts__lang"))
        .order_by("-at")
        .values_list("article__slug", "at", "langs")[:SITEMAP_LENGTH]
    )
    patterns = {lang: article_path("SLUG", lang) for lang in LANGUAGES}
    return tuple(
        SitemapEntry(
            paths={lang: pattern.replace("SLUG", slug) for lang, pattern in patterns.items() if lang in langs},
            changed_at=at,
        )
        for slug, at, langs in rows
    )


def public_state() -> PublicState:
    found = Publication.objects.filter(desk_kind=DeskKind.LIVE).aggregate(count=Count("id"), last=Max("at"))
    return PublicState(publications=found["count"], changed_at=found["last"])


class _Annotated(TypedDict):
    topic: str
    published_at: datetime


def _public_articles() -> QuerySet[WithAnnotations[Article, _Annotated]]:
    return (
        Article.objects.filter(state__in=_PUBLIC, desk_kind=DeskKind.LIVE)
        .select_related("public_version")
        .annotate(
            topic=F("rumour__topic"),
            published_at=Subquery(Publication.objects.filter(version=OuterRef("public_version")).values("at")[:1]),
        )
        .order_by("-first_published_at", "-id")
    )


def _texts(version_ids: set[UUID]) -> dict[UUID, dict[str, TextFields]]:
    found: dict[UUID, dict[str, TextFields]] = {}
    for row in VersionText.objects.filter(version_id__in=version_ids):
        found.setdefault(row.version_id, {})[row.lang] = text_of(row)
    return found


def _lines(rows: QuerySet[WithAnnotations[Article, _Annotated]], lang: str) -> list[AnswerLine]:
    articles = list(rows)
    texts = _texts({row.public_version_id for row in articles if row.public_version_id})
    found = []
    for row in articles:
        if row.public_version is None:
            continue
        of_article = texts.get(row.public_version.id, {})
        text_lang = language_for(of_article, lang)
        text = of_article.get(text_lang, TextFields())
        found.append(
            AnswerLine(
                id=row.id,
                slug=row.slug,
                url=article_path(row.slug, lang),
                text_lang=text_lang,
                title=text.title,
                claim=text.claim,
                short_answer=text.short_answer,
                verdict=row.public_version.verdict if row.state == ArticleState.PUBLISHED else "",
                topic=row.topic,
                state=row.state,
                published_at=row.published_at,
            )
        )
    return found


def _topics() -> tuple[str, ...]:
    """The topics that have an answer, in the order of the closed list."""
    used = set(
        Article.objects.filter(state__in=_PUBLIC, desk_kind=DeskKind.LIVE)
        .order_by()
        .values_list("rumour__topic", flat=True)
        .distinct()
    )
    return tuple(topic for topic in Topic.values() if topic in used)


def _feed_title(lang: str, verdict: str, title: str, *, retracted: bool) -> str:
    word = ArticleState.RETRACTED.label(lang) if retracted else Verdict(verdict).label(lang)
    return f"{word}: {title}"


def _feed_text(lang: str, text: TextFields, note: str, *, retracted: bool) -> str:
    if retracted:
        return f"{ArticleState.RETRACTED.label(lang)}. {note}"
    parts = [text.short_answer, text.why]
    if note:
        parts.insert(0, note)
    return "\n\n".join(parts)
