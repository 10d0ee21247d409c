"""The heads of the log's chain, kept in a file outside the database, so that a cut tail is seen."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from sangto.audit.chain import Head

# About 35,000 heads. Beyond it every tenth is kept: each one vouches for everything in front of it.
LARGEST_FILE = 5_000_000
KEPT_WHOLE = 100


def path() -> Path:
    return Path(settings.DATA_DIR) / "audit" / "heads.jsonl"


def remember(head: Head) -> None:
    """Append the head, on the disk before this returns."""
    file = path()
    file.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"position": head.position, "hash": head.hash, "at": datetime.now(UTC).isoformat()})
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        size = os.fstat(descriptor).st_size
        # A line torn by a kill must not swallow this one.
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, b"\n" * torn + line.encode() + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if size > LARGEST_FILE:
        _thin(file)


def known() -> list[Head] | None:
    """The heads written so far, oldest first; None when there is no file. Lines torn by a kill are passed over."""
    try:
        text = path().read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    heads = []
    for line in text.splitlines():
        try:
            read = json.loads(line)
            heads.append(Head(int(read["position"]), str(read["hash"])))
        except (ValueError, KeyError, TypeError):
            continue
    return heads


def _thin(file: Path) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    fresh = file.with_suffix(".new")
    with fresh.open("wb") as out:
        out.writelines(lines[:-KEPT_WHOLE:10] + lines[-KEPT_WHOLE:])
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
