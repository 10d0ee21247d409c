from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

import cast
import desk_kit
from sangto.catalogue.models import Document
from sangto.intake.models import Tip
from sangto.intake.services import receive_tip, remove_old_texts
from sangto.lib.codes import DoorKind
from sangto.rumours import selectors, services
from sangto.rumours.models import Exhibit, Rumour, Sighting
from sangto.rumours.types import EditConflict, NotAllowed

pytestmark = pytest.mark.django_db
TEXT = "Nghe nói đập thủy điện sắp vỡ, cả xã phải chạy ngay trong đêm"


@pytest.fixture
def people(settings: Settings, tmp_path: Path) -> cast.Cast:
    desk_kit.use_folder(settings, tmp_path)
    people = cast.make()
    desk_kit.index_now()
    return people


@pytest.fixture
def rumour(people: cast.Cast) -> Rumour:
    receive_tip(desk=people.desk, door=DoorKind.WEB, text=TEXT, lang="vi")
    return Rumour.objects.get()


def page(people: cast.Cast, number: int = 1) -> str:
    return f"/vi/desk/{people.desk.slug}/r/{number}/"


CLAIM = {
    "claim_vi": "Đập thủy điện sắp vỡ",
    "claim_en": "The dam is about to burst",
    "topic": "disaster_weather",
    "speaker_kind": "unknown",
    "speaker_office": "",
    "not_involved_reason": "",
}
EXHIBIT = {
    "url": "https://kttv.example/ban-tin",
    "title": "Bản tin thủy văn",
    "organisation": "Trung tâm Khí tượng Thủy văn",
    "lang": "vi",
    "passage": "Mực nước hồ ở mức an toàn.",
    "stance": "refutes",
    "quality": "official",
    "seen_on": "2026-11-20",
}


def test_it_works(people: cast.Cast, rumour: Rumour) -> None:
    client = cast.client_of(people.editor)
    board = client.get(f"/vi/desk/{people.desk.slug}/").content.decode()
    assert "đập thủy điện sắp vỡ" in board
    shown = client.get(page(people)).content.decode()
    assert TEXT in shown
    assert client.post(page(people) + "take/").status_code == 302
    assert client.post(page(people) + "claim/", {**CLAIM, "edit_number": 1}).status_code == 302
    assert client.post(page(people) + "exhibits/", EXHIBIT).status_code == 302
    rumour.refresh_from_db()
    assert (rumour.state, rumour.topic, rumour.owner_id) == ("investigating", "disaster_weather", people.editor.id)
    assert Exhibit.objects.get().source.title == "Bản tin thủy văn"


@pytest.mark.parametrize(
    ("who", "status"), [("editor", 200), ("colleague", 200), ("reader", 200), ("outsider", 403), ("trainee", 403)]
)
def test_who_sees_it(people: cast.Cast, rumour: Rumour, who: str, status: int) -> None:
    client = cast.client_of(getattr(people, who))
    assert client.get(page(people)).status_code == status
    assert client.get(f"/vi/desk/{people.desk.slug}/").status_code == status


@pytest.mark.parametrize("who", ["colleague", "reader", "outsider", "trainee", "admin"])
def test_who_may_not_work_on_it(people: cast.Cast, rumour: Rumour, who: str) -> None:
    someone = getattr(people, who)
    assert cast.client_of(someone).post(page(people) + "take/").status_code == 403
    with pytest.raises(NotAllowed):
        services.take_ownership(rumour_id=rumour.id, viewer=someone.viewer)


def test_two_people_on_one_claim_do_not_overwrite_each_other(people: cast.Cast, rumour: Rumour) -> None:
    first, second = cast.client_of(people.editor), cast.client_of(people.lead)
    assert first.post(page(people) + "claim/", {**CLAIM, "edit_number": 0}).status_code == 302
    late = second.post(page(people) + "claim/", {**CLAIM, "claim_vi": "Một câu khác", "edit_number": 0})
    assert late.status_code == 409
    shown = late.content.decode()
    assert "Một câu khác" in shown
    assert "Đập thủy điện sắp vỡ" in shown
    rumour.refresh_from_db()
    assert rumour.claim_vi == "Đập thủy điện sắp vỡ"


def test_our_own_name_needs_a_reason_to_be_unticked(people: cast.Cast) -> None:
    receive_tip(desk=people.desk, door=DoorKind.WEB, text="Báo Sông Hồng bị đóng cửa từ tuần sau", lang="vi")
    client = cast.client_of(people.editor)
    path = page(people)
    assert client.post(path + "claim/", {**CLAIM, "edit_number": 0}).status_code == 422
    body = {**CLAIM, "edit_number": 0, "not_involved_reason": "Trùng tên với một con sông"}
    assert client.post(path + "claim/", body).status_code == 302


def test_closing_tells_those_who_asked_why(people: cast.Cast, rumour: Rumour) -> None:
    client = cast.client_of(people.editor)
    assert client.post(page(people) + "close/", {"reason": "hostile"}).status_code == 422
    assert client.post(page(people) + "close/", {"reason": "prediction"}).status_code == 302
    tip = Tip.objects.get()
    assert (tip.state, tip.closing_reason) == ("closed", "prediction")
    assert client.post(page(people) + "close/", {"reason": "opinion"}).status_code == 409
    assert client.post(page(people) + "reopen/", {"why": "Có số liệu mới"}).status_code == 302
    tip.refresh_from_db()
    assert tip.state == "waiting"


def test_merging_moves_tips_and_evidence(people: cast.Cast, rumour: Rumour) -> None:
    receive_tip(desk=people.desk, door=DoorKind.WEB, text="Ngày mai cấm đường cả quận để quay phim", lang="vi")
    services.add_exhibit(
        rumour_id=rumour.id,
        viewer=people.editor.viewer,
        **{**EXHIBIT, "seen_on": date(2026, 11, 20)},  # type: ignore[arg-type]
    )
    client = cast.client_of(people.editor)
    assert client.post(page(people, 1) + "merge/", {"into": 1}).status_code == 422
    assert client.post(page(people, 1) + "merge/", {"into": 2}).status_code == 302
    second = Rumour.objects.get(number=2)
    assert Sighting.objects.filter(rumour=second).count() == 2
    assert second.exhibits.count() == 1
    rumour.refresh_from_db()
    assert (rumour.state, rumour.merged_into_id) == ("merged", second.id)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "javascript:alert(1)"),
        ("url", "http://user:pw@kttv.example/"),
        ("url", "khong phai dia chi"),
        ("passage", " \u200b "),
        ("stance", "maybe"),
        ("seen_on", "2999-01-01"),
        ("title", ""),
    ],
)
def test_bad_evidence_is_refused_and_what_was_typed_is_kept(
    people: cast.Cast, rumour: Rumour, field: str, value: str
) -> None:
    response = cast.client_of(people.editor).post(page(people) + "exhibits/", {**EXHIBIT, field: value})
    assert response.status_code == 422
    assert "Trung tâm Khí tượng Thủy văn" in response.content.decode()
    assert Exhibit.objects.count() == 0


def test_after_a_year_nothing_of_a_message_is_left_in_its_rumour(people: cast.Cast, rumour: Rumour) -> None:
    receive_tip(desk=people.desk, door=DoorKind.WEB, text=TEXT + "!", lang="vi")
    Tip.objects.update(received_at=timezone.now() - timedelta(days=366))
    assert remove_old_texts() == 2
    rumour.refresh_from_db()
    assert rumour.headline == "#1"
    document = Document.objects.get(object_id=rumour.id)
    assert "thủy điện" not in f"{document.claim} {document.wordings}"


def test_conflicts_are_raised_by_the_service_too(people: cast.Cast, rumour: Rumour) -> None:
    with pytest.raises(EditConflict):
        services.state_claim(
            rumour_id=rumour.id,
            viewer=people.editor.viewer,
            edit_number=7,
            involves_publisher=False,
            named=False,
            **CLAIM,
        )


def test_numbers_are_counted_for_each_desk(people: cast.Cast, rumour: Rumour) -> None:
    services.open_rumour(desk=people.other_desk, text="Bệnh viện hết thuốc", lang="vi")
    services.open_rumour(desk=people.desk, text="Trường học nghỉ hết tháng", lang="vi")
    assert selectors.rumour_by_number(people.other_desk, 1).headline == "Bệnh viện hết thuốc"
    assert selectors.rumour_by_number(people.desk, 2).headline == "Trường học nghỉ hết tháng"


def test_the_board_takes_few_queries(people: cast.Cast, rumour: Rumour, django_assert_max_num_queries: object) -> None:
    for number in range(12):
        services.open_rumour(desk=people.desk, text=f"Tin đồn thứ {number}", lang="vi")
    client = cast.client_of(people.editor)
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        assert client.get(f"/vi/desk/{people.desk.slug}/").status_code == 200
    assert connection.vendor == "postgresql"


def test_a_drill_rumour_stays_with_its_desk(people: cast.Cast) -> None:
    receive_tip(desk=people.drill_desk, door=DoorKind.WEB, text=TEXT, lang="vi")
    assert Rumour.objects.get().desk_kind == "drill"
    assert cast.client_of(people.editor).get(f"/vi/desk/{people.drill_desk.slug}/").status_code == 403
    assert cast.client_of(people.trainee).get(f"/vi/desk/{people.drill_desk.slug}/").status_code == 200
