"""What publishing adds to pages of lower rooms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from sangto.network.access import ViewerRequest
from sangto.network.rules import may
from sangto.network.types import DeskInfo
from sangto.publishing import selectors
from sangto.rumours.types import RumourInfo


def article_panel(request: ViewerRequest, *, rumour: RumourInfo, desk: DeskInfo) -> Mapping[str, Any] | None:
    """The rumour's article: where it stands, and the way to it."""
    article = selectors.article_of_rumour(rumour.id)
    may_write = may(request.viewer, "articles.write", desk)
    if article is None and not may_write:
        return None
    return {"article": article, "may_write": may_write, "rumour": rumour, "desk": desk}


# On the front page: enough to show what an answer looks like, not a second list.
LATEST = 3


def latest_panel(_request: ViewerRequest) -> Mapping[str, Any] | None:
    """The newest answers, below the box to ask in."""
    answers = selectors.latest(lang=(get_language() or "vi")[:2], limit=LATEST)
    return {"answers": answers} if answers else None
