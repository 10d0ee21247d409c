"""What rules are decided by, and how a version's texts become a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import override

from sangto.lib.codes import LANGUAGES
from sangto.network.types import PublisherInfo
from sangto.publishing.claimreview import BEST, STEPS, claim_shown
from sangto.publishing.definitions import definition
from sangto.publishing.models import Article, ArticleVersion, Publication, Review, VersionEditor, VersionText
from sangto.publishing.types import ArticlePage, ChangeLine, Draft, TextFields, VersionFacts
from sangto.publishing.wording import LIMITS, is_empty
from sangto.rumours import selectors as rumours
from sangto.rumours.types import ExhibitInfo


def article_path(slug: str, lang: str) -> str:
    """The article's address in one language, without the host."""
    with override(lang):
        return reverse("publishing:article", args=[slug])


def text_of(row: VersionText) -> TextFields:
    return TextFields(**{name: getattr(row, name) for name in LIMITS})


def draft_of(version: ArticleVersion) -> Draft:
    rows = VersionText.objects.filter(version=version)
    return Draft(verdict=version.verdict, texts={row.lang: text_of(row) for row in rows})


def facts_of(article: Article, version: ArticleVersion) -> VersionFacts:
    rumour = rumours.rumour(article.rumour_id)
    newest = ArticleVersion.objects.filter(article=article).order_by("-number").values_list("id", flat=True).first()
    return VersionFacts(
        desk_kind=article.desk_kind,
        submitted=version.submitted_at is not None,
        published=Publication.objects.filter(version=version).exists(),
        newest=newest == version.id,
        verdict=version.verdict,
        # Until it is submitted the rumour's word counts.
        involves_publisher=version.involves_publisher if version.submitted_at else rumour.involves_publisher,
        rumour_involves_publisher=rumour.involves_publisher,
        editors=frozenset(VersionEditor.objects.filter(version=version).values_list("person_id", flat=True)),
        reviews=tuple(
            Review.objects.filter(version=version)
            .order_by("at", "id")
            .values_list("reviewer_id", "decision", "outside_desk")
        ),
        independent_exhibits=sum(1 for one in rumours.exhibits_of(article.rumour_id) if not one.is_own),
    )


def language_for(texts: Mapping[str, TextFields], lang: str) -> str:
    """The language to show: the reader's where it has text, else the other that has."""
    filled = [one for one in LANGUAGES if one in texts and not is_empty(texts[one])]
    if lang in filled or not filled:
        return lang
    return filled[0]


def page_of(
    *,
    article: Article,
    version: int,
    draft: Draft,
    lang: str,
    topic: str,
    speaker: tuple[str, str],
    exhibits: Sequence[ExhibitInfo],
    written_by: Sequence[str],
    reviewed_by: Sequence[str],
    involves_publisher: bool,
    not_involved_reason: str,
    published_at: datetime | None,
    changes: Sequence[ChangeLine],
    retraction: ChangeLine | None,
    publisher: PublisherInfo,
) -> ArticlePage:
    """A version as its readers see it: used for the public page and, before that, for the reviewer."""
    text_lang = language_for(draft.texts, lang)
    text = draft.texts.get(text_lang, TextFields())
    filled = tuple(one for one in LANGUAGES if one in draft.texts and not is_empty(draft.texts[one]))
    return ArticlePage(
        id=article.id,
        slug=article.slug,
        state=article.state,
        version=version,
        page_lang=lang,
        text_lang=text_lang,
        languages=filled,
        title=text.title,
        claim=text.claim,
        claim_short=claim_shown(text.claim),
        short_answer=text.short_answer,
        why=text.why,
        known=text.known,
        how_checked=text.how_checked,
        verdict=draft.verdict,
        verdict_definition=definition(draft.verdict, lang) if draft.verdict else "",
        verdict_step=STEPS.get(draft.verdict),
        verdict_steps=BEST,
        topic=topic,
        speaker_kind=speaker[0],
        speaker_office=speaker[1],
        exhibits=tuple(exhibits),
        written_by=tuple(written_by),
        reviewed_by=tuple(reviewed_by),
        involves_publisher=involves_publisher,
        not_involved_reason=not_involved_reason,
        first_published_at=article.first_published_at,
        published_at=published_at,
        changes=tuple(changes),
        retraction=retraction,
        publisher=publisher,
        path=article_path(article.slug, lang),
        paths={one: article_path(article.slug, one) for one in LANGUAGES},
    )


def names_in_order(ids: Sequence[UUID], names: Mapping[UUID, str]) -> tuple[str, ...]:
    """Each name once, in the order in which the people came."""
    return tuple(names[one] for one in dict.fromkeys(ids) if one in names)
