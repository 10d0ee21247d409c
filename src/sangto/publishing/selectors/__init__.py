"""Reads of publishing. Those without a viewer return only what was published from a live desk."""

from __future__ import annotations

from sangto.publishing.selectors.desk import (
    article_of_rumour,
    editor_page,
    outside_review_page,
    review_page,
    waiting_for_outside,
)
from sangto.publishing.selectors.facts import article_path, facts_of
from sangto.publishing.selectors.public import (
    article_by_slug,
    changes,
    feed_entries,
    latest,
    public_state,
    published,
    search_answers,
    sitemap_entries,
)

__all__ = [
    "article_by_slug",
    "article_of_rumour",
    "article_path",
    "changes",
    "editor_page",
    "facts_of",
    "feed_entries",
    "latest",
    "outside_review_page",
    "public_state",
    "published",
    "review_page",
    "search_answers",
    "sitemap_entries",
    "waiting_for_outside",
]
