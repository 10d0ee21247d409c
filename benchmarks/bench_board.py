"""The board of a desk with very many open rumours: how fast it is drawn, and how fast a change reaches open boards.

`python benchmarks/bench_board.py [--rumours 10000] [--tips 1000000] [--boards 200] [--changes 20] [--json]`. An
installation of its own is filled by SQL and asked over HTTP by a person who signed in. `board_*` is the first paint
with everything made anew, `warm_*` when somebody else has just looked. `live_*` runs from just before a colleague's
change is sent until an open board has the hint that its script shows; `fresh_*` is how long it then takes to fetch its
columns anew, which each board asks for at a moment of its own (0.4 to 2 s later, as the script does).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
import time
import urllib.parse
from typing import Any, Final

import psycopg

from sangto.config.bench import names as desk
from sangto.config.bench.machine import percentile
from sangto.config.bench.running import Installation, own_folder

PAINTS: Final = 60
SOONEST_S, SPREAD_S = 0.4, 1.6
_STATES: Final = "(ARRAY['new','triaged','investigating','in_review'])[1 + n %% 4]"
_PRIORITIES: Final = "(ARRAY['urgent','high','normal','normal','low'])[1 + n %% 5]"
_TOPICS: Final = "(ARRAY['health','fraud','disaster_weather','traffic','education'])[1 + n %% 5]"

RUMOURS: Final = f"""
INSERT INTO rumours_rumour (id, desk_id, desk_kind, number, state, claim_vi, claim_en, headline, lang, text_hash, topic,
  closing_reason, speaker_kind, speaker_office, involves_publisher, not_involved_reason, opened_at, due_at, changed_at,
  edit_number, tip_count, doors, last_tip_at, tips_per_hour, places, harms, harms_by_person, urgency, urgency_by_person,
  triage_rule, triage_score, triage_parts, priority, priority_reason, clock_rule, clock_started_at, clock_carried_s,
  clock_round, warn_at, next_clock_at, escalation_level)
SELECT gen_random_uuid(), %(desk)s, 'live', n, {_STATES}, 'Nhận định số ' || n || ' về giá điện ở xã', '',
  'Tin số ' || n, 'vi', md5(n::text), {_TOPICS}, '', 'unknown', '', false, '', now() - n * interval '3 minutes',
  now() + ((n %% 4000) - 800) * interval '1 minute', now() - n * interval '1 minute', 1, %(each)s, '["web"]', now(),
  n %% 7, '[]', '[]', false, 'none', false, 'triage-1', (n * 37 %% 900) / 10.0, '[]', {_PRIORITIES}, '', 'clock-1',
  now() - n * interval '3 minutes', 0, 1, now() + ((n %% 4000) - 900) * interval '1 minute', NULL, 0
FROM generate_series(1, %(rumours)s) AS n
"""
TIPS: Final = """
INSERT INTO intake_tip (id, desk_id, desk_kind, door_id, text, lang, state, received_at, follow_hash, closing_reason)
SELECT gen_random_uuid(), %(desk)s, 'live', %(door)s, 'Tin nhắn ' || n, 'vi', 'waiting',
  now() - (n %% 43200) * interval '1 minute', md5(n::text) || md5((n + 1)::text), ''
FROM generate_series(1, %(tips)s) AS n
"""
SIGHTINGS: Final = """
INSERT INTO rumours_sighting (id, desk_id, desk_kind, rumour_id, tip_id, at)
SELECT gen_random_uuid(), %(desk)s, 'live', r.id, t.id, t.received_at
FROM (SELECT id, received_at, row_number() OVER () AS n FROM intake_tip WHERE desk_id = %(desk)s) AS t
JOIN (SELECT id, row_number() OVER () AS n FROM rumours_rumour WHERE desk_id = %(desk)s) AS r
  ON r.n = 1 + t.n %% %(rumours)s
"""
COUNT_QUERIES: Final = """
import django; django.setup()
from django.conf import settings; settings.ALLOWED_HOSTS = ["*"]
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from sangto.network.models import Person
client = Client()
client.force_login(Person.objects.get(email=%r), backend="allauth.account.auth_backends.AuthenticationBackend")
found = {}
for path in %r:
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    found[path] = len(seen)
import json; print(json.dumps(found))
"""


def fill(dsn: str, rumours: int, tips: int) -> None:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT id FROM network_desk WHERE slug = %s", [desk.SLUG]).fetchone()
        assert row is not None
        values: dict[str, Any] = {"desk": row[0], "rumours": rumours, "tips": tips, "each": tips // rumours}
        door = connection.execute(
            "INSERT INTO intake_door (id, desk_id, desk_kind, kind) VALUES (gen_random_uuid(), %(desk)s, 'live', 'web')"
            " ON CONFLICT (desk_id, kind) DO UPDATE SET kind = 'web' RETURNING id",
            values,
        ).fetchone()
        assert door is not None
        connection.execute(RUMOURS, values)
        connection.execute(TIPS, {**values, "door": door[0]})
        connection.execute(SIGHTINGS, values)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


class Line:
    """One kept connection of a signed-in reader."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.port = port
        self.cookie = cookie
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def send(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        if self.reader is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.writer is not None
        body = urllib.parse.urlencode(form or {}).encode()
        origin = f"http://127.0.0.1:{self.port}"
        head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Origin: {origin}", f"Referer: {origin}/"]
        if self.cookie:
            head.append(f"Cookie: {self.cookie}")
        if form is not None:
            head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        self.writer.write("\r\n".join([*head, "", ""]).encode() + (body if form is not None else b""))
        await self.writer.drain()
        top = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status = int(top.split(" ", 2)[1])
        cookies = {m[1]: m[2] for m in re.finditer(r"(?im)^set-cookie: ([^=]+)=([^;\r]*)", top)}
        length = re.search(r"(?im)^content-length: (\d+)", top)
        if length:
            said = await self.reader.readexactly(int(length[1]))
        else:
            said = b""
            while size := int((await self.reader.readline()).strip(), 16):
                said += await self.reader.readexactly(size)
                await self.reader.readexactly(2)
            await self.reader.readexactly(2)
        return status, cookies, said.decode("utf-8", "replace")


async def sign_in(port: int) -> str:
    line = Line(port)
    _status, cookies, page = await line.send("GET", "/vi/accounts/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    line.cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    form = {"csrfmiddlewaretoken": token[1], "login": desk.EDITOR, "password": desk.PASSWORD}
    status, more, _page = await line.send("POST", "/vi/accounts/login/", form)
    if status != 302:
        raise SystemExit(f"signing in was answered with {status}")
    return "; ".join(f"{name}={value}" for name, value in {**cookies, **more}.items())


async def measure(installation: Installation, boards: int, changes: int) -> dict[str, Any]:
    port, root = installation.port, f"/vi/desk/{desk.SLUG}/"
    cookie = await sign_in(port)
    line = Line(port, cookie)

    async def paint(path: str, *, anew: bool) -> list[float]:
        took = []
        async with await psycopg.AsyncConnection.connect(installation.dsn, autocommit=True) as connection:
            for _ in range(PAINTS):
                if anew:
                    await connection.execute(
                        "INSERT INTO live_stream (name, last) SELECT 'desk:' || id, 1 FROM network_desk WHERE slug = %s"
                        " ON CONFLICT (name) DO UPDATE SET last = live_stream.last + 1",
                        [desk.SLUG],
                    )
                began = time.perf_counter()
                status, _cookies, page = await line.send("GET", path)
                took.append((time.perf_counter() - began) * 1000)
                assert status == 200, status
                assert "</html>" in page
        return took

    await paint(root, anew=True)
    cold, warm = await paint(root, anew=True), await paint(root, anew=False)
    following = await paint(f"{root}next/", anew=False)
    _status, _cookies, page = await line.send("GET", root)
    token = re.search(r'sse-connect="(/live/\?t=[^"]+)"', page)
    csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    assert csrf is not None
    numbers = [int(n) for n in re.findall(r'id="r-(\d+)" data-state="triaged"', page)]
    live, fresh = await follow(port, cookie, token[1], boards, numbers[:changes], csrf[1])
    return {
        "board_p50_ms": round(percentile(cold, 0.50), 1),
        "board_p95_ms": round(percentile(cold, 0.95), 1),
        "warm_p95_ms": round(percentile(warm, 0.95), 1),
        "next_p95_ms": round(percentile(following, 0.95), 1),
        "board_kb": round(len(page.encode()) / 1024),
        "live_boards": boards,
        "live_hints": len(live),
        "live_p50_ms": round(percentile(live, 0.50), 1),
        "live_p99_ms": round(percentile(live, 0.99), 1),
        "live_max_ms": round(max(live), 1),
        "fresh_p50_ms": round(percentile(fresh, 0.50), 1),
        "fresh_p99_ms": round(percentile(fresh, 0.99), 1),
    }


async def follow(
    port: int, cookie: str, stream: str, boards: int, numbers: list[int], csrf: str
) -> tuple[list[float], list[float]]:
    live: list[float] = []
    fresh: list[float] = []
    sent = 0.0
    arrived = asyncio.Semaphore(0)
    dice = random.Random(4)  # noqa: S311
    fetches: set[asyncio.Task[None]] = set()

    async def refetch(line: Line) -> None:
        await asyncio.sleep(SOONEST_S + dice.random() * SPREAD_S)
        began = time.perf_counter()
        status, _cookies, page = await line.send("GET", f"/vi/desk/{desk.SLUG}/rows/")
        assert status == 200, status
        assert 'id="board"' in page
        fresh.append((time.perf_counter() - began) * 1000)

    async def board() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        writer.write(f"GET {stream} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        line = Line(port, cookie)
        while raw := await reader.readline():
            if raw.startswith(b"event: rumour_changed") and sent:
                live.append((time.perf_counter() - sent) * 1000)
                arrived.release()
                task = asyncio.create_task(refetch(line))
                fetches.add(task)
                task.add_done_callback(fetches.discard)

    readers = [asyncio.create_task(board()) for _ in range(boards)]
    await asyncio.sleep(2)
    hand = Line(port, cookie)
    for number in numbers:
        sent = time.perf_counter()
        status, _cookies, _page = await hand.send(
            "POST", f"/vi/desk/{desk.SLUG}/r/{number}/take/", {"csrfmiddlewaretoken": csrf}
        )
        assert status == 302, status
        for _ in range(boards):
            await asyncio.wait_for(arrived.acquire(), 30)
        while fetches:
            await asyncio.wait(set(fetches))
    for reader in readers:
        reader.cancel()
    return live, fresh


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rumours", type=int, default=10_000, metavar="N")
    parser.add_argument("--tips", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--boards", type=int, default=200, metavar="N")
    parser.add_argument("--changes", type=int, default=20, metavar="N")
    parser.add_argument("--json", action="store_true", help="print one JSON object, last, on stdout")
    arguments = parser.parse_args()
    with own_folder() as folder:
        installation = Installation(folder)
        installation.start()
        try:
            installation.run(["-m", "sangto.config.bench", "desk"])
            paths = [f"/vi/desk/{desk.SLUG}/", f"/vi/desk/{desk.SLUG}/next/"]
            ask = ["-c", COUNT_QUERIES % (desk.EDITOR, paths)]
            began = time.perf_counter()
            fill(installation.dsn, arguments.rumours, arguments.tips)
            filled = time.perf_counter() - began
            queries = json.loads(installation.run(ask).strip().rpartition("\n")[2])
            figures = asyncio.run(measure(installation, arguments.boards, arguments.changes))
        finally:
            installation.stop()
    figures = {
        "rumours": arguments.rumours,
        "tips": arguments.tips,
        "filled_s": round(filled),
        "board_queries": queries[paths[0]],
        "next_queries": queries[paths[1]],
        **figures,
    }
    if arguments.json:
        sys.stdout.write(json.dumps(figures) + "\n")
    else:
        for name, value in figures.items():
            sys.stdout.write(f"{name:<18}{value}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
