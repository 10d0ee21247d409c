"""What many ask for at the same moment is made once."""

from __future__ import annotations

import threading
import time

import pytest

from sangto.rumours.sharing import Shared


def test_it_works() -> None:
    shared: Shared[str] = Shared(most=8)
    made: list[int] = []
    start = threading.Barrier(50)
    got: list[str] = []

    def make() -> str:
        made.append(1)
        time.sleep(0.05)
        return "x"

    def ask() -> None:
        start.wait()
        got.append(shared.get("key", make))

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["x"] * 50
    assert len(made) == 1


def test_another_key_is_another_value_and_old_ones_go() -> None:
    shared: Shared[int] = Shared(most=2)
    assert [shared.get(key, lambda key=key: key * 10) for key in (1, 2, 3)] == [10, 20, 30]  # type: ignore[misc]
    assert shared.get(3, lambda: -1) == 30
    assert shared.get(1, lambda: -1) == -1


def test_what_failed_is_tried_again() -> None:
    shared: Shared[int] = Shared(most=2)

    def fail() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        shared.get("a", fail)
    assert shared.get("a", lambda: 7) == 7
