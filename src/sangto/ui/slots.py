"""Places in a page that rooms further up may fill, without the page knowing them.

An upper room registers a panel once, in its `apps.ready()`; a page of a lower room says `{% slot "name" … %}`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

# Given the request and what the page passed to the slot; None means: nothing to show here.
Provider = Callable[..., Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """One room's contribution to one slot."""

    template: str
    provider: Provider
    order: int


_panels: dict[str, list[Panel]] = defaultdict(list)


def register(name: str, template: str, provider: Provider, *, order: int = 100) -> None:
    """Put a panel into a slot; registering the same template again replaces it.

    `provider(request, **what_the_page_passes)` returns the template's context, or None to stay out of the page.
    """
    kept = [panel for panel in _panels[name] if panel.template != template]
    _panels[name] = sorted([*kept, Panel(template, provider, order)], key=lambda panel: panel.order)


def unregister(name: str, template: str) -> None:
    _panels[name] = [panel for panel in _panels[name] if panel.template != template]


def panels(name: str) -> tuple[Panel, ...]:
    return tuple(_panels.get(name, ()))


def render(name: str, request: HttpRequest | None, passed: Mapping[str, Any]) -> SafeString:
    """All panels of a slot, in order. A panel's own error is not swallowed: a page that lies is worse than a 500."""
    parts: list[str] = []
    for panel in panels(name):
        context = panel.provider(request, **passed)
        if context is not None:
            parts.append(render_to_string(panel.template, dict(context), request=request))
    # Every part comes out of an autoescaping template.
    return mark_safe("".join(parts))  # noqa: S308
