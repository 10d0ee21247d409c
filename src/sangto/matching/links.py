"""Addresses in a message, in one spelling each, so that two messages with the same page can be seen to share it.

What leads to a person is no address for us: as at the door of the intake, a link whose path starts with somebody's
account, or that carries a name and password, has no canonical form.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit

from sangto.lib.folding import MAX_CHARS

# Longer addresses are data, not places. Browsers and servers agree on about this much.
_MAX_URL: Final = 2_048
# The longest host name (RFC 1035); the codec for international names is slow on longer ones.
_MAX_HOST: Final = 253
_HOST: Final = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+")
# Addresses of one message that count.
MAX_URLS: Final = 20

LINK: Final = re.compile(
    r"(?:\b(?:https?|hxxps?)://|\bwww\.)[^\s<>\"“”«»]+"
    # Chats glue these to the word before.
    r"|(?:pic\.twitter\.com|(?<![a-z0-9])t\.co)/[\w-]*|\b(?:bit\.ly|fb\.watch|youtu\.be|goo\.gl|tinyurl\.com|vt\.tiktok\.com)/[^\s<>\"“”«»]*"
    r"|(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,4}(?:com|net|org|info|gov|edu|vn|co|io|me|ly|uk)/[^\s<>\"“”«»]*",
    re.IGNORECASE,
)
_TRAILING: Final = ".,;:!?…'’\"*_~"
_DEFANGED: Final = re.compile(r"\[\.\]|\(\.\)|\[dot\]", re.IGNORECASE)
_SUBDOMAINS: Final = re.compile(r"^(?:(?:www\d?|m|mobile|amp|wap|touch)\.)+(?=[^.]+\.[^.]+)")
# Parameters that say where a link was met, not where it leads.
_TRACKING: Final = re.compile(
    r"utm_.*|fbclid|fb_.*|gclid|gclsrc|dclid|msclkid|yclid|twclid|ttclid|li_fat_id|wbraid|gbraid|gad_.*|igshid|igsh"
    r"|mc_[ce]id|_ga|_gl|_hs(?:enc|mi)|ref|ref_?src|ref_?url|referrer|spm|scm|si|feature|share.*|sfnsn|mibextid|rdid"
    r"|paipv|eav|extid|__.*|hss_channel|vn_(?:source|medium|campaign|term|content)|zarsrc|zalo_.*|gidzl|cmpid"
    r"|campaign.*|source|fromapp|smid|smtyp|ito|ocid|cvid|at_(?:medium|campaign|link.*)|wt_.*|s_cid|trk.*|tracking.*"
    r"|amp|outputtype|usqp",
    re.IGNORECASE,
)
# Hosts where the first part of the path is somebody's account (the door of the intake has the same list).
_PROFILE_HOSTS: Final = frozenset(
    ["facebook.com", "fb.com", "instagram.com", "tiktok.com", "twitter.com", "x.com", "threads.net", "threads.com",
     "t.me", "telegram.me", "zalo.me", "chat.zalo.me", "linkedin.com", "youtube.com", "reddit.com", "weibo.com",
     "vk.com", "bsky.app", "mastodon.social"]
)  # fmt: skip
_NOT_ACCOUNTS: Final = frozenset(
    ["watch", "shorts", "hashtag", "groups", "events", "reel", "reels", "p", "explore", "live", "playlist", "video",
     "videos", "embed", "r"]
)  # fmt: skip
# Hosts whose first part of the path names an author.
_AUTHOR_PATH: Final = re.compile(
    r"^/(?:@|~|user/|users/|u/|profile|people/|in/|channel/|c/|author/|tac-gia/)", re.IGNORECASE
)
_VIDEO_ID: Final = re.compile(r"[\w-]{6,20}")
# Halves of a character, which no address can carry.
_LONE: Final = re.compile("[\ud800-\udfff]")
_SAFE_PATH: Final = "/:@!$&'()*+,;=~-._"


def canonical_url(url: str) -> str:
    """One spelling of an address: https, lower-case host, no tracking; "" for a profile or what is no address."""
    found = _canonical(url)
    # Letters of other scripts grow when they are quoted.
    return found if len(found) <= _MAX_URL else ""


def _canonical(url: str) -> str:
    text = _DEFANGED.sub(".", _LONE.sub("\ufffd", url.strip()[: _MAX_URL + 1]))
    if not text or len(text) > _MAX_URL:
        return ""
    text = re.sub(r"^hxxp", "http", text, flags=re.IGNORECASE)
    if "://" not in text[:12]:
        text = "https://" + text.lstrip("/")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or parts.username or parts.password:
        return ""
    host = _host(host)
    if not host:
        return ""
    path = _path(parts.path)
    video = _video(host, path, parts.query)
    if video:
        return f"https://youtube.com/watch?v={video}"
    if _AUTHOR_PATH.match(path):
        return ""
    if host in _PROFILE_HOSTS:
        first, _, rest = path.lstrip("/").partition("/")
        query = _video_query(parts.query)
        if first.lower() not in _NOT_ACCOUNTS or not (rest or query):
            return ""
        return f"https://{host}{path}{query}"
    place = host if port in {None, 80, 443} else f"{host}:{port}"
    return f"https://{place}{path}{_query(parts.query)}"


def urls_of(text: str) -> list[str]:
    """Canonical addresses in a text in the order met, each once; a bare host says nothing and is left out."""
    found: dict[str, None] = {}
    for match in LINK.finditer(text[: MAX_CHARS * 2]):
        address = canonical_url(_trimmed(match.group(0)))
        if address and address.count("/") > 2:
            found[address] = None
            if len(found) == MAX_URLS:
                break
    return list(found)


def _trimmed(address: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket stays where it was opened."""
    kept = address[:_MAX_URL].rstrip(_TRAILING)
    while kept and kept[-1] in ")]}" and kept.count(kept[-1]) > kept.count({")": "(", "]": "[", "}": "{"}[kept[-1]]):
        kept = kept[:-1].rstrip(_TRAILING)
    return kept


def _host(host: str) -> str:
    host = host.strip(".").lower()
    if len(host) > _MAX_HOST:
        return ""
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return _SUBDOMAINS.sub("", host) if len(host) <= _MAX_HOST and _HOST.fullmatch(host) else ""


def _path(path: str) -> str:
    whole = quote(unquote_to_bytes(path), safe=_SAFE_PATH)
    kept: list[str] = []
    for piece in whole.split("/"):
        if piece == "..":
            del kept[-1:]
        elif piece not in {"", "."}:
            kept.append(piece)
    while kept and kept[-1].lower() in {"amp", "index.html", "index.htm", "index.php"}:
        kept.pop()
    return "/" + "/".join(kept) if kept else ""


def _query(query: str) -> str:
    try:
        pairs = parse_qsl(query, max_num_fields=50)
    except ValueError:
        return ""
    kept = sorted({(name, value) for name, value in pairs if not _TRACKING.fullmatch(name)})
    return "?" + urlencode(kept) if kept else ""


def _video_query(query: str) -> str:
    """Of a social network only the number of a video stays: accounts travel in the rest."""
    found = re.search(r"(?:^|&)v=([\w-]{6,30})(?:&|$)", query)
    return f"?v={found.group(1)}" if found else ""


def _video(host: str, path: str, query: str) -> str:
    if host == "youtu.be":
        candidate = path.lstrip("/").split("/")[0]
    elif host in {"youtube.com", "music.youtube.com", "youtube-nocookie.com"}:
        pieces = path.strip("/").split("/")
        if pieces[0] in {"shorts", "embed", "live", "v"} and len(pieces) > 1:
            candidate = pieces[1]
        else:
            candidate = _video_query(query).removeprefix("?v=") if pieces[0] == "watch" else ""
    else:
        return ""
    return candidate if _VIDEO_ID.fullmatch(candidate) else ""
