"""Publishing to a stream, and letting a browser listen to one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import timezone

from sangto.live.models import Message, Stream

CHANNEL = "sangto_live"
SALT = "sangto.live"
# A message is a hint to look again, not a document: the ring of a stream (512 messages) stays below 10 MB.
LARGEST_DATA = 16_384
# Someone who was away longer than this reloads the page.
KEPT = timedelta(hours=24)
_NAME = re.compile(r"[A-Za-z0-9:._-]{1,120}")
_KIND = re.compile(r"[A-Za-z0-9:._-]{1,40}")

# One statement: the lock on the stream's row is held from numbering to commit, so numbers become visible in order;
# the first message of a stream makes its row; no other round trip keeps the lock waiting.
_PUBLISH = """
WITH numbered AS (
    INSERT INTO live_stream AS s (name, last) VALUES (%(stream)s, 1)
    ON CONFLICT (name) DO UPDATE SET last = s.last + 1
    RETURNING name, last
), kept AS (
    INSERT INTO live_message (stream_id, number, kind, data, at)
    SELECT name, last, %(kind)s, %(data)s::jsonb, %(at)s FROM numbered
)
SELECT last, pg_notify(%(channel)s, name || ' ' || last) FROM numbered
"""


def publish(*, stream: str, kind: str, data: Mapping[str, Any]) -> None:
    """Give every listener of the stream a message. Call it in `transaction.on_commit`: it stands for itself.

    Raises ValueError for a name that does not fit a stream or data above 16 kB.
    """
    if not _NAME.fullmatch(stream):
        raise ValueError("a stream's name has 1 to 120 letters, digits and : . _ -")
    if not _KIND.fullmatch(kind):
        raise ValueError("a message's kind has 1 to 40 letters, digits and : . _ -")
    body = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    if len(body.encode()) > LARGEST_DATA:
        raise ValueError(f"a message carries at most {LARGEST_DATA} bytes")
    with connection.cursor() as cursor:
        cursor.execute(
            _PUBLISH, {"stream": stream, "kind": kind, "data": body, "at": timezone.now(), "channel": CHANNEL}
        )


def last_number(stream: str) -> int:
    """How many messages the stream has had: what was made for one number holds until the next. 0 for a new one."""
    return Stream.objects.filter(name=stream).values_list("last", flat=True).first() or 0


def subscription(*, stream: str, lasts: timedelta = timedelta(hours=12)) -> str:
    """A signed word for `/live/?t=…` that opens this stream until it expires.

    It remembers where the stream stands now, so nothing is missed between drawing the page and connecting.
    """
    if not _NAME.fullmatch(stream):
        raise ValueError("a stream's name has 1 to 120 letters, digits and : . _ -")
    until = timezone.now() + lasts
    after = Stream.objects.filter(name=stream).values_list("last", flat=True).first() or 0
    return signing.dumps([stream, int(until.timestamp()), after], salt=SALT)


def forget_old(now: datetime) -> int:
    """Drop the messages that nobody is given again; how many they were. The streams keep their count."""
    gone, _ = Message.objects.filter(at__lt=now - KEPT).delete()
    return gone
