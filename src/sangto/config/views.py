"""Addresses that belong to no room: the way in, the choice of a language, and "are you well?"."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import translate_url
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_request
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
def to_language(request: HttpRequest) -> HttpResponse:
    """The bare address leads to the reader's language: what they chose, else what their browser asks for."""
    answer = HttpResponseRedirect(f"/{get_language_from_request(request)}/")
    patch_vary_headers(answer, ("Accept-Language", "Cookie"))
    return answer


@require_safe
def choose_language(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the choice in a cookie and show the same page in that language."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    page = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(page, allowed_hosts=None) or not page.startswith("/"):
        page = f"/{code}/"
    answer = HttpResponseRedirect(translate_url(page, code))
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 24 * 3600,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
        httponly=True,
    )
    return answer


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 when pages can be served, 503 when the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"well": False, "database": False}, status=503)
    return JsonResponse({"well": True, "database": True})
