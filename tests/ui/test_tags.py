"""What the tags give to every room's pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from sangto.lib.codes import Verdict
from sangto.ui import icons, menus, slots

NOW = datetime(2025, 3, 2, 5, 0, tzinfo=UTC)


def render(source: str, **context: Any) -> str:
    return Template("{% load sangto %}" + source).render(Context(context))


@pytest.fixture(autouse=True)
def _in_vietnamese() -> Iterator[None]:
    with translation.override("vi"):
        yield


def test_label_speaks_the_readers_language() -> None:
    assert render('{{ s|label:"rumour_state" }}', s="in_review") == "Chờ duyệt"
    with translation.override("en"):
        assert render('{{ s|label:"rumour_state" }}', s="in_review") == "In review"
    assert render("{{ code|label }}", code=Verdict.FALSE) == "Sai"
    assert render('{{ s|label:"topic" }}', s="") == ""


def test_label_shows_a_code_it_does_not_know_and_refuses_a_list_it_does_not_know() -> None:
    assert render('{{ s|label:"topic" }}', s="<b>") == "&lt;b&gt;"
    with pytest.raises(KeyError):
        render('{{ s|label:"topics" }}', s="health")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_verdict_has_its_own_shape_and_its_word(verdict: Verdict) -> None:
    badge = render("{% verdict_badge v %}", v=verdict.value)
    assert verdict.vi in badge
    assert icons.VERDICTS[verdict.value] in badge
    assert len(set(icons.VERDICTS.values())) == len(Verdict)


def test_without_a_verdict_there_is_no_badge() -> None:
    assert render("{% verdict_badge v %}", v="") == ""


@pytest.mark.parametrize("drawing", [*icons.ICONS.values(), *icons.VERDICTS.values(), icons.MARK])
def test_drawings_are_well_formed(drawing: str) -> None:
    root = ET.fromstring(f"<svg>{drawing}</svg>")  # noqa: S314 - our own constant
    assert len(root) > 0


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 minutes ago"),
        (timedelta(hours=3, minutes=50), "3 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(minutes=-30), "in 30 minutes"),
        (timedelta(days=40), "21 January 2025"),
    ],
)
def test_when_says_it_as_people_do(before: timedelta, words: str) -> None:
    with translation.override("en"):
        assert f">{words}</time>" in render("{{ at|when:now }}", at=NOW - before, now=NOW)


def test_when_shows_the_hour_of_vietnam_and_leaves_it_to_machines_exactly() -> None:
    shown = render("{{ at|when:now }}", at=NOW, now=NOW)
    assert 'datetime="2025-03-02T12:00:00+07:00"' in shown
    assert 'title="12:00, 02/03/2025"' in shown
    assert render("{{ day|when }}", day=date(2025, 3, 2)) == '<time datetime="2025-03-02">02/03/2025</time>'
    assert render("{{ at|when }}", at=None) == ""


def test_paragraphs_escape_everything() -> None:
    text = "một\r\nhai <script>alert(1)</script>\n\n\n  \nba & bốn"
    assert render("{{ text|paragraphs }}", text=text) == (
        '<p dir="auto">một<br>hai &lt;script&gt;alert(1)&lt;/script&gt;</p>\n<p dir="auto">ba &amp; bốn</p>'
    )
    assert render("{{ text|paragraphs }}", text=None) == ""


def test_a_panel_of_an_upper_room_appears_and_may_stay_out() -> None:
    def provider(_request: HttpRequest | None, *, lines: list[Any] | None) -> dict[str, Any] | None:
        return None if lines is None else {"lines": lines}

    slots.register("test.side", "ui/_log.html", provider)
    slots.register("test.side", "ui/_log.html", provider, order=5)
    try:
        assert len(slots.panels("test.side")) == 1
        assert '<ol class="log">' in render('{% slot "test.side" lines=lines %}', lines=[])
        assert render('{% slot "test.side" lines=lines %}', lines=None) == ""
    finally:
        slots.unregister("test.side", "ui/_log.html")
    assert render('{% slot "test.side" lines=lines %}', lines=[]) == ""


@pytest.mark.urls("ui.stand_in")
def test_a_menu_offers_only_what_exists_and_marks_where_we_are() -> None:
    request = RequestFactory().get("/vi/a/nuoc-chanh/")
    links = menus.links("public", request, root="/vi/")
    assert {link.href: link.current for link in links} == {"/vi/": False, "/vi/answers/": True, "/vi/methods/": False}
    desk = menus.links("desk", RequestFactory().get("/vi/desk/x/log/"), root="/vi/desk/x/")
    assert [(link.href, link.current) for link in desk] == [("/vi/desk/x/", False), ("/vi/desk/x/log/", True)]


@pytest.mark.urls("ui.stand_in")
def test_a_room_may_add_an_entry_that_only_some_see() -> None:
    menus.add("public", menus.Entry("secret", "a/b/", "Kín", "lock", shown=lambda request: "in" in request.GET))
    try:
        hrefs = [link.href for link in menus.links("public", RequestFactory().get("/vi/"), root="/vi/")]
        assert "/vi/a/b/" not in hrefs
        hrefs = [link.href for link in menus.links("public", RequestFactory().get("/vi/?in"), root="/vi/")]
        assert "/vi/a/b/" in hrefs
    finally:
        menus.remove("public", "secret")
