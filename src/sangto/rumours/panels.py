"""What rumours add to pages of lower rooms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from sangto.network.access import ViewerRequest
from sangto.network.rules import may_at_any
from sangto.rumours.experts import expert_page


def expert_panel(request: ViewerRequest, **_passed: Any) -> Mapping[str, Any] | None:
    """On the page of a link: the way to the question, once the guest is in."""
    page = expert_page(request.viewer)
    return None if page is None else {"page": page}


def sees_press(request: HttpRequest) -> bool:
    """Whether the menu shows the way to questions of the press."""
    viewer = getattr(request, "viewer", None)
    return viewer is not None and viewer.is_person and may_at_any(viewer, "press.see")
