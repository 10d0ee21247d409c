"""What readers open: an article, the list of answers, how we work, what was changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from sangto.lib.codes import ArticleState, Verdict
from sangto.network import selectors as network
from sangto.network.access import ViewerRequest, public
from sangto.publishing import selectors
from sangto.publishing.claimreview import Reviewed, as_script_text, claim_review
from sangto.publishing.definitions import meanings
from sangto.publishing.errors import NotFound
from sangto.publishing.types import ArticlePage
from sangto.publishing.wording import legible

# Pages of a list that anyone needs to ask for by number.
PAGE_MAX = 100_000


def reader_lang() -> str:
    return (get_language() or "vi")[:2]


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return min(int(text), PAGE_MAX) if text.isascii() and text.isdigit() else 1


def _pages(page: int, pages: int) -> Any:
    """What the shared pagination of `ui` reads."""
    return Paginator(range(pages), 1).page(page)


def json_ld(page: ArticlePage) -> SafeString:
    """ClaimReview of what stands on the page.

    Nothing for an answer that was taken back, or on the page that shows the other language's text for want of its own.
    """
    if page.state != ArticleState.PUBLISHED or page.published_at is None or page.in_other_language:
        return SafeString("")
    first = page.first_published_at or page.published_at
    text = as_script_text(
        claim_review(
            Reviewed(
                url=settings.BASE_URL + page.path,
                lang=page.text_lang,
                claim=page.claim,
                verdict=page.verdict,
                verdict_definition=page.verdict_definition,
                publisher_name=page.publisher.name(page.text_lang),
                publisher_url=f"{settings.BASE_URL}/{page.page_lang}/",
                published_on=timezone.localtime(first).date(),
                modified_on=timezone.localtime(page.published_at).date(),
                speaker_kind=page.speaker_kind,
                speaker_office=page.speaker_office,
            )
        )
    )
    return mark_safe(text)  # noqa: S308 - JSON without <, > and &


def _day(at: datetime | None) -> date | None:
    return timezone.localtime(at).date() if at else None


@public
@require_safe
def article(request: ViewerRequest, slug: str) -> HttpResponse:
    """One answer, short answer first."""
    try:
        page = selectors.article_by_slug(slug, reader_lang())
    except NotFound as missing:
        raise Http404 from missing
    context = {
        "page": page,
        "publisher": page.publisher,
        "alternates": page.paths,
        "canonical": settings.BASE_URL + page.paths[page.text_lang],
        "hreflang": [(lang, settings.BASE_URL + page.paths[lang]) for lang in page.languages],
        "absolute": settings.BASE_URL + page.path,
        "home": f"{settings.BASE_URL}/{page.page_lang}/",
        "json_ld": json_ld(page),
        "first_day": _day(page.first_published_at),
        "last_day": _day(page.published_at),
    }
    return render(request, "publishing/article.html", context)


@public
@require_safe
def answers(request: ViewerRequest) -> HttpResponse:
    """The published answers: newest first, by topic and verdict, or found by a message in the reader's own words."""
    lang = reader_lang()
    text = legible(request.GET.get("q", ""))
    topic, verdict = request.GET.get("topic", ""), request.GET.get("verdict", "")
    if text.strip():
        found = selectors.search_answers(lang=lang, text=text, topic=topic, verdict=verdict)
    else:
        found = selectors.published(lang=lang, topic=topic, verdict=verdict, page=_page_number(request))
    context = {
        "found": found,
        "publisher": network.publisher(),
        "pages": _pages(found.page, found.pages),
        "topics": [(one, _link(q=found.text, topic=one, verdict=found.verdict)) for one in found.topics],
        "verdicts": [(one.value, _link(q=found.text, topic=found.topic, verdict=one.value)) for one in Verdict],
        "all_topics": _link(q=found.text, verdict=found.verdict),
        "all_verdicts": _link(q=found.text, topic=found.topic),
    }
    return render(request, "publishing/answers.html", context)


@public
@require_safe
def methods(request: ViewerRequest) -> HttpResponse:
    """How we work, in words that hold for every article because the program holds us to them."""
    return render(request, "publishing/methods.html", {"publisher": network.publisher(), "meanings": meanings()})


@public
@require_safe
def changes(request: ViewerRequest) -> HttpResponse:
    """Every public change of every article."""
    found = selectors.changes(lang=reader_lang(), page=_page_number(request))
    context = {"found": found, "publisher": network.publisher(), "pages": _pages(found.page, found.pages)}
    return render(request, "publishing/changes.html", context)


def _link(**filters: str) -> str:
    kept = {key: value for key, value in filters.items() if value}
    return f"?{urlencode(kept)}" if kept else "?"
