"""The two writes that every room's transaction ends with: what was done, and what followers must hear of."""

from __future__ import annotations

import enum
import json
import re
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from sangto.audit.types import Actor
from sangto.lib.ids import uuid7

# Longer than any code, id, digest (64 hex digits) or date that we log; shorter than most sentences.
LONGEST_VALUE = 80
# An id or a code has no white space; one is allowed for a moment in time as databases write it.
MOST_SPACES = 1
_DIAL = re.compile(r"\+?[\d\s().-]+")
# A telephone number has 9 to 15 digits (E.164); a plain date has 8.
_DIAL_DIGITS = range(9, 16)

# Every write of the whole installation passes here: as plain statements they cost a third of what models cost.
_ENTRY = """
INSERT INTO audit_logentry (id, at, actor_kind, actor_id, verb, object_kind, object_id, desk_id, data)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)
"""
_EVENT = """
INSERT INTO audit_event (id, at, kind, desk_id, desk_kind, object_id, data)
VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb)
"""


class NotAnIdOrCodeError(ValueError):
    """The log was handed something that could be a text, a name, an address or a contact."""


def record(
    *,
    actor: Actor,
    verb: str,
    object_kind: str,
    object_id: uuid.UUID | None,
    desk_id: uuid.UUID | None = None,
    data: Mapping[str, Any] | None = None,
) -> uuid.UUID:
    """Write down who did what, in the transaction of the deed itself; the sequencer chains it afterwards."""
    _require_transaction("record")
    entry_id = uuid7()
    row = (
        entry_id,
        timezone.now(),
        actor.kind.value,
        actor.id,
        _code(verb, "verb"),
        _code(object_kind, "object_kind"),
        object_id,
        desk_id,
        _json(data),
    )
    with connection.cursor() as cursor:
        cursor.execute(_ENTRY, row)
    return entry_id


def announce(
    *,
    kind: str,
    object_id: uuid.UUID | None,
    desk_id: uuid.UUID | None = None,
    desk_kind: str = "live",
    data: Mapping[str, Any] | None = None,
) -> uuid.UUID:
    """Tell the followers of the feed, if and only if this transaction commits."""
    _require_transaction("announce")
    event_id = uuid7()
    row = (
        event_id,
        timezone.now(),
        _code(kind, "kind"),
        desk_id,
        _code(desk_kind, "desk_kind"),
        object_id,
        _json(data),
    )
    with connection.cursor() as cursor:
        cursor.execute(_EVENT, row)
    return event_id


def _json(data: Mapping[str, Any] | None) -> str:
    return json.dumps(_ids_and_codes(data, "data"), allow_nan=False) if data else "{}"


def _require_transaction(name: str) -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            f"audit.{name} must be called inside transaction.atomic(), together with the rows it speaks of"
        )


def _code(value: str, where: str) -> str:
    text = str(_ids_and_codes(value, where))
    if not text:
        raise NotAnIdOrCodeError(f"{where} is empty")
    return text


def _ids_and_codes(value: Any, where: str) -> Any:
    """The value as JSON, or a refusal that names the place where something other than an id or a code stands."""
    if value is None or (isinstance(value, bool | int | float) and not isinstance(value, enum.Enum)):
        return value
    if isinstance(value, enum.Enum):
        return _ids_and_codes(value.value, where)
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return _checked(value, where)
    if isinstance(value, Mapping):
        return {_code(key, f"a key of {where}"): _ids_and_codes(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [_ids_and_codes(item, f"{where}[{number}]") for number, item in enumerate(items)]
    raise NotAnIdOrCodeError(f"{where} is a {type(value).__name__}; the log takes ids, codes, numbers and dates")


def _checked(value: str, where: str) -> str:
    # The value itself stays out of the message: it may be exactly what must not be written down.
    if len(value) > LONGEST_VALUE:
        raise NotAnIdOrCodeError(f"{where} has {len(value)} characters (at most {LONGEST_VALUE}): log an id")
    if "@" in value:
        raise NotAnIdOrCodeError(f"{where} holds an '@': log an id, not a contact")
    if "://" in value:
        raise NotAnIdOrCodeError(f"{where} is a web address: log the id of the row that holds it")
    if not value.isprintable():
        raise NotAnIdOrCodeError(f"{where} holds control characters: log an id or a code")
    if sum(character.isspace() for character in value) > MOST_SPACES:
        raise NotAnIdOrCodeError(f"{where} reads like a text or a name: log an id or a code")
    if _DIAL.fullmatch(value) and sum(character.isdigit() for character in value) in _DIAL_DIGITS:
        raise NotAnIdOrCodeError(f"{where} reads like a telephone number: log an id, not a contact")
    return value
