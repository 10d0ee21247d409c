"""Nobody leaves work behind that nobody sees."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import Settings

import cast as people
import desk_kit
from cast import Cast
from sangto.audit.models import LogEntry
from sangto.network import services as network
from sangto.network.holdings import held_by
from sangto.rumours import services
from sangto.rumours.models import Rumour, Task, Watch

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(settings: Settings, tmp_path: Path) -> Cast:
    desk_kit.use_folder(settings, tmp_path)
    return people.make()


@pytest.fixture
def rumour(cast: Cast) -> Rumour:
    """One that the editor works on, with a task of theirs; another is closed already."""
    for text in ("Chợ huyện dời sang chỗ mới", "Trường đổi đồng phục"):
        rumour_id = services.open_rumour(desk=cast.desk, text=text, lang="vi")
        services.take_ownership(rumour_id=rumour_id, viewer=cast.editor.viewer)
        services.add_task(
            rumour_id=rumour_id, viewer=cast.editor.viewer, kind="write", note="", assignee_id=cast.editor.id
        )
    services.close(rumour_id=rumour_id, viewer=cast.editor.viewer, reason="no_claim")
    return Rumour.objects.get(number=1)


def test_it_works(cast: Cast, rumour: Rumour) -> None:
    with translation.override("en"):
        held = [(str(one.label), one.count) for one in held_by(cast.editor.id, cast.desk)]
    assert held == [("open rumours", 1), ("open tasks", 1)]
    network.leave_desk(
        person_id=cast.editor.id, desk_id=cast.desk.id, successor_id=cast.lead.id, actor=cast.admin.viewer.actor
    )
    rumour.refresh_from_db()
    assert rumour.owner_id == cast.lead.id
    assert Task.objects.get(rumour=rumour).assignee_id == cast.lead.id
    assert Watch.objects.filter(rumour=rumour, person_id=cast.lead.id).exists()
    assert LogEntry.objects.filter(verb="rumour_handed_over", object_id=rumour.id).count() == 1
    assert held_by(cast.editor.id, cast.desk) == ()
    # What is over stays whose it was.
    assert Rumour.objects.get(number=2).owner_id == cast.editor.id


def test_without_a_successor_it_goes_back_to_the_pool(cast: Cast, rumour: Rumour) -> None:
    network.leave(person_id=cast.editor.id, actor=cast.admin.viewer.actor)
    rumour.refresh_from_db()
    assert rumour.owner_id is None
    assert Task.objects.get(rumour=rumour).assignee_id is None
