"""What our verbs and things are called in the log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "article_started": _("article begun"),
    "article_saved": _("article saved"),
    "article_submitted": _("article handed over for review"),
    "article_taken_back": _("article taken back from review"),
    "article_reviewed": _("article reviewed"),
    "article_published": _("article published"),
    "article_retracted": _("article retracted"),
    "correction_started": _("article opened for correction"),
    "answer_imported": _("answer imported"),
    "object:article": _("Article"),
    "object:import": _("Import"),
}
