"""The index follows the event feed: a published answer is found within a second, through a kill as well."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

import cast
import desk_kit
from sangto.audit import sequencer
from sangto.catalogue import engine, indexer
from sangto.catalogue.search import search
from sangto.catalogue.services import withdraw_document

pytestmark = pytest.mark.django_db(transaction=True)
WITHIN_S = 1.0


@pytest.fixture
def people(settings: Settings, tmp_path: Path) -> cast.Cast:
    desk_kit.use_folder(settings, tmp_path)
    return cast.make()


@pytest.fixture
def following(people: cast.Cast) -> Iterator[None]:
    """The worker's two loops."""
    stop = threading.Event()
    threads = [threading.Thread(target=loop, args=(stop,)) for loop in (sequencer.run, indexer.follow)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 30
    while engine.reader("drill-open") is None and time.monotonic() < deadline:
        time.sleep(0.05)
    yield
    stop.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def wait_for(people: cast.Cast, text: str, *, found: bool) -> float:
    started = time.monotonic()
    while time.monotonic() < started + 10:
        hits = search(desk=people.desk, text=text, lang="vi").hits
        if bool(hits) is found:
            return time.monotonic() - started
        time.sleep(0.02)
    raise AssertionError(f"not {'found' if found else 'gone'} within 10 s")


@pytest.mark.usefixtures("following")
def test_a_new_answer_is_found_and_a_withdrawn_one_is_gone_within_a_second(people: cast.Cast) -> None:
    text = "Sạc điện thoại qua đêm làm nổ pin"
    wait_for(people, text, found=False)
    answer = desk_kit.answer(people.desk, slug="sac", vi=text, en="Charging overnight explodes the battery")
    assert wait_for(people, text, found=True) <= WITHIN_S
    withdraw_document(kind="answer", object_id=answer.object_id)
    assert wait_for(people, text, found=False) <= WITHIN_S


def test_what_was_published_while_the_worker_was_away_is_caught_up(people: cast.Cast) -> None:
    desk_kit.two_answers(people.desk)
    sequencer.catch_up()
    indexer.catch_up()
    text = "Sạc điện thoại qua đêm làm nổ pin"
    desk_kit.answer(people.desk, slug="sac", vi=text, en="Charging overnight explodes the battery")
    assert search(desk=people.desk, text=text, lang="vi").decision != "answer"
    sequencer.catch_up()
    assert search(desk=people.desk, text=text, lang="vi").behind == 2
    indexer.catch_up()
    result = search(desk=people.desk, text=text, lang="vi")
    assert (result.decision, result.behind) == ("answer", 0)
