"""The strict comparison: names that no list has, one "not" more, a "may" for a "will"."""

from __future__ import annotations

import pytest

from sangto.matching.differences import differences

BANANAS = "Five hundred tons of bananas from Zorvania carry a worm called Helicobacter that kills people."


@pytest.mark.parametrize(
    ("message", "claim", "kind"),
    [
        (
            "Five hundred tons of almonds from Zorvania carry a worm called Helicobacter that kills people.",
            BANANAS,
            "name",
        ),
        (
            "Five hundred tons of bananas from Quelland carry a worm called Helicobacter that kills people.",
            BANANAS,
            "name",
        ),
        (
            "A 5G test in The Hague killed about 300 ravens in a park.",
            "A 5G test in The Hague killed about 300 starlings in a park.",
            "name",
        ),
        (
            "Muỗi mang vi khuẩn Xylaria thả ở Nha Trang làm người bị đốt vô sinh",
            "Muỗi mang vi khuẩn Wolbachia thả ở Nha Trang làm người bị đốt vô sinh",
            "name",
        ),
        (
            "hon 500 nguoi o long khanh ngo doc sau khi an pho nhiem khuan",
            "Hơn 500 người ở Long Khánh ngộ độc sau khi ăn bánh mì nhiễm khuẩn",
            "name",
        ),
        (
            "The Amazon rainforest does not produce 20 percent of the oxygen we breathe",
            "The Amazon rainforest produces 20 percent of the oxygen we breathe",
            "negation",
        ),
        (
            "Electric cars are not 20 times more likely to catch fire than petrol cars",
            "Electric cars are 20 times more likely to catch fire than petrol cars",
            "negation",
        ),
        (
            "Vaccine phòng dại không làm người tiêm bị mất trí nhớ",
            "Vaccine phòng dại làm người tiêm bị mất trí nhớ",
            "negation",
        ),
        (
            "bao mat troi ngay 21/12 co the lam mat internet toan cau",
            "Bão mặt trời ngày 21/12 sẽ làm mất internet toàn cầu",
            "modality",
        ),
        (
            "Residents may be fined for burning leaves in the yard",
            "Residents will be fined for burning leaves in the yard",
            "modality",
        ),
        (
            "Bảo hiểm xã hội tặng 4 triệu đồng cho người có lương hưu dưới 3,5 triệu",
            "Bảo hiểm xã hội tặng 2 triệu đồng cho người có lương hưu dưới 3,5 triệu",
            "number",
        ),
        (
            "Is the metro free for life for anyone over 10?",
            "Tàu metro miễn phí vé trọn đời cho người trên 50 tuổi.",
            "number",
        ),
    ],
)
def test_what_was_changed_is_told(message: str, claim: str, kind: str) -> None:
    assert kind in {difference.kind for difference in differences(message, [claim])}


@pytest.mark.parametrize(
    ("message", "claim"),
    [
        (BANANAS, BANANAS),
        ("five hundred tons of bananas from zorvania carry a worm called helicobacter that kills people?", BANANAS),
        ("Vaccine phòng dại làm người tiêm bị mất trí nhớ không", "Vaccine phòng dại làm người tiêm bị mất trí nhớ"),
        ("hộp tiết kiệm điện giá 199k giảm 40% tiền điện", "Hộp tiết kiệm điện giá 199.000 đồng giảm 40% tiền điện"),
        ("một con hổ nặng 150 kg xổng khỏi vườn thú ở Nghệ An", "Một con hổ nặng 150 kg xổng khỏi vườn thú ở Nghệ An"),
    ],
)
def test_what_is_the_same_is_no_difference(message: str, claim: str) -> None:
    assert differences(message, [claim]) == ()


def test_the_last_word_on_things_has_who_can_tell_meanings() -> None:
    asked = []

    def never(text: str, yours: str, article: str) -> bool:
        asked.append((yours, article))
        return yours not in text

    message, claim = "A 5G dance in the park killed some starlings", "A 5G visit in the park killed some starlings"
    assert differences(message, [claim])
    assert differences(message, [claim], "", never) == ()
    assert asked == [("dance", "visit")]


def test_names_are_told_whatever_vectors_say() -> None:
    message = "Five hundred tons of bananas from Quelland carry a worm called Helicobacter that kills people."
    assert differences(message, [BANANAS], "", lambda *_: False)
