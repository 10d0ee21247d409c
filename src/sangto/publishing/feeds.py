"""RSS 2.0, Atom 1.0 (RFC 4287), JSON Feed 1.1, sitemap and robots, as bytes from frozen dataclasses; no Django here."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from email.utils import format_datetime
from typing import Any, Final
from xml.etree import ElementTree as ET

from sangto.lib.codes import Topic
from sangto.publishing.types import Feed, FeedEntry, SitemapEntry

ATOM: Final = "http://www.w3.org/2005/Atom"
SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML: Final = "http://www.w3.org/1999/xhtml"
ATOM_TYPE: Final = "application/atom+xml; charset=utf-8"
RSS_TYPE: Final = "application/rss+xml; charset=utf-8"
JSON_TYPE: Final = "application/feed+json; charset=utf-8"
XML_TYPE: Final = "application/xml; charset=utf-8"
# What XML 1.0 cannot carry.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ET.register_namespace("atom", ATOM)
ET.register_namespace("xhtml", XHTML)


def entry_id(entry: FeedEntry) -> str:
    """An id for the article in one language; it depends on nothing that can change."""
    return uuid.uuid5(entry.id, entry.lang).urn


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def _add(parent: ET.Element, tag: str, text: str = "", attributes: Mapping[str, str] | None = None) -> ET.Element:
    element = ET.SubElement(parent, tag, {key: _clean(value) for key, value in (attributes or {}).items()})
    if text:
        element.text = _clean(text)
    return element


def _bytes(root: ET.Element) -> bytes:
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode").encode()


def _without_prefix(feed: bytes) -> bytes:
    """Atom's elements without a prefix, as readers that look at names only expect. Text holds no bare `<`."""
    return feed.replace(b"<atom:", b"<").replace(b"</atom:", b"</").replace(b"xmlns:atom=", b"xmlns=", 1)


def _topic(entry: FeedEntry) -> str:
    return Topic(entry.topic).label(entry.lang) if entry.topic else ""


def rss(feed: Feed, *, base: str) -> bytes:
    root = ET.Element("rss", {"version": "2.0"})
    channel = _add(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", feed.home_url)
    _add(channel, "description", feed.subtitle)
    _add(channel, "language", feed.lang)
    _add(channel, "lastBuildDate", format_datetime(feed.updated_at))
    _add(channel, f"{{{ATOM}}}link", attributes={"rel": "self", "type": "application/rss+xml", "href": feed.feed_url})
    for entry in feed.entries:
        item = _add(channel, "item")
        _add(item, "title", entry.title)
        _add(item, "link", base + entry.path)
        _add(item, "guid", entry_id(entry), {"isPermaLink": "false"})
        _add(item, "pubDate", format_datetime(entry.published_at))
        _add(item, f"{{{ATOM}}}updated", entry.updated_at.isoformat())
        _add(item, "description", entry.text)
        if entry.topic:
            _add(item, "category", _topic(entry))
    return _bytes(root)


def atom(feed: Feed, *, base: str) -> bytes:
    root = ET.Element(f"{{{ATOM}}}feed", {"xml:lang": feed.lang})
    _add(root, f"{{{ATOM}}}id", feed.id)
    _add(root, f"{{{ATOM}}}title", feed.title)
    _add(root, f"{{{ATOM}}}subtitle", feed.subtitle)
    _add(root, f"{{{ATOM}}}updated", feed.updated_at.isoformat())
    _add(_add(root, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", feed.author)
    _add(root, f"{{{ATOM}}}link", attributes={"rel": "self", "type": "application/atom+xml", "href": feed.feed_url})
    _add(root, f"{{{ATOM}}}link", attributes={"rel": "alternate", "type": "text/html", "href": feed.home_url})
    for entry in feed.entries:
        item = _add(root, f"{{{ATOM}}}entry")
        _add(item, f"{{{ATOM}}}id", entry_id(entry))
        _add(item, f"{{{ATOM}}}title", entry.title, {"type": "text"})
        _add(item, f"{{{ATOM}}}published", entry.published_at.isoformat())
        _add(item, f"{{{ATOM}}}updated", entry.updated_at.isoformat())
        _add(
            item,
            f"{{{ATOM}}}link",
            attributes={"rel": "alternate", "type": "text/html", "hreflang": entry.lang, "href": base + entry.path},
        )
        if entry.topic:
            _add(item, f"{{{ATOM}}}category", attributes={"term": entry.topic, "label": _topic(entry)})
        _add(item, f"{{{ATOM}}}content", entry.text, {"type": "text"})
    return _without_prefix(_bytes(root))


def json_feed(feed: Feed, *, base: str) -> bytes:
    items: list[dict[str, Any]] = []
    for entry in feed.entries:
        item: dict[str, Any] = {
            "id": entry_id(entry),
            "url": base + entry.path,
            "title": entry.title,
            "content_text": entry.text,
            "date_published": entry.published_at.isoformat(),
            "date_modified": entry.updated_at.isoformat(),
            "language": entry.lang,
        }
        if entry.topic:
            item["tags"] = [_topic(entry)]
        items.append(item)
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.subtitle,
        "home_page_url": feed.home_url,
        "feed_url": feed.feed_url,
        "language": feed.lang,
        "authors": [{"name": feed.author}],
        "items": items,
    }
    return json.dumps(data, ensure_ascii=False).encode()


def sitemap(entries: Sequence[SitemapEntry], *, base: str) -> bytes:
    """Each page once for each language, each naming all its languages (hreflang needs the links both ways)."""
    root = ET.Element("urlset", {"xmlns": SITEMAP})
    for entry in entries:
        for path in entry.paths.values():
            url = _add(root, "url")
            _add(url, "loc", base + path)
            if entry.changed_at is not None:
                _add(url, "lastmod", entry.changed_at.isoformat(timespec="seconds"))
            for lang, other in entry.paths.items():
                _add(
                    url,
                    f"{{{XHTML}}}link",
                    attributes={"rel": "alternate", "hreflang": lang, "href": base + other},
                )
    return _bytes(root)


def robots(*, base: str) -> bytes:
    """Everything public may be read by machines; private follow links and the desk may not."""
    lines = [
        "User-agent: *",
        "Disallow: /vi/tip/",
        "Disallow: /en/tip/",
        "Disallow: /vi/desk/",
        "Disallow: /en/desk/",
        "Disallow: /vi/accounts/",
        "Disallow: /en/accounts/",
        "",
        f"Sitemap: {base}/sitemap.xml",
        "",
    ]
    return "\n".join(lines).encode()
