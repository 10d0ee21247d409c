"""record, announce, and what the log refuses to be told."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from sangto.audit import selectors, sequencer, services
from sangto.audit.models import Event, LogEntry
from sangto.audit.types import PUBLIC, SYSTEM, Actor, ActorKind
from sangto.lib.ids import uuid7


@pytest.mark.django_db
def test_it_works() -> None:
    person, thing, desk = uuid7(), uuid7(), uuid7()
    services.record(
        actor=Actor(ActorKind.PERSON, person),
        verb="opened",
        object_kind="thing",
        object_id=thing,
        desk_id=desk,
        data={"number": 3, "other": uuid.UUID(int=5), "when": datetime(2026, 1, 2, tzinfo=UTC), "roles": {"b", "a"}},
    )
    services.announce(kind="thing_opened", object_id=thing, desk_id=desk, data={"version": 1})

    (row,) = selectors.log_of("thing", thing)
    assert (row.actor_kind, row.actor_id, row.verb, row.position) == ("person", person, "opened", None)
    assert row.data == {
        "number": 3,
        "other": str(uuid.UUID(int=5)),
        "when": "2026-01-02T00:00:00+00:00",
        "roles": ["a", "b"],
    }
    assert selectors.unchained() == 1
    assert selectors.events_after(0) == []

    assert sequencer.catch_up() == 2

    assert selectors.unchained() == 0
    assert selectors.log_of("thing", thing)[0].position == 1
    (event,) = selectors.events_after(0)
    assert (event.position, event.kind, event.object_id, event.desk_kind) == (1, "thing_opened", thing, "live")
    assert selectors.head() == 1


@pytest.mark.django_db
def test_followers_choose_kinds_and_amount() -> None:
    for number in range(6):
        services.announce(kind="even" if number % 2 == 0 else "odd", object_id=None)
    sequencer.catch_up()
    assert [row.position for row in selectors.events_after(2)] == [3, 4, 5, 6]
    assert [row.position for row in selectors.events_after(0, kinds={"odd"}, limit=2)] == [2, 4]


@pytest.mark.django_db(transaction=True)
def test_a_write_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError, match=r"record must be called inside transaction"):
        services.record(actor=SYSTEM, verb="did", object_kind="thing", object_id=None)
    with pytest.raises(transaction.TransactionManagementError, match=r"announce must be called inside transaction"):
        services.announce(kind="thing_done", object_id=None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    [
        "x" * 81,
        "someone@example.org",
        "Nước chanh chữa khỏi bệnh",
        "Nguyễn Văn An",
        "0912 345 678",
        "+84912345678",
        "https://example.org/profile/1",
        "two\nlines",
        "nul\x00",
        b"bytes",
        {"deep": ["fine", {"deeper": "a@b"}]},
        {"someone@example.org": 1},
        object(),
    ],
)
def test_texts_names_and_contacts_are_refused(value: Any) -> None:
    writes: tuple[Callable[[], uuid.UUID], ...] = (
        lambda: services.record(actor=PUBLIC, verb="did", object_kind="thing", object_id=None, data={"field": value}),
        lambda: services.announce(kind="thing_done", object_id=None, data={"field": value}),
    )
    for write in writes:
        with pytest.raises(services.NotAnIdOrCodeError) as refusal:
            write()
        # A refusal ends up in logs: it says where, and never what.
        assert "field" in str(refusal.value)
        assert str(value) not in str(refusal.value)
    assert not LogEntry.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    ["2026-11-22", "2026-11-22 06:30:00+00:00", "a" * 64, "01890a5d-ac96-774b-bcce-b302099a8057", "vi", "", 0.5, None],
)
def test_ids_codes_digests_and_dates_are_taken(value: Any) -> None:
    services.record(actor=PUBLIC, verb="did", object_kind="thing", object_id=None, data={"field": value})
    assert LogEntry.objects.get().data == {"field": value}


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_logentry", "audit_event"])
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM {t}",
        "TRUNCATE {t}",
        "UPDATE {t} SET data = '{{}}'",
        "UPDATE {t} SET at = now()",
        "UPDATE {t} SET object_id = NULL",
        "UPDATE {t} SET position = NULL",
        "UPDATE {t} SET position = position + 1000",
        "UPDATE {t} SET desk_id = NULL, position = 7",
        "INSERT INTO {t} SELECT * FROM {t}",
    ],
)
@pytest.mark.parametrize("placed", [True, False])
def test_the_database_refuses_to_change_the_past(table: str, statement: str, placed: bool) -> None:
    thing, desk = uuid7(), uuid7()
    services.record(actor=SYSTEM, verb="did", object_kind="thing", object_id=thing, desk_id=desk, data={"a": 1})
    services.announce(kind="thing_done", object_id=thing, desk_id=desk, data={"a": 1})
    if placed:
        sequencer.catch_up()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(t=table))
    assert LogEntry.objects.get().data == Event.objects.get().data == {"a": 1}


@pytest.mark.django_db
def test_a_row_cannot_bring_its_place_along() -> None:
    with pytest.raises(DatabaseError, match="cannot bring its position"), transaction.atomic():
        Event.objects.create(at=datetime.now(UTC), kind="x", position=5)


@pytest.mark.django_db
def test_a_place_without_a_hash_is_refused() -> None:
    services.record(actor=SYSTEM, verb="did", object_kind="thing", object_id=None)
    with pytest.raises(DatabaseError, match="its place in the chain"), transaction.atomic():
        LogEntry.objects.update(position=1)


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_neither_logged_nor_announced() -> None:
    with transaction.atomic():
        services.record(actor=SYSTEM, verb="did", object_kind="thing", object_id=None)
        services.announce(kind="thing_done", object_id=None)
        transaction.set_rollback(True)
    assert sequencer.catch_up() == 0
    assert not LogEntry.objects.exists()
    assert selectors.head() == 0
