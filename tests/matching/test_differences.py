from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangto.matching.differences import differences
from sangto.matching.types import DIFFERENCE_KINDS

FIVE_G = ["Sóng 5G làm lây lan Covid-19.", "5G mobile networks spread Covid-19."]


@pytest.mark.parametrize(
    ("message", "claims", "kind"),
    [
        ("Sóng 5G không làm lây lan covid", FIVE_G, "negation"),
        ("5G does not spread covid", FIVE_G, "negation"),
        ("5G doesn't spread covid", FIVE_G[:1], "negation"),
        ("5g khong lam lay covid", FIVE_G, "negation"),
        ("Nước chanh chẳng chữa được ung thư", ["Nước chanh chữa được ung thư."], "negation"),
        ("Nước chanh chữa được ung thư", ["Nước chanh không chữa được ung thư."], "negation"),
        ("bão mạnh cấp 15", ["Bão Saudel mạnh cấp 17"], "number"),
        ("phạt 6 triệu đồng khi vượt đèn đỏ", ["Vượt đèn đỏ bị phạt 20 triệu đồng"], "money"),
        ("a fine of $50 for it", ["A fine of $500 for it"], "money"),
        ("SIM sẽ bị khóa sau 24h", ["SIM của bạn sẽ bị khóa trong 2 giờ"], "number"),
        ("chỉ 10% khỏi bệnh", ["Có 90% người khỏi bệnh"], "percent"),
        ("động đất ngày 8/7", ["Động đất xảy ra ngày 5 tháng 7"], "date"),
        ("earthquake on 8 July", ["Động đất xảy ra ngày 5 tháng 7"], "date"),
        ("luật mới từ 2024", ["Luật mới áp dụng từ năm 2026"], "year"),
        ("cắt nước lúc 8h30", ["Cắt nước lúc 20:30"], "time"),
        ("sắp vỡ đập ở Lào Cai", ["Đập ở Nghệ An sắp vỡ"], "place"),
        ("plastic rice from Japan", ["Gạo nhựa Trung Quốc được bán ở chợ"], "place"),
        ("cho uống thuốc ko, k khỏi bệnh", ["Cho uống thuốc khỏi bệnh"], "negation"),
        ("5G doesnt spread covid", FIVE_G, "negation"),
        ("5G đâu có làm lây covid", FIVE_G, "negation"),
        ("CMND vẫn dùng được từ 2025", ["Từ 2025, CMND không còn giá trị"], "opposite"),
        ("SIM bị khóa sau 2 ngày", ["SIM bị khóa sau 2 giờ"], "number"),
        ("trẻ trên 1 tuổi ăn mật ong bị ngộ độc", ["Trẻ dưới 1 tuổi ăn mật ong bị ngộ độc"], "number"),
        ("gạo nhựa bán ở Thái Lan", ["Gạo nhựa được bán ở Việt Nam"], "place"),
        ("phạt 20 USD", ["Phạt 20 triệu đồng"], "money"),
        ("khóa sau một tuần", ["Khóa sau hai tuần"], "number"),
        ("lương tăng gấp ba", ["Lương tăng gấp đôi"], "number"),
        ("Ngân hàng Agribank sắp phá sản", ["Ngân hàng Sacombank sắp phá sản"], "name"),
        ("ngan hang agribank sap pha san", ["Ngân hàng Sacombank sắp phá sản"], "name"),
        ("tắm nước lạnh ban đêm gây đột quỵ", ["Tắm nước nóng ban đêm gây đột quỵ"], "opposite"),
    ],
)
def test_a_changed_detail_is_seen(message: str, claims: list[str], kind: str) -> None:
    found = differences(message, claims)
    assert kind in {difference.kind for difference in found}
    assert {difference.kind for difference in found} <= set(DIFFERENCE_KINDS)


@pytest.mark.parametrize(
    ("message", "claims"),
    [
        ("cột 5G phát ra virus corona", FIVE_G),
        ("5G towers spread the coronavirus", FIVE_G),
        ("bao saudel cap 17", ["Bão Saudel mạnh cấp 17"]),
        ("phạt 20tr vượt đèn đỏ", ["Vượt đèn đỏ bị phạt 20.000.000 đồng"]),
        ("uống 2 lít nước mỗi ngày", ["Uống hai lít nước mỗi ngày chữa ung thư"]),
        ("Earthquake on July 5, 2025 in Japan", ["Động đất xảy ra ở Nhật Bản ngày 5 tháng 7 năm 2025"]),
        ("sim bị khoá sau một ngày", ["SIM bị khóa sau 24 giờ"]),
        ("gạo nhựa bán ở Hà Nội", ["Gạo nhựa được bán ở Việt Nam"]),
        ("sạc qua đêm có cháy máy không các bác", ["Sạc qua đêm làm cháy máy"]),
        ("bị K ruột vì nước lạnh", ["Nước lạnh gây K ruột"]),
        ("uống nước chanh có chữa được ung thư không", ["Uống nước chanh chữa ung thư"]),
        ("không khí ô nhiễm gây ung thư", ["Ô nhiễm không khí gây ung thư"]),
        ("SIM sẽ bị khóa", ["SIM của bạn sẽ bị khóa trong 2 giờ"]),
        ("covid-19 có thật", ["Covid-20 có thật"]),
        ("sacombank sắp phá sản rồi", ["Ngân hàng Sacombank sắp phá sản"]),
        ("tin này", []),
        ("", ["một"]),
    ],
)
def test_other_words_for_the_same_are_no_difference(message: str, claims: list[str]) -> None:
    assert differences(message, claims) == ()


@pytest.mark.parametrize(
    ("message", "claim", "kind", "yours"),
    [
        ("vỡ đập ở Nghệ An", "Đập thủy điện sắp vỡ", "place", "Nghệ An"),
        ("vắc xin làm 10% trẻ bị tự kỷ", "Vắc xin làm trẻ bị tự kỷ", "percent", "10%"),
        ("gửi clip được thưởng 500 nghìn", "Gửi clip được thưởng", "money", "500 nghìn"),
    ],
)
def test_a_detail_that_the_claim_says_nothing_of_is_told(message: str, claim: str, kind: str, yours: str) -> None:
    [found] = differences(message, [claim])
    assert (found.kind, found.yours, found.article) == (kind, yours, "")


def test_a_number_elsewhere_in_a_long_message_counts() -> None:
    whole = "Cảnh báo khẩn. SIM của bạn sẽ bị khóa. Thời hạn là 48 giờ kể từ bây giờ."
    claims = ["SIM sẽ bị khóa trong 2 giờ"]
    assert differences("SIM của bạn sẽ bị khóa", claims) == ()
    assert [d.kind for d in differences("SIM của bạn sẽ bị khóa", claims, whole)] == ["number"]


def test_both_sides_are_shown_as_written() -> None:
    [found] = differences("phạt 6 triệu đồng", ["Phạt 20 triệu đồng"])
    assert (found.yours, found.article) == ("6 triệu đồng", "20 triệu đồng")


def test_the_claim_itself_has_the_last_word() -> None:
    """A title may name the true number: a message that names it is not the rumour."""
    assert [d.article for d in differences("bão cấp 15", ["Bão cấp 17", "Bão chỉ cấp 15"])] == ["cấp 17"]
    assert differences("bão cấp 15", ["Bão rất mạnh", "Bão cấp 15"]) == ()


@settings(deadline=None, max_examples=150)
@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_no_text_differs_from_itself(text: str) -> None:
    assert differences(text, [text]) == ()


@settings(deadline=None, max_examples=150)
@given(st.integers(2, 99), st.integers(2, 99), st.sampled_from(["%", " người", " kg", " triệu đồng", " days"]))
def test_a_number_differs_exactly_when_it_does(one: int, other: int, unit: str) -> None:
    found = differences(f"có {one}{unit} như vậy", [f"Có {other}{unit} như vậy"])
    assert bool(found) is (one != other)


@pytest.mark.parametrize(
    "text", ["1." * 100_000, "5/" * 100_000, "ngày 1 " * 30_000, "không " * 40_000, "$1," * 60_000]
)
def test_long_rows_are_quick(text: str) -> None:
    started = time.process_time()
    differences(text, [text, "ngày 1 tháng 2"])
    assert time.process_time() - started < 4
