"""What is left at the door: names of accounts, profile links and addresses of people. Pure."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_URL: Final = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# An @name that stands alone. What follows a letter or digit is an e-mail address and was taken before.
_HANDLE: Final = re.compile(r"(?<![\w@/.])@[\w.]{2,40}")
# Hosts where the first part of the path is somebody's account.
_PROFILE_HOSTS: Final = frozenset(
    ["facebook.com", "fb.com", "m.facebook.com", "instagram.com", "tiktok.com", "twitter.com", "x.com", "threads.net",
     "t.me", "zalo.me", "linkedin.com", "youtube.com", "youtu.be"]
)  # fmt: skip
# First parts of a path that are no account.
_NOT_ACCOUNTS: Final = frozenset(
    ["watch", "shorts", "hashtag", "groups", "events", "reel", "reels", "story.php", "permalink.php", "photo.php",
     "photo", "p", "i", "search", "share", "sharer", "explore", "live", "playlist", "feed", "posts", "video", "videos"]
)  # fmt: skip


def leave_names(text: str) -> str:
    """The message without account names, profile links and e-mail addresses; the claim is what we keep.

    A link to one post of an account keeps its host only: the post may be looked at, the account is not recorded.
    """
    text = _URL.sub(lambda found: _link(found.group(0)), text)
    text = _MAIL.sub("[mail]", text)
    return _HANDLE.sub("@…", text)


def _link(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return "[link]"
    if parts.username or parts.password:
        return f"{parts.scheme}://{host}/"
    if host not in _PROFILE_HOSTS:
        return url
    if host == "youtu.be":
        return url
    first = parts.path.lstrip("/").split("/", 1)[0].lower()
    if first in _NOT_ACCOUNTS:
        # The address of a post without its query, in which account ids travel; a video's id stays.
        video = f"?{parts.query}" if host == "youtube.com" and parts.query.startswith("v=") else ""
        return f"{parts.scheme}://{host}{parts.path}{video}"
    return f"{parts.scheme}://{host}/…"
