"""The frame of a page, as a reader, an editor and somebody on a drill desk see it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.http import Http404
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from pytest_django import Settings

import sangto.ui
from sangto.ui.views import styleguide

pytestmark = [pytest.mark.urls("ui.stand_in")]
STATIC = Path(sangto.ui.__file__).parent / "static" / "ui"
# A public page may weigh 60 kB before pictures; the frame leaves nearly half of that to what the page says.
MOST_FRAME_BYTES = 34_000


def get(path: str, status: int = 200) -> str:
    response = Client().get(path)
    assert response.status_code == status
    return response.content.decode()


def test_it_works() -> None:
    page = get("/vi/")
    assert '<html lang="vi"' in page
    assert "Tòa soạn Ví Dụ" in page
    assert 'class="skip" href="#main"' in page


def test_the_other_language_is_one_link_away_on_the_same_page() -> None:
    assert 'href="/en/a/nuoc-chanh/?page=2" hreflang="en"' in get("/vi/a/nuoc-chanh/?page=2")
    assert 'href="/en/" hreflang="en"' in get("/vi/missing/nowhere/", 404)
    page = get("/en/")
    assert '<html lang="en"' in page
    assert "Example Newsroom" in page


def test_the_choice_of_a_language_is_kept_where_the_installation_keeps_it(settings: Settings) -> None:
    settings.ROOT_URLCONF = "ui.stand_in_keeping"
    page = get("/vi/a/nuoc-chanh/?page=2&q=a")
    assert 'href="/language/en/?next=%2Fen%2Fa%2Fnuoc-chanh%2F%3Fpage%3D2%26q%3Da" hreflang="en"' in page


def test_a_public_page_loads_no_htmx_and_stays_light() -> None:
    page = get("/vi/")
    assert "htmx" not in page
    assert "csrftoken" not in page
    linked = set(re.findall(r'(?:src|href)="/static/ui/(\w+)\.(?:\w+\.)?(\w+)"', page))
    assert linked == {("favicon", "svg"), ("sangto", "css"), ("sangto", "js")}
    files = sum((STATIC / f"{name}.{kind}").stat().st_size for name, kind in linked)
    frame = len(get("/vi/missing/", 404).encode())
    assert files + frame <= MOST_FRAME_BYTES


def test_a_desk_says_in_words_whether_it_is_real() -> None:
    live, drill = get("/en/desk/health/"), get("/en/desk/drill-1/")
    assert ">LIVE<" in live
    assert "DRILL" not in live
    assert "is-drill" not in live
    assert ">DRILL<" in drill
    assert "This is an exercise." in drill
    assert 'class="desk is-drill"' in drill


def test_a_desk_names_the_viewer_and_lets_them_out_by_post() -> None:
    page = get("/vi/desk/health/")
    assert "Trần Thị Bích Ngọc" in page
    assert '<form method="post" action="/vi/accounts/logout/">' in page
    assert '"allowEval":false' in page
    assert "hx-sse" in page


def test_the_error_page_stands_without_a_request() -> None:
    assert "500" in render_to_string("ui/error.html", {})
    assert "404" in get("/vi/missing/", 404)


def test_the_style_page_is_for_developers_only(settings: Settings) -> None:
    with pytest.raises(Http404):
        styleguide(RequestFactory().get("/"))
    settings.DEBUG = True
    assert styleguide(RequestFactory().get("/")).status_code == 200


def test_a_form_with_errors_links_to_its_fields() -> None:
    page = get("/vi/")
    assert 'href="#id_claim"' in page
    assert 'id="id_claim_error"' in page
    assert re.search(r'<input[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*id_claim_error', page)


def test_pagination_keeps_the_rest_of_the_address() -> None:
    assert "?topic=health&amp;page=4" in get("/vi/?topic=health&page=3")
