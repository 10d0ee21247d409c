"""Streams through a real server: order, no loss, no doubles, whatever dies in between."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.utils import timezone

from live.serving import Listener, Listeners, Site, listeners, site, until
from sangto.live import hub, services
from sangto.live.models import Message, Stream

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def running() -> Iterator[Site]:
    with site() as started:
        yield started


@pytest.fixture
def ears(running: Site) -> Iterator[Listeners]:
    with listeners(running.port) as several:
        yield several


def publish(count: int = 1, stream: str = "desk:1", **data: Any) -> None:
    for number in range(count):
        services.publish(stream=stream, kind="changed", data={"n": number, **data})


def word(stream: str = "desk:1", **lasts: Any) -> str:
    return services.subscription(stream=stream, **lasts)


def terminate_live_sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE application_name LIKE 'sangto-live%' AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize(
    "options",
    [
        {"loop": "uvloop", "http": "httptools"},
        {"loop": "asyncio", "http": "h11"},
        {"loop": "asyncio", "http": "httptools", "lifespan": "off"},
    ],
)
def test_it_works(options: dict[str, str]) -> None:
    with site(**options) as started, listeners(started.port) as ears:
        listener = ears.open(word())
        until(lambda: listener.retry)
        services.publish(stream="desk:1", kind="rumour", data={"tên": "Tin\nmới", "n": 1})
        publish(2)
        until(lambda: len(listener.ids) == 3)
        started.stop()
        # The response ends as the protocol asks.
        until(lambda: listener.ended)
    assert listener.ids == [1, 2, 3]
    assert listener.kinds == ["rumour", "changed", "changed"]
    assert listener.data[0] == {"tên": "Tin\nmới", "n": 1}
    assert listener.status == 200
    assert listener.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert "no-store" in listener.headers["cache-control"]
    assert 1_000 <= listener.retry <= 3_000


def test_everything_else_goes_inside(ears: Listeners) -> None:
    for path in ("/", "/live", "/live/x", "/vi/desk/"):
        listener = ears.open("", path=path)
        until(lambda listener=listener: listener.ended)  # type: ignore[misc]
        assert (listener.status, listener.body) == (200, "inner")


def test_what_came_between_drawing_the_page_and_connecting_is_given(ears: Listeners) -> None:
    publish(2)
    drawn = word()
    publish(2)
    listener = ears.open(drawn)
    until(lambda: len(listener.ids) == 2)
    publish()
    until(lambda: len(listener.ids) == 3)
    assert listener.ids == [3, 4, 5]


def test_one_stream_does_not_hear_another(ears: Listeners) -> None:
    one, other = ears.open(word("desk:1")), ears.open(word("desk:2"))
    until(lambda: one.retry and other.retry)
    publish(3, "desk:1")
    publish(2, "desk:2")
    until(lambda: len(one.ids) == 3 and len(other.ids) == 2)
    time.sleep(0.05)
    assert (one.ids, other.ids) == ([1, 2, 3], [1, 2])


def test_a_reader_whose_network_breaks_again_and_again_misses_nothing(running: Site, ears: Listeners) -> None:
    """400 messages by four publishers at once; the reader is cut off some thirty times and says where it was."""
    chance = random.Random(7)

    def one_of_four() -> None:
        for _ in range(100):
            publish()
            time.sleep(chance.random() * 0.01)
        connection.close()

    token = word()
    publishers = [threading.Thread(target=one_of_four) for _ in range(4)]
    for publisher in publishers:
        publisher.start()
    seen: list[int] = []
    cuts = 0
    began = time.monotonic()
    while len(seen) < 400:
        assert time.monotonic() - began < 30
        listener = ears.open(token, Last_Event_ID=str(seen[-1]) if seen else "")
        patience = time.monotonic() + chance.random() * 0.1
        while time.monotonic() < patience and len(seen) + len(listener.ids) < 400:
            time.sleep(0.002)
        ears.cut(listener)
        cuts += 1
        # Read to the end of what had arrived: afterwards nothing more is added to it.
        time.sleep(0.005)
        seen += listener.ids
    for publisher in publishers:
        publisher.join()
    assert seen == list(range(1, 401))
    assert cuts > 3
    until(lambda: running.clients() == 0)


def test_an_address_may_say_where_the_reader_was(ears: Listeners) -> None:
    publish(5)
    by_address = ears.open(word(), extra="&after=2")
    by_header = ears.open(word(), extra="&after=2", Last_Event_ID="4")
    nonsense = ears.open(word(), extra="&after=-1", Last_Event_ID="²x")
    until(lambda: len(by_address.ids) == 3 and len(by_header.ids) == 1)
    publish()
    until(lambda: nonsense.ids)
    assert (by_address.ids[:3], by_header.ids[:1], nonsense.ids) == ([3, 4, 5], [5], [6])


def test_a_ring_that_ran_past_the_reader_is_made_up_for_from_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "RING", 8)
    monkeypatch.setattr(hub, "CHUNK", 5)
    publish(100)
    with site() as started, listeners(started.port) as ears:
        behind = ears.open(word(), extra="&after=0")
        until(lambda: len(behind.ids) == 100)
        publish(30)
        until(lambda: len(behind.ids) == 130)
        assert behind.ids == list(range(1, 131))
        assert started.app.hub is not None
        assert len(started.app.hub.rings["desk:1"].frames) <= 8


def test_a_reader_that_stops_reading_costs_a_bounded_buffer_and_loses_nothing(
    running: Site, ears: Listeners, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "RING", 32)
    quick = ears.open(word())
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    slow.connect(("127.0.0.1", running.port))
    slow.sendall(f"GET /live/?t={word()} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    until(lambda: running.clients() == 2)
    # 7 MB: more than the kernel buffers for one connection (4 MB at most).
    publish(450, text="x" * 15_000)
    until(lambda: len(quick.ids) == 450, 60)
    waiting = [protocol.transport.get_write_buffer_size() for protocol in running.server.server_state.connections]
    # One chunk may stand above the mark at which the server stops taking more.
    assert max(waiting) < 64_000 + hub.CHUNK * 16_000
    slow.settimeout(20)
    pieces: list[bytes] = []
    while b"\nid: 450\n" not in b"".join(pieces[-100:]):
        pieces.append(slow.recv(1 << 20))
    slow.close()
    ids = [int(line[4:]) for line in b"".join(pieces).split(b"\n") if line.startswith(b"id: ")]
    assert ids == list(range(1, 451))
    until(lambda: running.clients() == 1)


def test_what_even_the_table_forgot_is_said(ears: Listeners) -> None:
    publish(10)
    assert services.forget_old(timezone.now() + services.KEPT + timedelta(minutes=1)) == 10
    listener = ears.open(word(), extra="&after=3")
    until(lambda: listener.ids)
    publish()
    until(lambda: len(listener.ids) == 2)
    assert (listener.ids, listener.kinds) == ([10, 11], ["reset", "changed"])


def test_a_ring_catches_up_with_a_count_whose_messages_are_forgotten(running: Site, ears: Listeners) -> None:
    publish(5)
    first = ears.open(word(), extra="&after=0")
    until(lambda: len(first.ids) == 5)
    assert running.app.hub is not None
    running.app.hub.rings["desk:1"].start_at(3)
    services.forget_old(timezone.now() + services.KEPT + timedelta(minutes=1))
    ahead = ears.open(word())
    until(lambda: running.app.hub and running.app.hub.rings["desk:1"].last == 5)
    publish()
    until(lambda: ahead.ids and first.ids[-1] == 6)
    assert (ahead.ids, ahead.kinds) == ([6], ["changed"])


def test_a_stream_that_was_begun_anew_is_said(running: Site, ears: Listeners) -> None:
    publish(10)
    listener = ears.open(word(), Last_Event_ID="9")
    until(lambda: listener.ids == [10])
    Message.objects.all().delete()
    Stream.objects.all().delete()
    publish(2)
    # The look at everything comes with the beat; here it is asked for.
    assert running.app.hub is not None
    assert running.loop is not None
    running.app.hub._look_at_all = True
    running.loop.call_soon_threadsafe(running.app.hub._look.set)
    until(lambda: len(listener.ids) == 2)
    publish()
    until(lambda: len(listener.ids) == 3)
    assert (listener.ids, listener.kinds[1:]) == ([10, 2, 3], ["reset", "changed"])


def test_a_reader_who_is_ahead_of_this_process_is_not_sent_away(running: Site, ears: Listeners) -> None:
    """Another process served it so far, or its page was drawn a moment ago."""
    publish(5)
    first = ears.open(word(), extra="&after=0")
    until(lambda: len(first.ids) == 5)
    assert running.app.hub is not None
    running.app.hub.rings["desk:1"].start_at(3)
    ahead = ears.open(word(), Last_Event_ID="5")
    until(lambda: ahead.retry)
    publish()
    until(lambda: len(first.ids) == len(ahead.ids) + 5 == 6)
    assert (ahead.ids, ahead.kinds) == ([6], ["changed"])
    assert first.ids == [1, 2, 3, 4, 5, 6]


def test_three_hundred_readers_hear_the_same(running: Site, ears: Listeners) -> None:
    token = word()
    crowd = [ears.open(token) for _ in range(300)]
    until(lambda: running.clients() == 300)
    publish(20)
    until(lambda: all(len(one.ids) == 20 for one in crowd))
    assert all(one.ids == list(range(1, 21)) for one in crowd)
    assert all(one.data == crowd[0].data for one in crowd)
    for one in crowd[:150]:
        ears.cut(one)
    until(lambda: running.clients() == 150)


def test_the_database_throws_the_hub_out_and_nothing_is_missed(running: Site, ears: Listeners) -> None:
    listener = ears.open(word())
    until(lambda: listener.retry)
    sent = 0
    for _ in range(4):
        publish(3)
        assert terminate_live_sessions() == 2
        publish(3)
        sent += 6
        until(lambda: len(listener.ids) == sent)  # noqa: B023
        assert running.app.hub is not None
        until(running.app.hub.connected.is_set)
    assert listener.ids == list(range(1, sent + 1))


def test_a_reader_far_behind_is_served_after_the_database_came_back(
    running: Site, ears: Listeners, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "RING", 4)
    publish(50)
    keeper = ears.open(word())
    until(lambda: keeper.retry)
    terminate_live_sessions()
    behind = ears.open(word(), extra="&after=0")
    until(lambda: len(behind.ids) == 50)
    assert behind.ids == list(range(1, 51))


def _swap(token: str) -> str:
    """The signature of one stream under the name of another."""
    body = signing.dumps(["desk:2", int(time.time()) + 1000, 0], salt="other").partition(":")[0]
    return body + ":" + token.partition(":")[2]


def refused(ears: Listeners, token: str, **more: Any) -> Listener:
    listener = ears.open(token, **more)
    until(lambda: listener.ended)
    return listener


def test_only_a_true_word_opens_a_stream(ears: Listeners) -> None:
    good = word()
    wrong = [
        "",
        "x",
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        _swap(good),
        signing.dumps(["desk:1", int(time.time()) + 1000, 0], salt="another.purpose"),
        signing.dumps({"stream": "desk:1"}, salt=services.SALT),
        signing.dumps(["desk:1", "never", 0], salt=services.SALT),
        word(lasts=timedelta(seconds=-1)),
    ]
    for token in wrong:
        listener = refused(ears, token)
        assert listener.status == 403
        assert "hết hạn" in listener.body
        assert "expired" in listener.body
    assert refused(ears, good, method="POST").status == 405


def test_a_beat_keeps_the_line_open_and_an_expired_word_closes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "BEAT_S", 1)
    with site() as started, listeners(started.port) as ears:
        long, short = ears.open(word()), ears.open(word(lasts=timedelta(seconds=1.5)))
        until(lambda: long.comments >= 1)
        until(lambda: short.ended)
        assert not long.ended
        until(lambda: started.clients() == 1)


def test_stopping_does_not_wait_for_the_streams() -> None:
    started = Site()
    started.start()
    with listeners(started.port) as ears:
        crowd = [ears.open(word()) for _ in range(20)]
        until(lambda: started.clients() == 20)
        assert started.stop() < 1.5
        until(lambda: all(one.ended for one in crowd))


def test_an_empty_ring_is_let_go(running: Site, ears: Listeners, monkeypatch: pytest.MonkeyPatch) -> None:
    listener = ears.open(word())
    until(lambda: running.clients() == 1)
    ears.cut(listener)
    until(lambda: running.clients() == 0)
    assert running.app.hub is not None
    running.app.hub._forget_empty_rings(list(running.app.hub.rings.values()))
    assert "desk:1" in running.app.hub.rings
    monkeypatch.setattr(hub, "LINGERS_S", -1.0)
    running.app.hub._forget_empty_rings(list(running.app.hub.rings.values()))
    assert running.app.hub.rings == {}
