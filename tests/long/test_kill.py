"""`kill -9` of web, worker and PostgreSQL in random moments of a running load; then of the supervisor itself.

Nothing that was acknowledged is lost or doubled, and nothing is half-written. The kills are as many as SANGTO_KILLS
says (50), drawn from SANGTO_KILL_SEED; SANGTO_KILL_ROUNDS (3) times the supervisor is killed and started again.
"""

from __future__ import annotations

import json
import logging
import os
import random
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email import message_from_bytes
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from long import killer
from long.checks import CHECKS, UNDER_WAY
from long.crowd import ANSWERED, Ask, Asker, Editor, Ledger, Worker
from sangto.config.bench import desk
from sangto.config.bench.running import Installation, free_port, own_folder
from sangto.intake.links import hash_token
from sangto.matching.index import Index

KILLS: Final = int(os.environ.get("SANGTO_KILLS", "50"))
ROUNDS: Final = int(os.environ.get("SANGTO_KILL_ROUNDS", "3"))
SEED: Final = int(os.environ.get("SANGTO_KILL_SEED", "2026"))
ASKERS: Final = 6
# A killed worker's jobs are found by its missing heartbeat (30 s), and looked for every 15 s.
DRAIN_WITHIN_S: Final = 150.0
# Jobs that one worker runs at once: as many letters can be between a mail server's word and our receipt.
AT_ONCE: Final = 4
FOLLOWED: Final = 150


@dataclass
class Post:
    """A mail server outside of what is killed; it keeps the Message-ID and the recipients of what it took."""

    letters: list[tuple[str, str]] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.original_content or b"")
        for address in envelope.rcpt_tos:
            self.letters.append((str(letter["Message-ID"]), address))
        return "250 OK"


@dataclass
class Record:
    """Looks at the installation's database from outside."""

    dsn: str

    def rows(self, query: Any, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.dsn, connect_timeout=10) as connection:
            return connection.execute(query, values).fetchall()

    def rows_if_alive(self, query: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        try:
            return self.rows(query, values)
        except psycopg.Error:
            return []

    def number(self, query: Any) -> int:
        return int(self.rows(query)[0][0])


@dataclass
class Publisher:
    """The process that publishes, and who writes down what it said is out."""

    installation: Installation
    ledger: Ledger
    orders: int = 0
    process: subprocess.Popen[str] | None = None
    reader: threading.Thread | None = None

    def start(self) -> None:
        with (self.installation.folder / "publisher.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "long.publisher"],
                cwd=Path(__file__).parents[1],
                env=self.installation.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def order(self, rumour_id: uuid.UUID, subject: int) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        self.orders += 1
        self.process.stdin.write(json.dumps({"rumour": str(rumour_id), "subject": subject}) + "\n")
        self.process.stdin.flush()

    def _read(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        for line in self.process.stdout:
            said = json.loads(line)
            if "failed" in said:
                self.ledger.fault(f"rumour {said['rumour']} could not be published: {said['failed']}")
                continue
            self.ledger.published[uuid.UUID(said["rumour"])] = uuid.UUID(said["article"])
            self.ledger.acknowledge("publish")

    def finish(self, within_s: float = 90.0) -> None:
        """Let it do what it was given, then end it."""
        assert self.process is not None
        assert self.process.stdin is not None
        assert self.reader is not None
        self.process.stdin.close()
        try:
            self.process.wait(within_s)
        except subprocess.TimeoutExpired:
            self.ledger.fault("the publisher did not finish")
        self.process.kill()
        self.process.wait()
        self.reader.join(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(autouse=True)
def few_words(caplog: pytest.LogCaptureFixture) -> None:
    """The clients and the mail server would write a line for each request."""
    for name in ("httpx", "mail.log"):
        caplog.set_level(logging.WARNING, name)


@pytest.fixture
def post() -> Iterator[tuple[Post, int]]:
    keeper, port = Post(), free_port()
    controller = Controller(keeper, hostname="127.0.0.1", port=port)
    controller.start()
    yield keeper, port
    controller.stop()


@pytest.fixture
def installation(post: tuple[Post, int]) -> Iterator[Installation]:
    with own_folder("sangto-kill-") as folder:
        mail = f"smtp://127.0.0.1:{post[1]}?tls=off"
        made = Installation(folder, settings={"SANGTO_EMAIL_URL": mail, "SANGTO_MAIL_FROM": "ban@do-luong.example"})
        made.start()
        try:
            made.run(["-m", "sangto.config.bench", "desk", "--answers", str(ANSWERED)])
            yield made
        finally:
            made.stop()
            if os.environ.get("SANGTO_KILL_LOG"):
                Path(os.environ["SANGTO_KILL_LOG"]).write_text(made.tail(10_000_000), encoding="utf-8")


@pytest.mark.long
def test_nothing_acknowledged_is_lost_or_doubled(installation: Installation, post: tuple[Post, int]) -> None:
    began = time.monotonic()
    ledger, record, chance = Ledger(), Record(installation.dsn), random.Random(SEED)
    publisher = Publisher(installation, ledger)
    people: list[Worker] = [Asker(f"asker {number}", installation.address, ledger, SEED) for number in range(ASKERS)]
    people.append(
        Editor(
            installation.address,
            ledger,
            SEED,
            email=desk.EDITOR,
            password=desk.PASSWORD,
            look=record.rows_if_alive,
            hand_over=publisher.order,
        )
    )
    publisher.start()
    for person in people:
        person.start()
    killed: Counter[str] = Counter()
    kills: list[tuple[str, float]] = []
    try:
        _until_more(ledger, 20, within_s=120)
        for _ in range(KILLS):
            # The load runs again, and then a random moment of it.
            _until_more(ledger, 1, within_s=90)
            time.sleep(chance.uniform(0.0, 2.5))
            kind = chance.choice(killer.KINDS)
            assert installation.process is not None, "the supervisor ended"
            assert installation.process.poll() is None, "the supervisor ended"
            killer.kill(installation.process.pid, kind)
            kills.append((kind, time.monotonic()))
            killed[kind] += 1
        for _ in range(ROUNDS):
            _until_more(ledger, 5, within_s=90)
            time.sleep(chance.uniform(0.0, 1.5))
            installation.kill()
            kills.append(("supervisor", time.monotonic()))
            killed["supervisor"] += 1
            installation.start()
        _until_more(ledger, 20, within_s=90)
    finally:
        for person in people:
            person.enough.set()
        for person in people:
            person.join(130)
        publisher.finish()
    ended = time.monotonic()
    drained = _drain(record)
    wrong = _wrong(installation, record, ledger, post[0])
    doubled_letters = wrong.pop("letters sent again")
    pauses = _pauses(ledger, kills)
    slowest = {
        kind: f"{statistics.median(values):.1f}/{max(values):.1f}" for kind in killed if (values := pauses.get(kind))
    }
    print(
        f"\nkill -9: {dict(killed)} in {ended - began:.0f} s of load (seed {SEED});"
        f" acknowledged {sum(ledger.requests.values())} {dict(ledger.requests)};"
        f" sent again after {sum(ledger.troubles.values())} failures {dict(ledger.troubles)}"
        f"\ntips acknowledged {len(ledger.asks)}, lost {wrong['tips lost']}, doubled {wrong['tips doubled']};"
        f" articles published {len(ledger.published)}; letters {len(post[0].letters)}, of them again {doubled_letters}"
        f"\nseconds without any acknowledgement after a kill, median/longest: {slowest};"
        f" drained {drained:.0f} s after the end; {time.monotonic() - began:.0f} s in all"
    )
    found = {what: count for what, count in wrong.items() if count}
    assert not ledger.faults, ledger.faults[:10]
    assert not found, json.dumps(found)
    # A letter goes out twice only where a worker or the database died between the server's word and the receipt.
    assert doubled_letters <= AT_ONCE * sum(count for kind, count in killed.items() if kind != "web")
    assert len(ledger.asks) > KILLS
    assert ledger.requests["take"], "the editor did nothing"


def _until_more(ledger: Ledger, count: int, *, within_s: float) -> None:
    """Until that many further things were acknowledged."""
    target, until = len(ledger.acknowledged_at) + count, time.monotonic() + within_s
    while len(ledger.acknowledged_at) < target:
        assert time.monotonic() < until, f"nothing was acknowledged within {within_s:.0f} s; {ledger.faults[:3]}"
        time.sleep(0.02)


def _drain(record: Record) -> float:
    """Until nothing is under way; how long that took."""
    began = time.monotonic()
    while True:
        left = {what: count for what, query in UNDER_WAY.items() if (count := record.number(query))}
        if not left:
            return time.monotonic() - began
        assert time.monotonic() - began < DRAIN_WITHIN_S, f"still under way after {DRAIN_WITHIN_S:.0f} s: {left}"
        time.sleep(0.5)


def _pauses(ledger: Ledger, kills: list[tuple[str, float]]) -> dict[str, list[float]]:
    """For each kill, the longest time without any acknowledgement from it to the next kill's own."""
    times = sorted(ledger.acknowledged_at)
    found: dict[str, list[float]] = {}
    for number, (kind, at) in enumerate(kills):
        until = kills[number + 1][1] if number + 1 < len(kills) else times[-1]
        within = [at, *(one for one in times if at < one <= until)]
        if len(within) > 1:
            found.setdefault(kind, []).append(max(b - a for a, b in pairwise(within)))
    return found


def _wrong(installation: Installation, record: Record, ledger: Ledger, post: Post) -> dict[str, int]:
    """Everything that is not as it was acknowledged, by what it is."""
    wrong = {what: record.number(query) for what, query in CHECKS.items()}
    wrong |= _tips(record, ledger) | _desk_work(record, ledger) | _letters(record, post)
    wrong["follow links that do not work"] = _follow(installation, ledger)
    # 1 says that something is wrong with the log, which is then counted with the rest.
    said = installation.run(["-m", "sangto.config.cli", "audit", "verify", "--json"], well=(0, 1))
    report = json.loads(said.strip().rpartition("\n")[2])
    wrong["problems in the log"] = len(report["problems"]) + (not report["sound"]) + report["unchained"]
    wrong["documents missing in the index"], wrong["documents too many in the index"] = _index(installation, record)
    return wrong


def _tips(record: Record, ledger: Ledger) -> dict[str, int]:
    rows = record.rows("SELECT once, id, text, follow_hash, contact_id IS NOT NULL FROM intake_tip")
    stored = {row[0]: row[1:] for row in rows}
    settled = {
        row[0]: row[1:]
        for row in record.rows(
            "SELECT t.once, t.state, (SELECT r.document_id FROM intake_reply r WHERE r.tip_id = t.id AND r.confirmed),"
            " EXISTS (SELECT FROM rumours_sighting s WHERE s.tip_id = t.id) FROM intake_tip t"
        )
    }

    def kept(ask: Ask) -> bool:
        row = stored.get(ask.key)
        return (
            row is not None
            and row[1] == ask.text
            and row[2] == hash_token(ask.token)
            and row[3] == bool(ask.address)
            and (ask.tip_id is None or row[0] == ask.tip_id)
        )

    def as_settled(key: uuid.UUID, document: uuid.UUID | None) -> bool:
        state, confirmed, in_rumour = settled[key]
        if document is None:
            # It waits in a rumour, or was answered with that rumour since.
            return confirmed is None and bool(in_rumour)
        return bool(state == "answered" and confirmed == document)

    return {
        "tips lost": sum(not kept(ask) for ask in ledger.asks.values()),
        # Two rows of one key cannot be (a unique column); a tip nobody sent could.
        "tips doubled": len(rows) - len(stored) + sum(row[0] is None for row in rows),
        "settled suggestions lost": sum(
            key in stored and not as_settled(key, document) for key, document in ledger.settled.items()
        ),
    }


def _desk_work(record: Record, ledger: Ledger) -> dict[str, int]:
    rumours = {
        row[0]: row[1:] for row in record.rows("SELECT number, owner_id IS NOT NULL, claim_vi FROM rumours_rumour")
    }
    exhibits = Counter(
        record.rows("SELECT e.passage, r.number FROM rumours_exhibit e JOIN rumours_rumour r ON r.id = e.rumour_id")
    )
    articles = dict(record.rows("SELECT rumour_id, id FROM publishing_article WHERE state = 'published'"))
    return {
        "rumours taken and forgotten": sum(not rumours[number][0] for number in ledger.taken),
        "claims lost": sum(rumours[number][1] != claim for number, claim in ledger.claims.items()),
        "exhibits lost or doubled": sum(exhibits[passage, number] != 1 for passage, number in ledger.exhibits.items()),
        "publications lost": sum(articles.get(rumour) != article for rumour, article in ledger.published.items()),
    }


def _letters(record: Record, post: Post) -> dict[str, int]:
    sent = {
        str(row[0]) for row in record.rows("SELECT DISTINCT outbox_id FROM delivery_receipt WHERE outcome = 'sent'")
    }
    taken = {number.partition("@")[0].strip("<") for number, _ in post.letters}
    addresses: dict[str, set[str]] = {}
    for number, address in post.letters:
        addresses.setdefault(number, set()).add(address)
    return {
        "letters with a receipt that nobody got": sum(not any(one in number for number in taken) for one in sent),
        "letters without a receipt": sum(not any(one in number for one in sent) for number in taken),
        "letters to two people": sum(len(people) > 1 for people in addresses.values()),
        "people who got two letters about one question": len(addresses)
        - len({a for one in addresses.values() for a in one}),
        "letters sent again": len(post.letters) - len(set(post.letters)),
    }


def _follow(installation: Installation, ledger: Ledger) -> int:
    """A sample of the private links, opened: each shows its own message."""
    asks = random.Random(SEED).sample(list(ledger.asks.values()), min(FOLLOWED, len(ledger.asks)))

    def works(ask: Ask) -> bool:
        answer = httpx.get(f"{installation.address}/vi/tip/{ask.token}/", timeout=60)
        return answer.status_code == 200 and ask.text in unescape(answer.text)

    with ThreadPoolExecutor(4) as threads:
        return sum(not good for good in threads.map(works, asks))


def _index(installation: Installation, record: Record) -> tuple[int, int]:
    """The index on disk against the record: documents that are missing, and that should be gone."""
    missing = more = 0
    for kind in ("answer", "open"):
        wanted = {
            str(row[0])
            for row in record.rows(
                "SELECT DISTINCT object_id FROM catalogue_document WHERE kind = %(kind)s AND desk_kind = 'live'"
                " AND withdrawn_at IS NULL",
                {"kind": kind},
            )
        }
        with Index.open(installation.folder / "index" / f"live-{kind}", 384, create=False, read_only=True) as index:
            found = set(index.documents(wanted))
            missing += len(wanted - found)
            more += len(index) - len(found)
    return missing, more
