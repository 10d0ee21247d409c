"""How commands speak: lines for people on stderr, results on stdout, and with --json one object, last."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

EXIT_FAILED = 1
EXIT_USAGE = 2


def say(line: str = "") -> None:
    """For a person who watches; a program that reads stdout is not disturbed."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def give(line: str) -> None:
    """A result."""
    sys.stdout.write(line + "\n")


def give_json(result: Mapping[str, Any]) -> None:
    """The last line of stdout."""
    sys.stdout.write(json.dumps(result, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()
