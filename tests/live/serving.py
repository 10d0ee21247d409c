"""A real server in a thread, and many real connections in another."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from sangto.live.asgi import LiveApp


async def inner(scope: Any, receive: Any, send: Any) -> None:
    """Stands for Django."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"inner"})


def until(true: Callable[[], Any], within_s: float = 10.0) -> None:
    ends = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.005)


class Site:
    """The server, as a test sees it."""

    def __init__(self, **options: Any) -> None:
        self.app = LiveApp(inner)
        # Two seconds are enough for every response here; a longer wait would hide a stream that does not end.
        settings = {"lifespan": "on", "timeout_graceful_shutdown": 2, **options}
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.server = uvicorn.Server(uvicorn.Config(self.app, log_config=None, **settings))
        self.loop: asyncio.AbstractEventLoop | None = None
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        async def serve() -> None:
            self.loop = asyncio.get_running_loop()
            await self.server.serve([self.socket])

        self.server.config.load()
        factory = self.server.config.get_loop_factory()
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(serve())

    def start(self) -> None:
        self.thread.start()
        until(lambda: self.server.started)
        if self.app.hub is not None:
            until(lambda: self.app.hub and self.app.hub.connected.is_set())

    def stop(self) -> float:
        began = time.monotonic()
        if not self.thread.is_alive():
            return 0.0
        assert self.loop is not None
        self.loop.call_soon_threadsafe(self.app.end_streams)
        self.server.should_exit = True
        self.thread.join(15)
        assert not self.thread.is_alive()
        self.socket.close()
        return time.monotonic() - began

    def clients(self) -> int:
        return sum(len(ring.clients) for ring in self.app.hub.rings.values()) if self.app.hub else 0


@contextmanager
def site(**options: Any) -> Iterator[Site]:
    running = Site(**options)
    running.start()
    try:
        yield running
    finally:
        running.stop()


@dataclass
class Listener:
    """One connection, read as the event-stream format says."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    data: list[Any] = field(default_factory=list)
    comments: int = 0
    retry: int = 0
    body: str = ""
    ended: bool = False
    writer: asyncio.StreamWriter | None = None

    def take(self, block: str) -> None:
        fields: dict[str, str] = {}
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            if name == "":
                self.comments += 1
            else:
                fields[name] = value.removeprefix(" ")
        if "retry" in fields:
            self.retry = int(fields["retry"])
        if "data" in fields:
            self.ids.append(int(fields["id"]))
            self.kinds.append(fields["event"])
            self.data.append(json.loads(fields["data"]))


class Listeners:
    """An event loop of its own with any number of connections."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.tasks: list[asyncio.Task[None]] = []

    def open(
        self, token: str, *, extra: str = "", method: str = "GET", path: str = "/live/", **headers: Any
    ) -> Listener:
        listener = Listener()

        async def begin() -> None:
            self.tasks.append(asyncio.create_task(self._read(listener, f"{path}?t={token}{extra}", method, headers)))

        self._do(begin())
        return listener

    def cut(self, listener: Listener) -> None:
        """As a lost network cuts: no goodbye of the protocol's."""

        async def end() -> None:
            if listener.writer is not None:
                listener.writer.transport.abort()

        self._do(end())

    def close(self) -> None:
        async def end() -> None:
            for task in self.tasks:
                task.cancel()
            await asyncio.gather(*self.tasks, return_exceptions=True)

        self._do(end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    def _do(self, work: Awaitable[None]) -> None:
        async def wrapped() -> None:
            await work

        asyncio.run_coroutine_threadsafe(wrapped(), self.loop).result(30)

    async def _read(self, listener: Listener, target: str, method: str, headers: dict[str, Any]) -> None:
        try:
            reader, listener.writer = await asyncio.open_connection("127.0.0.1", self.port)
            lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
            request = "\r\n".join([f"{method} {target} HTTP/1.1", "Host: x", *lines, "", ""])
            listener.writer.write(request.encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            listener.status = int(head[0].split()[1])
            listener.headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:] if line)}
            if "content-length" in listener.headers:
                listener.body = (await reader.readexactly(int(listener.headers["content-length"]))).decode()
            else:
                await self._blocks(listener, reader)
            listener.ended = True
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            if listener.writer is not None:
                listener.writer.transport.abort()

    @staticmethod
    async def _blocks(listener: Listener, reader: asyncio.StreamReader) -> None:
        text = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            text += (await reader.readexactly(size + 2))[:-2]
            *blocks, text = text.split(b"\n\n")
            for block in blocks:
                listener.take(block.decode())


@contextmanager
def listeners(port: int) -> Iterator[Listeners]:
    several = Listeners(port)
    try:
        yield several
    finally:
        several.close()
