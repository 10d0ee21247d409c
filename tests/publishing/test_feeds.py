from __future__ import annotations

import json
from datetime import datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client

import cast
from publishing import newsroom
from publishing.newsroom import EN, VI
from sangto.publishing.types import Draft, TextFields

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
FEEDS = ("feed.rss", "feed.atom", "feed.json", "../sitemap.xml")


def parsed(body: bytes) -> ET.Element:
    return ET.fromstring(body)  # noqa: S314 - our own feed


def get(client: Client, path: str, **headers: str) -> bytes:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    return bytes(answer.content)


def atom(client: Client, lang: str = "vi") -> ET.Element:
    return parsed(get(client, f"/{lang}/feed.atom"))


def text(element: ET.Element, tag: str) -> str:
    found = element.findtext(tag)
    assert found
    return found


def test_rss(people: cast.Cast, client: Client) -> None:
    article = newsroom.published(people)
    answer = client.get("/vi/feed.rss")
    assert answer["Content-Type"].startswith("application/rss+xml")
    root = parsed(answer.content)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    channel = root.find("channel")
    assert channel is not None
    assert (text(channel, "language"), text(channel, "link")) == ("vi", f"{settings.BASE_URL}/vi/answers/")
    for required in ("title", "description"):
        assert text(channel, required)
    own = channel.find(f"{ATOM}link")
    assert own is not None
    assert own.get("href") == f"{settings.BASE_URL}/vi/feed.rss"
    (item,) = channel.findall("item")
    assert text(item, "link") == f"{settings.BASE_URL}/vi/a/{article.slug}/"
    assert text(item, "title") == f"Sai: {VI.title}"
    assert VI.short_answer in text(item, "description")
    guid = item.find("guid")
    assert guid is not None
    assert (guid.get("isPermaLink"), (guid.text or "")[:9]) == ("false", "urn:uuid:")
    assert article.first_published_at is not None
    assert parsedate_to_datetime(text(item, "pubDate")) == article.first_published_at.replace(microsecond=0)


def test_atom(people: cast.Cast, client: Client) -> None:
    article = newsroom.published(people)
    root = atom(client, "en")
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert text(root, f"{ATOM}id").startswith("urn:uuid:")
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Red River News"
    (entry,) = root.findall(f"{ATOM}entry")
    assert text(entry, f"{ATOM}title") == f"False: {EN.title}"
    content = entry.find(f"{ATOM}content")
    assert content is not None
    assert content.get("type") == "text"
    assert EN.short_answer in (content.text or "")
    for moment in ("published", "updated"):
        assert datetime.fromisoformat(text(entry, f"{ATOM}{moment}")).tzinfo is not None
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"{settings.BASE_URL}/en/a/{article.slug}/"


def test_json_feed(people: cast.Cast, client: Client) -> None:
    newsroom.published(people)
    feed = json.loads(get(client, "/vi/feed.json"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["language"], feed["feed_url"]) == ("vi", f"{settings.BASE_URL}/vi/feed.json")
    (item,) = feed["items"]
    assert VI.why in item["content_text"]
    assert item["tags"] == ["Sức khỏe"]


def test_an_id_stays_and_the_time_moves_with_a_correction(people: cast.Cast, client: Client) -> None:
    article = newsroom.published(people)
    before = atom(client)
    newsroom.corrected(people, article)
    after = atom(client)
    path = f"{ATOM}entry/{ATOM}"
    assert before.findtext(path + "id") == after.findtext(path + "id")
    assert before.findtext(path + "published") == after.findtext(path + "published")
    assert text(before, path + "updated") < text(after, path + "updated")
    assert newsroom.CORRECTION.text_vi in text(after, path + "content")
    assert atom(client).findtext(path + "id") != atom(client, "en").findtext(path + "id")


def test_a_retracted_answer_stays_with_its_note(people: cast.Cast, client: Client) -> None:
    article = newsroom.published(people)
    newsroom.retracted(people, article)
    (entry,) = atom(client).findall(f"{ATOM}entry")
    assert text(entry, f"{ATOM}title").startswith("Đã rút")
    assert "Nguồn đã bị rút" in text(entry, f"{ATOM}content")
    assert VI.short_answer not in text(entry, f"{ATOM}content")


def test_only_what_was_published_in_this_language(people: cast.Cast, client: Client) -> None:
    newsroom.submitted(people.desk, people.editor)
    newsroom.submitted(people.drill_desk, people.trainee)
    article = newsroom.published(people, draft=Draft("false", {"vi": VI, "en": TextFields(claim=EN.claim)}))
    assert len(atom(client, "vi").findall(f"{ATOM}entry")) == 1
    assert atom(client, "en").findall(f"{ATOM}entry") == []
    sitemap = get(client, "/sitemap.xml").decode()
    assert sitemap.count("/a/") == 2
    assert f"{settings.BASE_URL}/vi/a/{article.slug}/" in sitemap


def test_sitemap_names_each_page_in_each_language(people: cast.Cast, client: Client) -> None:
    article = newsroom.published(people)
    root = parsed(get(client, "/sitemap.xml"))
    urls = {text(url, f"{MAP}loc"): url for url in root.findall(f"{MAP}url")}
    english = urls[f"{settings.BASE_URL}/en/a/{article.slug}/"]
    others = {link.get("hreflang"): link.get("href") for link in english.findall(LINK)}
    assert others == {lang: f"{settings.BASE_URL}/{lang}/a/{article.slug}/" for lang in ("vi", "en")}
    assert datetime.fromisoformat(text(english, f"{MAP}lastmod")).tzinfo is not None
    assert f"{settings.BASE_URL}/vi/methods/" in urls


def test_robots_leave_private_pages_alone(people: cast.Cast, client: Client) -> None:
    lines = get(client, "/robots.txt").decode().splitlines()
    assert "Disallow: /vi/tip/" in lines
    assert f"Sitemap: {settings.BASE_URL}/sitemap.xml" in lines


@pytest.mark.parametrize("path", ["/vi/feed.rss", "/en/feed.atom", "/vi/feed.json", "/sitemap.xml"])
def test_who_has_the_newest_gets_304(people: cast.Cast, client: Client, path: str) -> None:
    empty = client.get(path)
    assert empty.status_code == 200
    assert client.get(path, headers={"If-None-Match": empty["ETag"]}).status_code == 304
    article = newsroom.published(people)
    first = client.get(path, headers={"If-None-Match": empty["ETag"]})
    assert first.status_code == 200
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    newsroom.corrected(people, article)
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_what_xml_cannot_carry_is_left_out(people: cast.Cast, client: Client) -> None:
    from sangto.lib.ids import uuid7
    from sangto.publishing import feeds
    from sangto.publishing.types import Feed, FeedEntry

    now = datetime.fromisoformat("2026-11-22T09:00:00+00:00")
    entry = FeedEntry(
        id=uuid7(), lang="vi", path="/x", title="a\x0bb & <c>", text="\ud800", published_at=now, updated_at=now
    )
    feed = Feed("vi", "t", "s", "a", "https://a.example", "https://a.example/f", "urn:uuid:1", now, (entry,))
    for made in (feeds.rss(feed, base=""), feeds.atom(feed, base="")):
        assert b"ab &amp; &lt;c&gt;" in made
        parsed(made)
