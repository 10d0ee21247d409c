"""Navigation: addresses that every installation has. A room may add or replace an entry in its `apps.ready()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy


def _everyone(_request: HttpRequest) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a menu. `path` is relative to the menu's root; `also` are further paths under which it is current."""

    key: str
    path: str
    label: str | Promise
    icon: str
    order: int = 100
    also: tuple[str, ...] = ()
    shown: Callable[[HttpRequest], bool] = _everyone


@dataclass(frozen=True, slots=True)
class MenuLink:
    """What the template gets: an address in the reader's language, and whether this is the page they are on."""

    href: str
    label: str
    icon: str
    current: bool


_menus: dict[str, dict[str, Entry]] = {
    "public": {
        entry.key: entry
        for entry in (
            Entry("ask", "", gettext_lazy("Ask"), "question", 10, also=("tip/",)),
            Entry("answers", "answers/", gettext_lazy("Answers"), "article", 20, also=("a/",)),
            Entry("methods", "methods/", gettext_lazy("How we work"), "scales", 30, also=("changes/",)),
        )
    },
    "desk": {
        entry.key: entry
        for entry in (
            Entry("board", "", gettext_lazy("Board"), "board", 10, also=("r/",)),
            Entry("log", "log/", gettext_lazy("Log"), "log", 80),
            Entry("people", "people/", gettext_lazy("People"), "people", 90),
        )
    },
}


def add(menu: str, entry: Entry) -> None:
    """Add an entry to "public" or "desk"; the same key replaces."""
    _menus[menu][entry.key] = entry


def remove(menu: str, key: str) -> None:
    _menus[menu].pop(key, None)


def home(lang: str | None = None) -> str:
    """The public front page in one language."""
    return f"/{lang or get_language() or 'vi'}/"


def exists(path: str) -> bool:
    """Whether some room answers at this address: a menu never offers a dead link."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def links(menu: str, request: HttpRequest, *, root: str) -> list[MenuLink]:
    """The menu as this reader sees it, below `root` (ends with a slash)."""
    here = request.path
    found = []
    for entry in sorted(_menus[menu].values(), key=lambda entry: entry.order):
        href = root + entry.path
        if not (exists(href) and entry.shown(request)):
            continue
        below = (*entry.also, *([entry.path] if entry.path else []))
        current = here == href or any(here.startswith(root + path) for path in below)
        found.append(MenuLink(href, str(entry.label), entry.icon, current))
    return found
