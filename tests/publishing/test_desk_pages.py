"""The editor, the review page, publishing by form."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.test import Client

import cast
from publishing import newsroom
from publishing.newsroom import DRAFT, EN, VI
from sangto.publishing import services
from sangto.publishing.definitions import CHECKLIST_CODES
from sangto.publishing.models import Article, ArticleVersion, Publication, Review, VersionEditor
from sangto.publishing.types import Draft
from sangto.publishing.wording import LIMITS
from sangto.rumours import selectors as rumours

SOMEONE = ["editor", "colleague", "lead", "reader", "admin", "outsider", "trainee", None]


def at(people: cast.Cast, article: Article, page: str, lang: str = "vi") -> str:
    desk = people.drill_desk if article.desk_kind == "drill" else people.desk
    return f"/{lang}/desk/{desk.slug}/r/{rumours.rumour(article.rumour_id).number}/{page}"


def form(draft: Draft, edit_number: int, **more: str) -> dict[str, Any]:
    fields = {f"{lang}_{name}": getattr(draft.texts[lang], name) for lang in ("vi", "en") for name in LIMITS}
    return {**fields, "verdict": draft.verdict, "edit_number": edit_number, **more}


def newest(article: Article) -> ArticleVersion:
    return ArticleVersion.objects.filter(article=article).order_by("-number")[:1].get()


def client(someone: cast.Someone | None) -> Client:
    return cast.client_of(someone)


def test_it_works(people: cast.Cast) -> None:
    rumour_id = newsroom.open_rumour(people.desk, people.editor)
    newsroom.add_exhibit(rumour_id, people.editor)
    here = f"/vi/desk/{people.desk.slug}/r/{rumours.rumour(rumour_id).number}/"
    editor, reviewer = client(people.editor), client(people.colleague)
    page = editor.get(here + "article/").content.decode()
    assert VI.claim in page
    assert "WHO: garlic" in page
    assert not Article.objects.exists()
    assert editor.post(here + "article/", form(DRAFT, 0)).status_code == 302
    assert VI.title in editor.get(here + "article/preview/").content.decode()
    answer = editor.post(here + "article/", form(DRAFT, 1, then="submit"))
    assert (answer.status_code, answer["Location"]) == (302, here + "review/")
    version = ArticleVersion.objects.get()
    assert version.submitted_at is not None

    shown = reviewer.get(here + "review/").content.decode()
    assert VI.short_answer in shown
    assert EN.short_answer in shown
    word = {"version": version.id, "decision": "approve", "checked": list(CHECKLIST_CODES)}
    assert reviewer.post(here + "review/", word).status_code == 302
    asked = reviewer.post(here + "review/publish/", {"version": version.id})
    assert asked.status_code == 200
    assert not Publication.objects.exists()
    assert reviewer.post(here + "review/publish/", {"version": version.id, "confirm": "yes"}).status_code == 302
    assert Publication.objects.count() == 1
    # The same button pressed twice.
    assert reviewer.post(here + "review/publish/", {"version": version.id, "confirm": "yes"}).status_code == 302
    assert Publication.objects.count() == 1
    assert client(None).get(f"/vi/a/{Article.objects.get().slug}/").status_code == 200


@pytest.mark.parametrize("who", SOMEONE)
@pytest.mark.parametrize("page", ["article/", "article/preview/", "review/"])
def test_who_may_open_it(people: cast.Cast, who: str | None, page: str) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    answer = client(getattr(people, who) if who else None).get(at(people, version.article, page))
    if who is None:
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]
        return
    writers, readers = {"editor", "lead"}, {"editor", "lead", "colleague", "reader", "admin"}
    assert answer.status_code == (200 if who in (readers if page == "review/" else writers) else 403)


@pytest.mark.parametrize("who", ["colleague", "reader", "outsider", "trainee", "admin"])
def test_others_write_nothing(people: cast.Cast, who: str) -> None:
    article = newsroom.draft_article(people.desk, people.editor)
    other = client(getattr(people, who))
    changed = Draft("true", DRAFT.texts)
    for page in ("article/", "article/submit/", "article/take-back/", "article/correct/"):
        assert other.post(at(people, article, page), form(changed, 1)).status_code == 403
    assert newest(article).verdict == "false"


@pytest.mark.parametrize("who", ["reader", "admin"])
def test_others_judge_and_publish_nothing(people: cast.Cast, who: str) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    other = client(getattr(people, who))
    word = {"version": version.id, "decision": "approve", "checked": list(CHECKLIST_CODES)}
    assert other.post(at(people, version.article, "review/"), word).status_code == 403
    newsroom.approve(version, people.colleague)
    confirmed = {"version": version.id, "confirm": "yes"}
    for page in ("review/publish/", "review/retract/"):
        assert other.post(at(people, version.article, page), confirmed).status_code == 403
    assert Review.objects.count() == 1
    assert not Publication.objects.exists()


def test_the_editor_is_told_why_they_cannot_review_or_publish(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    newsroom.approve(version, people.colleague)
    editor = client(people.editor)
    page = editor.get(at(people, version.article, "review/", "en")).content.decode()
    assert "You edited this version. Someone else has to review it." in page
    assert "You edited this version. Someone else has to publish it." in page
    word = {"version": version.id, "decision": "approve", "checked": list(CHECKLIST_CODES)}
    assert editor.post(at(people, version.article, "review/"), word).status_code == 403
    confirmed = {"version": version.id, "confirm": "yes"}
    assert editor.post(at(people, version.article, "review/publish/"), confirmed).status_code == 403
    assert not Publication.objects.exists()


def test_what_is_missing_is_listed_and_the_draft_is_kept(people: cast.Cast) -> None:
    article = newsroom.draft_article(people.desk, people.editor, exhibit=False)
    changed = Draft("misleading", {"vi": dataclasses.replace(VI, why="Bản mới"), "en": EN})
    answer = client(people.editor).post(at(people, article, "article/", "en"), form(changed, 1, then="submit"))
    assert answer.status_code == 422
    assert "Add evidence to the rumour" in answer.content.decode()
    assert newest(article).verdict == "misleading"


def test_nothing_typed_is_lost_when_two_save(people: cast.Cast) -> None:
    article = newsroom.draft_article(people.desk, people.editor)
    mine = Draft("misleading", {"vi": dataclasses.replace(VI, why="Bản của người thứ hai"), "en": EN})
    lead = client(people.lead)
    answer = lead.post(at(people, article, "article/"), form(mine, 0))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Bản của người thứ hai" in page
    assert "uống nước tỏi đun sôi" in page
    assert '<input type="hidden" name="edit_number" value="1"' in page
    assert newest(article).verdict == "false"
    assert lead.post(at(people, article, "article/"), form(mine, 1)).status_code == 302
    assert newest(article).verdict == "misleading"


@pytest.mark.parametrize(
    "text",
    ["a\x00b", "a\u202eb", "a\u200bb", "<img src=x onerror=alert(1)>", "x" * 200_000],
    ids=["nul", "bidi", "zero", "html", "long"],
)
def test_bad_input_is_named_beside_its_field_and_kept_for_mending(people: cast.Cast, text: str) -> None:
    article = newsroom.draft_article(people.desk, people.editor)
    editor = client(people.editor)
    for field in ("title", "why"):
        bad = form(Draft("true", {"vi": dataclasses.replace(VI, **{field: text}), "en": EN}), 1)
        answer = editor.post(at(people, article, "article/"), bad)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert f'id="id_vi_{field}_error"' in page
        assert "\x00" not in page
        assert "\u202e" not in page
        assert "<img src=x" not in page
        assert VI.short_answer in page
    assert newest(article).verdict == "false"


def test_a_form_that_did_not_arrive_whole(people: cast.Cast) -> None:
    article = newsroom.draft_article(people.desk, people.editor)
    editor = client(people.editor)
    whole = form(DRAFT, 1)
    for missing in ("vi_why", "edit_number"):
        part = {key: value for key, value in whole.items() if key != missing}
        assert editor.post(at(people, article, "article/"), part).status_code == 400
    for number in ("-1", "x", "99999999999999999999", "１"):
        assert editor.post(at(people, article, "article/"), whole | {"edit_number": number}).status_code == 400
    assert editor.post(at(people, article, "article/submit/"), {}).status_code == 400
    assert editor.get(at(people, article, "article/").replace("/r/1/", "/r/999/")).status_code == 404
    assert editor.get(at(people, article, "review/").replace("/r/1/", "/r/999/")).status_code == 404
    assert newest(article).edit_number == 1


@pytest.mark.parametrize(
    "word",
    [
        {"decision": "approve"},
        {"decision": "changes", "comment": " "},
        {"decision": "changes", "comment": "a\u202eb"},
        {"decision": "changes", "comment": "x" * 200_000},
        {"decision": "hm", "comment": "x"},
        {},
    ],
)
def test_a_review_that_says_too_little_or_too_much(people: cast.Cast, word: dict[str, str]) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    answer = client(people.colleague).post(at(people, version.article, "review/"), {"version": version.id, **word})
    assert answer.status_code == 422
    assert not Review.objects.exists()


def test_nobody_judges_what_they_did_not_see(people: cast.Cast) -> None:
    old = newsroom.submitted(people.desk, people.editor)
    services.take_back(article_id=old.article_id, viewer=people.editor.viewer)
    services.submit_for_review(article_id=old.article_id, viewer=people.editor.viewer)
    word = {"version": old.id, "decision": "approve", "checked": list(CHECKLIST_CODES)}
    assert client(people.colleague).post(at(people, old.article, "review/"), word).status_code == 409
    assert not Review.objects.exists()


def test_changes_needed_reach_the_editor(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    word = {"version": version.id, "decision": "changes", "comment": "Đoạn hai thiếu nguồn."}
    assert client(people.colleague).post(at(people, version.article, "review/"), word).status_code == 302
    page = client(people.editor).get(at(people, version.article, "article/")).content.decode()
    assert "Đoạn hai thiếu nguồn." in page
    assert people.colleague.name in page


def test_taking_back_by_form(people: cast.Cast) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    editor = client(people.editor)
    page = editor.get(at(people, version.article, "article/")).content.decode()
    assert "take-back" in page
    assert 'name="vi_why"' not in page
    late = editor.post(at(people, version.article, "article/"), form(Draft("true", DRAFT.texts), 1))
    assert late.status_code == 409
    assert 'name="vi_why"' in late.content.decode()
    assert editor.post(at(people, version.article, "article/take-back/")).status_code == 302
    assert editor.post(at(people, version.article, "article/take-back/")).status_code == 409
    assert newest(version.article).number == 2


def test_a_correction_by_form(people: cast.Cast) -> None:
    article = newsroom.published(people)
    editor, reviewer = client(people.editor), client(people.colleague)
    assert editor.post(at(people, article, "article/correct/"), {"why": ""}).status_code == 422
    assert editor.post(at(people, article, "article/correct/"), {"why": "Có nguồn mới"}).status_code == 302
    number = newest(article).edit_number
    changed = Draft("false", {"vi": dataclasses.replace(VI, why="Bản đã sửa"), "en": EN})
    assert editor.post(at(people, article, "article/"), form(changed, number, then="submit")).status_code == 302
    version = newest(article)
    page = reviewer.get(at(people, article, "review/")).content.decode()
    assert "<ins>Bản đã sửa</ins>" in page
    newsroom.approve(version, people.colleague)
    confirmed = {"version": version.id, "confirm": "yes", "kind": "update", "text_vi": "Thêm nguồn.", "text_en": " "}
    refused = reviewer.post(at(people, article, "review/publish/"), confirmed)
    assert refused.status_code == 422
    assert "Thêm nguồn." in refused.content.decode()
    done = reviewer.post(at(people, article, "review/publish/"), confirmed | {"text_en": "A source was added."})
    assert done.status_code == 302
    assert "Bản đã sửa" in client(None).get(f"/vi/a/{article.slug}/").content.decode()


def test_a_retraction_by_form(people: cast.Cast) -> None:
    article = newsroom.published(people)
    version = newsroom.correction_submitted(people, article, {"known": "Nguồn bị rút."})
    newsroom.approve(version, people.colleague)
    reviewer = client(people.colleague)
    assert reviewer.post(at(people, article, "review/retract/"), {"version": version.id}).status_code == 200
    confirmed = {"version": version.id, "confirm": "yes", "text_vi": "Rút.", "text_en": "Retracted."}
    assert reviewer.post(at(people, article, "review/retract/"), confirmed).status_code == 302
    article.refresh_from_db()
    assert article.state == "retracted"


def test_someone_from_outside_reviews_what_is_about_us_and_nothing_else(people: cast.Cast) -> None:
    ordinary = newsroom.submitted(people.desk, people.editor)
    version = newsroom.submitted(people.desk, people.editor, involves=True)
    outsider = client(people.outsider)
    listed = outsider.get("/vi/desk/outside/reviews/").content.decode()
    assert str(version.id) in listed
    assert str(ordinary.id) not in listed
    assert outsider.get(f"/vi/desk/outside/reviews/{ordinary.id}/").status_code == 404
    here = f"/vi/desk/outside/reviews/{version.id}/"
    assert VI.title in outsider.get(here).content.decode()
    for someone, status in ((people.editor, 404), (people.reader, 403), (people.trainee, 404), (None, 302)):
        assert client(someone).get(here).status_code == status
    word = {"version": version.id, "decision": "approve", "checked": list(CHECKLIST_CODES)}
    assert outsider.post(here, word).status_code == 302
    assert Review.objects.get().outside_desk is True


def test_a_drill_is_edited_but_says_that_it_is_never_published(people: cast.Cast) -> None:
    version = newsroom.submitted(people.drill_desk, people.trainee)
    page = client(people.trainee).get(at(people, version.article, "review/", "en")).content.decode()
    assert "This desk is an exercise: nothing here can be published." in page
    assert "DRILL" in page


def test_the_rumours_page_leads_to_the_article(people: cast.Cast) -> None:
    rumour_id = newsroom.open_rumour(people.desk, people.editor)
    here = f"/vi/desk/{people.desk.slug}/r/{rumours.rumour(rumour_id).number}/"
    assert f"{here}article/" in client(people.editor).get(here).content.decode()
    assert f"{here}article/" not in client(people.colleague).get(here).content.decode()


def test_reading_makes_nobody_an_editor(people: cast.Cast) -> None:
    article = newsroom.draft_article(people.desk, people.editor)
    lead = client(people.lead)
    assert lead.get(at(people, article, "article/")).status_code == 200
    assert lead.post(at(people, article, "article/"), form(DRAFT, 1)).status_code == 302
    assert set(VersionEditor.objects.values_list("person_id", flat=True)) == {people.editor.id}
