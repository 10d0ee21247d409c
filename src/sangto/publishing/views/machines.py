"""Feeds, sitemap, robots. A reader that has the newest gets 304 and no body."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from sangto.lib.codes import LANGUAGES
from sangto.network import selectors as network
from sangto.network.access import ViewerRequest, public
from sangto.publishing import feeds, selectors
from sangto.publishing.types import Feed, PublicState, SitemapEntry

# Counts up when what a feed says about the same articles changes, so that readers fetch it again.
FORMAT: Final = "1"
# Before anything was published a feed is empty and was never changed.
NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


def _state(request: HttpRequest) -> PublicState:
    """Read once for a request: ETag, Last-Modified and the feed itself must speak of the same moment."""
    found = getattr(request, "public_state", None)
    if not isinstance(found, PublicState):
        found = selectors.public_state()
        request.public_state = found  # type: ignore[attr-defined]
    return found


def _etag(request: HttpRequest, *_args: object, **_kwargs: object) -> str:
    state = _state(request)
    parts = (FORMAT, settings.BASE_URL, request.path, str(state.publications), str(state.changed_at))
    return '"' + hashlib.sha256("|".join(parts).encode()).hexdigest()[:32] + '"'


def _changed_at(request: HttpRequest, *_args: object, **_kwargs: object) -> datetime | None:
    return _state(request).changed_at


def _cached(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    return condition(etag_func=_etag, last_modified_func=_changed_at)(view)


def _feed(request: HttpRequest) -> Feed:
    lang = (get_language() or "vi")[:2]
    publisher = network.publisher()
    name = publisher.name(lang)
    entries = selectors.feed_entries(lang)
    changed_at = _state(request).changed_at
    return Feed(
        lang=lang,
        title=_("%(name)s: answers to rumours") % {"name": name},
        subtitle=_("What %(name)s has checked, with its verdict and corrections.") % {"name": name},
        author=name,
        home_url=settings.BASE_URL + reverse("publishing:answers"),
        feed_url=settings.BASE_URL + request.path,
        id=uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.BASE_URL}/{lang}/").urn,
        updated_at=changed_at or NEVER,
        entries=entries,
    )


def _language(response: HttpResponse) -> HttpResponse:
    response["Content-Language"] = (get_language() or "vi")[:2]
    return response


@public
@require_safe
@_cached
def rss(request: ViewerRequest) -> HttpResponse:
    return _language(HttpResponse(feeds.rss(_feed(request), base=settings.BASE_URL), content_type=feeds.RSS_TYPE))


@public
@require_safe
@_cached
def atom(request: ViewerRequest) -> HttpResponse:
    return _language(HttpResponse(feeds.atom(_feed(request), base=settings.BASE_URL), content_type=feeds.ATOM_TYPE))


@public
@require_safe
@_cached
def json_feed(request: ViewerRequest) -> HttpResponse:
    body = feeds.json_feed(_feed(request), base=settings.BASE_URL)
    return _language(HttpResponse(body, content_type=feeds.JSON_TYPE))


@public
@require_safe
@_cached
def sitemap(request: ViewerRequest) -> HttpResponse:
    fixed = tuple(
        SitemapEntry(paths={lang: _path(name, lang) for lang in LANGUAGES})
        for name in ("publishing:answers", "publishing:methods", "publishing:changes")
    )
    front = SitemapEntry(paths={lang: f"/{lang}/" for lang in LANGUAGES})
    body = feeds.sitemap((front, *fixed, *selectors.sitemap_entries()), base=settings.BASE_URL)
    return HttpResponse(body, content_type=feeds.XML_TYPE)


@public
@require_safe
def robots(request: ViewerRequest) -> HttpResponse:
    return HttpResponse(feeds.robots(base=settings.BASE_URL), content_type="text/plain; charset=utf-8")


def _path(name: str, lang: str) -> str:
    with override(lang):
        return reverse(name)
