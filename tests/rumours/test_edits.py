"""Many people on the same rumours at once: nothing that was acknowledged is overwritten by who had not seen it."""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

import cast as people
import desk_kit
from sangto.audit.models import LogEntry
from sangto.rumours import selectors, services
from sangto.rumours.models import Rumour
from sangto.rumours.types import EditConflict

SESSIONS, EDITS = 20, 50


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_thousand_edits_by_twenty_sessions_lose_nothing(settings: Settings, tmp_path: Path) -> None:
    """Each edit is made over exactly what its writer saw: acknowledged ones form one unbroken chain for each rumour."""
    desk_kit.use_folder(settings, tmp_path)
    made = people.make()
    rumours = [services.open_rumour(desk=made.desk, text=f"Tin {n} về giá điện", lang="vi") for n in range(4)]
    viewers = [made.editor.viewer, made.lead.viewer]
    acknowledged: dict[object, dict[int, str]] = defaultdict(dict)
    refused: list[str] = []
    lock = threading.Lock()
    start = threading.Barrier(SESSIONS)

    def work(session: int) -> None:
        dice = random.Random(session)
        start.wait()
        try:
            for n in range(EDITS):
                rumour_id = dice.choice(rumours)
                seen = selectors.rumour(rumour_id).edit_number
                text = f"Nhận định {session}-{n}"
                try:
                    services.state_claim(
                        rumour_id=rumour_id,
                        viewer=viewers[session % 2],
                        edit_number=seen,
                        claim_vi=text,
                        claim_en="",
                        topic="health",
                        speaker_kind="unknown",
                        speaker_office="",
                        involves_publisher=False,
                        not_involved_reason="",
                        named=False,
                    )
                except EditConflict:
                    with lock:
                        refused.append(text)
                    continue
                with lock:
                    # Two that were made over the same state would be one overwriting the other.
                    assert seen not in acknowledged[rumour_id]
                    acknowledged[rumour_id][seen] = text
        finally:
            connection.close()

    failures: list[BaseException] = []

    def watched(session: int) -> None:
        try:
            work(session)
        except BaseException as problem:  # noqa: BLE001 - shown below
            failures.append(problem)

    threads = [threading.Thread(target=watched, args=(session,)) for session in range(SESSIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    kept = sum(len(edits) for edits in acknowledged.values())
    assert kept + len(refused) == SESSIONS * EDITS
    # It was a crowd: some had to be told that somebody was faster.
    assert refused
    for rumour_id in rumours:
        row = Rumour.objects.get(id=rumour_id)
        edits = acknowledged[rumour_id]
        assert sorted(edits) == list(range(row.edit_number))
        assert row.claim_vi == edits[row.edit_number - 1]
        assert LogEntry.objects.filter(object_id=rumour_id, verb="claim_stated").count() == len(edits)
