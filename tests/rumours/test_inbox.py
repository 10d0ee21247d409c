"""Notes that call colleagues, tasks, watching, and what waits for one person."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

import cast as people
import desk_kit
from cast import Cast, client_of
from sangto.rumours import inbox, services
from sangto.rumours.mentions import called
from sangto.rumours.models import Mention, Note, Rumour, Task, Watch
from sangto.rumours.types import Inbox, NotAllowed, RumourProblem

NAMES = [(1, "Trần Thị An"), (2, "Trần Thị An Bình"), (3, "Lê Văn Nam"), (4, "Lê Văn Nam"), (5, "Phạm Quỳnh Chi")]


# -- names in a text ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("@Trần Thị An xem giúp", (1,)),
        ("@Trần Thị An Bình xem giúp", (2,)),
        ("nhờ (@pham quynh chi) và @TRẦN THỊ AN, cảm ơn", (5, 1)),
        ("@Phạm Quỳnh Chi @Phạm Quỳnh Chi", (5,)),
        ("thư gửi an@toasoan.example", ()),
        ("không gọi ai", ()),
    ],
)
def test_the_longest_name_that_fits_is_called(text: str, whom: tuple[int, ...]) -> None:
    found = called(text, NAMES)
    assert found.people == whom
    assert found.unknown == ()
    assert found.ambiguous == ()


def test_what_is_nobody_s_name_or_two_people_s_is_said() -> None:
    assert called("@Nguyễn Nobody", NAMES).unknown == ("Nguyễn",)
    assert called("@Lê Văn Nam ơi", NAMES).ambiguous == ("Lê Văn Nam",)
    assert called("@Trần Thị Anh", NAMES).unknown == ("Trần",)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert set(called(text, NAMES).people) <= {1, 2, 3, 4, 5}


# -- at the desk -------------------------------------------------------------------------------------------------------
@pytest.fixture
def cast(settings: Settings, tmp_path: Path, db: None) -> Cast:
    desk_kit.use_folder(settings, tmp_path)
    return people.make()


@pytest.fixture
def rumour(cast: Cast) -> Rumour:
    return Rumour.objects.get(id=services.open_rumour(desk=cast.desk, text="Chợ huyện dời sang chỗ mới", lang="vi"))


def waits(cast: Cast, who: people.Someone) -> Inbox:
    return inbox.inbox(cast.desk, who.viewer)


def test_a_note_calls_a_colleague_into_their_inbox(cast: Cast, rumour: Rumour) -> None:
    client = client_of(cast.editor)
    path = f"/en/desk/toa-soan/r/{rumour.number}/"
    once = str(uuid.uuid4())
    form = {"text": "@Phạm Quỳnh Chi xem giúp nguồn này", "once": once}
    assert client.post(path + "notes/", form).status_code == 302
    # The same sending twice is one note.
    assert client.post(path + "notes/", form).status_code == 302
    assert Note.objects.count() == 1
    assert "xem giúp nguồn này" in client.get(path).content.decode()
    line = waits(cast, cast.lead).mentions[0]
    assert (line.who, line.number) == ("Trần Thị An", rumour.number)
    page = client_of(cast.lead).get("/en/desk/toa-soan/inbox/").content.decode()
    assert "You were called" in page
    assert "xem giúp nguồn này" in page
    assert client_of(cast.lead).post("/en/desk/toa-soan/inbox/seen/").status_code == 302
    assert waits(cast, cast.lead).mentions == ()
    assert Mention.objects.get().seen_at is not None


@pytest.mark.parametrize("text", ["", "   ", "@Nobody Nowhere xem", "x" * 4001])
def test_a_note_that_cannot_be_kept_stays_in_the_form(cast: Cast, rumour: Rumour, text: str) -> None:
    answer = client_of(cast.editor).post(f"/vi/desk/toa-soan/r/{rumour.number}/notes/", {"text": text})
    assert answer.status_code == 422
    assert text.strip()[:20] in answer.content.decode()
    assert not Note.objects.exists()


def test_who_has_no_part_in_the_work_writes_no_note(cast: Cast, rumour: Rumour) -> None:
    for who in (cast.reader, cast.outsider, cast.trainee):
        with pytest.raises(NotAllowed):
            services.write_note(rumour_id=rumour.id, viewer=who.viewer, text="x")
    services.write_note(rumour_id=rumour.id, viewer=cast.colleague.viewer, text="Người duyệt cũng ghi")
    assert Note.objects.count() == 1
    assert client_of(cast.outsider).get("/vi/desk/toa-soan/inbox/").status_code == 403


def test_watching_tells_of_changes_since_one_looked(cast: Cast, rumour: Rumour) -> None:
    client = client_of(cast.reader)
    path = f"/en/desk/toa-soan/r/{rumour.number}/"
    assert client.post(path + "watch/").status_code == 302
    assert client.post(path + "watch/").status_code == 302
    assert Watch.objects.count() == 1
    assert waits(cast, cast.reader).changes == ()
    services.take_ownership(rumour_id=rumour.id, viewer=cast.editor.viewer)
    assert [line.number for line in waits(cast, cast.reader).changes] == [rumour.number]
    services.mark_seen(desk=cast.desk, viewer=cast.reader.viewer)
    assert waits(cast, cast.reader).changes == ()
    assert client.post(path + "watch/", {"stop": "1"}).status_code == 302
    services.set_priority(rumour_id=rumour.id, viewer=cast.editor.viewer, priority="high", reason="x")
    assert waits(cast, cast.reader).is_empty
    # Whoever takes it on watches it from then on.
    assert Watch.objects.filter(person_id=cast.editor.id).exists()


def test_a_task_has_a_person_and_a_time_and_can_be_opened_again(cast: Cast, rumour: Rumour) -> None:
    client = client_of(cast.editor)
    path = f"/en/desk/toa-soan/r/{rumour.number}/"
    late = (timezone.now() - dt.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    form = {"kind": "find_source", "note": "hỏi xã", "assignee_id": str(cast.lead.id), "due_at": late}
    assert client.post(path + "tasks/", form).status_code == 302
    line = waits(cast, cast.lead).tasks[0]
    assert (line.kind, line.text, line.late) == ("find_source", "hỏi xã", True)
    task = Task.objects.get()
    assert client_of(cast.lead).post(f"{path}tasks/{task.id}/finish/").status_code == 302
    assert waits(cast, cast.lead).tasks == ()
    assert Task.objects.get().done_by_id == cast.lead.id
    assert client.post(f"{path}tasks/{task.id}/reopen/").status_code == 302
    assert len(waits(cast, cast.lead).tasks) == 1


def test_a_task_goes_only_to_someone_of_the_desk(cast: Cast, rumour: Rumour) -> None:
    for who in (cast.outsider.id, uuid.uuid4()):
        with pytest.raises(RumourProblem):
            services.add_task(rumour_id=rumour.id, viewer=cast.editor.viewer, kind="write", note="", assignee_id=who)
    answer = client_of(cast.editor).post(
        f"/vi/desk/toa-soan/r/{rumour.number}/tasks/", {"kind": "write", "assignee_id": str(cast.outsider.id)}
    )
    assert answer.status_code == 422
    assert not Task.objects.exists()


def test_a_clock_speaks_to_whom_it_concerns(cast: Cast) -> None:
    flood = "Khẩn: đập sắp vỡ đập, bà con sơ tán ngay"
    rumour_id = services.open_rumour(desk=cast.desk, text=flood, lang="vi")
    services.take_ownership(rumour_id=rumour_id, viewer=cast.editor.viewer)
    row = Rumour.objects.get(id=rumour_id)
    assert row.clock_started_at is not None
    assert row.next_clock_at is not None
    past = dt.timedelta(hours=1.1)
    Rumour.objects.filter(id=rumour_id).update(
        clock_started_at=row.clock_started_at - past, next_clock_at=row.next_clock_at - past
    )
    assert services.tick_clocks() == 2
    assert [line.what.en for line in waits(cast, cast.editor).clocks if line.what] == [
        "Time is running out: whoever works on it"
    ]
    assert [line.what.en for line in waits(cast, cast.lead).clocks if line.what] == [
        "Time is over: the lead of the desk"
    ]
    assert waits(cast, cast.reader).clocks == ()
    services.close(rumour_id=rumour_id, viewer=cast.editor.viewer, reason="no_claim")
    assert waits(cast, cast.lead).clocks == ()


def test_the_questions_do_not_grow(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for n in range(12):
        rumour_id = services.open_rumour(desk=cast.desk, text=f"Tin {n} ở chợ", lang="vi")
        services.write_note(rumour_id=rumour_id, viewer=cast.editor.viewer, text=f"@Phạm Quỳnh Chi {n}")
        services.add_task(
            rumour_id=rumour_id, viewer=cast.editor.viewer, kind="write", note="", assignee_id=cast.lead.id
        )
        services.watch(rumour_id=rumour_id, viewer=cast.lead.viewer)
    viewer = cast.lead.viewer
    with django_assert_max_num_queries(8):
        found = inbox.inbox(cast.desk, viewer)
    assert (len(found.mentions), len(found.tasks)) == (12, 12)
