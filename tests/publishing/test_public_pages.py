"""What readers see, and what they never see."""

from __future__ import annotations

import dataclasses
import json
from html.parser import HTMLParser

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

import cast
import desk_kit
from publishing import newsroom
from publishing.newsroom import DRAFT, EN, VI
from sangto.publishing import services
from sangto.publishing.types import Draft, TextFields

PAGE_BYTES_MAX = 60_000
QUERIES_MAX = 10


class Seen(HTMLParser):
    """The text that a reader sees, the JSON-LD, and the dates of <time>."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.data: list[str] = []
        self.days: set[str] = set()
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"script", "style", "head"}:
            self._inside.append("data" if given.get("type") == "application/ld+json" else "hidden")
        if tag == "time":
            self.days.add((given.get("datetime") or "")[:10])

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "head"}:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.words.append(data)
        elif self._inside[-1] == "data":
            self.data.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def see(client: Client, path: str) -> Seen:
    answer = client.get(path)
    assert answer.status_code == 200, path
    seen = Seen()
    seen.feed(answer.content.decode())
    return seen


def strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [one for key, part in value.items() if not key.startswith("@") for one in strings(part)]
    if isinstance(value, list):
        return [one for part in value for one in strings(part)]
    return [value] if isinstance(value, str) else []


def test_it_works(people: cast.Cast, client: Client) -> None:
    article = newsroom.published(people)
    seen = see(client, f"/vi/a/{article.slug}/")
    order = [
        VI.title,
        VI.short_answer,
        "Sai",
        VI.claim,
        "Tỏi là món ăn lành.",
        "Đã biết",
        "Chúng tôi đọc",
        "WHO: garlic",
    ]
    places = [seen.text.index(words) for words in order]
    assert places[0] < places[1] < places[3] < places[4] < places[5] < places[6] < places[7]
    assert people.editor.name in seen.text
    assert people.colleague.name in seen.text
    assert "there is no evidence that eating garlic" in seen.text


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("verdict", ["true", "mostly_true", "misleading", "false", "unproven"])
def test_json_ld_says_only_what_the_page_shows(people: cast.Cast, client: Client, lang: str, verdict: str) -> None:
    long = Draft(
        verdict,
        {
            "vi": VI,
            "en": dataclasses.replace(
                EN, claim="Eating a great deal of raw garlic every single morning both prevents and cures Covid-19."
            ),
        },
    )
    article = newsroom.published(people, draft=long)
    newsroom.corrected(people, article)
    seen = see(client, f"/{lang}/a/{article.slug}/")
    data = json.loads("".join(seen.data))
    assert data["inLanguage"] == lang
    dates = {data.pop("datePublished"), data.pop("dateModified")}
    assert dates <= seen.days
    del data["inLanguage"]
    found = strings(data)
    assert len(found) >= 6
    for one in found:
        assert one in seen.text, one


def test_markup_in_a_text_is_shown_as_text(people: cast.Cast, client: Client) -> None:
    # Such text is refused at the door; what came in another way is still only text.
    article = newsroom.draft_article(people.desk, people.editor)
    from sangto.publishing.models import VersionText

    VersionText.objects.filter(lang="vi").update(why="<script>alert(1)</script>", claim="</script><b>x")
    services.submit_for_review(article_id=article.id, viewer=people.editor.viewer)
    version = article.versions.get()
    newsroom.approve(version, people.colleague)
    services.publish_version(version_id=version.id, viewer=people.colleague.viewer)
    article.refresh_from_db()
    html = client.get(f"/vi/a/{article.slug}/").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
    seen = see(client, f"/vi/a/{article.slug}/")
    assert json.loads("".join(seen.data))["claimReviewed"] == "</script><b>x"


def test_a_language_without_text_shows_the_other_and_says_so(people: cast.Cast, client: Client) -> None:
    article = newsroom.published(people, draft=Draft("false", {"vi": VI, "en": TextFields(claim=EN.claim)}))
    html = client.get(f"/en/a/{article.slug}/").content.decode()
    assert "This answer is in Vietnamese only so far." in html
    assert '<h1 class="article-title" lang="vi"' in html
    assert "application/ld+json" not in html
    assert 'rel="canonical" href="http' in html
    assert f"/vi/a/{article.slug}/" in html


def test_a_retracted_answer_stays_readable_with_its_note(people: cast.Cast, client: Client) -> None:
    article = newsroom.published(people)
    newsroom.retracted(people, article)
    seen = see(client, f"/vi/a/{article.slug}/")
    assert "Nguồn đã bị rút" in seen.text
    assert VI.short_answer in seen.text
    assert not seen.data
    listed = see(client, "/vi/answers/")
    assert VI.title in listed.text
    assert VI.short_answer not in listed.text


def test_about_ourselves_is_said(people: cast.Cast, client: Client) -> None:
    version = newsroom.submitted(people.desk, people.editor, involves=True)
    newsroom.approve(version, people.colleague)
    newsroom.approve(version, people.outsider)
    services.publish_version(version_id=version.id, viewer=people.colleague.viewer)
    version.article.refresh_from_db()
    seen = see(client, f"/en/a/{version.article.slug}/")
    assert "This answer is about Red River News itself" in seen.text


def test_changes_are_public(people: cast.Cast, client: Client) -> None:
    assert client.get("/vi/changes/").status_code == 200
    article = newsroom.published(people)
    newsroom.corrected(people, article)
    for path in ("/en/changes/", f"/en/a/{article.slug}/"):
        seen = see(client, path)
        assert newsroom.CORRECTION.text_en in seen.text
        assert "Update" in seen.text


def test_nothing_is_public_before_its_publication(people: cast.Cast, client: Client) -> None:
    version = newsroom.submitted(people.desk, people.editor)
    newsroom.approve(version, people.colleague)
    version.article.refresh_from_db()
    for someone in (None, people.outsider, people.editor):
        reader = cast.client_of(someone)
        assert reader.get(f"/vi/a/{version.article.slug}/").status_code == 404
        assert VI.title not in reader.get("/vi/answers/").content.decode()


def test_a_drill_is_nowhere_in_public(people: cast.Cast, client: Client) -> None:
    version = newsroom.submitted(people.drill_desk, people.trainee)
    version.article.refresh_from_db()
    reader = cast.client_of(people.trainee)
    assert reader.get(f"/vi/a/{version.article.slug}/").status_code == 404
    for path in ("/vi/answers/", "/vi/changes/", "/vi/feed.rss", "/vi/feed.atom", "/vi/feed.json", "/sitemap.xml"):
        assert version.article.slug not in reader.get(path).content.decode()


def test_the_list_filters_by_topic_and_verdict(people: cast.Cast, client: Client) -> None:
    newsroom.published(people)
    for query, there in {
        "": True,
        "?topic=health&verdict=false": True,
        "?verdict=true": False,
        "?topic=fraud": False,
        "?topic=nonsense&verdict=%00": True,
        "?page=0": True,
        "?page=99999999999999999999": True,
        "?page=-1": True,
    }.items():
        assert (VI.claim in see(client, f"/vi/answers/{query}").text) is there, query


def test_the_list_has_pages(people: cast.Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from sangto.publishing.selectors import public

    monkeypatch.setattr(public, "PER_PAGE", 1)
    newsroom.published(people)
    newsroom.published(people)
    first = client.get("/vi/answers/").content.decode()
    assert 'rel="next"' in first
    assert 'rel="prev"' in client.get("/vi/answers/?page=2").content.decode()


def test_search_finds_the_words_where_there_is_no_index(people: cast.Cast, client: Client) -> None:
    newsroom.published(people)
    assert VI.claim in see(client, "/vi/answers/?q=tỏi").text
    assert VI.claim not in see(client, "/vi/answers/?q=xăng").text
    for hostile in ("%00", "%25", "a" * 5000, "%E2%80%AE", "<script>"):
        assert client.get(f"/vi/answers/?q={hostile}").status_code == 200


def test_search_understands_a_message(people: cast.Cast, client: Client) -> None:
    newsroom.published(people)
    desk_kit.index_now()
    seen = see(client, "/vi/answers/?q=nghe noi an toi song moi ngay la khoi covid dung khong")
    assert VI.claim in seen.text


@pytest.mark.parametrize("path", ["/vi/answers/", "/en/changes/", "/vi/methods/"])
def test_pages_of_an_empty_installation(people: cast.Cast, client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


def test_an_unknown_article_is_404(people: cast.Cast, client: Client) -> None:
    assert client.get("/vi/a/khong-co/").status_code == 404


def test_every_verdict_is_defined_on_the_methods_page_in_both_languages(people: cast.Cast, client: Client) -> None:
    for lang, word in (("vi", "Phần lớn đúng"), ("en", "Mostly true")):
        assert word in see(client, f"/{lang}/methods/").text


@pytest.mark.parametrize("name", ["article", "answers", "search", "changes", "methods"])
def test_budget_of_bytes_and_queries(
    people: cast.Cast, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, name: str
) -> None:
    article = newsroom.published(people)
    newsroom.corrected(people, article)
    paths = {
        "article": f"/vi/a/{article.slug}/",
        "answers": "/vi/answers/",
        "search": "/vi/answers/?q=tỏi",
        "changes": "/vi/changes/",
        "methods": "/vi/methods/",
    }
    with django_assert_max_num_queries(QUERIES_MAX):
        answer = client.get(paths[name])
    assert len(answer.content) <= PAGE_BYTES_MAX


def test_the_longest_article_fits_the_budget(people: cast.Cast, client: Client) -> None:
    sentence = "Tỏi là món ăn lành nhưng không chữa được bệnh. "
    full = dataclasses.replace(
        VI, why=(sentence * 300)[:12_000], known=(sentence * 150)[:6_000], how_checked=(sentence * 150)[:6_000]
    )
    article = newsroom.published(people, draft=Draft("false", {"vi": full, "en": EN}))
    assert len(client.get(f"/vi/a/{article.slug}/").content) <= PAGE_BYTES_MAX
    assert DRAFT.verdict == "false"
