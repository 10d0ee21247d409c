"""UUIDv7 made in Python, because PostgreSQL before 18 cannot make them."""

from __future__ import annotations

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last_ms = 0
_counter = 0
# 12 bits of counter follow the millisecond (RFC 9562 §6.2, method 1), so that ids made by one process sort by birth.
_COUNTER_MAX = 0xFFF


def uuid7() -> uuid.UUID:
    """A time-ordered id (RFC 9562): 48 bits of Unix milliseconds, 12 of counter, 62 random."""
    global _last_ms, _counter
    with _lock:
        now_ms = time.time_ns() // 1_000_000
        if now_ms > _last_ms:
            _last_ms = now_ms
            _counter = int.from_bytes(os.urandom(2), "big") & 0x3FF
        else:
            _counter += 1
            if _counter > _COUNTER_MAX:
                _last_ms += 1
                _counter = 0
        stamp, counter = _last_ms, _counter
    random62 = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    return uuid.UUID(int=(stamp << 80) | (0x7 << 76) | (counter << 64) | (0b10 << 62) | random62)
