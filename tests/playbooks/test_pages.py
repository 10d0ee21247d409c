"""The pages of playbooks, and the panel of a walk, as each person meets them."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone, translation

import cast as people
from cast import Cast, client_of
from playbooks.trees import EVERY_KIND, SMALL
from sangto.audit.types import SYSTEM
from sangto.playbooks import selectors, services
from sangto.playbooks.models import Choice, Run
from sangto.playbooks.seals import seal

pytestmark = pytest.mark.django_db
SUBJECT = uuid.UUID("01890000-0000-7000-8000-000000000002")
NEXT = "/vi/desk/toa-soan/r/1/"


@pytest.fixture
def cast() -> Cast:
    made = people.make()
    services.publish_version(text=SMALL, actor=SYSTEM)
    return made


@pytest.fixture
def run_id(cast: Cast) -> uuid.UUID:
    return services.start_run(
        desk=cast.desk, playbook_slug="small", subject_kind="rumour", subject_id=SUBJECT, viewer=cast.editor.viewer
    )


def answer(run_id: uuid.UUID, **other: str) -> dict[str, str]:
    return {"step": "first", "seen": "0", "option": "yes", "note": "", "next": NEXT, **other}


def at(run_id: uuid.UUID, verb: str = "choose", desk: str = "toa-soan", lang: str = "vi") -> str:
    return f"/{lang}/desk/{desk}/run/{run_id}/{verb}/"


def panel(cast: Cast, lang: str = "vi", *, may_run: bool = True, who: people.Someone | None = None) -> str:
    """The panel as a page of the subject includes it."""
    context = {
        "run": selectors.run_of("rumour", SUBJECT),
        "playbooks": selectors.playbooks(),
        "desk": cast.desk,
        "subject_kind": "rumour",
        "subject_id": SUBJECT,
        "next": NEXT,
        "may_run": may_run,
    }
    request = RequestFactory().get(NEXT)
    request.viewer = (who or cast.editor).viewer  # type: ignore[attr-defined]
    with translation.override(lang):
        return render_to_string("playbooks/_run.html", context, request=request)


class _Shape(HTMLParser):
    """Which elements are open, which ids and attributes there are."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.labelled: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self.attributes.append((tag, name))
            if name == "id":
                self.ids.append(value or "")
            if name in ("for", "aria-labelledby"):
                self.labelled += (value or "").split()


def _check_shape(html: str) -> None:
    shape = _Shape(html)
    assert len(shape.ids) == len(set(shape.ids))
    assert set(shape.labelled) <= set(shape.ids)
    # The content policy allows neither.
    assert not [name for _tag, name in shape.attributes if name == "style" or name.startswith("on")]


# -- the list and one playbook ----------------------------------------------------------------------------------------
def test_it_works(cast: Cast) -> None:
    client = client_of(cast.editor)
    page = client.get("/vi/desk/toa-soan/playbooks/")
    assert page.status_code == 200
    assert "Nhỏ" in page.text
    page = client.get("/en/desk/toa-soan/playbooks/small/")
    assert page.status_code == 200
    assert page.text.count('<path class="node ') == 5
    assert "Is there anything to check?" in page.text
    assert "see step 2 above" in page.text
    _check_shape(page.text)


def test_the_whole_library_is_shown(cast: Cast) -> None:
    services.install_library(actor=SYSTEM)
    client = client_of(cast.colleague)
    for info in selectors.playbooks():
        for lang in ("vi", "en"):
            page = client.get(f"/{lang}/desk/toa-soan/playbooks/{info.slug}/")
            assert page.status_code == 200
            assert page.text.count('<path class="node ') == info.steps
            assert all(source.url.replace("&", "&amp;") in page.text for source in info.sources)
            # A number with a comma would draw nothing.
            assert not re.search(r'(x|y|width|height)="\d+,\d', page.text)


@pytest.mark.parametrize("path", ["/vi/desk/toa-soan/playbooks/", "/vi/desk/toa-soan/playbooks/small/"])
@pytest.mark.parametrize(
    ("who", "status"), [("editor", 200), ("colleague", 200), ("reader", 200), ("outsider", 403), ("trainee", 403)]
)
def test_who_sees_them(cast: Cast, path: str, who: str, status: int) -> None:
    assert client_of(getattr(cast, who)).get(path).status_code == status


def test_a_stranger_is_sent_to_sign_in(cast: Cast) -> None:
    answer = Client().get("/vi/desk/toa-soan/playbooks/")
    assert (answer.status_code, "/accounts/login/" in answer["Location"]) == (302, True)


def test_an_unknown_playbook_is_not_there(cast: Cast) -> None:
    assert client_of(cast.editor).get("/vi/desk/toa-soan/playbooks/none/").status_code == 404


def test_the_desk_has_a_link_to_them(cast: Cast) -> None:
    page = client_of(cast.editor).get("/vi/desk/toa-soan/playbooks/")
    assert 'href="/vi/desk/toa-soan/playbooks/" aria-current="page"' in page.text


# -- the panel --------------------------------------------------------------------------------------------------------
def test_before_a_walk_one_chooses_a_playbook(cast: Cast) -> None:
    html = panel(cast, "en")
    assert 'action="/en/desk/toa-soan/run/start/"' in html
    assert 'name="subject"' in html
    assert "Small" in html
    assert "<form" not in panel(cast, "en", may_run=False)
    _check_shape(html)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_on_a_walk_one_answers(cast: Cast, run_id: uuid.UUID, lang: str) -> None:
    services.choose(run_id=run_id, step="first", option="yes", note="<b>x</b>", viewer=cast.editor.viewer)
    services.choose(run_id=run_id, step="look", option="done", note="", viewer=cast.lead.viewer)
    html = panel(cast, lang)
    _check_shape(html)
    assert f'action="/{lang}/desk/toa-soan/run/{run_id}/choose/"' in html
    assert [*re.findall(r'<button class="[^"]*" name="option" value="(\w+)"', html)] == ["yes", "again"]
    assert 'name="step" value="found"' in html
    assert 'name="seen" value="2"' in html
    # Who answered, the note as text, the path in the drawing and in the list.
    assert "Trần Thị An" in html
    assert "Phạm Quỳnh Chi" in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert html.count('class="edge edge-taken"') == 2
    assert html.count("node-here") == 1
    assert 'aria-current="step"' in html
    assert 'tabindex="0" role="region"' in html


def test_who_may_not_answer_sees_the_question(cast: Cast, run_id: uuid.UUID) -> None:
    html = panel(cast, may_run=False)
    assert "Có gì để kiểm chứng không?" in html
    assert "<form" not in html
    assert "<button" not in html


def test_after_the_end_it_says_how_it_ended(cast: Cast, run_id: uuid.UUID) -> None:
    services.choose(run_id=run_id, step="first", option="no", note="", viewer=cast.editor.viewer)
    html = panel(cast)
    assert "Đóng: ý kiến" in html
    assert 'action="/vi/desk/toa-soan/run/start/"' in html
    assert "/choose/" not in html


# -- the forms --------------------------------------------------------------------------------------------------------
def test_a_walk_is_begun_and_walked_by_forms(cast: Cast) -> None:
    client = client_of(cast.editor)
    word = seal(desk_id=cast.desk.id, subject_kind="rumour", subject_id=SUBJECT)
    sent = client.post("/vi/desk/toa-soan/run/start/", {"playbook": "small", "subject": word, "next": NEXT})
    assert (sent.status_code, sent["Location"]) == (302, f"{NEXT}#run")
    run = selectors.run_of("rumour", SUBJECT)
    assert run is not None
    sent = client.post(at(run.id), answer(run.id, note="Ghi lại"))
    assert (sent.status_code, sent["Location"]) == (302, f"{NEXT}#run")
    assert Choice.objects.get().note == "Ghi lại"
    sent = client.post(at(run.id, "restart"), {"playbook": "small", "next": NEXT})
    assert sent.status_code == 302
    assert sorted(Run.objects.values_list("outcome", flat=True)) == ["", "restarted"]


@pytest.mark.parametrize("who", ["colleague", "outsider", "trainee", "reader", "admin"])
def test_who_may_not_walk_is_refused(cast: Cast, run_id: uuid.UUID, who: str) -> None:
    client = client_of(getattr(cast, who))
    for path in ("/vi/desk/toa-soan/run/start/", at(run_id), at(run_id, "restart")):
        assert client.post(path, answer(run_id)).status_code == 403
    assert not Choice.objects.exists()


def test_another_desk_does_not_find_the_walk(cast: Cast, run_id: uuid.UUID) -> None:
    client = client_of(cast.outsider)
    for verb in ("choose", "restart"):
        assert client.post(at(run_id, verb, desk="benh-vien"), answer(run_id)).status_code == 404
    assert client_of(cast.editor).post(at(uuid.uuid4()), answer(run_id)).status_code == 404
    assert not Choice.objects.exists()
    assert Run.objects.get().ended_at is None


def test_a_subject_of_another_desk_cannot_be_taken(cast: Cast) -> None:
    """An editor elsewhere cannot block a rumour here by opening a walk about it first."""
    word = seal(desk_id=cast.desk.id, subject_kind="rumour", subject_id=SUBJECT)
    client = client_of(cast.outsider)
    for subject in (word, "", "rumour:" + str(SUBJECT), word[:-1] + "x"):
        sent = client.post("/vi/desk/benh-vien/run/start/", {"playbook": "small", "subject": subject, "next": "/vi/"})
        assert sent.status_code == 302
    assert not Run.objects.exists()


def test_forms_are_sent_and_not_opened(cast: Cast, run_id: uuid.UUID) -> None:
    client = client_of(cast.editor)
    for path in ("/vi/desk/toa-soan/run/start/", at(run_id), at(run_id, "restart")):
        assert client.get(path).status_code == 405


def test_a_form_without_its_token_is_refused(cast: Cast, run_id: uuid.UUID) -> None:
    client = client_of(cast.editor, enforce_csrf_checks=True)
    assert client.post(at(run_id), answer(run_id)).status_code == 403
    assert not Choice.objects.exists()


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", "", "\\\\x"])
def test_one_is_never_led_elsewhere(cast: Cast, run_id: uuid.UUID, elsewhere: str) -> None:
    sent = client_of(cast.editor).post(at(run_id), answer(run_id, next=elsewhere))
    assert (sent.status_code, sent["Location"]) == (302, "/vi/desk/toa-soan/playbooks/#run")


@pytest.mark.parametrize(
    ("lang", "words"), [("vi", "Có người đã trả lời bước này"), ("en", "Someone answered this step")]
)
def test_the_second_of_two_is_told_and_keeps_the_note(cast: Cast, run_id: uuid.UUID, lang: str, words: str) -> None:
    services.choose(run_id=run_id, step="first", option="yes", note="", viewer=cast.lead.viewer)
    sent = client_of(cast.editor).post(at(run_id, lang=lang), answer(run_id, option="no", note="Điều tôi <đã> tìm"))
    assert sent.status_code == 409
    assert words in sent.text
    assert "Điều tôi &lt;đã&gt; tìm" in sent.text
    assert "Phạm Quỳnh Chi" in sent.text
    # The form that stands there goes on from here.
    assert 'name="step" value="look"' in sent.text
    assert 'name="seen" value="1"' in sent.text
    assert Choice.objects.count() == 1
    _check_shape(sent.text)


def test_the_second_of_two_keeps_the_note_also_at_the_end(cast: Cast, run_id: uuid.UUID) -> None:
    services.choose(run_id=run_id, step="first", option="no", note="", viewer=cast.lead.viewer)
    sent = client_of(cast.editor).post(at(run_id), answer(run_id, note="Điều tôi đã tìm"))
    assert sent.status_code == 409
    assert "Điều tôi đã tìm" in sent.text
    assert "Đóng: ý kiến" in sent.text


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"note": "x" * 2001}, 422),
        ({"note": "x" * 200_000}, 422),
        ({"option": "maybe"}, 422),
        ({"option": ""}, 422),
        ({"step": ""}, 409),
        ({"seen": "x"}, 409),
        ({"seen": "99999999999999999999"}, 409),
        ({"seen": "²"}, 409),
        ({"step": "a\x00b"}, 409),
    ],
)
def test_bad_input_is_answered_in_words_and_writes_nothing(
    cast: Cast, run_id: uuid.UUID, wrong: dict[str, str], status: int
) -> None:
    sent = client_of(cast.editor).post(at(run_id), answer(run_id, **wrong))
    assert sent.status_code == status
    assert "notice-warning" in sent.text
    assert not Choice.objects.exists()


def test_a_note_is_cleaned(cast: Cast, run_id: uuid.UUID) -> None:
    client_of(cast.editor).post(at(run_id), answer(run_id, note="a\x00\u202eb\u200b c"))
    assert Choice.objects.get().note == "ab c"


def test_a_bad_playbook_name_says_so(cast: Cast) -> None:
    word = seal(desk_id=cast.desk.id, subject_kind="rumour", subject_id=SUBJECT)
    client = client_of(cast.editor)
    for name in ("none", "", "a\x00b"):
        sent = client.post("/en/desk/toa-soan/run/start/", {"playbook": name, "subject": word, "next": ""}, follow=True)
        assert "There is no such playbook" in sent.text
    assert not Run.objects.exists()


EVERY = "/vi/desk/toa-soan/playbooks/every-kind/"


@pytest.fixture
def every(cast: Cast) -> Cast:
    services.publish_version(text=EVERY_KIND, actor=SYSTEM)
    services.start_run(
        desk=cast.desk,
        playbook_slug="every-kind",
        subject_kind="rumour",
        subject_id=SUBJECT,
        viewer=cast.editor.viewer,
    )
    return cast


def test_a_step_says_whose_it_is_and_by_when(every: Cast) -> None:
    said = panel(every, "en")
    assert "Question 3 · Editor" in said
    assert "To be done by" in said
    Run.objects.update(target_at=timezone.now() - dt.timedelta(minutes=3))
    assert "Late:" in panel(every, "en")
    # What the rule decided stands on the way here, with what it saw.
    assert "The rule saw:" in said
    assert "A rule" in said


def test_a_wait_says_what_the_clock_will_do(every: Cast) -> None:
    run = selectors.run_of("rumour", SUBJECT)
    assert run is not None
    services.choose(run_id=run.id, step="sure", option="no", note="", viewer=every.editor.viewer)
    said = panel(every, "en")
    assert "Waits until" in said
    assert "Time is over" in said
    assert 'value="came"' in said
    assert 'value="timeout"' not in said


def test_missing_evidence_is_said_before_and_after_one_tries(every: Cast) -> None:
    run = selectors.run_of("rumour", SUBJECT)
    assert run is not None
    services.choose(run_id=run.id, step="sure", option="yes", note="", viewer=every.editor.viewer)
    assert "2 sources; 1 source that is not ours" in panel(every, "en")
    answer = client_of(every.editor).post(
        f"/vi/desk/toa-soan/run/{run.id}/choose/",
        {"step": "write", "option": "done", "note": "Giữ câu này", "seen": "2", "next": NEXT},
    )
    assert answer.status_code == 422
    assert "Giữ câu này" in answer.content.decode()
    assert selectors.run(run.id).step.id == "write"


def test_a_reviewer_has_the_buttons_of_a_reviewers_step_only(cast: Cast) -> None:
    text = EVERY_KIND.replace("role: editor", "role: reviewer")
    services.publish_version(text=text, actor=SYSTEM)
    services.start_run(
        desk=cast.desk,
        playbook_slug="every-kind",
        subject_kind="rumour",
        subject_id=SUBJECT,
        viewer=cast.editor.viewer,
    )
    assert 'value="no"' in panel(cast, may_run=False, who=cast.colleague)
    assert 'value="no"' not in panel(cast)
    run = selectors.run_of("rumour", SUBJECT)
    assert run is not None
    form = {"step": "sure", "option": "no", "note": "", "seen": "1", "next": NEXT}
    refused = client_of(cast.editor).post(f"/vi/desk/toa-soan/run/{run.id}/choose/", form)
    assert refused.status_code == 403
    assert client_of(cast.colleague).post(f"/vi/desk/toa-soan/run/{run.id}/choose/", form).status_code == 302
    assert selectors.run(run.id).step.id == "reply"


def test_a_walk_is_moved_from_its_page(every: Cast) -> None:
    assert "Go on by the newest version" not in panel(every, "en")
    services.publish_version(text=EVERY_KIND.replace("for: 2 h", "for: 3 h"), actor=SYSTEM)
    assert "Go on by the newest version" in panel(every, "en")
    run = selectors.run_of("rumour", SUBJECT)
    assert run is not None
    address = f"/vi/desk/toa-soan/run/{run.id}/move/"
    assert client_of(every.colleague).post(address, {"next": NEXT}).status_code == 403
    assert client_of(every.editor).post(address, {"next": NEXT}).status_code == 302
    assert selectors.run(run.id).version == 2


def test_an_older_version_can_be_read(every: Cast) -> None:
    services.publish_version(text=EVERY_KIND.replace("Wait for the body's reply", "Wait a little"), actor=SYSTEM)
    client = client_of(every.reader)
    address = EVERY.replace("/vi/", "/en/")
    assert "Wait a little" in client.get(address).content.decode()
    old = client.get(f"{address}?version=1").content.decode()
    assert "This is an older version" in old
    assert "Wait for the body&#x27;s reply" in old
    assert client.get(f"{address}?version=9").status_code == 404
    assert client.get(f"{address}?version=x").status_code == 200


def test_two_versions_are_compared_in_words_and_in_the_picture(every: Cast) -> None:
    newer = EVERY_KIND.replace("Wait for the body's reply", "Wait a little").replace("tips_per_hour >= 20", "tips >= 9")
    services.publish_version(text=newer, actor=SYSTEM)
    client = client_of(every.reader)
    address = EVERY.replace("/vi/", "/en/")
    assert f"{address}1/to/2/" in client.get(address).content.decode()
    said = client.get(f"{address}1/to/2/").content.decode()
    assert "2 changes." in said
    assert "<del>Wait for the body&#x27;s reply</del>" in said
    assert "<ins>Wait a little</ins>" in said
    assert "Rule of a way" in said
    assert said.count("node-changed") == 4
    assert "Nothing is different." in client.get(f"{address}2/to/2/").content.decode()
    assert client.get(f"{address}1/to/9/").status_code == 404


def test_what_was_never_walked_is_said(every: Cast) -> None:
    said = client_of(every.reader).get(f"{EVERY.replace('/vi/', '/en/')}coverage/").content.decode()
    assert "Walks so far: 1 in live work, 0 in drills." in said
    assert "9 of 10 ways were never taken" in said
    assert 'class="node node-hand_over node-never"' in said
    elsewhere = client_of(every.outsider).get(f"/en/desk/{every.other_desk.slug}/playbooks/every-kind/coverage/?desk=1")
    assert "Walks so far: 0 in live work" in elsewhere.content.decode()
    assert client_of(every.reader).get("/vi/desk/toa-soan/playbooks/nothing/coverage/").status_code == 404


def test_the_sheet_is_a_file_for_an_a3(every: Cast) -> None:
    answer = client_of(every.reader).get(f"{EVERY}1/sheet.svg")
    assert answer["Content-Type"].startswith("image/svg+xml")
    assert answer["Content-Disposition"] == 'attachment; filename="every-kind-1-vi.svg"'
    root = ET.fromstring(answer.content)  # noqa: S314 - our own file
    assert {root.get("width"), root.get("height")} == {"400mm", "277mm"}
    assert client_of(every.reader).get(f"{EVERY}7/sheet.svg").status_code == 404
    paper = client_of(every.reader).get(f"{EVERY.replace('/vi/', '/en/')}1/print/").content.decode()
    assert "playbooks/print" in paper
    assert "Wait for the body&#x27;s reply" in paper
