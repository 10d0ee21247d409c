"""What every page's frame shows: who is looking, whose site it is, and the way to their desks."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from sangto.network import selectors
from sangto.network.access import ViewerRequest
from sangto.network.types import public_viewer


def network_context(request: HttpRequest) -> dict[str, Any]:
    """`viewer`, `publisher` (None before set-up) and `desks`; the last two are looked up only if a page shows them."""
    viewer = getattr(cast("ViewerRequest", request), "viewer", None) or public_viewer("vi")
    return {
        "viewer": viewer,
        "publisher": SimpleLazyObject(selectors.publisher_or_none),
        "desks": SimpleLazyObject(lambda: selectors.desks_of(viewer)) if viewer.is_person else (),
    }
