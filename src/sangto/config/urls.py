"""Every room's addresses, mounted.

A room's `urls.py` may have three lists, all under the room's name (`reverse("rumours:board")`):
`public` stands below `/<lang>/`, `desk` below `/<lang>/desk/` (its addresses begin with `<slug:desk_slug>/`),
`site` at the root, for what has no language (feeds for machines, the sitemap).
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Final

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from sangto.config import views
from sangto.config.api import api

Addresses = list[URLPattern | URLResolver]

# In the order in which addresses are tried.
WITH_PAGES: Final = (
    "intake",
    "publishing",
    "network",
    "audit",
    "delivery",
    "evidence",
    "playbooks",
    "rumours",
    "reports",
)


def _lists(room: str) -> tuple[Addresses, Addresses]:
    """What of a room stands below the language, and what at the root."""
    if importlib.util.find_spec(f"sangto.{room}.urls") is None:
        return [], []
    urls = importlib.import_module(f"sangto.{room}.urls")
    below: Addresses = list(getattr(urls, "public", []))
    if desk := list(getattr(urls, "desk", [])):
        below.append(path("desk/", include(desk)))
    return below, list(getattr(urls, "site", []))


_rooms = {room: _lists(room) for room in WITH_PAGES}

urlpatterns: Addresses = [
    path("", views.to_language, name="to_language"),
    path("healthz", views.health, name="health"),
    path("language/<str:code>/", views.choose_language, name="choose_language"),
    path("api/v1/", api.urls),
    # A room with addresses of both kinds has its root ones under `<room>_site:`, since a namespace stands once.
    *[path("", include((site, f"{room}_site"))) for room, (_, site) in _rooms.items() if site],
    *i18n_patterns(
        path("accounts/", include("sangto.network.account_urls")),
        *[path("", include((below, room))) for room, (below, _) in _rooms.items() if below],
    ),
]

handler400 = "sangto.config.errors.bad_request"
handler403 = "sangto.config.errors.forbidden"
handler404 = "sangto.config.errors.not_found"
handler500 = "sangto.config.errors.server_error"
