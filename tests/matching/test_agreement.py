"""Details that message and claim have in common, and those of the claim that the message leaves out."""

from __future__ import annotations

import pytest

from sangto.matching.agreement import same_details


@pytest.mark.parametrize(
    ("message", "claim", "shared", "missing"),
    [
        ("bão số 9 giật cấp 17 ở Đà Nẵng", "Bão số 9 mạnh cấp 17 vào Đà Nẵng", 3, 0),
        ("bao giat cap 17 o da nang", "Bão mạnh cấp 17 vào Đà Nẵng", 2, 0),
        ("bão sắp vào", "Bão mạnh cấp 17 vào Đà Nẵng", 0, 2),
        ("phạt 20 triệu", "Vượt đèn đỏ bị phạt 20 triệu đồng từ 1/1/2025", 1, 2),
        ("fine of 20 million dong", "Vượt đèn đỏ bị phạt 20 triệu đồng", 1, 0),
        ("phạt 6 triệu", "Vượt đèn đỏ bị phạt 20 triệu đồng", 0, 0),
        ("", "Vượt đèn đỏ bị phạt 20 triệu đồng", 0, 0),
        ("phạt 20 triệu", "", 0, 0),
    ],
)
def test_details_in_common_and_left_out(message: str, claim: str, shared: int, missing: int) -> None:
    found, left = same_details(message, [claim])
    assert found == shared
    assert left == pytest.approx(missing, abs=1)


def test_another_wording_may_hold_the_detail() -> None:
    assert same_details("khỏi trong 3 ngày", ["Khỏi rất nhanh", "Khỏi sau 3 ngày"])[0] == 1
