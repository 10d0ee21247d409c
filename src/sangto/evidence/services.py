"""Writes of the evidence room."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sangto.audit.services import record
from sangto.evidence.models import Source
from sangto.evidence.types import BadSource
from sangto.lib.cleaning import clean_line
from sangto.lib.codes import LANGUAGES
from sangto.network.clock import desk_now
from sangto.network.selectors import is_own_host
from sangto.network.types import DeskInfo, Viewer

URL_MAX = 2000
TITLE_MAX = 300
ORGANISATION_MAX = 200


def clean_url(url: str) -> str:
    """The address in the form we keep: http or https, a host, no sign-in data, no fragment; BadSource otherwise."""
    text = clean_line(url)
    if len(text) > URL_MAX:
        raise BadSource("url", _("The address is longer than 2,000 characters. Copy it again from the browser."))
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        host = ""
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or "." not in host:
        raise BadSource("url", _("Write the whole address of the page, beginning with https://."))
    if parts.username or parts.password:
        raise BadSource("url", _("The address contains a user name or password. Remove it."))
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))


def add_source(
    *,
    desk: DeskInfo,
    url: str,
    title: str,
    organisation: str,
    lang: str,
    viewer: Viewer,
    published_on: date | None = None,
) -> UUID:
    """Record where evidence is, once for each desk and address; the known one is returned when it is there already.

    Whether it is the publisher's own page is decided here from the publisher's hosts, not by the person who adds it.
    """
    address = clean_url(url)
    name = clean_line(title)
    body = clean_line(organisation)
    if not name or len(name) > TITLE_MAX:
        raise BadSource("title", _("Give the page's title, at most 300 characters."))
    if not body or len(body) > ORGANISATION_MAX:
        raise BadSource("organisation", _("Name the organisation that answers for the page, at most 200 characters."))
    if lang not in LANGUAGES:
        lang = "vi"
    if viewer.id is None:
        raise PermissionError("a source is added by a person")
    with transaction.atomic():
        source, made = Source.objects.get_or_create(
            desk_id=desk.id,
            url=address,
            defaults={
                "desk_kind": desk.kind,
                "title": name,
                "organisation": body,
                "lang": lang,
                "published_on": published_on,
                "is_own": is_own_host(address),
                "added_by_id": viewer.id,
                "added_at": desk_now(desk),
            },
        )
        if made:
            record(actor=viewer.actor, verb="source_added", object_kind="source", object_id=source.id, desk_id=desk.id)
    return source.id
