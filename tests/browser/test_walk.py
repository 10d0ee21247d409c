"""From a message to its published answer, in a browser: what the README promises, in both languages."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, expect

from browser.conftest import Site

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
# Set to a folder to look at what the browser saw.
SHOTS = os.environ.get("SANGTO_SHOTS", "")


@dataclass(frozen=True)
class Words:
    """What a person reads on the page, in one language."""

    check: str
    verdicts: re.Pattern[str]
    yes: re.Pattern[str]
    waiting: str
    sign_in: str
    take: str
    start: re.Pattern[str]
    save_claim: str
    add_source: str
    add_source_button: str
    submit: str
    approve: str
    publish: re.Pattern[str]
    not_own: str
    question: str
    again: str
    asked: str


VI = Words(
    check="Kiểm tra",
    verdicts=re.compile("Sai|Đúng|Gây hiểu lầm|Chưa có bằng chứng|Phần lớn đúng"),
    yes=re.compile("Đúng, là tin này|Đúng rồi"),
    waiting="Chúng tôi chưa trả lời tin này",
    sign_in="Đăng nhập",
    take="Tôi nhận việc này",
    start=re.compile("^Bắt đầu"),
    save_claim="Lưu",
    add_source="Thêm nguồn",
    add_source_button="Thêm nguồn này",
    submit="Lưu và chuyển duyệt",
    approve="Đồng ý",
    publish=re.compile("^Đăng"),
    not_own="Bạn không đăng được bản này",
    question="Nghe nói cầu phao qua sông sẽ bị tháo vào thứ bảy tuần này, có thật không?",
    again="thứ bảy tuần này tháo cầu phao qua sông à?",
    asked="uong nuoc chanh nong chua khoi ung thu phai khong?",
)
EN = Words(
    check="Check it",
    verdicts=re.compile("False|True|Misleading|Unproven|Mostly true"),
    yes=re.compile("Yes, this is it|Yes, it does"),
    waiting="We have not answered this yet",
    sign_in="Sign in",
    take="I am working on this",
    start=re.compile("^Start"),
    save_claim="Save the claim",
    add_source="Add a source",
    add_source_button="Add the source",
    submit="Save and hand over for review",
    approve="Approve",
    publish=re.compile("^Publish"),
    not_own="You cannot publish this version",
    question="Someone says the swimming pool in the central park closes for ever next month. Is that so?",
    again="is the central park swimming pool closing for ever next month?",
    asked="does hot lemon water cure cancer?",
)
LANGUAGES = {"vi": VI, "en": EN}


def shot(page: Page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def no_serious_fault(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    serious = [one for one in found if one["impact"] in {"serious", "critical"}]
    told = [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in serious]
    assert not serious, f"{page.url}: {told}"


@contextmanager
def window(browser: Browser, *, phone: bool = False, script: bool = True, lang: str = "vi") -> Iterator[Page]:
    context = browser.new_context(
        viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
        java_script_enabled=script,
        locale="vi-VN" if lang == "vi" else "en-GB",
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    assert not faults, faults
    context.close()


def sign_in(page: Page, site: Site, lang: str, who: str) -> None:
    email, password = site.people[who]
    page.goto(f"{site.address}/{lang}/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_load_state()


def ask(page: Page, site: Site, lang: str, text: str) -> None:
    page.goto(f"{site.address}/{lang}/")
    page.locator("textarea[name=text]").fill(text)
    page.get_by_role("button", name=LANGUAGES[lang].check).click()
    page.wait_for_url("**/tip/**")


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("script", [True, False])
def test_a_repeated_rumour_is_answered_or_suggested_and_settled_by_one_tap(
    browser: Browser, site: Site, lang: str, script: bool
) -> None:
    words = LANGUAGES[lang]
    with window(browser, phone=True, script=script, lang=lang) as page:
        ask(page, site, lang, words.asked)
        expect(page.locator(".answer-card").first).to_contain_text(words.verdicts)
        if script:
            no_serious_fault(page)
        shot(page, f"{lang}-answer-390-{script}")
        page.get_by_role("button", name=words.yes).first.click()
        expect(page.locator(".answer-card")).to_have_count(1)
        page.locator(".answer-card a").first.click()
        page.wait_for_url("**/a/**")
        expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_from_a_new_message_to_its_published_answer(browser: Browser, site: Site, lang: str) -> None:
    words = LANGUAGES[lang]
    with window(browser, phone=True, lang=lang) as asker:
        ask(asker, site, lang, words.question)
        expect(asker.locator("h1")).to_have_text(words.waiting)
        no_serious_fault(asker)
        shot(asker, f"{lang}-waiting-390")
        private = asker.url
        asker.locator("input[name=address]").fill(f"nguoi-hoi-{lang}@docgia.example")
        asker.locator("form[action*=contact] button").click()
        expect(asker.locator(".notice-success")).to_be_visible()

        with window(browser, lang=lang) as desk:
            sign_in(desk, site, lang, "editor")
            number = _work(desk, site, lang)
        with window(browser, lang=lang) as other:
            sign_in(other, site, lang, "reviewer")
            _review(other, site, lang, number)

        deadline = time.monotonic() + 20
        while asker.locator(".answer-card").count() == 0 and time.monotonic() < deadline:
            time.sleep(0.5)
            asker.goto(private)
        expect(asker.locator(".answer-card")).to_have_count(1)
        shot(asker, f"{lang}-told-390")

        ask(asker, site, lang, words.again)
        expect(asker.locator(".answer-card").first).to_be_visible()
        href = asker.locator(".answer-card a").first.get_attribute("href") or ""
        _public_article(asker, site, lang, href)
    _mailed(site, lang)


def _work(page: Page, site: Site, lang: str) -> str:
    words = LANGUAGES[lang]
    page.goto(f"{site.address}/{lang}/desk/kiem-chung/")
    no_serious_fault(page)
    shot(page, f"{lang}-board-1280")
    page.get_by_role("link", name=words.question[:30]).first.click()
    page.wait_for_url("**/r/*/")
    number = urlsplit(page.url).path.rstrip("/").rsplit("/", 1)[1]
    page.get_by_role("button", name=words.take).click()
    page.get_by_role("button", name=words.start).first.click()
    for _step in range(12):
        answers = page.locator(".run-answers button")
        if answers.count() == 0:
            break
        answers.first.click()
        page.wait_for_load_state()
    expect(page.locator("svg.drawing").first).to_be_visible()
    page.locator("textarea[name=claim_vi]").fill(f"Thử ({lang}): {words.question}")
    page.locator("textarea[name=claim_en]").fill(f"Test ({lang}): {words.question}")
    page.locator("select[name=topic]").select_option("public_services")
    page.get_by_role("button", name=words.save_claim, exact=True).click()
    page.get_by_text(words.add_source, exact=True).click()
    page.locator("input[name=url]").fill("https://www.who.int/news-room")
    page.locator("input[name=title]").fill("Newsroom")
    page.locator("input[name=organisation]").fill("World Health Organization")
    page.locator("textarea[name=passage]").fill("The words of the source.")
    page.locator("select[name=stance]").select_option("refutes")
    page.get_by_role("button", name=words.add_source_button).click()
    expect(page.locator(".evidence")).to_have_count(1)
    no_serious_fault(page)
    shot(page, f"{lang}-rumour-1280")

    page.goto(f"{site.address}/{lang}/desk/kiem-chung/r/{number}/article/")
    page.locator("input[name=verdict][value=false]").check()
    for code in LANGUAGES:
        page.locator(f"textarea[name={code}_title]").fill(f"{code}: it stays as it is ({lang})")
        page.locator(f"textarea[name={code}_claim]").fill(words.question[:75])
        page.locator(f"textarea[name={code}_short_answer]").fill("No: it stays as it is.")
        page.locator(f"textarea[name={code}_why]").fill("First.\n\nThen this.")
        page.locator(f"textarea[name={code}_known]").fill("What is known.")
        page.locator(f"textarea[name={code}_how_checked]").fill("By reading.")
    no_serious_fault(page)
    shot(page, f"{lang}-editor-1280")
    page.get_by_role("button", name=words.submit).click()
    page.wait_for_load_state()
    page.goto(f"{site.address}/{lang}/desk/kiem-chung/r/{number}/review/")
    # Nobody publishes their own article.
    expect(page.locator("main")).to_contain_text(words.not_own)
    return number


def _review(page: Page, site: Site, lang: str, number: str) -> None:
    words = LANGUAGES[lang]
    page.goto(f"{site.address}/{lang}/desk/kiem-chung/r/{number}/review/")
    no_serious_fault(page)
    shot(page, f"{lang}-review-1280")
    for box in page.locator("input[name=checked]").all():
        box.check()
    page.get_by_role("button", name=words.approve, exact=True).click()
    page.wait_for_load_state()
    page.get_by_role("button", name=words.publish).first.click()
    page.wait_for_load_state()
    # Asked once more before it is public.
    page.locator("main form:has(input[name=confirm]) button").click()
    page.wait_for_load_state()


def _public_article(page: Page, site: Site, lang: str, href: str) -> None:
    page.goto(site.address + href)
    no_serious_fault(page)
    shot(page, f"{lang}-article-390")
    found = json.loads(page.locator('script[type="application/ld+json"]').first.text_content() or "{}")
    shown = page.locator("body").inner_text()
    assert found["@type"] == "ClaimReview"
    assert found["claimReviewed"] in shown
    assert found["reviewRating"]["alternateName"] in shown
    for path, word in (("feed.rss", "<rss"), ("feed.atom", "<feed "), ("feed.json", "jsonfeed.org")):
        body = page.request.get(f"{site.address}/{lang}/{path}").text()
        assert word in body
        assert href in body
    assert href in page.request.get(f"{site.address}/sitemap.xml").text()
    assert page.request.get(f"{site.address}/{lang}/changes/").ok


def _mailed(site: Site, lang: str) -> None:
    """The sample desk has no mail server: what would be sent lies in its mailbox folder."""
    address = f"nguoi-hoi-{lang}@docgia.example"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        letters = [path for path in (site.folder / "data" / "mailbox").rglob("*.eml") if address in path.read_text()]
        if letters:
            assert len(letters) == 1
            return
        time.sleep(0.5)
    raise AssertionError(f"no letter to {address}")


PUBLIC = ["", "answers/", "answers/?q=vaccine", "methods/", "changes/"]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("phone", [True, False])
def test_public_pages_have_no_serious_fault_and_fit_the_window(
    browser: Browser, site: Site, lang: str, phone: bool
) -> None:
    with window(browser, phone=phone, lang=lang) as page:
        for path in [*PUBLIC, "accounts/login/", "no-such-page/"]:
            page.goto(f"{site.address}/{lang}/{path}")
            expect(page.locator("h1").first).to_be_visible()
            no_serious_fault(page)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 1, f"{path} is {wide} px too wide"
            shot(
                page, f"{lang}-{path.strip('/').replace('/', '-').replace('?', '-') or 'ask'}-{390 if phone else 1280}"
            )


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_public_pages_work_without_script_and_stay_light(browser: Browser, site: Site, lang: str) -> None:
    budget = json.loads((Path(__file__).parents[2] / "benchmarks" / "budgets.json").read_text())
    limit_kb = budget["public_page_kb"]
    with window(browser, script=False, lang=lang) as page:
        page.goto(f"{site.address}/{lang}/answers/")
        article = page.locator(".answer-card a").first.get_attribute("href") or ""
        assert article
        for path in [*(f"/{lang}/{one}" for one in PUBLIC), article]:
            weight = 0
            bodies: list[Response] = []

            def keep(response: Response, bodies: list[Response] = bodies) -> None:
                bodies.append(response)

            page.on("response", keep)
            page.goto(site.address + path)
            page.wait_for_load_state("networkidle")
            page.remove_listener("response", keep)
            for response in bodies:
                assert response.url.startswith(site.address), f"{path} asks {response.url}"
                if not response.headers.get("content-type", "").startswith("image/"):
                    weight += len(response.body())
            assert weight <= limit_kb * 1024, f"{path}: {weight / 1024:.1f} kB"


def test_the_way_to_an_answer_by_keyboard_alone(browser: Browser, site: Site) -> None:
    with window(browser) as page:
        page.goto(f"{site.address}/vi/")
        for _press in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == "text":
                break
        page.keyboard.type("uong nuoc chanh nong chua ung thu")
        for _press in range(8):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('form.ask button.button')"):
                break
        page.keyboard.press("Enter")
        page.wait_for_url("**/tip/**")
        expect(page.locator(".answer-card").first).to_be_visible()


def test_open_boards_follow_without_stealing_the_focus(browser: Browser, site: Site) -> None:
    with window(browser) as board, window(browser, phone=True) as asker:
        sign_in(board, site, "vi", "editor")
        board.goto(f"{site.address}/vi/desk/kiem-chung/")
        link = board.locator(".rumour h3 a").first
        link.focus()
        before = link.get_attribute("id")
        ask(asker, site, "vi", "Có tin hồ bơi trường tiểu học bị nhiễm hóa chất lạ hôm qua, ai biết không?")
        expect(board.locator("#board")).to_contain_text("hồ bơi trường tiểu học", timeout=8_000)
        assert board.evaluate("document.activeElement.id") == before
