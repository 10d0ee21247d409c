"""Open questions are told from those that ask whether something is so."""

from __future__ import annotations

import pytest

from sangto.matching.asking import asks_openly


@pytest.mark.parametrize(
    "text",
    [
        "Đăng ký hiến tạng ở đâu và cần giấy tờ gì vậy ạ?",
        "dang ky hien tang o dau va can giay to gi vay a",
        "Trận chung kết chiếu trên kênh nào và mấy giờ bắt đầu?",
        "linh cuu hoa co ban bao hiem khong, mua o dau",
        "Nộp hồ sơ ở phường hay ở sở xây dựng ạ?",
        "Which street coffee stalls open before 6 am and what does a coffee cost there?",
        "How do I register for the new card?",
    ],
)
def test_an_open_question_is_seen(text: str) -> None:
    assert asks_openly(text, text)


@pytest.mark.parametrize(
    "text",
    [
        # "Máy lấn" is no "mấy lần", "nội nào" no "nơi nào", "làm gì có" no question.
        "Đợi đèn đỏ mà xe máy lấn qua vạch là mất bằng ba tháng, có chính xác không?",
        "Cha nội nào nhắn xưng cục thuế, kêu bấm link lãnh lại tiền, có thiệt hông?",
        "Ông bảo heo nhà nuôi thì ăn tiết canh thoải mái, làm gì có liên cầu lợn",
        # A claim that is asked about outright, with a "which" inside.
        "Nghe nói khoản nào hơn năm triệu là dính thuế thu nhập. Có vậy không?",
        "liệu năm nào cũng phải đóng 5% giá trị của căn thứ hai hay không?",
        # Proof is asked for.
        "70% người trẻ đột quỵ là do gội đầu sau 10h đêm, ai có nguồn cho mình xin",
        "Đập đang nứt một đường hai chục mét. Ai rành cho xin thông tin với.",
        "Is it true that whoever pays by card loses the money?",
    ],
)
def test_a_claim_that_is_asked_about_is_no_open_question(text: str) -> None:
    assert not asks_openly(text, text)


def test_the_frame_around_the_claim_says_how_it_is_asked() -> None:
    claim = "Khoản nào hơn năm triệu là dính thuế thu nhập"
    assert asks_openly(claim)
    assert not asks_openly(claim, f"{claim}, có đúng không ạ?")
