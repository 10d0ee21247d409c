"""`/live/`, in front of Django: a server-sent stream for whoever brings a signed word for it.

Django's own streaming response costs an operating-system thread and 56 kB a stream and needs 8 s to connect 1,600;
this one 11 kB and 0.3 s.
"""

from __future__ import annotations

import asyncio
import gc
import random
import signal
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from types import FrameType
from typing import Any, Final
from urllib.parse import parse_qs

from django.core import signing
from django.db import connections

from sangto.live.hub import Client, Hub, Ring
from sangto.live.services import SALT

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

PATH: Final = "/live/"
# With this, the slowest of 10,000 deliveries took 241 ms instead of 573: long-lived streams are not garbage.
GC_THRESHOLD: Final = (50_000, 50, 100)
# Browsers come back after one to three seconds, not all at the same moment.
RETRY_MS: Final = (1_000, 3_000)

_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    # nginx would otherwise collect messages before it passes them on.
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
_REFUSALS: Final = {
    403: "Liên kết này không đúng hoặc đã hết hạn. Hãy tải lại trang.\n"
    "This link is wrong or has expired. Reload the page.\n",
    405: "Chỉ dùng GET.\nOnly GET.\n",
    503: "Máy chủ đang khởi động lại.\nThe server is restarting.\n",
}


class LiveApp:
    """The whole site as one ASGI application: streams here, everything else in the application inside."""

    def __init__(self, inner: App) -> None:
        self.inner = inner
        self.hub: Hub | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"] == PATH:
            await self._answer(scope, receive, send)
        else:
            await self.inner(scope, receive, send)

    def end_streams(self) -> None:
        """Finish every stream, so that the server can stop; from any thread of this process's event loop."""
        if self.hub is not None:
            self.hub.end_streams()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._started()
                if threading.current_thread() is threading.main_thread():
                    # This process is a server of its own, and not one inside something else.
                    self._end_streams_at_signals()
                    gc.collect()
                    gc.freeze()
                    gc.set_threshold(*GC_THRESHOLD)
                await send({"type": "lifespan.startup.complete"})
            else:
                if self.hub is not None:
                    await self.hub.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _started(self) -> Hub:
        if self.hub is None:
            self.hub = Hub(_parameters)
            self.hub.start()
        return self.hub

    def _end_streams_at_signals(self) -> None:
        """A server waits for open responses before it tells us of the end, and these never end by themselves."""
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(sign)
            if not callable(before):
                continue

            def then(number: int, at: FrameType | None, before: Callable[..., Any] = before) -> None:
                loop.call_soon_threadsafe(self.end_streams)
                before(number, at)

            signal.signal(sign, then)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await _refuse(send, 405)
            return
        query = parse_qs(scope["query_string"].decode("latin-1"))
        try:
            stream, until, after = _read_word(query.get("t", [""])[0])
        except signing.BadSignature:
            await _refuse(send, 403)
            return
        hub = self._started()
        if hub.stopping:
            await _refuse(send, 503)
            return
        named = next((value for name, value in scope["headers"] if name == b"last-event-id"), b"").decode("latin-1")
        cursor = _number(named)
        if cursor is None:
            cursor = _number(query.get("after", [""])[0])
        client = Client(after if cursor is None else cursor, until)
        ring = hub.join(stream, client)
        watch = asyncio.create_task(_watch(receive, client))
        try:
            await _pump(hub, ring, client, send)
        finally:
            hub.leave(ring, client)
            watch.cancel()


async def _pump(hub: Hub, ring: Ring, client: Client, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    retry = random.randint(*RETRY_MS)  # noqa: S311 (spreads the load, hides nothing)
    await send({"type": "http.response.body", "body": b"retry: %d\n\n" % retry, "more_body": True})
    while not (client.gone or hub.stopping):
        # The server holds us here while the client does not take what it was sent.
        if body := await hub.next_for(ring, client):
            client.beat = False
            await send({"type": "http.response.body", "body": body, "more_body": True})
        elif client.beat:
            if time.time() > client.until:
                break
            client.beat = False
            await send({"type": "http.response.body", "body": b": \n\n", "more_body": True})
        else:
            await client.woken()
    if not client.gone:
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _watch(receive: Receive, client: Client) -> None:
    """Sending to somebody who has left raises nothing, so the leaving itself is waited for."""
    while (await receive())["type"] != "http.disconnect":
        pass
    client.gone = True
    client.wake()


async def _refuse(send: Send, status: int) -> None:
    body = _REFUSALS[status].encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    if status == 503:
        headers.append((b"retry-after", b"2"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _read_word(word: str) -> tuple[str, float, int]:
    """The stream that a signed word opens, until when, and where the stream stood when it was given."""
    match signing.loads(word, salt=SALT):
        case [str(stream), int(until), int(after)] if until > time.time():
            return stream, until, after
    raise signing.SignatureExpired("the word has expired")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _parameters() -> dict[str, Any]:
    given = connections["default"].get_connection_params()
    return {name: value for name, value in given.items() if name not in {"context", "cursor_factory"}}
