"""Publishing from many places at once, and what a stream refuses."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from sangto.live import services
from sangto.live.models import Message, Stream


@pytest.mark.django_db(transaction=True)
def test_the_first_messages_of_a_stream_may_come_at_once() -> None:
    together = threading.Barrier(8)

    def publish(who: int) -> None:
        together.wait(10)
        for number in range(25):
            services.publish(stream="desk:new", kind="changed", data={"who": who, "n": number})
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(publish, range(8)))
    assert Stream.objects.get().last == 200
    rows = list(Message.objects.order_by("number").values_list("number", "data"))
    assert [number for number, _ in rows] == list(range(1, 201))
    for who in range(8):
        assert [data["n"] for _, data in rows if data["who"] == who] == list(range(25))


@pytest.mark.django_db(transaction=True)
def test_a_hint_of_what_was_rolled_back_is_never_given() -> None:
    with transaction.atomic():
        transaction.on_commit(lambda: services.publish(stream="desk:1", kind="changed", data={}))
        transaction.set_rollback(True)
    assert not Message.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stream", "kind", "data"),
    [
        ("", "changed", {}),
        ("x" * 121, "changed", {}),
        ("desk 1", "changed", {}),
        ("desk:1", "two\nlines", {}),
        ("desk:1", "", {}),
        ("desk:1", "changed", {"text": "ă" * 8_500}),
    ],
)
def test_what_does_not_fit_a_stream_is_refused(stream: str, kind: str, data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"has 1 to|at most"):
        services.publish(stream=stream, kind=kind, data=data)
    assert not Stream.objects.exists()


@pytest.mark.django_db
def test_a_subscription_needs_a_streams_name() -> None:
    with pytest.raises(ValueError, match="a stream's name"):
        services.subscription(stream="desk 1")


@pytest.mark.django_db
def test_old_messages_are_forgotten_and_the_count_goes_on() -> None:
    for _ in range(3):
        services.publish(stream="desk:1", kind="changed", data={})
    Message.objects.filter(number__lte=2).update(at=timezone.now() - services.KEPT - timedelta(seconds=1))
    assert services.forget_old(timezone.now()) == 2
    services.publish(stream="desk:1", kind="changed", data={})
    assert list(Message.objects.order_by("number").values_list("number", flat=True)) == [3, 4]


@pytest.mark.django_db
def test_the_hourly_job_forgets() -> None:
    from sangto.live import jobs

    services.publish(stream="desk:1", kind="changed", data={})
    Message.objects.update(at=timezone.now() - services.KEPT - timedelta(seconds=1))
    assert jobs.forget_old(0) == 1
