"""What the verbs share: an article under lock, its newest version, and the next version made from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from sangto.network.selectors import desk as desk_of
from sangto.network.types import DeskInfo, Viewer
from sangto.publishing.errors import NotAllowed, NotFound, WrongState
from sangto.publishing.models import Article, ArticleVersion, VersionEditor, VersionText
from sangto.publishing.rules import against_writing
from sangto.publishing.types import Draft, TextFields
from sangto.publishing.wording import LIMITS


@contextmanager
def refused_clearly() -> Iterator[None]:
    """PostgreSQL's own refusal, when something changed between our look and our write, in words for the person."""
    try:
        yield
    except IntegrityError as refusal:
        if "publishing: " not in str(refusal):
            raise
        raise WrongState(
            _("Something was changed by someone else at this moment. Nothing was written; load the page again.")
        ) from refusal


def person_of(viewer: Viewer) -> UUID:
    if not viewer.is_person or viewer.id is None:
        raise NotAllowed([_("Only people with an account can do this.")])
    return viewer.id


def need_writer(viewer: Viewer, desk: DeskInfo) -> UUID:
    reasons = against_writing(viewer, desk)
    if reasons:
        raise NotAllowed(reasons)
    return person_of(viewer)


def locked_article(article_id: UUID) -> tuple[Article, DeskInfo]:
    """The article, locked until the transaction ends: everything about one article happens one after the other."""
    article = Article.objects.select_for_update().filter(id=article_id).first()
    if article is None:
        raise NotFound(_("There is no such article."))
    return article, desk_of(article.desk_id)


def locked_version(version_id: UUID) -> tuple[Article, ArticleVersion, DeskInfo]:
    """The version with its article locked first, as everywhere."""
    article_id = ArticleVersion.objects.filter(id=version_id).values_list("article_id", flat=True).first()
    if article_id is None:
        raise NotFound(_("There is no such version."))
    article, desk = locked_article(article_id)
    return article, ArticleVersion.objects.select_for_update().get(id=version_id), desk


def newest_version(article: Article) -> ArticleVersion:
    return ArticleVersion.objects.select_for_update().filter(article=article).order_by("-number")[:1].get()


def draft_of(version: ArticleVersion) -> Draft:
    """The text as it stands."""
    return Draft(
        verdict=version.verdict,
        texts={
            row.lang: TextFields(**{name: getattr(row, name) for name in LIMITS})
            for row in VersionText.objects.filter(version=version)
        },
    )


def editors_of(version: ArticleVersion) -> set[UUID]:
    return set(VersionEditor.objects.filter(version=version).values_list("person_id", flat=True))


def next_version(
    article: Article, before: ArticleVersion, *, at: datetime, editors: Collection[UUID]
) -> ArticleVersion:
    """A draft with the same text. `editors` are those whose unapproved text stands in it."""
    version = ArticleVersion.objects.create(
        article=article,
        desk_id=article.desk_id,
        desk_kind=article.desk_kind,
        number=before.number + 1,
        verdict=before.verdict,
        created_at=at,
        # Goes on counting: a form opened on the version before is seen as outdated.
        edit_number=before.edit_number + 1,
    )
    write_texts(version, draft_of(before))
    for person_id in editors:
        add_editor(version, person_id, at=at)
    return version


def write_texts(version: ArticleVersion, draft: Draft) -> None:
    for lang, text in draft.texts.items():
        VersionText.objects.update_or_create(
            version=version,
            lang=lang,
            defaults={
                "desk_id": version.desk_id,
                "desk_kind": version.desk_kind,
                **{name: getattr(text, name) for name in LIMITS},
            },
        )


def add_editor(version: ArticleVersion, person_id: UUID, *, at: datetime) -> None:
    VersionEditor.objects.get_or_create(
        version=version,
        person_id=person_id,
        defaults={"desk_id": version.desk_id, "desk_kind": version.desk_kind, "first_at": at},
    )
