"""Messages that follow a claim word by word, with one thing changed: names and things that no list has.

The sentences were written for this test; none stands in the labelled set.
"""

from __future__ import annotations

import pytest

from sangto.lib.folding import fold
from sangto.matching.cleaning import read_message
from sangto.matching.differences import differences
from sangto.matching.encoder import Encoder
from sangto.matching.restore import Restorer
from sangto.matching.telling import means_otherwise

# (claim, what is in it, what a trap says instead)
CHANGED = [
    ("Đập Suối Mỡ tràn nước xuống xã Vân Sơn lúc rạng sáng", "Vân Sơn", "Mai Pha"),
    ("Bộ Y tế cấm bán thuốc ho cho trẻ dưới 2 tuổi", "Bộ Y tế", "Bộ Xây dựng"),
    ("Bộ Y tế cấm bán thuốc ho cho trẻ dưới 2 tuổi", "Y tế", "Nội vụ"),
    ("Nước sông Mã dâng cao nhấn chìm ba bến đò", "Mã", "Đáy"),
    ("Người mua bơ ở chợ Bà Hoa bị lừa bằng cân giả", "bơ", "mít"),
    ("Một con rùa nặng 90 kg lạc vào sân trường tiểu học", "rùa", "lợn"),
    ("Chó thả rông ở bãi biển sẽ bị bắt và tiêu hủy", "Chó", "Dê"),
    ("WHO khuyên mỗi người ngủ ít nhất chín tiếng", "WHO", "FAO"),
    ("Facebook sẽ tính phí mỗi lần đăng ảnh gia đình", "Facebook", "Lotus"),
    ("Sổ đỏ cấp trước năm 2010 phải đổi lại trước tháng 8", "Sổ đỏ", "Bằng lái"),
    ("Đeo tai nghe khi ngủ gây u não ở người trẻ", "tai nghe", "đồng hồ"),
    ("Thí sinh vùng lũ được hoãn thi đến tháng bảy", "Thí sinh", "Giáo viên"),
    ("Uống nước lá vối mỗi ngày trong ba tháng chữa dứt bệnh gút", "ba tháng", "bảy tháng"),
    ("Cứ mười quả trứng ở chợ thì hai quả có thuốc tẩy", "mười quả", "hai mươi quả"),
    ("Học sinh từ 9 đến 14 tuổi phải đo thính lực", "9 đến 14", "12 đến 14"),
    ("Đường ray mới ngập từ 3/5 đến 30/5 ở ga Lộc Sơn", "30/5", "30/8"),
    ("Glaciers of Orvand lost a tenth of their ice in 2019", "Orvand", "Tesmark"),
    ("The Velto app records every call made on a train", "Velto", "Quibbo"),
    ("Chewing parsley after lunch stops snoring within four nights", "parsley", "liquorice"),
    ("The mayor of Lindhaven was arrested for selling tap water", "tap water", "lottery tickets"),
    ("Facebook will charge for every photo that grandparents post", "Facebook", "Pinterest"),
]
FRAMES_VI = ("{}", "Cho hỏi {} có đúng không ạ?", "Em mới đọc được tin {}. Có chính xác không ạ?", "Chia sẻ gấp: {}!")
FRAMES_EN = ("{}", "Is it true that {}?", "My aunt sent me this: {}. Real?")


def _core(text: str) -> str:
    return read_message(text).core


def _frames(claim: str) -> tuple[str, ...]:
    return FRAMES_EN if claim.isascii() else FRAMES_VI


@pytest.mark.parametrize(("claim", "old", "new"), CHANGED)
def test_another_thing_in_its_place_is_told_in_every_frame_and_spelling(claim: str, old: str, new: str) -> None:
    for frame in _frames(claim):
        changed, same = frame.format(claim.replace(old, new)), frame.format(claim)
        for spelled in (str, str.lower, fold):
            assert differences(_core(spelled(changed)), [claim]), spelled(changed)
            assert differences(_core(spelled(same)), [claim]) == (), spelled(same)


@pytest.mark.parametrize(
    ("message", "claim", "kind"),
    [
        (
            "There is no truth in the story that lightning loves tall priests",
            "Lightning loves tall priests",
            "negation",
        ),
        ("Không có chuyện cầu Đá Bạc không cho xe tải qua", "Cầu Đá Bạc không cho xe tải qua", "negation"),
        ("em moi doc duoc tin vắc xin cum khong lam tre biếng an", "Vaccine cúm làm trẻ biếng ăn", "negation"),
        ("chia se gap: xe do truoc nha co the bi khoa banh", "Xe đỗ trước nhà sẽ bị khóa bánh", "modality"),
        ("hai muoi dau ngon tay phai cham kim khi bi ngat", "Mười đầu ngón tay phải châm kim khi bị ngất", "number"),
    ],
)
def test_what_was_changed_around_the_things_is_told(message: str, claim: str, kind: str) -> None:
    assert kind in {difference.kind for difference in differences(_core(message), [claim])}


@pytest.mark.parametrize(
    ("message", "claim"),
    [
        # "hong" is "hồng" here, and "hông" (not) in chats; "min" is "mịn", and an administrator in chats.
        ("nuoc song hong dang cao hon bao dong ba", "Nước sông Hồng dâng cao hơn báo động ba"),
        ("may loc hut het bui min trong phong mo", "Máy lọc hút hết bụi mịn trong phòng mổ"),
        ("tiem vắc xin sởi cho be o tram y te phai dat lich", "Tiêm vaccine sởi cho bé ở trạm y tế phải đặt lịch"),
        ("Con 2 ngày nữa là cầu Đá Bạc đóng cửa", "Còn hai ngày nữa là cầu Đá Bạc đóng cửa"),
        ("Chia sẻ gấp: xe đỗ trước nhà sẽ bị khóa bánh!", "Xe đỗ trước nhà sẽ bị khóa bánh"),
        ("Velto records every call that is made on a train, is that so?", "Velto records every call made on a train"),
    ],
)
def test_spelling_and_frames_are_no_difference(message: str, claim: str) -> None:
    assert differences(_core(message), [claim]) == ()


def test_what_is_asked_about_things_is_as_people_write_them() -> None:
    """Whoever tells meanings is given the claim's words with their diacritics, also for a message without."""
    asked: list[tuple[str, str]] = []

    def note(_: str, yours: str, article: str) -> bool:
        asked.append((yours, article))
        return True

    claim = "Đeo máy nghe khi ngủ gây u não ở người trẻ"
    assert differences("deo chum khoa khi ngu gay u nao o nguoi tre", [claim], "", note)
    assert asked == [("chum khoa", "máy nghe")]


def test_another_number_is_not_asked_about() -> None:
    claim = "Cứ ba nhà thì một nhà có giun trong bể nước"
    assert differences("Cứ bảy nhà thì một nhà có giun trong bể nước", [claim], "", lambda *_: False)
    assert differences("cu bay nha thi mot nha co giun trong be nuoc", [claim], "", lambda *_: False)


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    restorer = Restorer.shipped()
    restorer.learn(claim for claim, _, _ in CHANGED)
    return restorer


@pytest.mark.parametrize(
    ("text", "yours", "article", "otherwise"),
    [
        ("hai đập cùng lúc mở cửa xả trong đêm bão", "cùng lúc", "đồng thời", False),
        ("người già ở vùng lũ được phát áo phao", "áo phao", "xe máy", True),
        ("the fumes can set the whole house alight", "house", "home", False),
        ("the fumes can set the whole house alight", "fumes", "pupils", True),
        ("một con lợn nặng 90 kg lạc vào sân trường", "lợn", "rùa", True),
        ("mot con lon nang 90 kg lac vao san truong", "lon", "rùa", True),
        ("mot con rua nang 90 kg lac vao san truong", "rua", "rùa", False),
        ("người già ở vùng lũ", "không có trong câu", "áo phao", True),
    ],
)
def test_the_encoder_tells_other_words_from_other_things(
    encoder: Encoder, restorer: Restorer, text: str, yours: str, article: str, otherwise: bool
) -> None:
    assert means_otherwise(text, yours, article, encoder, restorer.restore) is otherwise
