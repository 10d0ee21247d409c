"""Writes of publishing: from the first draft to the corrected answer. Each is one transaction."""

from __future__ import annotations

from sangto.publishing.services.publish import forget_tips, publish_version, refresh_documents, retract_article
from sangto.publishing.services.review import review_version, submit_for_review, take_back
from sangto.publishing.services.write import correct_article, save_version, start_article

__all__ = [
    "correct_article",
    "forget_tips",
    "publish_version",
    "refresh_documents",
    "retract_article",
    "review_version",
    "save_version",
    "start_article",
    "submit_for_review",
    "take_back",
]
