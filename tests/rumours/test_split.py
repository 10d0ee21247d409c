"""Messages that are about another claim get a rumour of their own, and those who asked are told as before."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from pytest_django import Settings

import cast as people
import desk_kit
from cast import Cast, client_of
from sangto.intake.services import receive_tip
from sangto.lib.codes import DoorKind
from sangto.rumours import services
from sangto.rumours.models import Rumour, Sighting
from sangto.rumours.types import NotAllowed, RumourProblem
from sangto.rumours.workflow import NotNow

pytestmark = pytest.mark.django_db
CHOICE = "Chợ huyện dời sang chỗ mới từ tháng sau"


@pytest.fixture
def cast(settings: Settings, tmp_path: Path) -> Cast:
    desk_kit.use_folder(settings, tmp_path)
    return people.make()


@pytest.fixture
def rumour(cast: Cast) -> Rumour:
    for _ in range(4):
        receive_tip(desk=cast.desk, door=DoorKind.WEB, text=CHOICE, lang="vi")
    return Rumour.objects.get()


def tips(rumour: Rumour) -> list[uuid.UUID]:
    return list(rumour.sightings.order_by("id").values_list("tip_id", flat=True))


def test_it_works(cast: Cast, rumour: Rumour) -> None:
    chosen = tips(rumour)[2:]
    page = f"/en/desk/toa-soan/r/{rumour.number}/"
    client = client_of(cast.editor)
    assert client.get(page).content.decode().count('name="tip"') == 4
    answer = client.post(page + "split/", {"tip": [str(tip) for tip in chosen]})
    assert answer.status_code == 302
    new = Rumour.objects.get(number=2)
    assert answer["Location"].endswith("/r/2/")
    assert (set(tips(new)), len(tips(rumour))) == (set(chosen), 2)
    rumour.refresh_from_db()
    assert (rumour.tip_count, new.tip_count, new.tips_per_hour) == (2, 2, 2.0)
    assert set(Sighting.objects.filter(rumour=new).values_list("joined_by_id", flat=True)) == {cast.editor.id}
    # The answer of the new one reaches exactly those who asked about it.
    services.close(rumour_id=new.id, viewer=cast.editor.viewer, reason="no_claim")
    assert set(new.sightings.values_list("tip__state", flat=True)) == {"closed"}
    assert "closed" not in set(rumour.sightings.values_list("tip__state", flat=True))


@pytest.mark.parametrize("which", ["none", "all", "strange"])
def test_what_cannot_be_split_stays_as_it_is(cast: Cast, rumour: Rumour, which: str) -> None:
    chosen = {"none": [], "all": tips(rumour), "strange": [uuid.uuid4()]}[which]
    with pytest.raises(RumourProblem):
        services.split_rumour(rumour_id=rumour.id, tip_ids=chosen, viewer=cast.editor.viewer)
    answer = client_of(cast.editor).post(
        f"/vi/desk/toa-soan/r/{rumour.number}/split/", {"tip": [str(tip) for tip in chosen] or ["x"]}
    )
    assert answer.status_code == 302
    assert Rumour.objects.count() == 1
    assert len(tips(rumour)) == 4


def test_only_who_works_on_an_open_one_splits_it(cast: Cast, rumour: Rumour) -> None:
    chosen = tips(rumour)[:1]
    for who in (cast.reader, cast.colleague, cast.outsider, cast.trainee):
        with pytest.raises(NotAllowed):
            services.split_rumour(rumour_id=rumour.id, tip_ids=chosen, viewer=who.viewer)
    services.close(rumour_id=rumour.id, viewer=cast.editor.viewer, reason="no_claim")
    with pytest.raises(NotNow):
        services.split_rumour(rumour_id=rumour.id, tip_ids=chosen, viewer=cast.editor.viewer)
