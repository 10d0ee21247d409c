"""The one publisher: its names and its own hosts."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from sangto.network.models import Publisher
from sangto.network.types import NotSetUp, PublisherInfo


def publisher() -> PublisherInfo:
    row = Publisher.objects.first()
    if row is None:
        raise NotSetUp("this installation has no publisher yet")
    return PublisherInfo(
        name_vi=row.name_vi,
        name_en=row.name_en,
        names=tuple(row.names),
        own_hosts=tuple(row.own_hosts),
        about_vi=row.about_vi,
        about_en=row.about_en,
        contact_email=row.contact_email,
    )


def publisher_or_none() -> PublisherInfo | None:
    """For a page that must also come up before the installation is set up."""
    return publisher() if Publisher.objects.exists() else None


def publisher_named_in(text: str) -> list[str]:
    """The publisher's public names that stand in the text as whole words, whatever their case."""
    row = Publisher.objects.first()
    if row is None:
        return []
    written = unicodedata.normalize("NFC", text).casefold()
    return [
        name
        for name in row.names
        if re.search(rf"(?<!\w){re.escape(unicodedata.normalize('NFC', name).casefold())}(?!\w)", written)
    ]


def is_own_host(url: str) -> bool:
    """Whether the address is on one of the publisher's own hosts, or below one."""
    row = Publisher.objects.first()
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    if row is None or not host:
        return False
    own = [str(name).lower().rstrip(".") for name in row.own_hosts]
    return any(host == name or host.endswith(f".{name}") for name in own if name)
