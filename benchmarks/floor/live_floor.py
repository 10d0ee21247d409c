"""What a broadcast to many connections costs at least: bare asyncio, no framework, no database, no replay.

`python live_floor.py PORT`: GET opens a stream; one line to PORT + 1 is sent to all of them.
"""

from __future__ import annotations

import asyncio
import itertools
import sys

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\nretry: 1000\n\n"
streams: set[asyncio.StreamWriter] = set()
numbers = itertools.count(1)


async def open_stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        writer.close()
        return
    writer.write(HEAD)
    streams.add(writer)
    await reader.read()
    streams.discard(writer)
    writer.close()


async def publish(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    while line := await reader.readline():
        message = b"id: %d\nevent: changed\ndata: %s\n\n" % (next(numbers), line.strip())
        for writer in streams:
            writer.write(message)


async def main(port: int) -> None:
    await asyncio.start_server(open_stream, "127.0.0.1", port, backlog=4096)
    await asyncio.start_server(publish, "127.0.0.1", port + 1)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
