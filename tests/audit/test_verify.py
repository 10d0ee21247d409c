"""Tamper with the log as somebody with the database's highest rights could, and see each deed found and named."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import translation

from sangto.audit import chain, heads, sequencer, services, verify
from sangto.audit.types import SYSTEM
from sangto.lib.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)
ENTRIES = 12


@pytest.fixture
def ids(data_dir: Path) -> list[uuid.UUID]:
    """Twelve entries in two batches, in their order."""
    made = []
    for number in range(ENTRIES):
        with transaction.atomic():
            made.append(
                services.record(
                    actor=SYSTEM, verb="did", object_kind="thing", object_id=uuid7(), data={"n": number, "x": 0.5}
                )
            )
        if number in {5, ENTRIES - 1}:
            assert sequencer.catch_up() > 0
    return made


def tamper(*statements: str, **values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_logentry DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement, values or None)
        cursor.execute("ALTER TABLE audit_logentry ENABLE TRIGGER USER")


def found() -> list[tuple[str, int, uuid.UUID | None]]:
    report = verify.verify()
    assert report.sound == (not report.problems)
    return [(problem.kind.value, problem.position, problem.entry_id) for problem in report.problems]


def entry_at(position: int) -> chain.Placed:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, at, actor_kind, actor_id, verb, object_kind, object_id, desk_id, data::text, position,"
            " previous_hash, hash FROM audit_logentry WHERE position = %s",
            [position],
        )
        row = cursor.fetchone()
    return chain.Placed(chain.Entry(*row[:9]), *row[9:])


def test_a_whole_log_has_no_problem(ids: list[uuid.UUID]) -> None:
    report = verify.verify()
    assert (report.entries, report.unchained, report.head, report.kept_head) == (ENTRIES, 0, ENTRIES, ENTRIES)
    assert report.problems == ()


def test_an_empty_log_has_no_problem() -> None:
    assert verify.verify().sound


def test_waiting_entries_are_counted_and_no_fault(ids: list[uuid.UUID]) -> None:
    with transaction.atomic():
        services.record(actor=SYSTEM, verb="did", object_kind="thing", object_id=None)
    report = verify.verify()
    assert (report.sound, report.entries, report.unchained) == (True, ENTRIES, 1)
    assert report.oldest_unchained is not None


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'undid'",
        "at = at + interval '1 microsecond'",
        "actor_kind = 'person'",
        "actor_id = object_id",
        "object_id = NULL",
        "object_kind = 'other'",
        "desk_id = object_id",
        "data = '{{\"n\": 99}}'",
        "data = jsonb_set(data, '{{x}}', '0.50000000000000000001')",
        "previous_hash = repeat('a', 64)",
        "hash = repeat('a', 64)",
        "hash = NULL",
    ],
)
@pytest.mark.parametrize("position", [1, 5, ENTRIES])
def test_a_changed_entry_is_named(ids: list[uuid.UUID], change: str, position: int) -> None:
    tamper(f"UPDATE audit_logentry SET {change.format()} WHERE position = {position}")
    assert found() == [("changed", position, ids[position - 1])]


@pytest.mark.parametrize("position", [1, 5])
def test_a_change_with_a_fresh_hash_is_named(ids: list[uuid.UUID], position: int) -> None:
    """A forger who knows the method gives the changed entry a hash that fits it."""
    tamper(f"UPDATE audit_logentry SET verb = 'undid' WHERE position = {position}")
    row = entry_at(position)
    tamper(
        "UPDATE audit_logentry SET hash = %(hash)s WHERE position = %(position)s",
        hash=chain.link(row.entry, position, row.previous_hash or ""),
        position=position,
    )
    assert found() == [("changed", position, ids[position - 1])]


def test_a_log_written_anew_to_its_end_is_seen_by_the_kept_head(ids: list[uuid.UUID]) -> None:
    """A forger who hashes everything again up to the head of the database is betrayed by the file outside it."""
    tamper("UPDATE audit_logentry SET verb = 'undid' WHERE position = 8")
    before = entry_at(7).hash or ""
    for position in range(8, ENTRIES + 1):
        fresh = chain.link(entry_at(position).entry, position, before)
        tamper(
            "UPDATE audit_logentry SET previous_hash = %(before)s, hash = %(fresh)s WHERE position = %(position)s",
            before=before,
            fresh=fresh,
            position=position,
        )
        before = fresh
    tamper("UPDATE audit_chainhead SET hash = %(hash)s WHERE name = 'log'", hash=before)
    (problem,) = verify.verify().problems
    # The two batches wrote heads at 6 and at 12: the first still fits.
    assert (problem.kind.value, problem.position, problem.entry_id) == ("rewritten", 7, ids[-1])
    assert "12" in problem.text


@pytest.mark.parametrize(("first", "last"), [(1, 1), (5, 5), (3, 7)])
def test_removed_entries_are_named(ids: list[uuid.UUID], first: int, last: int) -> None:
    tamper(f"DELETE FROM audit_logentry WHERE position BETWEEN {first} AND {last}")
    (problem,) = verify.verify().problems
    assert (problem.kind.value, problem.position) == ("removed", first)
    assert str(last) in problem.text


def _shift(first: int, by: int) -> tuple[str, str]:
    return (
        f"UPDATE audit_logentry SET position = -position - {by} WHERE position >= {first}",
        "UPDATE audit_logentry SET position = -position WHERE position < 0",
    )


def test_a_removed_entry_is_named_when_the_hole_was_closed(ids: list[uuid.UUID]) -> None:
    tamper("DELETE FROM audit_logentry WHERE position = 5", *_shift(6, -1))
    tamper("UPDATE audit_chainhead SET position = position - 1 WHERE name = 'log'")
    assert found() == [("removed", 5, None)]


_COPY = (
    "INSERT INTO audit_logentry (id, at, actor_kind, verb, object_kind, data, position, previous_hash, hash) "
    "SELECT %(id)s, at, 'person', 'approved', 'thing', '{{}}', {position}, {previous}, repeat('b', 64) "
    "FROM audit_logentry WHERE position = 4"
)


@pytest.mark.parametrize("position", [0, -3, ENTRIES + 1, ENTRIES + 50])
def test_an_entry_put_in_outside_the_chain_is_named(ids: list[uuid.UUID], position: int) -> None:
    fake = uuid7()
    tamper(_COPY.format(position=position, previous="hash"), id=fake)
    assert found() == [("inserted", position, fake)]


def test_an_entry_put_behind_the_end_with_a_true_link_is_named(ids: list[uuid.UUID]) -> None:
    fake, end = uuid7(), ENTRIES + 1
    tamper(_COPY.format(position=end, previous=f"'{entry_at(ENTRIES).hash}'"), id=fake)
    row = entry_at(end)
    tamper(
        "UPDATE audit_logentry SET hash = %(h)s WHERE id = %(id)s",
        h=chain.link(row.entry, end, row.previous_hash or ""),
        id=fake,
    )
    assert found() == [("inserted", end, fake)]


@pytest.mark.parametrize("forged", [False, True])
def test_an_entry_put_in_between_is_named(ids: list[uuid.UUID], forged: bool) -> None:
    """Every later entry was moved by one to make room; only the one that was put in is to blame."""
    fake, previous = uuid7(), entry_at(4).hash
    tamper(*_shift(5, 1))
    tamper(_COPY.format(position=5, previous=f"'{previous}'"), id=fake)
    if forged:
        row = entry_at(5)
        tamper(
            "UPDATE audit_logentry SET hash = %(h)s WHERE id = %(id)s",
            h=chain.link(row.entry, 5, row.previous_hash or ""),
            id=fake,
        )
    tamper("UPDATE audit_chainhead SET position = position + 1 WHERE name = 'log'")
    # The database's own count was raised with it, so the head it claims is not there either.
    assert found() == [("inserted", 5, fake), ("cut_tail", ENTRIES + 1, None)]


@pytest.mark.parametrize("cover", [False, True])
def test_a_cut_tail_is_seen(ids: list[uuid.UUID], cover: bool) -> None:
    """Also when the database's own head was set back: the file outside it remembers."""
    tamper("DELETE FROM audit_logentry WHERE position > 9")
    if cover:
        tamper("UPDATE audit_chainhead SET position = 9, hash = %(hash)s WHERE name = 'log'", hash=entry_at(9).hash)
    (problem,) = verify.verify().problems
    assert (problem.kind.value, problem.position) == ("cut_tail", 10)
    assert "10" in problem.text
    assert "12" in problem.text


def test_a_log_that_was_emptied_is_seen(ids: list[uuid.UUID]) -> None:
    tamper("DELETE FROM audit_logentry", "DELETE FROM audit_chainhead")
    assert found() == [("cut_tail", 1, None)]


def test_a_cut_tail_is_still_seen_when_the_log_has_grown_over_it(ids: list[uuid.UUID]) -> None:
    tamper("DELETE FROM audit_logentry WHERE position > 9")
    tamper("UPDATE audit_chainhead SET position = 9, hash = %(hash)s WHERE name = 'log'", hash=entry_at(9).hash)
    for _ in range(5):
        with transaction.atomic():
            services.record(actor=SYSTEM, verb="did", object_kind="thing", object_id=None)
    sequencer.catch_up()
    (problem,) = verify.verify().problems
    assert (problem.kind.value, problem.position) == ("rewritten", 7)


def test_renumbered_positions_are_seen(ids: list[uuid.UUID]) -> None:
    tamper(*_shift(12, 0), f"UPDATE audit_logentry SET position = 13 WHERE position = {ENTRIES}")
    assert ("gap", 12, ids[-1]) in found()


def test_several_deeds_are_all_named(ids: list[uuid.UUID]) -> None:
    tamper(
        "UPDATE audit_logentry SET verb = 'undid' WHERE position IN (2, 3)",
        "DELETE FROM audit_logentry WHERE position = 5",
        "UPDATE audit_logentry SET data = '{}' WHERE position = 8",
    )
    assert found() == [("changed", 2, ids[1]), ("changed", 3, ids[2]), ("removed", 5, None), ("changed", 8, ids[7])]


def test_a_hole_in_the_feed_is_seen(ids: list[uuid.UUID]) -> None:
    with transaction.atomic():
        for _ in range(3):
            services.announce(kind="thing_done", object_id=None)
    sequencer.catch_up()
    assert verify.verify().sound
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM audit_event WHERE position = 2")
        cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")
    assert [problem.kind.value for problem in verify.verify().problems] == ["gap"]


def test_a_missing_head_file_is_said(ids: list[uuid.UUID]) -> None:
    heads.path().unlink()
    assert found() == [("no_head_file", ENTRIES, None)]


def test_a_torn_line_in_the_head_file_does_no_harm(ids: list[uuid.UUID]) -> None:
    with heads.path().open("a") as file:
        file.write('{"position": 12, "ha')
    with transaction.atomic():
        services.record(actor=SYSTEM, verb="did", object_kind="thing", object_id=None)
    sequencer.catch_up()
    assert verify.verify().sound
    assert heads.known() is not None
    assert heads.known()[-1].position == ENTRIES + 1  # type: ignore[index]


def test_the_head_file_is_thinned_and_still_vouches(ids: list[uuid.UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "LARGEST_FILE", 20_000)
    true = heads.known()
    assert true is not None
    for _ in range(600):
        heads.remember(true[-1])
    assert heads.path().stat().st_size < 25_000
    assert verify.verify().sound
    tamper("DELETE FROM audit_logentry WHERE position = 12")
    assert found() == [("cut_tail", 12, None)]


def test_the_report_for_the_command(ids: list[uuid.UUID]) -> None:
    with translation.override("en"):
        assert verify.main_report(as_json=False)[0] == 0
        tamper("UPDATE audit_logentry SET verb = 'undid' WHERE position = 4")
        code, text = verify.main_report(as_json=False)
    assert code == 1
    assert f"Entry {ids[3]} at position 4 was changed" in text
    code, answer = verify.main_report(as_json=True)
    read = json.loads(answer)
    assert (code, read["sound"], read["entries"]) == (1, False, ENTRIES)
    assert read["problems"][0]["entry_id"] == str(ids[3])
