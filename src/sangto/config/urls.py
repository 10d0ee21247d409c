"""Every room's addresses, mounted.

A room's `urls.py` may have three lists: `public` stands below `/<lang>/`, `desk` below `/<lang>/desk/` (its addresses
begin with `<slug:desk_slug>/`), `site` at the root, for what has no language (feeds for machines, the sitemap). The
first two are under the room's name (`reverse("rumours:board")`), the last under `<room>_site`: a name stands once.
"""

from __future__ import annotations

from types import ModuleType
from typing import Final

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from sangto.config import views
from sangto.config.api import api
from sangto.delivery import urls as delivery
from sangto.intake import urls as intake
from sangto.network import urls as network
from sangto.playbooks import urls as playbooks
from sangto.publishing import urls as publishing
from sangto.reports import urls as reports
from sangto.rumours import urls as rumours
from sangto.ui import urls as ui

Addresses = list[URLPattern | URLResolver]

# In the order in which addresses are tried.
ROOMS: Final[tuple[ModuleType, ...]] = (intake, publishing, network, delivery, playbooks, rumours, reports, ui)


def _below_language(room: ModuleType) -> URLResolver:
    addresses: Addresses = [*getattr(room, "public", []), path("desk/", include(getattr(room, "desk", [])))]
    return path("", include((addresses, room.app_name)))


def _at_root(room: ModuleType) -> URLResolver:
    return path("", include((getattr(room, "site", []), f"{room.app_name}_site")))


urlpatterns: Addresses = [
    path("", views.to_language, name="to_language"),
    path("healthz", views.health, name="health"),
    path("language/<str:code>/", views.choose_language, name="choose_language"),
    path("api/v1/", api.urls),
    *[_at_root(room) for room in ROOMS if hasattr(room, "site")],
    *i18n_patterns(
        path("accounts/", include("sangto.network.account_urls")),
        *[_below_language(room) for room in ROOMS],
    ),
]

handler400 = "sangto.config.errors.bad_request"
handler403 = "sangto.config.errors.forbidden"
handler404 = "sangto.config.errors.not_found"
handler500 = "sangto.config.errors.server_error"
