"""What programs put around a message falls away, whole names of writers with it; the message stays."""

from __future__ import annotations

import pytest

from sangto.matching.forwards import plain_lines, without_headers

CLAIM = "Uống nước chanh nóng chữa khỏi ung thư."


@pytest.mark.parametrize(
    "text",
    [
        f"---------- Forwarded message ---------\nFrom: Lan <lan@a.vn>\nDate: Mon\nSubject: Fwd: tin\n\n{CLAIM}",
        f"Từ: Nguyễn Văn A\nĐến: nhóm\nNgày: 1/2/2024\n\n{CLAIM}",
        f"Chuyển tiếp từ Nguyễn Văn A: {CLAIM}",
        f"[Đã chuyển tiếp nhiều lần] {CLAIM}",
        f"Fwd: Fw: {CLAIM}",
        f"[12/03/2024 10:23:11] Nguyễn Văn A: {CLAIM}",
        f"Nguyễn Văn A, [12.03.2024 10:23]\n{CLAIM}",
        f"On Mon, Jan 1, 2024 Nguyen Van A <a@b.vn> wrote:\n> {CLAIM}",
        f"{CLAIM}\nTrân trọng,\nNguyễn Văn A",
        f"{CLAIM}\n-- \nNguyễn Văn A",
        f"{CLAIM}\nSent from my iPhone",
        f"Thích · Trả lời\n{CLAIM}\nXem thêm\n1,2K lượt thích",
        f"{CLAIM}\nNguồn: sưu tầm trên mạng",
    ],
)
def test_the_message_stays_and_what_is_around_it_goes(text: str) -> None:
    kept = without_headers(text)
    assert CLAIM in kept
    for gone in ("Nguyễn Văn A", "Nguyen Van A", "lan@a.vn", "Forwarded", "chuyển tiếp", "iPhone", "Thích", "sưu tầm"):
        assert gone not in kept


@pytest.mark.parametrize(
    "text",
    [
        "Từ: nay cấm xe máy vào phố",
        "Chia sẻ ngay cho mọi người: " + CLAIM,
        "Bộ Y tế: " + CLAIM,
        "Lúc 10:23 hôm nay đập vỡ",
    ],
)
def test_a_sentence_that_only_looks_like_a_header_is_kept(text: str) -> None:
    assert without_headers(text).split()[-1] == text.rsplit(maxsplit=1)[-1]
    assert len(without_headers(text).split()) >= len(text.split()) - 1


def test_what_would_leave_nothing_leaves_all() -> None:
    text = "Fwd: \nSent from my iPhone"
    assert without_headers(text) == text


def test_pages_are_read_as_a_browser_shows_them() -> None:
    assert plain_lines("a&amp;b<br>c\r\nd\u2028e") == "a&b\nc\nd\ne"
    assert plain_lines("3 < 5 và 7 > 2") == "3 < 5 và 7 > 2"


def test_the_subject_of_a_mail_counts() -> None:
    text = "From: A <a@b.vn>\nSubject: Re: Fwd: Sóng 5G làm lây lan virus\n\nĐọc đi"
    assert "Sóng 5G làm lây lan virus" in without_headers(text)
