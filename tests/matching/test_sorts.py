"""Retold claims: another thing of the same sort is told in any frame. The sentences are this test's own."""

from __future__ import annotations

import pytest

from sangto.matching.differences import differences
from sangto.matching.guard.headed import headed_names
from sangto.matching.guard.reading import read

COUNCIL = "The council of Ostenby will close all libraries in 2031"


@pytest.mark.parametrize(
    ("message", "claim", "kind"),
    [
        # After a word that says what is named, whatever the name.
        ("Nghe người ta kể nước sông Ngàn Phố lên tới mái nhà rồi", "Lũ sông Bưởi ngập mái hàng trăm căn nhà", "place"),
        ("Cô tôi dặn coi chừng bão Hanuu sắp vô, có thật không", "Bão Tirok đổ bộ trong đêm nay", "name"),
        ("Sao bộ Nội vụ lại cấm bán thuốc ho cho con nít vậy", "Bộ Y tế cấm bán thuốc ho cho trẻ dưới 2 tuổi", "name"),
        ("toi khong tin benh vien Phuc Tam het thuoc te", "Bệnh viện Hòa Ân hết thuốc tê, hoãn mọi ca mổ", "name"),
        ("Did Hurricane Oswin really rip that roof off?", "Hurricane Tamsin tore the roof off a school", "name"),
        # Things of one sort, in any words around them and in another language.
        ("Con tôi bị hen suyễn, bà nội bắt uống mật gấu, có hết không", "Mật gấu chữa khỏi bệnh trầm cảm", "name"),
        ("dì tôi đắp lá lốt trị bệnh suyễn, có cơ sở không ạ", "Đắp lá lốt chữa khỏi bệnh loãng xương", "name"),
        ("Is it so that a shark swam into the flooded school?", "Cá sấu bơi vào sân trường ngập nước", "name"),
        ("Somebody let 40 monkeys loose in the mall", "The zoo released 40 penguins in the mall", "name"),
        ("Bà con đồn con hổ về làng bắt gà", "Con gấu về làng bắt gà của dân", "name"),
        # Words with a capital, in the frame of the claim.
        ("The mayor of Quillford sold the town hall", "The mayor of Ostenby sold the town hall for a dollar", "name"),
        ("In 2031 the council of Vardmoor shall close all libraries", COUNCIL, "name"),
    ],
)  # fmt: skip
def test_another_of_the_sort_is_told(message: str, claim: str, kind: str) -> None:
    assert kind in {difference.kind for difference in differences(message, [claim])}


@pytest.mark.parametrize(
    ("message", "claim"),
    [
        ("Nước sông Bưởi ngập tới mái nhà thiệt hả bà con", "Lũ sông Bưởi ngập mái hàng trăm căn nhà"),
        ("Nhà ngập tới mái luôn, nghe nói nước từ sông đổ về", "Lũ sông Bưởi ngập mái hàng trăm căn nhà"),
        ("Bộ đội tới cứu dân ở sông Bưởi rồi phải không", "Lũ sông Bưởi ngập mái, bộ đội phải cứu dân"),
        ("Bộ cấm bán thuốc ho cho con nít hả", "Bộ Y tế cấm bán thuốc ho cho trẻ dưới 2 tuổi"),
        ("bv hoa an het thuoc te roi", "Bệnh viện Hòa Ân hết thuốc tê, hoãn mọi ca mổ"),
        ("Mẹ tôi tiểu đường lâu năm, mật gấu chữa được trầm cảm thật à", "Mật gấu chữa khỏi bệnh trầm cảm"),
        ("mat gau chua duoc tram cam a", "Mật gấu chữa khỏi bệnh trầm cảm"),
        ("An alligator swam into the flooded school", "Cá sấu bơi vào sân trường ngập nước"),
        ("My aunt in Quillford says the council of Ostenby closes its libraries", COUNCIL),
    ],
)  # fmt: skip
def test_the_same_of_the_sort_or_none_is_no_difference(message: str, claim: str) -> None:
    assert differences(message, [claim]) == ()


@pytest.mark.parametrize(
    ("message", "claim"),
    [
        ("Uống 20 gam muối", "Một gói chứa 12 gam muối"),
        ("Cầu gãy sáu nhịp rồi", "Cầu bị gãy hai nhịp"),
        ("Trả lời chín câu là có quà", "Trả lời bốn câu hỏi là có quà"),
        ("It takes 20 secs", "It takes 10 seconds"),
        ("ho tra toi 2450 do la", "They pay 245 dollars"),
        ("Vàng lên trăm chín mươi triệu một cây", "Vàng lên 180 triệu một cây"),
        ("Được trả lại hai triệu rưỡi", "Được trả lại 2 triệu đồng"),
        ("Có 5.000 người ngộ độc", "Hơn 500 người ngộ độc"),
        ("It is dangerous after longer than 240 hours", "It is dangerous after more than 24 hours"),
    ],
)
def test_numbers_are_seen_in_every_form(message: str, claim: str) -> None:
    assert {difference.kind for difference in differences(message, [claim])} <= {"number", "money", "time", "name"}
    assert differences(message, [claim])


@pytest.mark.parametrize(
    ("message", "claim"),
    [
        ("Được trả lại hai triệu rưỡi", "Được trả lại 2,5 triệu đồng"),
        ("Vàng lên trăm tám mươi triệu một cây", "Vàng lên 180 triệu một cây"),
        ("100k slaves built it", "100,000 slaves built it"),
        ("Drinking 3L a day", "Drinking three litres a day"),
        ("Có 800 người ngộ độc", "Hơn 500 người ngộ độc"),
        ("Người 85 tuổi cũng phải đi khám", "Người trên 60 tuổi phải đi khám"),
        ("Nước mở nắp ba ngày sinh vi khuẩn", "Nước mở nắp quá 24 giờ sinh vi khuẩn"),
    ],
)
def test_one_amount_in_two_forms_is_no_difference(message: str, claim: str) -> None:
    assert differences(message, [claim]) == ()


def test_a_title_that_tells_the_truth_makes_no_difference() -> None:
    """A fact check denies in its title what its claim says; a message that says it is the rumour."""
    claims = ["Mật gấu chữa khỏi bệnh trầm cảm", "Mật gấu không chữa được bệnh trầm cảm, bác sĩ khẳng định"]
    assert differences("Uống mật gấu chữa được bệnh trầm cảm phải không", claims) == ()
    assert {d.kind for d in differences("Mật gấu không chữa được bệnh trầm cảm", claims)} == {"negation"}


def test_a_head_without_a_name_names_nothing() -> None:
    message = "nước từ sông đổ về, cầu thủ và bộ đội cùng chạy"
    assert [*headed_names(read(message), message, ["Lũ sông Bưởi cuốn cầu Treo, Bộ Y tế cứu trợ"])] == []
