"""Logs carry ids only: no path with a token in it, no text out of an error's message."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any

from django.http import HttpRequest


class RoutesOnly(logging.Filter):
    """Replaces the address of a request by the route it matched: addresses carry private tokens."""

    def filter(self, record: logging.LogRecord) -> bool:
        request: Any = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            record.msg, record.args = "%s: %s", (_kind(record), _route(request))
            if record.name.startswith("django.security"):
                # Somebody sent too much or named a host that is not ours: where in our code that was seen says nothing.
                record.exc_info = None
        return True


class IdsOnlyFormatter(logging.Formatter):
    """Shows where an error came from, but not its message: PostgreSQL's, for one, quote the row."""

    def formatException(  # noqa: N802  (the name is logging's)
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        kind, error, _ = ei
        if kind is None or error is None:
            return ""
        parts = []
        seen: BaseException | None = error
        while seen is not None:
            lines = "".join(traceback.format_tb(seen.__traceback__))
            parts.append(f"{lines}{type(seen).__module__}.{type(seen).__qualname__}")
            seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
        return "\nwhile handling:\n".join(reversed(parts))


def _kind(record: logging.LogRecord) -> str:
    status = getattr(record, "status_code", None)
    return f"{status}" if status else record.levelname


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return f"{request.method} {match.route if match else '(no such page)'}"
