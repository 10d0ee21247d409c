"""What to answer next, what one article would answer, and the panels that say how soon."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

import cast as people
import desk_kit
from cast import Cast, client_of
from sangto.lib.codes import Topic
from sangto.network.models import Expertise, Shift
from sangto.rumours import queue, services
from sangto.rumours.models import Rumour, RumourLink
from sangto.rumours.types import NotAllowed, RumourProblem

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
FLOOD = "Khẩn: đập thủy điện sắp vỡ đập, bà con sơ tán ngay"


@pytest.fixture
def cast(settings: Settings, tmp_path: Path) -> Cast:
    desk_kit.use_folder(settings, tmp_path)
    return people.make()


def opened(cast: Cast, text: str, **fields: Any) -> Rumour:
    rumour_id = services.open_rumour(desk=cast.desk, text=text, lang="vi")
    Rumour.objects.filter(id=rumour_id).update(**fields)
    return Rumour.objects.get(id=rumour_id)


def order(cast: Cast, **how: Any) -> list[int]:
    return [row.rumour.number for row in queue.queue(cast.desk, cast.editor.viewer, **how).rows]


def test_it_works(cast: Cast) -> None:
    plain = opened(cast, "Chợ huyện dời sang chỗ mới")
    flood = opened(cast, FLOOD)
    mine = opened(cast, "Trường cấp hai đổi đồng phục", owner_id=cast.editor.id)
    assert order(cast) == [flood.number, mine.number, plain.number]
    assert order(cast, show="mine") == [mine.number]
    assert order(cast, show="nobody") == [flood.number, plain.number]
    said = client_of(cast.editor).get("/en/desk/toa-soan/next/").content.decode()
    assert said.index("sơ tán ngay") < said.index("đổi đồng phục") < said.index("dời sang chỗ mới")
    assert "urgent" in said
    assert "yours" in said
    assert "Nobody is on duty now." in said


def test_the_order_knows_duty_fields_themes_and_late_ones(cast: Cast) -> None:
    rows = [opened(cast, f"Tin số {n} ở chợ", topic="traffic" if n else "health") for n in range(4)]
    now = timezone.now()
    Expertise.objects.create(person_id=cast.editor.id, topic=Topic.HEALTH)
    Shift.objects.create(
        desk_id=cast.desk.id,
        desk_kind=cast.desk.kind,
        person_id=cast.editor.id,
        code="editor",
        starts_at=now - HOUR,
        ends_at=now + HOUR,
    )
    Rumour.objects.filter(id=rows[3].id).update(due_at=now - HOUR, priority="low")
    services.link_rumours(
        desk=cast.desk, numbers=[rows[1].number, rows[2].number], kind="same_theme", viewer=cast.editor.viewer
    )
    found = queue.queue(cast.desk, cast.editor.viewer)
    codes = {row.rumour.number: {reason.code for reason in row.place.reasons} for row in found.rows}
    assert found.me_on_duty
    assert found.on_duty == ("Trần Thị An",)
    assert codes[rows[0].number] == {"duty", "field"}
    assert codes[rows[1].number] == {"duty", "theme"}
    assert "late" in codes[rows[3].number]
    assert found.rows[0].rumour.number == rows[3].number


def test_what_stands_still_comes_last(cast: Cast) -> None:
    flood = opened(cast, FLOOD)
    plain = opened(cast, "Chợ huyện dời sang chỗ mới")
    services.pause_clock(rumour_id=flood.id, viewer=cast.editor.viewer, reason="force")
    assert order(cast) == [plain.number, flood.number]


def test_the_questions_are_as_many_for_a_thousand_as_for_ten(cast: Cast) -> None:
    def fill(count: int) -> None:
        now = timezone.now()
        start = Rumour.objects.count() + 1
        Rumour.objects.bulk_create(
            Rumour(
                desk_id=cast.desk.id,
                desk_kind=cast.desk.kind,
                number=start + n,
                headline=f"Tin {n}",
                lang="vi",
                topic="health",
                triage_score=n % 90,
                opened_at=now,
                due_at=now + HOUR * (n % 50 - 10),
                changed_at=now,
            )
            for n in range(count)
        )

    def asked(path: str) -> int:
        client = client_of(cast.editor)
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    fill(10)
    paths = ("/vi/desk/toa-soan/next/", "/vi/desk/toa-soan/topics/")
    few = [asked(path) for path in paths]
    fill(1_000)
    assert [asked(path) for path in paths] == few
    assert queue.queue(cast.desk, cast.editor.viewer, page=99).page == queue.LOOKED_AT // queue.PAGE


def test_topics_are_grouped_and_linked(cast: Cast) -> None:
    health = [opened(cast, f"Lá cây {n} chữa bệnh", topic="health", tips_per_hour=n) for n in range(3)]
    opened(cast, "Một mình", topic="traffic")
    client = client_of(cast.editor)
    said = client.get("/en/desk/toa-soan/topics/").content.decode()
    assert "Lá cây 0" in said
    assert "Một mình" not in said
    chosen = {"number": [str(row.number) for row in health[:2]]}
    assert client.post("/en/desk/toa-soan/topics/link/", chosen).status_code == 302
    assert RumourLink.objects.count() == 1
    client.post("/en/desk/toa-soan/topics/link/", chosen)
    assert RumourLink.objects.count() == 1
    themes = queue.themes(cast.desk)
    assert [(theme.topic, theme.linked, theme.count) for theme in themes] == [("health", True, 2)]
    assert "one theme, a person said so" in client.get("/en/desk/toa-soan/topics/").content.decode()


def test_a_link_needs_two_that_are_there_and_someone_who_works_here(cast: Cast) -> None:
    one = opened(cast, "Một")
    for numbers in ([one.number], [one.number, 99], [one.number, one.number]):
        with pytest.raises(RumourProblem):
            services.link_rumours(desk=cast.desk, numbers=numbers, kind="same_theme", viewer=cast.editor.viewer)
    two = opened(cast, "Hai")
    for who in (cast.reader, cast.outsider, cast.trainee, cast.colleague):
        with pytest.raises(NotAllowed):
            services.link_rumours(desk=cast.desk, numbers=[one.number, two.number], kind="follows", viewer=who.viewer)
    assert not RumourLink.objects.exists()
    services.link_rumours(desk=cast.desk, numbers=[1, 2], kind="follows", viewer=cast.editor.viewer)
    link = RumourLink.objects.get()
    with pytest.raises(NotAllowed):
        services.unlink_rumours(link_id=link.id, viewer=cast.reader.viewer)
    services.unlink_rumours(link_id=link.id, viewer=cast.editor.viewer)
    services.unlink_rumours(link_id=link.id, viewer=cast.editor.viewer)
    assert not RumourLink.objects.exists()


def test_the_rumour_s_page_says_how_soon_and_takes_a_person_s_word(cast: Cast) -> None:
    rumour = opened(cast, FLOOD)
    client = client_of(cast.editor)
    path = f"/en/desk/toa-soan/r/{rumour.number}/"
    said = client.get(path).content.decode()
    for words in ("someone may be hurt or die", "round the clock", "1 message", "Guessed from words", "triage-1"):
        assert words in said
    assert client.post(path + "priority/", {"priority": "low", "reason": ""}).status_code == 422
    assert client.post(path + "priority/", {"priority": "low", "reason": "diễn tập của xã"}).status_code == 302
    said = client.get(path).content.decode()
    assert "Set by Trần Thị An:" in said
    assert "diễn tập của xã" in said
    assert client.post(path + "priority/clear/").status_code == 302
    assert client.post(path + "triage/", {"harms": ["health"], "urgency": "days"}).status_code == 302
    assert "Guessed from words" not in client.get(path).content.decode()
    assert client.post(path + "triage/", {"harms": ["opinion"], "urgency": "days"}).status_code == 422
    assert client.post(path + "pause/", {"reason": ""}).status_code == 422
    assert client.post(path + "pause/", {"reason": "embargo"}).status_code == 302
    assert "Let it go on" in client.get(path).content.decode()
    assert client.post(path + "resume/").status_code == 302
    assert "Stop the clock" in client.get(path).content.decode()
    reader = client_of(cast.reader).get(path).content.decode()
    assert "Stop the clock" not in reader
    assert "Set another priority" not in reader
    for verb in ("triage", "priority", "priority/clear", "pause", "resume"):
        assert client_of(cast.reader).post(f"{path}{verb}/").status_code == 403


def test_nonsense_in_the_address_is_the_first_page_of_all(cast: Cast) -> None:
    opened(cast, "Chợ huyện dời sang chỗ mới")
    client = client_of(cast.editor)
    for query in ("?show=x&page=y", "?page=99999999", "?page=-1", "?page=0"):
        answer = client.get(f"/vi/desk/toa-soan/next/{query}")
        assert answer.status_code == 200
        assert "Chợ huyện" in answer.content.decode()
