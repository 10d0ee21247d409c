"""The hash chain over the log, in plain Python: what an entry's bytes are, how they are hashed, how a break is named.

The bytes of an entry are one JSON object in UTF-8: keys sorted, no white space between tokens, no escapes for
letters; ids in their usual 36-character form, the time in UTC with microseconds and a `Z`, a number with a fraction
as ["number", its digits]. The hash is

    sha256(previous hash, 64 hex digits in ASCII | line feed | the bytes of the entry)

The position is among the bytes, so a row that was moved to close or to open a hole still tells where it stood. The
first entry stands at 1 and links to 64 zeros.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

NO_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """What is hashed of a log entry; `data` is its JSON as the database writes it."""

    id: uuid.UUID
    at: datetime
    actor_kind: str
    actor_id: uuid.UUID | None
    verb: str
    object_kind: str
    object_id: uuid.UUID | None
    desk_id: uuid.UUID | None
    data: str


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with its place in the chain, as it was read."""

    entry: Entry
    position: int
    previous_hash: str | None
    hash: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain goes, and the hash of its last entry."""

    position: int
    hash: str


class ProblemKind(StrEnum):
    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    CUT_TAIL = "cut_tail"
    REWRITTEN = "rewritten"
    GAP = "gap"
    NO_HEAD_FILE = "no_head_file"


@dataclass(frozen=True, slots=True)
class Fault:
    """One break: where, at which entry (if it is still there), and up to which position it goes."""

    kind: ProblemKind
    position: int
    entry_id: uuid.UUID | None
    until: int | None = None


def canonical_bytes(entry: Entry, position: int) -> bytes:
    return json.dumps(
        {
            "actor_id": _id(entry.actor_id),
            "actor_kind": entry.actor_kind,
            "at": entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "data": {} if entry.data == "{}" else json.loads(entry.data, parse_float=Decimal),
            "desk_id": _id(entry.desk_id),
            "id": str(entry.id),
            "object_id": _id(entry.object_id),
            "object_kind": entry.object_kind,
            "position": position,
            "verb": entry.verb,
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        default=_number,
    ).encode()


def link(entry: Entry, position: int, previous_hash: str) -> str:
    """The hash of an entry at this position, behind the entry with `previous_hash`."""
    return hashlib.sha256(
        previous_hash.encode("ascii", "replace") + b"\n" + canonical_bytes(entry, position)
    ).hexdigest()


def faults(rows: Iterable[Placed], head: Head, kept: Sequence[Head]) -> Iterator[Fault]:
    """Every break in a chain that is given in order of position.

    `head` is what the database says the chain's head is; `kept` are heads written down outside the database, in
    order.
    """
    check = _Check(head, kept)
    for row in rows:
        yield from check.take(row)
    yield from check.end()


class _Check:
    """Walks the chain, and settles who is to blame for a break when the next sound entry has been seen."""

    # Rows moved together are followed this far; further away they count as changed, which they are.
    FARTHEST_SHIFT = 8
    # Unsound rows held back at once, so that a table in which every row was changed needs no memory.
    MOST_HELD = 1_000

    def __init__(self, head: Head, kept: Sequence[Head]) -> None:
        self.head = head
        self.longest = max([head.position, *(known.position for known in kept)])
        self.kept = {known.position: known.hash for known in kept}
        self.sound_until = 0
        self.rewritten = False
        # The entry or, when somebody put one in, the entries that claim the last true position.
        self.claimants: list[Placed] = []
        self.at = 0
        self.shift = 0
        self.stored = 0
        self.unsound: list[Placed] = []

    def take(self, row: Placed) -> Iterator[Fault]:
        true = self._true_position(row)
        if true is None:
            if row.position > self.longest or row.position < 1:
                yield Fault(ProblemKind.INSERTED, row.position, row.entry.id)
                return
            self.unsound.append(row)
            if len(self.unsound) >= self.MOST_HELD:
                yield from self._settle_unsound(len(self.unsound))
                self.at, self.claimants, self.stored = row.position + self.shift, [], row.position
            return
        if true > self.longest or true < self.at:
            yield Fault(ProblemKind.INSERTED, row.position, row.entry.id)
            return
        if true == self.at:
            yield from self._settle_unsound(0)
            self.claimants.append(row)
        else:
            yield from self._step(row, true)
        self.shift, self.stored = true - row.position, row.position

    def end(self) -> Iterator[Fault]:
        yield from self._settle_claim(self.head.hash if self.head.position == self.at else None)
        at = self.at + len(self.unsound)
        yield from self._settle_unsound(len(self.unsound))
        if self.longest > at:
            yield Fault(ProblemKind.CUT_TAIL, at + 1, None, self.longest)

    def _step(self, row: Placed, true: int) -> Iterator[Fault]:
        places = true - self.at - 1
        yield from self._settle_claim(row.previous_hash if places == 0 else None)
        if places == 0 and not self.unsound and row.position > self.stored + 1:
            yield Fault(ProblemKind.GAP, self.stored + 1, row.entry.id, row.position - 1)
        missing = places - len(self.unsound)
        yield from self._settle_unsound(places)
        if missing > 0:
            yield Fault(ProblemKind.REMOVED, true - missing, None, true - 1)
        if self.at == 0 and places == 0 and row.previous_hash != NO_HASH:
            yield Fault(ProblemKind.CHANGED, row.position, row.entry.id)
        known = self.kept.get(true)
        if known is not None and not self.rewritten:
            if known == row.hash:
                self.sound_until = true
            else:
                self.rewritten = True
                yield Fault(ProblemKind.REWRITTEN, self.sound_until + 1, row.entry.id, true)
        self.at, self.claimants = true, [row]

    def _settle_claim(self, hash_remembered: str | None) -> Iterator[Fault]:
        """The next entry remembers the hash of the one in front of it: who else claims that place does not belong."""
        if hash_remembered is None:
            genuine = self.claimants[:1]
        else:
            genuine = [row for row in self.claimants if row.hash == hash_remembered]
        if len(self.claimants) == 1 and not genuine:
            yield Fault(ProblemKind.CHANGED, self.claimants[0].position, self.claimants[0].entry.id)
            return
        for row in self.claimants:
            if row not in genuine:
                yield Fault(ProblemKind.INSERTED, row.position, row.entry.id)

    def _settle_unsound(self, places: int) -> Iterator[Fault]:
        """Rows whose hash does not fit them: as many as there are places for were changed, the others put in."""
        for number, row in enumerate(self.unsound):
            kind = ProblemKind.CHANGED if number < places else ProblemKind.INSERTED
            yield Fault(kind, row.position, row.entry.id)
        self.unsound.clear()

    def _true_position(self, row: Placed) -> int | None:
        """The position under which the row was hashed, None when its hash fits nowhere near."""
        if row.previous_hash is None or row.hash is None:
            return None
        for step in range(self.FARTHEST_SHIFT + 1):
            for shift in {self.shift - step, self.shift + step}:
                if row.hash == link(row.entry, row.position + shift, row.previous_hash):
                    return row.position + shift
        return None


def _id(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)


def _number(value: Any) -> list[str]:
    if isinstance(value, Decimal):
        return ["number", str(value)]
    raise TypeError(f"{type(value).__name__} has no place in a log entry")
