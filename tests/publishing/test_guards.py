"""What PostgreSQL refuses when the services are passed by: every rule of `0004_guards`, tried by plain SQL."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, close_old_connections, connection, transaction

import cast
from publishing import newsroom
from sangto.evidence.models import Source
from sangto.lib.codes import RoleCode
from sangto.lib.ids import uuid7
from sangto.publishing import services
from sangto.publishing.models import Article, ArticleVersion, Publication
from sangto.rumours.models import Exhibit, Rumour

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def sql(statement: str, parameters: Sequence[Any] = ()) -> None:
    """Run it, and all checks that would wait for the commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(reason: str, statement: str, parameters: Sequence[Any] = ()) -> None:
    with pytest.raises(IntegrityError, match=f"publishing: .*{reason}"):
        sql(statement, parameters)


def draft(people: cast.Cast, **kwargs: Any) -> ArticleVersion:
    return ArticleVersion.objects.get(article=newsroom.draft_article(people.desk, people.editor, **kwargs))


REVIEW = """INSERT INTO publishing_review
    (id, desk_id, desk_kind, version_id, reviewer_id, decision, comment, outside_desk, at)
    VALUES (%s, %s, 'live', %s, %s, %s, '', %s, %s)"""
PUBLICATION = """INSERT INTO publishing_publication (id, desk_id, desk_kind, article_id, version_id, person_id, at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)"""


def review(
    version: ArticleVersion, who: cast.Someone, decision: str = "approve", *, outside: bool = False
) -> tuple[str, list[Any]]:
    return REVIEW, [uuid7(), version.desk_id, version.id, who.id, decision, outside, NOW]


def publication(version: ArticleVersion, who: cast.Someone, article_id: UUID | None = None) -> tuple[str, list[Any]]:
    return PUBLICATION, [
        uuid7(),
        version.desk_id,
        version.desk_kind,
        article_id or version.article_id,
        version.id,
        who.id,
        NOW,
    ]


def publish_by_sql(version: ArticleVersion, who: cast.Someone) -> None:
    """The whole of it in one transaction, as a program that knows the rules would."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(*publication(version, who))
        cursor.execute(
            "UPDATE publishing_article SET state = 'published', public_version_id = %s WHERE id = %s",
            [version.id, version.article_id],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


# -- versions ----------------------------------------------------------------------------------------------------------


def test_a_submitted_version_does_not_change(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    for change in (
        "verdict = 'true'",
        "involves_publisher = true",
        "submitted_at = NULL",
        "number = 9",
        "edit_number = 9",
    ):
        refused("cannot change", f"UPDATE publishing_articleversion SET {change} WHERE id = %s", [version.id])
    refused("cannot be deleted", "DELETE FROM publishing_articleversion WHERE id = %s", [version.id])


def test_its_texts_do_not_change(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    other = draft(people)
    refused("cannot change", "UPDATE publishing_versiontext SET why = 'x' WHERE version_id = %s", [version.id])
    refused("cannot change", "DELETE FROM publishing_versiontext WHERE version_id = %s", [version.id])
    refused(
        "cannot change",
        """INSERT INTO publishing_versiontext
        (id, desk_id, desk_kind, version_id, lang, title, claim, short_answer, why, known, how_checked)
        VALUES (%s, %s, 'live', %s, 'fr', '', '', '', '', '', '')""",
        [uuid7(), version.desk_id, version.id],
    )
    # Neither can a text be carried in from a draft, or out.
    for here, there in ((version, other), (other, version)):
        refused(
            "cannot change",
            "UPDATE publishing_versiontext SET version_id = %s WHERE version_id = %s",
            [here.id, there.id],
        )


def test_a_draft_may_change(people: cast.Cast) -> None:
    version = draft(people)
    sql("UPDATE publishing_versiontext SET why = 'x' WHERE version_id = %s", [version.id])
    sql("UPDATE publishing_articleversion SET verdict = '' WHERE id = %s", [version.id])


def test_a_version_begins_as_a_draft_at_the_desk_of_its_article(people: cast.Cast) -> None:
    version = draft(people)
    insert = """INSERT INTO publishing_articleversion
        (id, desk_id, desk_kind, article_id, number, verdict, involves_publisher, created_at, submitted_at, edit_number)
        VALUES (%s, %s, 'live', %s, 2, 'true', false, %s, %s, 0)"""
    refused("begins as a draft", insert, [uuid7(), version.desk_id, version.article_id, NOW, NOW])
    refused("desk of its article", insert, [uuid7(), people.other_desk.id, version.article_id, NOW, None])


def test_a_version_stays_with_its_article(people: cast.Cast) -> None:
    version, other = draft(people), draft(people)
    refused(
        "stays with its article",
        "UPDATE publishing_articleversion SET article_id = %s, number = 7 WHERE id = %s",
        [other.article_id, version.id],
    )


SUBMIT = "UPDATE publishing_articleversion SET submitted_at = now() WHERE id = %s"


def test_what_a_version_must_have_to_be_submitted(people: cast.Cast) -> None:
    version = draft(people)
    sql("UPDATE publishing_articleversion SET verdict = '' WHERE id = %s", [version.id])
    refused("without a verdict", SUBMIT, [version.id])
    sql("UPDATE publishing_articleversion SET verdict = 'true' WHERE id = %s", [version.id])
    Rumour.objects.update(involves_publisher=True)
    refused("as the rumour says", SUBMIT, [version.id])
    Rumour.objects.update(involves_publisher=False)
    sql("UPDATE publishing_versiontext SET short_answer = ' '")
    refused("short answer", SUBMIT, [version.id])
    sql("UPDATE publishing_versiontext SET short_answer = 'Không.'")
    Source.objects.update(is_own=True)
    refused("not the publisher's own", SUBMIT, [version.id])
    Source.objects.update(is_own=False)
    sql(SUBMIT, [version.id])


def test_a_version_that_nobody_edited_cannot_be_submitted(people: cast.Cast) -> None:
    rumour_id = newsroom.open_rumour(people.desk, people.editor)
    newsroom.add_exhibit(rumour_id, people.editor)
    services.start_article(rumour_id=rumour_id, viewer=people.editor.viewer)
    sql("UPDATE publishing_versiontext SET title = 'a', claim = 'b', short_answer = 'c'")
    refused("nobody is recorded", "UPDATE publishing_articleversion SET submitted_at = now(), verdict = 'true'")


# -- editors -----------------------------------------------------------------------------------------------------------


def test_who_edited_stays_on_record(people: cast.Cast) -> None:
    version = draft(people)
    for statement in (
        "DELETE FROM publishing_versioneditor WHERE version_id = %s",
        f"UPDATE publishing_versioneditor SET person_id = '{people.colleague.id}' WHERE version_id = %s",
    ):
        refused("changed or removed", statement, [version.id])
    services.submit_for_review(article_id=version.article_id, viewer=people.editor.viewer)
    refused(
        "no editor can be added",
        "INSERT INTO publishing_versioneditor (id, desk_id, desk_kind, version_id, person_id, first_at)"
        " VALUES (%s, %s, 'live', %s, %s, now())",
        [uuid7(), version.desk_id, version.id, people.colleague.id],
    )


def test_the_next_version_cannot_shake_off_its_editors(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    again = uuid7()
    sql(
        "INSERT INTO publishing_articleversion (id, desk_id, desk_kind, article_id, number, verdict,"
        " involves_publisher, created_at, edit_number) VALUES (%s, %s, 'live', %s, 2, 'false', false, now(), 0)",
        [again, version.desk_id, version.article_id],
    )
    sql(
        "INSERT INTO publishing_versiontext (id, desk_id, desk_kind, version_id, lang, title, claim, short_answer, why,"
        " known, how_checked) SELECT gen_random_uuid(), desk_id, desk_kind, %s, lang, title, claim, short_answer, why,"
        " known, how_checked FROM publishing_versiontext WHERE version_id = %s",
        [again, version.id],
    )
    add = (
        "INSERT INTO publishing_versioneditor (id, desk_id, desk_kind, version_id, person_id, first_at)"
        " VALUES (%s, %s, 'live', %s, %s, now())"
    )
    sql(add, [uuid7(), version.desk_id, again, people.lead.id])
    refused("editors of the unpublished version before", SUBMIT, [again])
    sql(add, [uuid7(), version.desk_id, again, people.editor.id])
    sql(SUBMIT, [again])


# -- reviews -----------------------------------------------------------------------------------------------------------


def test_only_a_submitted_version_is_reviewed(people: cast.Cast) -> None:
    refused("was submitted can be reviewed", *review(draft(people), people.colleague))


def test_an_editor_of_a_version_cannot_review_it(people: cast.Cast) -> None:
    refused("cannot review it", *review(newsroom.submitted(people.desk, people.editor), people.editor))


@pytest.mark.parametrize("who", ["admin", "reader", "trainee"])
def test_a_review_needs_someone_who_judges_articles(people: cast.Cast, who: str) -> None:
    refused("lead, editor or reviewer", *review(newsroom.submitted(people.desk, people.editor), getattr(people, who)))


def test_a_review_stays_as_it_was_given(people: cast.Cast) -> None:
    newsroom.approve(newsroom.submitted(people.desk, people.editor), people.colleague)
    refused("cannot be changed", "UPDATE publishing_review SET decision = 'changes'")
    refused("cannot be changed", "DELETE FROM publishing_review")


def test_the_database_says_who_is_outside(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor, involves=True)
    sql(*review(version, people.colleague, outside=True))
    sql(*review(version, people.outsider, outside=False))
    with connection.cursor() as cursor:
        cursor.execute("SELECT reviewer_id, outside_desk FROM publishing_review")
        assert dict(cursor.fetchall()) == {people.colleague.id: False, people.outsider.id: True}


def test_an_old_version_is_not_reviewed(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    services.take_back(article_id=version.article_id, viewer=people.editor.viewer)
    refused("newer version", *review(version, people.colleague))


def test_a_published_version_is_not_reviewed_any_more(people: cast.Cast) -> None:
    version = ArticleVersion.objects.get(article=newsroom.published(people))
    refused("published already", *review(version, people.lead, "changes"))


# -- publications ------------------------------------------------------------------------------------------------------


def test_it_can_be_published_when_every_rule_is_kept(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    sql(*review(version, people.colleague))
    publish_by_sql(version, people.colleague)
    assert Publication.objects.count() == 1


def test_a_draft_cannot_be_published(people: cast.Cast) -> None:
    refused("submitted and approved", *publication(draft(people), people.colleague))


def test_nobody_has_approved(people: cast.Cast) -> None:
    refused("nobody has approved", *publication(newsroom.submitted(people.desk, people.editor), people.colleague))


def test_an_editor_cannot_publish(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    newsroom.approve(version, people.colleague)
    refused("cannot publish it", *publication(version, people.editor))


def test_an_objection_stands_against_any_number_of_approvals(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    newsroom.approve(version, people.colleague)
    sql(*review(version, people.lead, "changes"))
    refused("asked for changes", *publication(version, people.colleague))


def test_about_the_publisher_two_approvals_one_from_outside(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor, involves=True)
    sql(*review(version, people.outsider))
    refused("two approvals", *publication(version, people.colleague))
    other = newsroom.submitted(people.desk, people.editor, involves=True)
    sql(*review(other, people.colleague))
    sql(*review(other, people.lead))
    refused("two approvals", *publication(other, people.colleague))
    sql(*review(version, people.colleague))
    publish_by_sql(version, people.colleague)


def test_the_flag_must_be_the_rumours(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    newsroom.approve(version, people.colleague)
    sql("UPDATE rumours_rumour SET involves_publisher = true")
    refused("changed after the review", *publication(version, people.colleague))


def test_a_version_of_another_article(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    newsroom.approve(version, people.colleague)
    other = draft(people)
    refused("another article", *publication(version, people.colleague, article_id=other.article_id))


def test_an_old_version_is_not_published(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    newsroom.approve(version, people.colleague)
    services.take_back(article_id=version.article_id, viewer=people.editor.viewer)
    refused("newer version", *publication(version, people.colleague))


def test_a_publication_stays(people: cast.Cast) -> None:
    newsroom.published(people)
    refused("cannot be changed or deleted", "UPDATE publishing_publication SET at = now()")
    refused("cannot be changed or deleted", "DELETE FROM publishing_publication")


def test_a_second_publication_needs_public_words(people: cast.Cast) -> None:
    article = newsroom.published(people)
    version = newsroom.correction_submitted(people, article, {"why": "Mới."})
    newsroom.approve(version, people.colleague)
    with pytest.raises(IntegrityError, match="needs a public correction"):
        publish_by_sql(version, people.colleague)


def test_a_publication_shows_in_the_articles_state(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    newsroom.approve(version, people.colleague)
    refused("says so in its state", *publication(version, people.colleague))


def test_a_drill_is_never_published(people: cast.Cast) -> None:
    reviewer = cast.person("khoa", "Khoa", unit_id=people.unit_id, roles=((people.drill_desk, RoleCode.REVIEWER),))
    version = newsroom.submitted(people.drill_desk, people.trainee)
    newsroom.approve(version, reviewer)
    with pytest.raises(IntegrityError, match="publication_is_live"):
        sql(*publication(version, reviewer))
    statement, parameters = publication(version, reviewer)
    parameters[2] = "live"
    with pytest.raises(IntegrityError):
        sql(statement, parameters)
    refused("only by a publication", "UPDATE publishing_article SET state = 'published'")


# -- articles and corrections ------------------------------------------------------------------------------------------


def test_an_article_is_published_only_by_a_publication(people: cast.Cast) -> None:
    version = draft(people)
    for state in ("published", "retracted"):
        refused("only by a publication", "UPDATE publishing_article SET state = %s", [state])
    refused("only by a publication", "UPDATE publishing_article SET public_version_id = %s", [version.id])
    insert = """INSERT INTO publishing_article (id, desk_id, desk_kind, rumour_id, slug, state, created_at, changed_at)
        VALUES (%s, %s, 'live', %s, 'x', 'published', now(), now())"""
    rumour_id = newsroom.open_rumour(people.desk, people.editor)
    refused("begins as a draft", insert, [uuid7(), version.desk_id, rumour_id])


def test_what_was_published_stays_readable_at_its_address(people: cast.Cast) -> None:
    article = newsroom.published(people)
    opened = services.correct_article(article_id=article.id, viewer=people.editor.viewer, why="Mới")
    refused("stays readable", "UPDATE publishing_article SET state = 'draft'")
    refused("published last", "UPDATE publishing_article SET public_version_id = %s", [opened.version_id])
    refused("published last", "UPDATE publishing_article SET public_version_id = NULL")
    refused("never changes", "UPDATE publishing_article SET slug = 'khac'")
    refused("public correction of that kind", "UPDATE publishing_article SET state = 'retracted'")
    with pytest.raises(IntegrityError):
        sql("DELETE FROM publishing_article WHERE id = %s", [article.id])


def test_a_correction_is_public_in_both_languages_and_stays(people: cast.Cast) -> None:
    article = newsroom.published(people)
    version = newsroom.corrected(people, article)
    refused("cannot be changed or deleted", "UPDATE publishing_correction SET text_vi = 'x'")
    refused("cannot be changed or deleted", "DELETE FROM publishing_correction")
    insert = """INSERT INTO publishing_correction
        (id, desk_id, desk_kind, article_id, version_id, kind, text_vi, text_en, at)
        VALUES (%s, %s, 'live', %s, %s, 'typo', %s, %s, now())"""
    first = ArticleVersion.objects.get(article=article, number=1)
    refused("both languages", insert, [uuid7(), article.desk_id, article.id, first.id, " ", "x"])
    unpublished = draft(people)
    refused("belongs to a publication", insert, [uuid7(), article.desk_id, article.id, unpublished.id, "x", "x"])
    assert version.number == 2


# -- evidence under a verdict ------------------------------------------------------------------------------------------

TAKE_AWAY = {
    "deleted": "DELETE FROM rumours_exhibit WHERE rumour_id = %(rumour)s",
    "moved": "UPDATE rumours_exhibit SET rumour_id = %(other)s WHERE rumour_id = %(rumour)s",
    "own now": "UPDATE evidence_source SET is_own = true",
    "another source": "UPDATE rumours_exhibit SET source_id = %(own)s WHERE rumour_id = %(rumour)s",
}


def evidence(people: cast.Cast, article: Article) -> dict[str, Any]:
    other = newsroom.open_rumour(people.desk, people.editor, text="Một tin khác hẳn về giá xăng")
    own = newsroom.add_exhibit(other, people.editor, url="https://songhong.example/bai")
    return {"rumour": article.rumour_id, "other": other, "own": Exhibit.objects.get(id=own).source_id}


@pytest.mark.parametrize("way", TAKE_AWAY)
def test_the_last_independent_exhibit_stays_under_a_published_verdict(people: cast.Cast, way: str) -> None:
    article = newsroom.published(people)
    names = evidence(people, article)
    with pytest.raises(IntegrityError, match="publishing: a verdict stands on this"):
        sql(TAKE_AWAY[way], names)  # type: ignore[arg-type]


@pytest.mark.parametrize("way", TAKE_AWAY)
def test_it_stays_while_a_version_is_in_review(people: cast.Cast, way: str) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    names = evidence(people, version.article)
    with pytest.raises(IntegrityError, match="publishing: a verdict stands on this"):
        sql(TAKE_AWAY[way], names)  # type: ignore[arg-type]


@pytest.mark.parametrize("way", TAKE_AWAY)
def test_a_draft_does_not_hold_it(people: cast.Cast, way: str) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    names = evidence(people, version.article)
    services.take_back(article_id=version.article_id, viewer=people.editor.viewer)
    sql(TAKE_AWAY[way], names)  # type: ignore[arg-type]


def test_one_of_two_may_go_but_not_both(people: cast.Cast) -> None:
    article = newsroom.published(people)
    rows = list(Exhibit.objects.filter(rumour_id=article.rumour_id))
    extra = Exhibit.objects.create(
        desk_id=article.desk_id,
        desk_kind="live",
        rumour_id=article.rumour_id,
        source=rows[0].source,
        stance="refutes",
        quality="official",
        passage="x",
        seen_on=NOW.date(),
        added_by_id=people.editor.id,
        added_at=NOW,
    )
    refused("a verdict stands on this", "DELETE FROM rumours_exhibit WHERE rumour_id = %s", [article.rumour_id])
    sql("DELETE FROM rumours_exhibit WHERE id = %s", [extra.id])
    refused("a verdict stands on this", "DELETE FROM rumours_exhibit WHERE rumour_id = %s", [article.rumour_id])


# -- two at once -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_take_away_the_last_two_exhibits_at_once(settings: Any, tmp_path: Any) -> None:
    people = cast.make()
    version = newsroom.submitted(people.desk, people.editor)
    first = Exhibit.objects.get()
    second = Exhibit.objects.create(
        desk_id=first.desk_id,
        desk_kind="live",
        rumour_id=first.rumour_id,
        source=first.source,
        stance="refutes",
        quality="official",
        passage="x",
        seen_on=NOW.date(),
        added_by_id=people.editor.id,
        added_at=NOW,
    )
    both_deleted, outcomes = threading.Barrier(2, timeout=20), []

    def take_away(exhibit_id: UUID) -> None:
        close_old_connections()
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                both_deleted.wait()
                cursor.execute("DELETE FROM rumours_exhibit WHERE id = %s", [exhibit_id])
            outcomes.append("deleted")
        except IntegrityError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=take_away, args=(one.id,)) for one in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["deleted", "refused"]
    assert Exhibit.objects.filter(rumour_id=version.article.rumour_id).count() == 1
