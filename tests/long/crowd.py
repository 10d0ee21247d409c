"""People at work while processes die: those who ask, an editor at the desk. Each writes down what was acknowledged.

A request without a whole answer, or with a 5xx, is sent again, as a browser's user or a program would do it. What may
have happened already is looked at before it is done again.
"""

from __future__ import annotations

import random
import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from sangto.config.bench.texts import subject
from sangto.lib.folding import fold

# Subjects of bench.texts: published before the load starts, published while it runs, and those only asked about.
ANSWERED: Final = 8
THEMES: Final = range(100, 120)
FIRST_NEW: Final = 1000
DESK: Final = "do-luong"
# Longer than a restart of everything takes on a busy machine; a request that is not acknowledged by then failed.
GIVE_UP_S: Final = 120.0
_CSRF: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_ONCE: Final = re.compile(r'name="once" value="([^"]+)"')
_EDIT_NUMBER: Final = re.compile(r'name="edit_number" value="(\d+)"')


@dataclass(frozen=True)
class Ask:
    """One message whose sender was told that it arrived."""

    key: uuid.UUID
    text: str
    door: str
    address: str
    token: str
    decision: str
    tip_id: uuid.UUID | None


@dataclass
class Ledger:
    """What was acknowledged, and what it took."""

    asks: dict[uuid.UUID, Ask] = field(default_factory=dict)
    settled: dict[uuid.UUID, uuid.UUID | None] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)
    claims: dict[int, str] = field(default_factory=dict)
    exhibits: dict[str, int] = field(default_factory=dict)
    published: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    acknowledged_at: list[float] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    _numbers: int = 0

    def next_number(self) -> int:
        with self.lock:
            self._numbers += 1
            return self._numbers

    def acknowledge(self, what: str) -> None:
        with self.lock:
            self.acknowledged_at.append(time.monotonic())
            self.requests[what] += 1

    def trouble(self, what: str) -> None:
        with self.lock:
            self.troubles[what] += 1

    def fault(self, line: str) -> None:
        with self.lock:
            self.faults.append(line)


class GaveUp(Exception):
    """No answer within `GIVE_UP_S`."""


class Worker(threading.Thread):
    """One person: does something, again and again, until the load ends."""

    def __init__(self, name: str, address: str, ledger: Ledger, seed: int) -> None:
        super().__init__(name=name, daemon=True)
        self.address, self.ledger = address, ledger
        self.chance = random.Random(f"{seed}/{name}")
        self.enough = threading.Event()
        self.client = self.new_client()

    def new_client(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=30, follow_redirects=False, headers={"Connection": "close"})

    def run(self) -> None:
        while not self.enough.is_set():
            try:
                self.act()
            except GaveUp:
                self.ledger.fault(f"{self.name}: no answer within {GIVE_UP_S:.0f} s")
                return
            except Exception as problem:  # noqa: BLE001  (a fault of the test itself has to be seen, not lost)
                self.ledger.fault(f"{self.name}: {type(problem).__name__}: {problem}")
                return
            self.enough.wait(self.chance.uniform(0.02, 0.25))
        self.client.close()

    def act(self) -> None:
        raise NotImplementedError

    def ask(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, Any] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        happened: Callable[[], bool] = lambda: False,
    ) -> httpx.Response | None:
        """The answer, after as many tries as it takes; None when a try without answer turned out to have worked."""
        until = time.monotonic() + GIVE_UP_S
        tried = False
        while time.monotonic() < until:
            if tried and happened():
                return None
            tried = True
            try:
                answer = self.client.request(method, path, json=json, data=data, headers=headers)
            except httpx.TransportError as problem:
                self.ledger.trouble(type(problem).__name__)
            else:
                if answer.status_code < 500:
                    return answer
                self.ledger.trouble(str(answer.status_code))
            time.sleep(self.chance.uniform(0.05, 0.3))
        raise GaveUp


class Asker(Worker):
    """Asks by program and by web page, settles suggestions, and sends things twice."""

    def act(self) -> None:
        dice = self.chance.random()
        if dice < 0.08 and self.ledger.asks:
            self.repeat()
        elif dice < 0.35:
            self.ask_by_page()
        else:
            self.ask_by_program()

    def text(self) -> str:
        dice = self.chance.random()
        if dice < 0.45:
            return subject(FIRST_NEW + self.ledger.next_number()).asked
        if dice < 0.70:
            # Word for word what others ask: one rumour, many tips.
            return subject(self.chance.choice(THEMES)).asked
        known = subject(self.chance.randrange(ANSWERED))
        if dice < 0.80:
            return f"{known.claim_vi} (tin thứ {self.ledger.next_number()})"
        return self.chance.choice([known.asked, known.asked_otherwise, fold(known.asked)])

    def ask_by_program(self) -> None:
        key, text = uuid.UUID(int=self.chance.getrandbits(128), version=4), self.text()
        said = self._send(key, text)
        ask = self._ask_of(key, text, said)
        with self.ledger.lock:
            self.ledger.asks[key] = ask
        self.ledger.acknowledge("ask_api")
        if said["decision"] == "suggest" and self.chance.random() < 0.6:
            self.settle(ask, said)

    def _send(self, key: uuid.UUID, text: str) -> dict[str, Any]:
        answer = self.ask(
            "POST", "/api/v1/ask", json={"text": text, "lang": "vi"}, headers={"Idempotency-Key": str(key)}
        )
        if answer is None or answer.status_code != 200:
            raise AssertionError(f"asking was answered {answer and answer.status_code}")
        said: dict[str, Any] = answer.json()
        return said

    def _ask_of(self, key: uuid.UUID, text: str, said: Mapping[str, Any]) -> Ask:
        token = urlsplit(said["tip"]["follow_url"]).path.rstrip("/").rsplit("/", 1)[1]
        return Ask(key, text, "api", "", token, said["decision"], uuid.UUID(said["tip"]["id"]))

    def repeat(self) -> None:
        """A program that lost our answer sends the same message again, much later."""
        with self.ledger.lock:
            before = self.chance.choice([ask for ask in self.ledger.asks.values() if ask.door == "api"] or [None])
        if before is None:
            return
        again = self._ask_of(before.key, before.text, self._send(before.key, before.text))
        if (again.tip_id, again.token) != (before.tip_id, before.token):
            self.ledger.fault(f"{before.key}: sent again, it became another tip")
        self.ledger.acknowledge("ask_again")

    def settle(self, ask: Ask, said: Mapping[str, Any]) -> None:
        chosen = self.chance.choice([None, *[answer["document_id"] for answer in said["answers"]]])
        answer = self.ask("POST", urlsplit(said["tip"]["confirm_url"]).path, json={"document_id": chosen})
        if answer is None or answer.status_code != 200:
            raise AssertionError(f"settling was answered {answer and answer.status_code}")
        with self.ledger.lock:
            self.ledger.settled[ask.key] = uuid.UUID(chosen) if chosen else None
        self.ledger.acknowledge("settle")

    def ask_by_page(self) -> None:
        page = self.ask("GET", "/vi/")
        assert page is not None
        token, once = _CSRF.search(page.text), _ONCE.search(page.text)
        assert page.status_code == 200, page.status_code
        assert token is not None
        assert once is not None
        key, number = uuid.UUID(once[1]), self.ledger.next_number()
        text = subject(self.chance.choice(THEMES)).asked
        address = f"doc-gia-{number}@docgia.example" if self.chance.random() < 0.8 else ""
        answer = self.ask(
            "POST",
            "/vi/",
            data={"csrfmiddlewaretoken": token[1], "once": once[1], "text": text, "address": address},
        )
        if answer is None or answer.status_code != 302:
            raise AssertionError(f"the page answered {answer and answer.status_code}")
        follow = urlsplit(answer.headers["Location"]).path.rstrip("/").rsplit("/", 1)[1]
        with self.ledger.lock:
            self.ledger.asks[key] = Ask(key, text, "web", address, follow, "", None)
        self.ledger.acknowledge("ask_page")


class Editor(Worker):
    """Takes rumours, states claims, adds evidence; hands the finished ones over for publication."""

    def __init__(
        self,
        address: str,
        ledger: Ledger,
        seed: int,
        *,
        email: str,
        password: str,
        look: Callable[[str, Mapping[str, Any]], list[tuple[Any, ...]]],
        hand_over: Callable[[uuid.UUID, int], None],
    ) -> None:
        super().__init__("editor", address, ledger, seed)
        self.email, self.password = email, password
        # Reads the record as an onlooker; None of what the desk does goes through it.
        self.look, self.hand_over = look, hand_over
        self.signed_in = False
        self.themes = {subject(number).asked: number for number in THEMES}

    def act(self) -> None:
        if not self.signed_in:
            self.sign_in()
        theme = self.chance.random() < 0.5
        row = self.find(theme)
        if row is None:
            return
        rumour_id, number, text = row
        self.take(number)
        if text in self.themes:
            self.state_claim(number, subject(self.themes[text]).claim_vi, subject(self.themes[text]).claim_en)
        self.add_exhibit(number)
        if text in self.themes:
            self.hand_over(rumour_id, self.themes[text])

    def sign_in(self) -> None:
        path = "/vi/accounts/login/"
        answer = self.post(path, path, {"login": self.email, "password": self.password})
        if answer is None or answer.status_code != 302:
            raise AssertionError(f"signing in was answered {answer and answer.status_code}")
        self.signed_in = True

    def find(self, theme: bool) -> tuple[uuid.UUID, int, str] | None:
        """An open rumour that nobody has taken; its first message."""
        rows = self.look(
            "SELECT r.id, r.number, t.text FROM rumours_rumour r JOIN rumours_sighting s ON s.rumour_id = r.id"
            " JOIN intake_tip t ON t.id = s.tip_id WHERE r.state IN ('new', 'triaged') AND r.owner_id IS NULL"
            " AND (t.text = ANY(%(themes)s)) = %(theme)s ORDER BY r.number LIMIT 40",
            {"themes": list(self.themes), "theme": theme},
        )
        rows = [row for row in rows if row[1] not in self.ledger.taken]
        return self.chance.choice(rows) if rows else None

    def post(
        self, page: str, path: str, data: Mapping[str, str], happened: Callable[[], bool] = lambda: False
    ) -> httpx.Response | None:
        shown = self.ask("GET", page)
        assert shown is not None
        assert shown.status_code == 200, f"{page} was answered {shown.status_code}"
        token = _CSRF.search(shown.text)
        assert token is not None
        return self.ask("POST", path, data={"csrfmiddlewaretoken": token[1], **data}, happened=happened)

    def page(self, number: int) -> str:
        return f"/vi/desk/{DESK}/r/{number}/"

    def take(self, number: int) -> None:
        answer = self.post(self.page(number), f"{self.page(number)}take/", {})
        assert answer is not None
        assert answer.status_code == 302, f"take was answered {answer.status_code}"
        self.ledger.taken.add(number)
        self.ledger.acknowledge("take")

    def state_claim(self, number: int, claim_vi: str, claim_en: str) -> None:
        for _ in range(20):
            shown = self.ask("GET", self.page(number))
            assert shown is not None
            edit = _EDIT_NUMBER.search(shown.text)
            token = _CSRF.search(shown.text)
            assert edit is not None
            assert token is not None
            answer = self.ask(
                "POST",
                f"{self.page(number)}claim/",
                data={
                    "csrfmiddlewaretoken": token[1],
                    "edit_number": edit[1],
                    "claim_vi": claim_vi,
                    "claim_en": claim_en,
                    "topic": "public_services",
                    "speaker_kind": "unknown",
                },
                happened=lambda: self.shows(number, claim_vi),
            )
            # 409: someone's message joined meanwhile, or our own try without answer had worked.
            if answer is None or answer.status_code == 302 or self.shows(number, claim_vi):
                self.ledger.claims[number] = claim_vi
                self.ledger.acknowledge("claim")
                return
            assert answer.status_code == 409, f"the claim was answered {answer.status_code}"
        raise AssertionError(f"the claim of rumour {number} could not be saved in twenty tries")

    def add_exhibit(self, number: int) -> None:
        passage = f"Không có việc đó, số {self.ledger.next_number()}."
        answer = self.post(
            self.page(number),
            f"{self.page(number)}exhibits/",
            {
                "url": f"https://nguon.example/{number}",
                "title": "Thông báo",
                "organisation": "Cơ quan có trách nhiệm",
                "lang": "vi",
                "passage": passage,
                "stance": "refutes",
                "quality": "official",
                "seen_on": "2026-11-20",
            },
            happened=lambda: self.shows(number, passage),
        )
        if answer is not None:
            assert answer.status_code == 302, f"the exhibit was answered {answer.status_code}"
        self.ledger.exhibits[passage] = number
        self.ledger.acknowledge("exhibit")

    def shows(self, number: int, words: str) -> bool:
        """A person who got no answer looks whether it is there before doing it again."""
        shown = self.ask("GET", self.page(number))
        return shown is not None and words in unescape(shown.text)
