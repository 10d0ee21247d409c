"""Is the log still what was written? Reads all of it, hashes it again, and names every break."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.utils.translation import gettext as _

from sangto.audit import heads, sequencer
from sangto.audit.chain import Entry, Fault, Head, Placed, ProblemKind, faults

# Rows fetched at once: about 2 MB.
FETCHED = 5_000
# A log in which every row was changed needs no million lines to say so.
MOST_PROBLEMS = 1_000

_ENTRIES = """
SELECT id, at, actor_kind, actor_id, verb, object_kind, object_id, desk_id, data::text, position, previous_hash, hash
FROM audit_logentry WHERE position IS NOT NULL ORDER BY position, id
"""


@dataclass(frozen=True)
class Problem:
    """One break in the log, with the entry that is to blame where it is still there."""

    kind: ProblemKind
    position: int
    entry_id: uuid.UUID | None
    text: str


@dataclass(frozen=True)
class VerifyReport:
    """What was read and what is wrong. Entries that wait for the sequencer are counted, and no fault by themselves."""

    entries: int
    unchained: int
    oldest_unchained: datetime | None
    head: int
    kept_head: int | None
    problems: tuple[Problem, ...]
    more_problems: bool = False

    @property
    def sound(self) -> bool:
        return not self.problems


def verify() -> VerifyReport:
    """Read the whole chain in one snapshot and compare it with itself and with the head file outside the database."""
    # Read first: the file is written after each commit, so the snapshot has everything that it speaks of.
    kept = heads.known()
    with sequencer.connect() as connection:
        connection.execute("SET idle_in_transaction_session_timeout = 0")
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        head = _log_head(connection)
        unchained, oldest = _one(
            connection, "SELECT count(*), min(at) FROM audit_logentry WHERE position IS NULL", default=(0, None)
        )
        rows = _Counted(connection)
        problems: list[Problem] = []
        more = False
        for fault in faults(rows, head, kept or ()):
            if len(problems) == MOST_PROBLEMS:
                more = True
                break
            problems.append(Problem(fault.kind, fault.position, fault.entry_id, _sentence(fault)))
        if kept is None and rows.count:
            problems.append(Problem(ProblemKind.NO_HEAD_FILE, head.position, None, _no_head_file()))
        problems.extend(_feed_gaps(connection))
    return VerifyReport(
        entries=rows.count,
        unchained=unchained,
        oldest_unchained=oldest,
        head=head.position,
        kept_head=max((known.position for known in kept), default=0) if kept is not None else None,
        problems=tuple(problems),
        more_problems=more,
    )


def main_report(as_json: bool) -> tuple[int, str]:
    """For `sangto audit verify`: the exit code (0 sound, 1 not) and what to print."""
    report = verify()
    code = 0 if report.sound else 1
    if as_json:
        return code, json.dumps(
            {
                "entries": report.entries,
                "unchained": report.unchained,
                "oldest_unchained": report.oldest_unchained and report.oldest_unchained.astimezone(UTC).isoformat(),
                "head": report.head,
                "kept_head": report.kept_head,
                "sound": report.sound,
                "problems": [
                    {
                        "kind": problem.kind.value,
                        "position": problem.position,
                        "entry_id": problem.entry_id and str(problem.entry_id),
                        "text": problem.text,
                    }
                    for problem in report.problems
                ],
                "more_problems": report.more_problems,
            },
            ensure_ascii=False,
        )
    lines = [
        _("Entries read: %(count)d.") % {"count": report.entries},
        *(problem.text for problem in report.problems),
    ]
    if report.more_problems:
        lines.append(_("There are more problems; the first %(count)d are shown.") % {"count": MOST_PROBLEMS})
    if report.unchained:
        lines.append(
            _("Entries that wait for their place in the chain: %(count)d, the oldest since %(since)s.")
            % {"count": report.unchained, "since": report.oldest_unchained}
        )
    if report.sound:
        lines.append(_("The log is whole: nothing was changed, removed or inserted."))
    return code, "\n".join(lines)


class _Counted:
    """The placed entries, streamed, and how many they were."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.count = 0

    def __iter__(self) -> Iterator[Placed]:
        with self.connection.cursor(name="audit_verify") as cursor:
            cursor.itersize = FETCHED
            cursor.execute(_ENTRIES)
            for row in cursor:
                self.count += 1
                yield Placed(Entry(*row[:9]), *row[9:])


def _log_head(connection: psycopg.Connection[Any]) -> Head:
    return Head(*_one(connection, "SELECT position, hash FROM audit_chainhead WHERE name = 'log'", default=(0, "")))


def _feed_gaps(connection: psycopg.Connection[Any]) -> Iterator[Problem]:
    """The feed is not chained, but its positions have no holes."""
    end = _one(connection, "SELECT position FROM audit_chainhead WHERE name = 'feed'", default=(0,))[0]
    count, last = _one(
        connection, "SELECT count(position), coalesce(max(position), 0) FROM audit_event", default=(0, 0)
    )
    if count != end or last != end:
        yield Problem(
            ProblemKind.GAP,
            last,
            None,
            _("The feed has %(count)d placed events up to position %(last)d, but should have %(end)d.")
            % {"count": count, "last": last, "end": end},
        )


def _one(connection: psycopg.Connection[Any], query: Any, default: tuple[Any, ...]) -> tuple[Any, ...]:
    return connection.execute(query).fetchone() or default


def _sentence(fault: Fault) -> str:
    words = {"id": fault.entry_id, "position": fault.position, "until": fault.until}
    match fault.kind:
        case ProblemKind.CHANGED:
            return _("Entry %(id)s at position %(position)d was changed after it was written.") % words
        case ProblemKind.INSERTED:
            return _("Entry %(id)s at position %(position)d was inserted by a hand other than the sequencer.") % words
        case ProblemKind.REMOVED if fault.until == fault.position:
            return _("The entry at position %(position)d was removed.") % words
        case ProblemKind.REMOVED:
            return _("The entries from position %(position)d to %(until)d were removed.") % words
        case ProblemKind.CUT_TAIL:
            return _("The end of the log was cut off: positions %(position)d to %(until)d are missing.") % words
        case ProblemKind.REWRITTEN:
            return (
                _(
                    "The log was written anew somewhere from position %(position)d to %(until)d:"
                    " the head kept outside the database is another."
                )
                % words
            )
        case ProblemKind.GAP:
            return _("Positions %(position)d to %(until)d are empty, although no entry is missing.") % words
        case ProblemKind.NO_HEAD_FILE:
            return _no_head_file()


def _no_head_file() -> str:
    return _("The file with the heads of the log is missing: whether its end was cut off cannot be seen.")
