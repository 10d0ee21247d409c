"""What a person reads when a page could not be given: what happened, what was kept, what to do."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return _answer(
            request,
            413,
            _("That is too much at once"),
            _(
                "What you sent is larger than this page takes, and nothing of it was kept."
                " Send the part that makes the claim: up to 20,000 characters."
            ),
        )
    return _answer(
        request,
        400,
        _("We could not read that"),
        _("The request was not one that this page understands. Nothing was kept. Go back and send it again."),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(
        request,
        403,
        _("You may not open this page"),
        _("Nothing was changed. Ask the lead of the desk if you think you should be able to."),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(
        request,
        404,
        _("This page does not exist"),
        _(
            "The address may be mistyped or incomplete. If it is a private link to follow a message, copy the whole"
            " link again: a part of it is not enough. Messages that were sent are still there."
        ),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(
        request,
        403,
        _("Your page was open for too long"),
        _(
            "For your safety a form is valid for a limited time and only with cookies. Nothing was kept yet."
            " Go back, copy your text, load the page again and send it."
        ),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Stands alone: the page frame may be what failed."""
    language = translation.get_language() or get_language_from_request(request)
    if request.path_info.startswith("/api/"):
        return JsonResponse({"code": "server_error", "message": _("Something went wrong on our side.")}, status=500)
    try:
        style = static("ui/sangto.css")
    except ValueError:
        # The list of static files is what is missing.
        style = ""
    return HttpResponse(render_to_string("config/500.html", {"language": language, "style": style}), status=500)


def _answer(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return JsonResponse({"code": _CODES[status], "message": f"{title}. {text}"}, status=status)
    return render(request, "ui/error.html", {"status": status, "title": title, "text": text}, status=status)


_CODES = {400: "bad_request", 403: "forbidden", 404: "not_found", 413: "too_long"}
