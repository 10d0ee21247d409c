"""What one process knows of its streams: one listening connection, a ring of messages a stream, a cursor a client.

1. A notification says that a stream has a new message; the hub reads what is new, for all such streams at once.
2. The message goes into the stream's ring, and every client of the stream is woken.
3. Each client takes what lies between its cursor and the ring's end. A slow one holds nothing but its cursor; when the
   ring has run past it, it reads from the replay table; when that has forgotten too, it is told to start afresh.
4. When the database was away, every ring catches up from the table before it listens on.

No Django in here, and no queue that could grow.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import psycopg

log = logging.getLogger(__name__)

# A client may fall this many messages behind before the table is asked: with 250 messages a second a reader that was
# stalled for 2 s lost none.
RING: Final = 512
RING_BYTES: Final = 1 << 20
# One send: the server stops taking more from us above 64 kB of what the network did not take yet.
CHUNK: Final = 64
# Proxies cut a silent connection after 30 to 60 s.
BEAT_S: Final = 15
# An empty stream keeps its ring for readers that come back, such as all of them after a lost network.
LINGERS_S: Final = 60.0
FIRST_BACK_OFF_S: Final = 0.05
LONGEST_BACK_OFF_S: Final = 2.0

_LISTEN = "LISTEN sangto_live"
_LASTS = "SELECT name, last FROM live_stream WHERE name = ANY(%s)"
_NEW = """
SELECT w.name, m.number, m.kind, m.data::text
FROM unnest(%s::text[], %s::bigint[]) AS w (name, last)
CROSS JOIN LATERAL (
    SELECT number, kind, data FROM live_message
    WHERE stream_id = w.name AND number > w.last ORDER BY number LIMIT %s
) AS m
ORDER BY w.name, m.number
"""


def frame(number: int, kind: str, data: str) -> bytes:
    """One message as the event-stream format writes it; the JSON of the database has no line breaks."""
    return f"id: {number}\nevent: {kind}\ndata: {data}\n\n".encode()


class Client:
    """One open connection: where it stands, and what it waits for."""

    __slots__ = ("beat", "cursor", "gone", "slot", "until", "waiter")

    def __init__(self, cursor: int | None, until: float) -> None:
        self.cursor = cursor
        self.until = until
        self.waiter: asyncio.Future[None] | None = None
        self.gone = False
        self.beat = False
        self.slot = 0

    def wake(self) -> None:
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)

    async def woken(self) -> None:
        self.waiter = asyncio.get_running_loop().create_future()
        await self.waiter


class Ring:
    """The newest messages of one stream, and who reads them. `last` is None until it was read from the table."""

    __slots__ = ("clients", "empty_since", "frames", "last", "name", "size")

    def __init__(self, name: str) -> None:
        self.name = name
        self.last: int | None = None
        self.frames: deque[bytes] = deque()
        self.size = 0
        self.clients: set[Client] = set()
        self.empty_since = time.monotonic()

    def start_at(self, last: int) -> None:
        self.frames.clear()
        self.size = 0
        self.last = last

    def push(self, number: int, message: bytes) -> None:
        if self.last is None or number != self.last + 1:
            # Messages that the table no longer has: the ring begins behind them.
            self.start_at(number - 1)
        self.frames.append(message)
        self.size += len(message)
        self.last = number
        while len(self.frames) > RING or (self.size > RING_BYTES and len(self.frames) > 1):
            self.size -= len(self.frames.popleft())

    def after(self, cursor: int) -> list[bytes] | None:
        """What stands behind the cursor, at most a chunk; None when the ring has no longer (or never had) the next."""
        last = self.last or 0
        behind = last - cursor
        if behind < 0 or behind > len(self.frames):
            return None
        if behind == 1:
            return [self.frames[-1]]
        first = len(self.frames) - behind
        return list(itertools.islice(self.frames, first, first + CHUNK))

    def wake(self) -> None:
        for client in self.clients:
            client.wake()


class Hub:
    """The streams of one process, on one event loop."""

    def __init__(self, parameters: Callable[[], Mapping[str, Any]]) -> None:
        self.parameters = parameters
        self.rings: dict[str, Ring] = {}
        self.stopping = False
        self.connected = asyncio.Event()
        self._slots: list[set[Client]] = [set() for _ in range(BEAT_S)]
        self._next_slot = itertools.cycle(range(BEAT_S))
        self._news: set[str] = set()
        self._look = asyncio.Event()
        self._look_at_all = False
        self._reader: psycopg.AsyncConnection[Any] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._keep_connected()), asyncio.create_task(self._beat())]

    def end_streams(self) -> None:
        """Let every client finish its response; new ones are turned away. The server can then stop at once."""
        self.stopping = True
        for ring in self.rings.values():
            ring.wake()

    async def close(self) -> None:
        self.end_streams()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def join(self, stream: str, client: Client) -> Ring:
        ring = self.rings.get(stream)
        if ring is None:
            ring = self.rings[stream] = Ring(stream)
            self._mark(stream)
        ring.clients.add(client)
        client.slot = next(self._next_slot)
        self._slots[client.slot].add(client)
        return ring

    def leave(self, ring: Ring, client: Client) -> None:
        ring.clients.discard(client)
        self._slots[client.slot].discard(client)
        if not ring.clients:
            ring.empty_since = time.monotonic()

    async def next_for(self, ring: Ring, client: Client) -> bytes:
        """The bytes to send now, the cursor moved behind them; empty when there is nothing yet."""
        if ring.last is None:
            return b""
        if client.cursor is None:
            client.cursor = ring.last
        if client.cursor == ring.last:
            return b""
        messages: list[bytes] | None = None
        if client.cursor < ring.last:
            messages = ring.after(client.cursor)
            if messages is None:
                messages = await self._replay(ring, client.cursor)
        elif await self._is_begun_anew(ring, client.cursor):
            messages = []
        if messages is None or ring.last is None:
            # The ring is behind its reader (whom another process served so far), or the database is away.
            self._look_at_all = True
            self._look.set()
            return b""
        if messages:
            client.cursor += len(messages)
            return messages[0] if len(messages) == 1 else b"".join(messages)
        # The table has forgotten, or the stream was begun anew: the page must be read again.
        client.cursor = ring.last
        return frame(ring.last, "reset", "{}")

    async def _replay(self, ring: Ring, cursor: int) -> list[bytes] | None:
        """The next messages from the table, empty when it no longer has them; None when the database is away."""
        if self._reader is None:
            return None
        try:
            rows = await (await self._reader.execute(_NEW, ([ring.name], [cursor], CHUNK))).fetchall()
        except psycopg.Error:
            # The reading loop uses the same connection and will see to it.
            return None
        return [
            frame(number, kind, data)
            for expected, (_, number, kind, data) in enumerate(rows, cursor + 1)
            if number == expected
        ]

    async def _is_begun_anew(self, ring: Ring, cursor: int) -> bool:
        """Has the table itself not come as far as this reader says it was?"""
        if self._reader is None:
            return False
        try:
            row = await (await self._reader.execute(_LASTS, ([ring.name],))).fetchone()
        except psycopg.Error:
            return False
        return (row[1] if row else 0) < cursor

    def _mark(self, stream: str) -> None:
        self._news.add(stream)
        self._look.set()

    async def _keep_connected(self) -> None:
        back_off = FIRST_BACK_OFF_S
        while True:
            try:
                async with await self._connect("listens") as listener, await self._connect("reads") as reader:
                    await listener.execute(_LISTEN)
                    back_off = FIRST_BACK_OFF_S
                    self._reader = reader
                    self._look_at_all = True
                    self._look.set()
                    self.connected.set()
                    async with asyncio.TaskGroup() as both:
                        both.create_task(self._listen(listener))
                        both.create_task(self._read(reader))
            except* psycopg.Error as errors:
                log.warning("live: no database (%s), again in %.1f s", type(errors.exceptions[0]).__name__, back_off)
            except* Exception:
                # Whatever it was: without this loop every stream of the process would stay silent.
                log.exception("live: again in %.1f s", back_off)
            finally:
                self._reader = None
                self.connected.clear()
            await asyncio.sleep(back_off)
            back_off = min(back_off * 2, LONGEST_BACK_OFF_S)

    async def _connect(self, does: str) -> psycopg.AsyncConnection[Any]:
        keep_alive = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
        given = {**keep_alive, **self.parameters(), "autocommit": True, "application_name": f"sangto-live {does}"}
        return await psycopg.AsyncConnection.connect(**given)

    async def _listen(self, listener: psycopg.AsyncConnection[Any]) -> None:
        async for note in listener.notifies():
            stream, _, number = note.payload.rpartition(" ")
            ring = self.rings.get(stream)
            if ring is not None and (ring.last is None or int(number) > ring.last):
                self._mark(stream)
        raise psycopg.OperationalError("the listening connection ended")

    async def _read(self, reader: psycopg.AsyncConnection[Any]) -> None:
        while True:
            await self._look.wait()
            self._look.clear()
            everything, self._look_at_all = self._look_at_all, False
            wanted = [
                ring for name in (list(self.rings) if everything else self._news) if (ring := self.rings.get(name))
            ]
            self._news = set()
            try:
                await self._bring(reader, wanted, check=everything)
            except psycopg.Error:
                self._look_at_all = True
                raise

    async def _bring(self, reader: psycopg.AsyncConnection[Any], rings: Sequence[Ring], *, check: bool) -> None:
        """Read what is new for these rings, and wake their clients."""
        # Kept here: a ring may be let go while its messages are on their way.
        named = {ring.name: ring for ring in rings}
        starts = {ring.name: ring.last for ring in rings}
        unsure = [ring for ring in rings if check or ring.last is None]
        lasts: dict[str, int] = {}
        if unsure:
            rows = await (await reader.execute(_LASTS, ([ring.name for ring in unsure],))).fetchall()
            lasts = dict(rows)
            for ring in unsure:
                last = lasts.get(ring.name, 0)
                if ring.last is None or last < ring.last:
                    # New here, or begun anew in the database: fill the ring as far as the table reaches.
                    ring.last = None
                    starts[ring.name] = max(last - RING, 0)
        if not rings:
            return
        query = (list(starts), list(starts.values()), RING)
        rows = await (await reader.execute(_NEW, query)).fetchall()
        counts: dict[str, int] = {}
        for name, number, kind, data in rows:
            named[name].push(number, frame(number, kind, data))
            counts[name] = counts.get(name, 0) + 1
        for ring in rings:
            last = lasts.get(ring.name, 0)
            if ring.last is None or (ring.name not in counts and ring.last < last):
                # Nothing to fill it with: the table counts on, and has forgotten what it counted.
                ring.start_at(last)
            if counts.get(ring.name) == RING:
                self._mark(ring.name)
            ring.wake()

    async def _beat(self) -> None:
        """Every client is woken once in fifteen seconds, a fifteenth of them each second."""
        for second in itertools.count():
            await asyncio.sleep(1)
            for client in self._slots[second % BEAT_S]:
                client.beat = True
                client.wake()
            if second % BEAT_S == 0:
                self._forget_empty_rings(self.rings.values())
                # A notification that never came is made up for here.
                self._look_at_all = True
                self._look.set()

    def _forget_empty_rings(self, rings: Iterable[Ring]) -> None:
        before = time.monotonic() - LINGERS_S
        for ring in [ring for ring in rings if not ring.clients and ring.empty_since < before]:
            del self.rings[ring.name]
