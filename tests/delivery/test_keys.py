"""Keys that die on their day."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import stat
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangto.delivery.keys import KEY_BYTES, KeyGone, KeyRing, destroy_folders_until

DAY = dt.date(2027, 3, 1)
ROW = uuid.UUID(int=7)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys")


def test_it_works(ring: KeyRing) -> None:
    sealed = ring.seal(DAY, ROW, b"nguoi-gui@thu.example")
    assert b"thu.example" not in sealed
    assert ring.open(DAY, ROW, sealed) == b"nguoi-gui@thu.example"


@given(plain=st.binary(max_size=300))
def test_what_is_sealed_opens_again_and_never_looks_the_same_twice(
    tmp_path_factory: pytest.TempPathFactory, plain: bytes
) -> None:
    ring = KeyRing(tmp_path_factory.getbasetemp() / "shared-keys")
    sealed = ring.seal(DAY, ROW, plain)
    assert ring.open(DAY, ROW, sealed) == plain
    assert ring.seal(DAY, ROW, plain) != sealed


def test_a_sealed_text_moved_to_another_row_or_day_or_changed_does_not_open(ring: KeyRing) -> None:
    sealed = ring.seal(DAY, ROW, b"x")
    ring.seal(DAY + dt.timedelta(days=1), ROW, b"y")
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for day, row, text in (
        (DAY, uuid.UUID(int=8), sealed),
        (DAY + dt.timedelta(days=1), ROW, sealed),
        (DAY + dt.timedelta(days=2), ROW, sealed),
        (DAY, ROW, changed),
        (DAY, ROW, b""),
        (DAY, ROW, sealed[:12]),
    ):
        with pytest.raises(KeyGone):
            ring.open(day, row, text)


def test_keys_are_for_their_owner_alone(ring: KeyRing) -> None:
    ring.seal(DAY, ROW, b"x")
    path = ring.days_folder / "2027-03-01.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(ring.days_folder.stat().st_mode) == 0o700
    assert path.stat().st_size == KEY_BYTES
    ring.keyed_hash("x")
    assert stat.S_IMODE((ring.folder / "optout.key").stat().st_mode) == 0o600


def test_a_destroyed_day_is_over_for_ever(ring: KeyRing) -> None:
    sealed = {shift: ring.seal(DAY + dt.timedelta(days=shift), ROW, b"x") for shift in (-1, 0, 1)}
    with (ring.days_folder / "2027-03-01.key").open("rb") as held:
        key = held.read()
        assert ring.destroy_until(DAY) == [DAY - dt.timedelta(days=1), DAY]
        # Overwritten before it was unlinked: who still holds the file reads something else.
        held.seek(0)
        assert held.read() != key
    assert ring.days() == [DAY + dt.timedelta(days=1)]
    for shift in (-1, 0):
        with pytest.raises(KeyGone):
            ring.open(DAY + dt.timedelta(days=shift), ROW, sealed[shift])
    for shift in (-400, -1, 0):
        with pytest.raises(KeyGone):
            ring.seal(DAY + dt.timedelta(days=shift), ROW, b"x")
    assert ring.open(DAY + dt.timedelta(days=1), ROW, sealed[1]) == b"x"
    # A clock that was set back brings nothing back.
    assert ring.destroy_until(DAY - dt.timedelta(days=10)) == []
    assert ring.destroyed_until() == DAY
    assert not list(ring.days_folder.glob(".new-*"))


def test_what_a_crash_left_half_made_goes_too_and_a_living_key_stays(ring: KeyRing) -> None:
    sealed = ring.seal(DAY, ROW, b"x")
    (ring.days_folder / ".new-half").write_bytes(b"1" * KEY_BYTES)
    # Between the link and the unlink of a new key: both names, one file.
    (ring.days_folder / ".new-linked").hardlink_to(ring.days_folder / "2027-03-01.key")
    ring.destroy_until(DAY - dt.timedelta(days=1))
    assert not list(ring.days_folder.glob(".new-*"))
    assert ring.open(DAY, ROW, sealed) == b"x"


def _seal_in_a_process(folder: Path, number: int) -> bytes:
    return KeyRing(folder).seal(DAY, uuid.UUID(int=number), b"x")


def test_many_processes_make_one_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        sealed = pool.starmap(_seal_in_a_process, [(tmp_path / "keys", number) for number in range(40)])
    ring = KeyRing(tmp_path / "keys")
    assert [ring.open(DAY, uuid.UUID(int=number), text) for number, text in enumerate(sealed)] == [b"x"] * 40


def test_the_hash_needs_the_installations_own_key(tmp_path: Path) -> None:
    one, other = KeyRing(tmp_path / "a"), KeyRing(tmp_path / "b")
    assert one.keyed_hash("x@y.example") == KeyRing(tmp_path / "a").keyed_hash("x@y.example")
    assert one.keyed_hash("x@y.example") != other.keyed_hash("x@y.example")
    assert len(one.keyed_hash("x")) == 64


def test_folders_named_by_a_day_go_with_it(tmp_path: Path) -> None:
    for name in ("2027-02-28", "2027-03-01", "2027-03-02"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.eml").write_text("thư")
    assert destroy_folders_until(tmp_path, DAY) == [DAY - dt.timedelta(days=1), DAY]
    assert [path.name for path in tmp_path.iterdir()] == ["2027-03-02"]
    assert destroy_folders_until(tmp_path / "none", DAY) == []
