"""Keys named by the day of their destruction: files outside the database and its backups.

Whatever was encrypted under a day's key, wherever a copy of it lies (dead rows, WAL, backups), dies with that file.
Needs a file system on which several processes of the installation see the same folder.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import hmac
import os
import secrets
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
# NIST SP 800-38D §8.2.2: 96 random bits; one day's key seals far fewer than 2^32 messages.
NONCE_BYTES = 12
_SUFFIX = ".key"


class KeyGone(LookupError):
    """The day's key was destroyed, or never was; what it sealed is lost for ever."""


class KeyRing:
    """The day keys in one folder, and the key of the opt-out hashes beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.days_folder = folder / "contacts"

    def days(self) -> list[dt.date]:
        """The days whose keys still exist."""
        if not self.days_folder.is_dir():
            return []
        return sorted(dt.date.fromisoformat(path.stem) for path in self.days_folder.glob(f"????-??-??{_SUFFIX}"))

    def destroyed_until(self) -> dt.date | None:
        """The last day that was destroyed: no key of that day or before can ever be made again."""
        try:
            return dt.date.fromisoformat((self.days_folder / "destroyed-until").read_text().strip())
        except FileNotFoundError:
            return None

    def seal(self, day: dt.date, row_id: uuid.UUID, plain: bytes) -> bytes:
        """AES-256-GCM under the key that will be destroyed on `day`; only the row of this id can be opened with it."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self._key_to_seal(day)).encrypt(nonce, plain, row_id.bytes)

    def open(self, day: dt.date, row_id: uuid.UUID, sealed: bytes) -> bytes:
        """Raises KeyGone when the day's key is gone, or is not the one that sealed this."""
        path = self._path(day)
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            raise KeyGone(day.isoformat()) from None
        if len(key) != KEY_BYTES:
            raise KeyGone(day.isoformat())
        try:
            return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], row_id.bytes)
        except (InvalidTag, ValueError):
            raise KeyGone(day.isoformat()) from None

    def destroy_until(self, day: dt.date) -> list[dt.date]:
        """Destroy every key of `day` and before.

        1. Write down, for good, that these days are over, so that a slow process cannot make such a key anew.
        2. Overwrite each key, flush it to the disk, unlink it, flush the folder.

        A file system that copies on write, or a worn disk, may keep the old blocks: put the folder on one that does
        not, or on an encrypted volume.
        """
        with self._locked():
            before = self.destroyed_until()
            if before is None or before < day:
                _write_whole(self.days_folder / "destroyed-until", day.isoformat().encode(), replace=True)
            doomed = [named for named in self.days() if named <= day]
            for named in doomed:
                _overwrite_and_unlink(self._path(named))
            if doomed:
                _flush_folder(self.days_folder)
            # What a crash left of a key that was being made.
            for leftover in self.days_folder.glob(".new-*"):
                if leftover.stat().st_nlink > 1:
                    # Already a key under its proper name: only this second name goes.
                    leftover.unlink()
                else:
                    _overwrite_and_unlink(leftover)
            return doomed

    def keyed_hash(self, text: str) -> str:
        """HMAC-SHA256 under the key of this installation: says whether two texts are the same, and nothing else."""
        return hmac.new(self._optout_key(), text.encode(), hashlib.sha256).hexdigest()

    def _path(self, day: dt.date) -> Path:
        return self.days_folder / f"{day.isoformat()}{_SUFFIX}"

    def _key_to_seal(self, day: dt.date) -> bytes:
        path = self._path(day)
        if not path.exists():
            with self._locked():
                over = self.destroyed_until()
                if over is not None and day <= over:
                    raise KeyGone(day.isoformat())
                _write_whole(path, secrets.token_bytes(KEY_BYTES), replace=False)
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            raise KeyGone(day.isoformat()) from None
        if len(key) != KEY_BYTES:
            raise KeyGone(day.isoformat())
        return key

    def _optout_key(self) -> bytes:
        path = self.folder / "optout.key"
        if not path.exists():
            with self._locked():
                _write_whole(path, secrets.token_bytes(KEY_BYTES), replace=False)
        return path.read_bytes()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time makes or destroys keys."""
        self.days_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.days_folder / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def destroy_folders_until(folder: Path, day: dt.date) -> list[dt.date]:
    """Remove the subfolders that are named by `day` or a day before: they hold what died with that day's key."""
    gone = []
    for path in sorted(folder.glob("????-??-??")) if folder.is_dir() else ():
        named = dt.date.fromisoformat(path.name)
        if named <= day:
            for file in path.rglob("*"):
                if file.is_file():
                    _overwrite_and_unlink(file)
            shutil.rmtree(path)
            gone.append(named)
    if gone:
        _flush_folder(folder)
    return gone


def _write_whole(path: Path, content: bytes, *, replace: bool) -> None:
    """The file is there whole or not at all, also after a power cut; without `replace`, who comes first wins."""
    fresh = path.parent / f".new-{uuid.uuid4().hex}"
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if replace:
        fresh.replace(path)
    else:
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            # The same inode may now bear the key's name, so it is only unlinked, not overwritten.
            fresh.unlink()
    _flush_folder(path.parent)


def _overwrite_and_unlink(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(os.urandom(max(path.stat().st_size, KEY_BYTES)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
