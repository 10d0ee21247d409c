"""A message arrives while the answer to its rumour is being published: it must not wait for ever at an answered one."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connection, transaction
from pytest_django import Settings

import cast as people
import desk_kit
from sangto.intake.services import receive_tip
from sangto.lib.codes import DoorKind, RumourState
from sangto.network.types import DeskInfo
from sangto.rumours import selectors, services
from sangto.rumours.models import Rumour

TEXT = "Ngày mai cả thành phố cúp nước ba ngày, có đúng không?"


@pytest.mark.django_db(transaction=True)
def test_it_opens_a_rumour_of_its_own(settings: Settings, tmp_path: Path) -> None:
    desk_kit.use_folder(settings, tmp_path)
    cast = people.make()
    first = receive_tip(desk=cast.desk, door=DoorKind.API, text=TEXT, lang="vi")
    rumour_id = selectors.rumour_of_tip(first.page.id)
    assert rumour_id is not None
    services.take_ownership(rumour_id=rumour_id, viewer=cast.editor.viewer)
    services.send_to_review(rumour_id=rumour_id, viewer=cast.editor.viewer)
    received: list[object] = []
    asker = threading.Thread(target=_ask, args=(cast.desk, received))
    with transaction.atomic():
        services.mark_answered(rumour_id=rumour_id, viewer=cast.colleague.viewer, documents={}, version=1)
        asker.start()
        # It sees the rumour as it was before, open, and waits for its row.
        asker.join(3)
        assert not received
    asker.join(30)
    second = received[0]
    assert second != rumour_id
    assert isinstance(second, type(rumour_id))
    assert selectors.rumour(second).state == RumourState.NEW
    assert Rumour.objects.get(id=rumour_id).sightings.count() == 1


def _ask(desk: DeskInfo, received: list[object]) -> None:
    try:
        tip = receive_tip(desk=desk, door=DoorKind.API, text=TEXT, lang="vi").page.id
        received.append(selectors.rumour_of_tip(tip))
    finally:
        connection.close()
