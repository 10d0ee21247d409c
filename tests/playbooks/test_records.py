"""PostgreSQL itself refuses to change what is a record, whoever asks."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, connection, transaction

import cast as people
from cast import Cast
from playbooks.trees import SMALL
from sangto.audit.types import SYSTEM
from sangto.playbooks import services
from sangto.playbooks.models import Choice, PlaybookVersion, Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    made = people.make()
    services.publish_version(text=SMALL, actor=SYSTEM)
    run_id = services.start_run(
        desk=made.desk,
        playbook_slug="small",
        subject_kind="rumour",
        subject_id=uuid.uuid4(),
        viewer=made.editor.viewer,
    )
    services.choose(run_id=run_id, step="first", option="yes", note="a", viewer=made.editor.viewer)
    return made


def refused(sql: str, *values: str | int | uuid.UUID) -> str:
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    return str(error.value)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE playbooks_playbookversion SET text = 'x'",
        "UPDATE playbooks_playbookversion SET number = 7",
        "DELETE FROM playbooks_playbookversion",
        "UPDATE playbooks_choice SET option = 'no'",
        "UPDATE playbooks_choice SET note = ''",
        "UPDATE playbooks_choice SET person_id = person_id",
        "DELETE FROM playbooks_choice",
        "DELETE FROM playbooks_run",
    ],
)
def test_a_record_is_neither_changed_nor_removed(cast: Cast, sql: str) -> None:
    before = list(PlaybookVersion.objects.values()), list(Choice.objects.values()), list(Run.objects.values())
    assert "is a record" in refused(sql)
    assert before == (list(PlaybookVersion.objects.values()), list(Choice.objects.values()), list(Run.objects.values()))


def test_a_walk_that_ended_does_not_change(cast: Cast) -> None:
    run = Run.objects.get()
    services.restart_run(run_id=run.id, viewer=cast.editor.viewer)
    for change in ("step = 'first'", "ended_at = NULL", "outcome = 'answer'"):
        assert "has ended" in refused(f"UPDATE playbooks_run SET {change} WHERE id = %s", run.id)


def test_a_walk_stays_with_its_subject(cast: Cast) -> None:
    assert "stays with its subject" in refused("UPDATE playbooks_run SET subject_id = %s", uuid.uuid4())


def _insert(cast: Cast, run: Run, **other: str | uuid.UUID) -> str:
    row: dict[str, str | int | uuid.UUID] = {
        "id": uuid.uuid4(),
        "run_id": run.id,
        "number": 9,
        "step": run.step,
        "option": "done",
        "to_step": "found",
        "note": "",
        "person_id": cast.editor.id,
        "at": "2026-01-01T00:00:00Z",
        "desk_id": run.desk_id,
        "desk_kind": run.desk_kind,
        **other,
    }
    marks = ", ".join(["%s"] * len(row))
    return refused(f"INSERT INTO playbooks_choice ({', '.join(row)}) VALUES ({marks})", *row.values())


def test_a_choice_fits_the_walk(cast: Cast) -> None:
    run = Run.objects.get()
    assert "stands at another step" in _insert(cast, run, step="first")
    assert "another step or desk" in _insert(cast, run, desk_id=cast.other_desk.id)
    services.restart_run(run_id=run.id, viewer=cast.editor.viewer)
    assert "has ended" in _insert(cast, run)


def test_live_and_drill_are_not_mixed(cast: Cast) -> None:
    run = Run.objects.get()
    _insert(cast, run, desk_kind="drill")
    refused("UPDATE playbooks_run SET desk_kind = 'drill'")
