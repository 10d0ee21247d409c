"""The style page in a real browser: nobody is shut out, nothing runs off the edge, the script stays polite."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Page, Route, sync_playwright

from ui.stand_in import ROWS

pytestmark = [pytest.mark.browser, pytest.mark.urls("ui.stand_in")]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOST = "http://desk.test"
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
# What the installation sends: without inline styles and scripts or the pages break here first.
CSP = "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
# WCAG 2.5.5; a link inside a sentence is exempt.
LEAST_TARGET = 44
TARGETS = (
    ".button, .link-button, .site-nav a, .languages a, .tabs a, .tool, .check, summary, select, textarea, "
    "input:not([type=checkbox], [type=radio], [type=hidden])"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("NO CHROMIUM FOUND: the browser checks of the interface did not run")
    # Django refuses its synchronous parts inside the loop that Playwright keeps in this thread.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def answer(route: Route) -> None:
    """Serve the stand-in site without any network."""
    parts = urlsplit(route.request.url)
    if parts.path.startswith("/static/"):
        file = finders.find(parts.path.removeprefix("/static/"))
        assert isinstance(file, str), parts.path
        route.fulfill(path=file, content_type=TYPES[file.rsplit(".", 1)[-1]])
        return
    response = Client().get(parts.path + (f"?{parts.query}" if parts.query else ""))
    headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": CSP}
    route.fulfill(status=response.status_code, headers=headers, body=response.content)


def open_page(browser: Browser, path: str, *, scheme: str = "light", width: int = 1280, script: bool = True) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=script,
    )
    page = context.new_page()
    page.route("**/*", answer)
    page.goto(HOST + path)
    return page


PATHS = ["/vi/", "/en/desk/drill-1/", "/vi/desk/health/", "/vi/missing/"]


LOOKS = [
    *[("/vi/", width, scheme) for width in (390, 1280) for scheme in ("light", "dark")],
    ("/en/desk/drill-1/", 390, "dark"),
    ("/en/desk/drill-1/", 1280, "light"),
    ("/vi/missing/", 390, "light"),
]


@pytest.mark.parametrize(("path", "width", "scheme"), LOOKS)
def test_axe_finds_nothing_serious(browser: Browser, path: str, width: int, scheme: str) -> None:
    page = open_page(browser, path, scheme=scheme, width=width)
    result = Axe().run(page)
    serious = [
        (found["id"], [node["html"][:160] for node in found["nodes"]])
        for found in result.response["violations"]
        if found["impact"] in ("serious", "critical")
    ]
    page.context.close()
    assert serious == []


def test_axe_would_see_a_fault(browser: Browser) -> None:
    page = open_page(browser, "/vi/missing/")
    page.evaluate("main.innerHTML = '<input><img src=data:,>'")
    found = {fault["id"] for fault in Axe().run(page).response["violations"]}
    page.context.close()
    assert {"label", "image-alt"} <= found


@pytest.mark.parametrize("path", PATHS)
def test_nothing_runs_off_the_edge(browser: Browser, path: str) -> None:
    page = open_page(browser, path)
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_targets_can_be_hit_with_a_thumb(browser: Browser) -> None:
    page = open_page(browser, "/vi/", width=390)
    small = page.evaluate(
        """([targets, least]) => [...document.querySelectorAll(targets)]
            .filter(target => target.offsetParent && target.getBoundingClientRect().height < least)
            .map(target => target.outerHTML.slice(0, 120))""",
        [TARGETS, LEAST_TARGET],
    )
    checked = page.locator(TARGETS).count()
    page.context.close()
    assert small == []
    assert checked > 20


@pytest.mark.parametrize("path", ["/vi/", "/vi/desk/health/"])
def test_the_pages_obey_their_own_policy(browser: Browser, path: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route("**/*", answer)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(HOST + path)
    page.wait_for_load_state("networkidle")
    context.close()
    assert complaints == []


def test_without_script_the_page_is_whole(browser: Browser) -> None:
    page = open_page(browser, "/vi/", script=False)
    assert page.get_by_role("button", name="Kiểm tra tin này").is_visible()
    assert page.locator("[data-copy]").count() == 1
    page.get_by_role("link", name="English").click()
    assert page.url == HOST + "/en/"
    page.context.close()


def test_the_counter_speaks_only_near_the_end(browser: Browser) -> None:
    page = open_page(browser, "/en/")
    box = page.locator("textarea[name=text]")
    box.fill("x" * 100)
    assert page.locator("textarea[name=text] ~ .counter").text_content() == ""
    box.fill("😀" * 19_990)
    assert page.locator("textarea[name=text] ~ .counter").text_content() == "10 characters left"
    box.fill("x" * 20_001)
    assert page.locator("textarea[name=text] ~ .counter").text_content() == "1 characters too many"
    page.context.close()


def test_a_live_part_waits_while_somebody_writes_in_it(browser: Browser) -> None:
    page = open_page(browser, "/vi/desk/health/")
    page.evaluate("rows => { main.innerHTML = rows; htmx.process(main) }", ROWS)
    page.locator("#note").fill("đang viết")
    page.evaluate("htmx.trigger('#rows', 'refresh')")
    page.locator(".stale").wait_for()
    assert page.locator("#note").input_value() == "đang viết"
    page.locator(".stale").click()
    page.wait_for_function("document.querySelector('#note').value === ''")
    assert page.locator(".stale").count() == 0
    page.locator("#r-1").focus()
    with page.expect_response("**/rows/"):
        page.evaluate("window.old = document.querySelector('#rows'); htmx.trigger('#rows', 'refresh')")
    page.wait_for_function("document.querySelector('#rows') !== window.old")
    assert page.evaluate("document.activeElement.id") == "r-1"
    page.context.close()


def test_a_toast_is_spoken(browser: Browser) -> None:
    page = open_page(browser, "/vi/desk/health/")
    page.evaluate("document.dispatchEvent(new CustomEvent('toast', {detail: {value: 'Đã lưu'}}))")
    assert page.locator("#toasts[aria-live=polite] .toast").text_content() == "Đã lưu"
    page.context.close()
