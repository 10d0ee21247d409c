"""Addresses as an installation has them, so that the frame of a page can be seen without the other rooms."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from sangto.ui.styleguide import sample


@dataclass(frozen=True)
class Named:
    vi: str
    en: str
    slug: str = ""
    kind: str = "live"
    is_person: bool = True

    def name(self, lang: str) -> str:
        return self.vi if lang == "vi" else self.en


PUBLISHER = Named("Tòa soạn Ví Dụ", "Example Newsroom")
PERSON = Named("Trần Thị Bích Ngọc", "Trần Thị Bích Ngọc")


def page(request: HttpRequest, **_where: str) -> HttpResponse:
    return render(request, "ui/styleguide.html", {**sample(), "publisher": PUBLISHER})


def desk_page(request: HttpRequest, slug: str = "", **_where: str) -> HttpResponse:
    kind = "drill" if slug.startswith("drill") else "live"
    desk = Named("Bàn kiểm chứng sức khỏe", "Health desk", slug, kind) if slug else None
    context = {"publisher": PUBLISHER, "viewer": PERSON, "desk": desk}
    return render(request, "ui/desk_base.html", context)


def missing(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/error.html", {"status": 404}, status=404)


def nowhere(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "ui/error.html", {"status": 404}, status=404)


def rows(_request: HttpRequest) -> HttpResponse:
    """A live part of a board, as a room would write it."""
    return HttpResponse(ROWS)


ROWS = (
    '<section id="rows" data-live hx-get="/vi/rows/" hx-trigger="refresh" hx-swap="outerHTML">'
    '<a id="r-1" href="#">Tin 1</a><label for="note">Ghi</label><input id="note" name="note"></section>'
)
handler404 = nowhere


urlpatterns = i18n_patterns(
    path("", page),
    path("answers/", page),
    path("a/<slug:slug>/", page),
    path("methods/", page),
    path("missing/", missing),
    path("rows/", rows),
    path("accounts/login/", page),
    path("accounts/logout/", page),
    path("desk/", desk_page),
    path("desk/<slug:slug>/", desk_page),
    path("desk/<slug:slug>/log/", desk_page),
)
