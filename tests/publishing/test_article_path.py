"""From the first draft to the corrected answer, through the services."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

import cast
from publishing import newsroom
from publishing.newsroom import DRAFT, EN, VI
from sangto.audit.models import Event, LogEntry
from sangto.audit.types import SYSTEM
from sangto.catalogue.models import Document
from sangto.lib.codes import RoleCode
from sangto.lib.ids import uuid7
from sangto.network import services as network
from sangto.network.types import public_viewer
from sangto.publishing import selectors, services
from sangto.publishing.definitions import CHECKLIST_CODES
from sangto.publishing.errors import (
    EditConflict,
    InvalidText,
    NotAllowed,
    NotFound,
    NotReady,
    WrongState,
)
from sangto.publishing.models import Article, ArticleVersion, Correction, Publication, Review, VersionEditor
from sangto.publishing.signals import article_corrected, article_published, article_retracted
from sangto.publishing.types import CorrectionInput, Draft, TextFields
from sangto.publishing.wording import LIMITS
from sangto.rumours.models import Rumour


def editors(version: ArticleVersion) -> set[UUID]:
    return set(VersionEditor.objects.filter(version=version).values_list("person_id", flat=True))


def newest(article: Article) -> ArticleVersion:
    return ArticleVersion.objects.filter(article=article).order_by("-number")[:1].get()


def test_it_works(people: cast.Cast) -> None:
    heard: list[str] = []

    def hear(**kwargs: object) -> None:
        heard.append(str(kwargs["version"]))

    article_published.connect(hear)
    try:
        article = newsroom.published(people)
    finally:
        article_published.disconnect(hear)
    assert (article.state, article.slug) == ("published", "toi-la-mon-an-lanh-nhung-khong-chua-duoc-covid-19")
    assert newsroom.rumour_state(article) == "answered"
    publication = Publication.objects.get()
    assert (publication.person_id, publication.at) == (people.colleague.id, article.first_published_at)
    found = {row.lang: row for row in Document.objects.filter(kind="answer", object_id=article.id)}
    assert set(found) == {"vi", "en"}
    assert found["en"].url == f"/en/a/{article.slug}/"
    assert (found["vi"].verdict, found["vi"].topic, found["vi"].version) == ("false", "health", 1)
    assert EN.claim in found["vi"].wordings
    assert found["vi"].evidence[0]["title"] == "WHO: garlic"
    assert heard == ["1"]
    verbs = set(LogEntry.objects.filter(object_id=article.id).values_list("verb", flat=True))
    assert verbs == {"article_started", "article_saved", "article_submitted", "article_reviewed", "article_published"}
    assert Event.objects.filter(kind="article_published", object_id=article.id).count() == 1


# -- writing -----------------------------------------------------------------------------------------------------------


def test_an_article_is_started_once_and_holds_the_claim(people: cast.Cast) -> None:
    rumour_id = newsroom.open_rumour(people.desk, people.editor)
    first = services.start_article(rumour_id=rumour_id, viewer=people.editor.viewer)
    assert services.start_article(rumour_id=rumour_id, viewer=people.lead.viewer) == first
    page = selectors.editor_page(people.desk, Rumour.objects.get().number, people.editor.viewer)
    assert page.draft.texts["vi"].claim == VI.claim
    assert page.editors == ()


@pytest.mark.parametrize("who", ["colleague", "outsider", "trainee", "admin", "reader"])
def test_only_a_lead_or_an_editor_of_the_desk_writes(people: cast.Cast, who: str) -> None:
    viewer = getattr(people, who).viewer
    rumour_id = newsroom.open_rumour(people.desk, people.editor)
    with pytest.raises(NotAllowed):
        services.start_article(rumour_id=rumour_id, viewer=viewer)
    article_id = services.start_article(rumour_id=rumour_id, viewer=people.editor.viewer)
    with pytest.raises(NotAllowed):
        services.save_version(article_id=article_id, edit_number=0, draft=DRAFT, viewer=viewer)
    with pytest.raises(NotAllowed):
        services.submit_for_review(article_id=article_id, viewer=viewer)
    assert not VersionEditor.objects.exists()


def test_a_stranger_writes_nothing(people: cast.Cast) -> None:
    rumour_id = newsroom.open_rumour(people.desk, people.editor)
    with pytest.raises(NotAllowed):
        services.start_article(rumour_id=rumour_id, viewer=public_viewer("vi"))


def test_two_people_on_one_form_see_each_other(people: cast.Cast) -> None:
    article = newsroom.draft_article(people.desk, people.editor)
    mine = Draft("misleading", {"vi": replace(VI, why="Bản của tôi."), "en": EN})
    with pytest.raises(EditConflict) as conflict:
        services.save_version(article_id=article.id, edit_number=0, draft=mine, viewer=people.lead.viewer)
    assert conflict.value.theirs.texts["vi"].why == VI.why
    assert conflict.value.yours.texts["vi"].why == "Bản của tôi."
    assert people.lead.id not in editors(newest(article))
    saved = services.save_version(
        article_id=article.id, edit_number=conflict.value.edit_number, draft=mine, viewer=people.lead.viewer
    )
    assert saved.edit_number == 2
    assert editors(newest(article)) == {people.editor.id, people.lead.id}


def test_the_same_text_sent_twice_is_saved_once_and_makes_no_editor(people: cast.Cast) -> None:
    article = newsroom.draft_article(people.desk, people.editor)
    saved = services.save_version(article_id=article.id, edit_number=0, draft=DRAFT, viewer=people.lead.viewer)
    assert saved.edit_number == 1
    assert editors(newest(article)) == {people.editor.id}


@pytest.mark.parametrize(
    "text",
    ["a\x00b", "a\u202eb", "a\u200bb", "<script>x</script>", "<b>x", "x" * 200_000, "</p>", "a\ufffdb", "a\x07"],
    ids=["nul", "bidi", "zero-width", "script", "tag", "long", "closing", "broken", "control"],
)
def test_text_that_cannot_be_kept_is_named_and_nothing_is_written(people: cast.Cast, text: str) -> None:
    article = newsroom.draft_article(people.desk, people.editor)
    for field in LIMITS:
        bad = Draft("true", {"vi": replace(VI, **{field: text}), "en": EN})
        with pytest.raises(InvalidText) as refused:
            services.save_version(article_id=article.id, edit_number=1, draft=bad, viewer=people.editor.viewer)
        assert set(refused.value.faults) == {("vi", field)}
    assert newest(article).verdict == "false"


def test_the_short_answer_has_280_characters(people: cast.Cast) -> None:
    article = newsroom.draft_article(people.desk, people.editor)
    fits, too_long = ("ế" * 280, "ế" * 281)
    draft = Draft("false", {"vi": replace(VI, short_answer=fits), "en": EN})
    services.save_version(article_id=article.id, edit_number=1, draft=draft, viewer=people.editor.viewer)
    draft = Draft("false", {"vi": replace(VI, short_answer=too_long), "en": EN})
    with pytest.raises(InvalidText):
        services.save_version(article_id=article.id, edit_number=2, draft=draft, viewer=people.editor.viewer)


def test_a_verdict_that_is_not_on_the_list_is_refused(people: cast.Cast) -> None:
    article = newsroom.draft_article(people.desk, people.editor)
    with pytest.raises(InvalidText):
        services.save_version(
            article_id=article.id, edit_number=1, draft=replace(DRAFT, verdict="hostile"), viewer=people.editor.viewer
        )


def test_an_unknown_article_or_version(people: cast.Cast) -> None:
    with pytest.raises(NotFound):
        services.save_version(article_id=uuid7(), edit_number=0, draft=DRAFT, viewer=people.editor.viewer)
    with pytest.raises(NotFound):
        services.publish_version(version_id=uuid7(), viewer=people.editor.viewer)


# -- handing over ------------------------------------------------------------------------------------------------------


def test_everything_that_is_missing_is_listed_at_once(people: cast.Cast) -> None:
    half = Draft("", {"vi": TextFields(title="Chỉ có đầu đề"), "en": TextFields()})
    article = newsroom.draft_article(people.desk, people.editor, draft=half, exhibit=False)
    with pytest.raises(NotReady) as refused:
        services.submit_for_review(article_id=article.id, viewer=people.editor.viewer)
    # The verdict; claim, short answer, why, how we checked; evidence.
    assert len(refused.value.missing) == 6
    assert newest(article).submitted_at is None
    assert newsroom.rumour_state(article) == "triaged"


def test_our_own_pages_alone_are_not_enough(people: cast.Cast) -> None:
    article = newsroom.draft_article(people.desk, people.editor, exhibit=False)
    newsroom.add_exhibit(article.rumour_id, people.editor, url="https://songhong.example/bai")
    with pytest.raises(NotReady):
        services.submit_for_review(article_id=article.id, viewer=people.editor.viewer)


def test_one_language_is_enough_and_the_other_is_not_published(people: cast.Cast) -> None:
    article = newsroom.published(people, draft=Draft("false", {"vi": VI, "en": TextFields(claim=EN.claim)}))
    assert list(Document.objects.filter(kind="answer").values_list("lang", flat=True)) == ["vi"]
    page = selectors.article_by_slug(article.slug, "en")
    assert (page.text_lang, page.in_other_language, page.title) == ("vi", True, VI.title)


def test_what_was_read_is_what_is_handed_over(people: cast.Cast) -> None:
    article = newsroom.draft_article(people.desk, people.editor)
    with pytest.raises(WrongState):
        services.submit_for_review(article_id=article.id, viewer=people.editor.viewer, edit_number=0)
    services.submit_for_review(article_id=article.id, viewer=people.editor.viewer, edit_number=1)
    assert newsroom.rumour_state(article) == "in_review"
    with pytest.raises(WrongState):
        services.save_version(
            article_id=article.id, edit_number=1, draft=replace(DRAFT, verdict="true"), viewer=people.editor.viewer
        )


def test_taking_back_keeps_the_editors(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    saved = services.take_back(article_id=version.article_id, viewer=people.lead.viewer)
    assert (saved.number, saved.edit_number) == (2, 2)
    again = ArticleVersion.objects.get(id=saved.version_id)
    assert editors(again) == {people.editor.id}
    assert newsroom.rumour_state(again.article) == "investigating"
    with pytest.raises(WrongState):
        services.take_back(article_id=version.article_id, viewer=people.lead.viewer)
    with pytest.raises(NotAllowed):
        newsroom.approve(version, people.colleague)


# -- review ------------------------------------------------------------------------------------------------------------


def test_nobody_reviews_or_publishes_what_they_edited(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    with pytest.raises(NotAllowed):
        newsroom.approve(version, people.editor)
    newsroom.approve(version, people.colleague)
    with pytest.raises(NotAllowed):
        services.publish_version(version_id=version.id, viewer=people.editor.viewer)
    assert not Publication.objects.exists()


@pytest.mark.parametrize("who", ["outsider", "trainee", "admin", "reader"])
def test_who_cannot_review_or_publish(people: cast.Cast, who: str) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    with pytest.raises(NotAllowed):
        newsroom.approve(version, getattr(people, who))
    newsroom.approve(version, people.colleague)
    with pytest.raises(NotAllowed):
        services.publish_version(version_id=version.id, viewer=getattr(people, who).viewer)


def test_an_approval_ticks_the_whole_checklist(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    with pytest.raises(InvalidText):
        services.review_version(
            version_id=version.id, viewer=people.colleague.viewer, decision="approve", checked=CHECKLIST_CODES[1:]
        )
    assert not Review.objects.exists()


def test_changes_needed_makes_the_next_draft_with_its_editors(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    with pytest.raises(InvalidText):
        services.review_version(version_id=version.id, viewer=people.colleague.viewer, decision="changes")
    services.review_version(
        version_id=version.id, viewer=people.colleague.viewer, decision="changes", comment="Đoạn hai thiếu nguồn."
    )
    draft = newest(version.article)
    assert (draft.number, draft.submitted_at, editors(draft)) == (2, None, {people.editor.id})
    assert newsroom.rumour_state(version.article) == "investigating"
    page = selectors.editor_page(people.desk, 1, people.editor.viewer)
    assert [line.comment for line in page.comments] == ["Đoạn hai thiếu nguồn."]
    # The lead finishes it alone; the first editor's words still stand in it.
    services.save_version(
        article_id=version.article_id,
        edit_number=draft.edit_number,
        draft=Draft("false", {"vi": replace(VI, why="Đã thêm nguồn."), "en": EN}),
        viewer=people.lead.viewer,
    )
    services.submit_for_review(article_id=version.article_id, viewer=people.lead.viewer)
    with pytest.raises(NotAllowed):
        newsroom.approve(draft, people.editor)
    newsroom.approve(draft, people.colleague)


def test_one_person_reviews_a_version_once(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    newsroom.approve(version, people.colleague)
    with pytest.raises(NotAllowed):
        newsroom.approve(version, people.colleague)
    # A second pair of eyes may still object, and then it is not published.
    services.review_version(
        version_id=version.id, viewer=people.lead.viewer, decision="changes", comment="Sai ngày tháng."
    )
    with pytest.raises(NotAllowed):
        services.publish_version(version_id=version.id, viewer=people.colleague.viewer)


# -- about ourselves ---------------------------------------------------------------------------------------------------


def test_an_article_about_ourselves_needs_a_second_approval_from_outside(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor, involves=True)
    assert version.involves_publisher is True
    newsroom.approve(version, people.colleague)
    with pytest.raises(NotAllowed):
        services.publish_version(version_id=version.id, viewer=people.colleague.viewer)
    newsroom.approve(version, people.lead)
    with pytest.raises(NotAllowed):
        services.publish_version(version_id=version.id, viewer=people.colleague.viewer)
    assert [waiting.version_id for waiting in selectors.waiting_for_outside(people.outsider.viewer)] == [version.id]
    newsroom.approve(version, people.outsider)
    assert selectors.waiting_for_outside(people.outsider.viewer) == ()
    assert Review.objects.filter(outside_desk=True).get().reviewer_id == people.outsider.id
    services.publish_version(version_id=version.id, viewer=people.colleague.viewer)
    assert selectors.article_by_slug(Article.objects.get().slug, "vi").involves_publisher is True


def test_someone_from_outside_sees_only_what_needs_them(people: cast.Cast) -> None:
    newsroom.submitted(people.desk, people.editor)
    about_us = newsroom.submitted(people.desk, people.editor, involves=True)
    assert [one.version_id for one in selectors.waiting_for_outside(people.outsider.viewer)] == [about_us.id]
    for someone in (people.lead, people.admin, people.reader):
        assert selectors.waiting_for_outside(someone.viewer) == ()


def test_an_administrator_is_not_outside_any_desk(people: cast.Cast) -> None:
    network.grant_role(person_id=people.outsider.id, desk_id=None, code="admin", actor=SYSTEM)
    version = newsroom.submitted(people.desk, people.editor, involves=True)
    with pytest.raises(NotAllowed):
        newsroom.approve(version, people.outsider)


def test_changes_asked_from_outside_are_taken_up_by_the_desk(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor, involves=True)
    services.review_version(
        version_id=version.id, viewer=people.outsider.viewer, decision="changes", comment="Thiếu nguồn độc lập."
    )
    draft = newest(version.article)
    assert newsroom.rumour_state(version.article) == "in_review"
    services.save_version(
        article_id=version.article_id,
        edit_number=draft.edit_number,
        draft=replace(DRAFT, verdict="misleading"),
        viewer=people.editor.viewer,
    )
    assert newsroom.rumour_state(version.article) == "investigating"
    services.submit_for_review(article_id=version.article_id, viewer=people.editor.viewer)
    assert newsroom.rumour_state(version.article) == "in_review"


def test_what_became_about_ourselves_after_the_review_is_not_published(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    newsroom.approve(version, people.colleague)
    Rumour.objects.update(involves_publisher=True)
    with pytest.raises(NotAllowed):
        services.publish_version(version_id=version.id, viewer=people.colleague.viewer)


# -- drills ------------------------------------------------------------------------------------------------------------


def test_a_drill_is_written_and_reviewed_but_never_published(people: cast.Cast) -> None:
    reviewer = cast.person("khoa", "Khoa", unit_id=people.unit_id, roles=((people.drill_desk, RoleCode.REVIEWER),))
    version = newsroom.submitted(people.drill_desk, people.trainee)
    newsroom.approve(version, reviewer)
    with pytest.raises(NotAllowed):
        services.publish_version(version_id=version.id, viewer=reviewer.viewer)
    assert not Publication.objects.exists()
    assert not Document.objects.filter(kind="answer").exists()


# -- after publication -------------------------------------------------------------------------------------------------


def test_a_version_is_published_once(people: cast.Cast) -> None:
    article = newsroom.published(people)
    with pytest.raises(NotAllowed):
        services.publish_version(version_id=newest(article).id, viewer=people.colleague.viewer)


def test_a_correction_has_fresh_editors_and_public_words(people: cast.Cast) -> None:
    article = newsroom.published(people)
    version = newsroom.correction_submitted(people, article, {"why": "Bản mới."})
    assert (version.number, editors(version)) == (2, {people.editor.id})
    assert newsroom.rumour_state(article) == "in_review"
    # Readers still see the first.
    assert selectors.article_by_slug(article.slug, "vi").why == VI.why
    newsroom.approve(version, people.colleague)
    for wrong in (None, CorrectionInput("update", "Chỉ có tiếng Việt", " "), CorrectionInput("oops", "a", "b")):
        with pytest.raises(InvalidText):
            services.publish_version(version_id=version.id, viewer=people.colleague.viewer, correction=wrong)
    with pytest.raises(WrongState):
        services.publish_version(
            version_id=version.id, viewer=people.colleague.viewer, correction=CorrectionInput("retraction", "a", "b")
        )
    heard: list[object] = []

    def hear(**kwargs: object) -> None:
        heard.append(kwargs["kind"])

    article_corrected.connect(hear)
    try:
        services.publish_version(version_id=version.id, viewer=people.colleague.viewer, correction=newsroom.CORRECTION)
    finally:
        article_corrected.disconnect(hear)
    assert heard == ["update"]
    page = selectors.article_by_slug(article.slug, "en")
    assert [(line.kind, line.text) for line in page.changes] == [("update", newsroom.CORRECTION.text_en)]
    assert selectors.article_by_slug(article.slug, "vi").why == "Bản mới."
    assert newsroom.rumour_state(article) == "answered"
    assert set(Document.objects.filter(kind="answer").values_list("version", flat=True)) == {2}


def test_the_first_editor_may_review_a_correction_that_they_did_not_touch(people: cast.Cast) -> None:
    article = newsroom.published(people)
    opened = services.correct_article(article_id=article.id, viewer=people.lead.viewer, why="Sai chính tả")
    services.save_version(
        article_id=article.id,
        edit_number=opened.edit_number,
        draft=Draft("false", {"vi": replace(VI, known="Sửa."), "en": EN}),
        viewer=people.lead.viewer,
    )
    services.submit_for_review(article_id=article.id, viewer=people.lead.viewer)
    version = newest(article)
    newsroom.approve(version, people.editor)
    services.publish_version(
        version_id=version.id, viewer=people.editor.viewer, correction=CorrectionInput("typo", "Sửa chữ.", "Typo.")
    )
    page = selectors.article_by_slug(article.slug, "vi")
    assert page.written_by == (people.editor.name, people.lead.name)
    assert page.reviewed_by == (people.editor.name,)


def test_the_address_stays_when_the_title_changes(people: cast.Cast) -> None:
    article = newsroom.published(people)
    version = newsroom.correction_submitted(people, article, {"title": "Một đầu đề hoàn toàn khác"})
    newsroom.approve(version, people.colleague)
    services.publish_version(version_id=version.id, viewer=people.colleague.viewer, correction=newsroom.CORRECTION)
    assert Article.objects.get().slug == article.slug


def test_a_correction_is_begun_once_and_says_why(people: cast.Cast) -> None:
    article = newsroom.published(people)
    for why in ("", "a\u202eb", "x" * 301):
        with pytest.raises(InvalidText):
            services.correct_article(article_id=article.id, viewer=people.editor.viewer, why=why)
    with pytest.raises(NotAllowed):
        services.correct_article(article_id=article.id, viewer=people.colleague.viewer, why="Có nguồn mới")
    services.correct_article(article_id=article.id, viewer=people.editor.viewer, why="Có nguồn mới")
    with pytest.raises(WrongState):
        services.correct_article(article_id=article.id, viewer=people.editor.viewer, why="Có nguồn mới")


def test_a_retraction_is_reviewed_public_and_leaves_search(people: cast.Cast) -> None:
    article = newsroom.published(people)
    heard: list[object] = []

    def hear(**kwargs: object) -> None:
        heard.append(kwargs["version"])

    article_retracted.connect(hear)
    try:
        newsroom.retracted(people, article)
    finally:
        article_retracted.disconnect(hear)
    assert heard == [2]
    assert not Document.objects.filter(kind="answer", withdrawn_at=None).exists()
    page = selectors.article_by_slug(article.slug, "vi")
    assert page.state == "retracted"
    assert page.retraction is not None
    assert page.retraction.text == Correction.objects.get().text_vi
    assert newsroom.rumour_state(article) == "investigating"
    assert services.refresh_documents(article_id=article.id) == {}


def test_the_editor_alone_cannot_retract(people: cast.Cast) -> None:
    article = newsroom.published(people)
    version = newsroom.correction_submitted(people, article, {"known": "Nguồn bị rút."})
    with pytest.raises(NotAllowed):
        services.retract_article(version_id=version.id, viewer=people.editor.viewer, text_vi="a", text_en="b")
    assert Article.objects.get().state == "published"


def test_the_wordings_follow_the_texts_of_the_tips(people: cast.Cast) -> None:
    article = newsroom.published(people)
    Document.objects.filter(kind="answer").update(wordings=["một tin nhắn cũ"])
    assert set(services.refresh_documents(article_id=article.id)) == {"vi", "en"}
    assert "một tin nhắn cũ" not in Document.objects.get(kind="answer", lang="vi").wordings
