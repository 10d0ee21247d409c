"""Words that mean the same in the North, the Centre and the South of Vietnam, for matching by words.

They are equivalents, no corrections: the message keeps what its writer wrote. Written for this project.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sangto.lib.folding import fold

# One line, one meaning. Words that also mean something else everywhere ("răng", "mô") stand here too: an equivalent
# only adds a way to match and is weighed below the word itself.
_SETS: Final = (
    # Questions and pointers
    "gì chi", "đâu mô", "sao răng", "thế vậy rứa", "kia tê", "này ni", "ấy nớ đấy đó", "giờ chừ", "nào mô",
    # People
    "tôi tui", "mẹ má mạ u bầm", "bố ba cha tía thầy bọ", "ổng ông", "bả bà", "ảnh anh", "chỉ chị", "cô o", "mày mi",
    "tao tau choa", "bọn tụi lũ",
    # Not and so
    "không hổng hông chẳng chả", "rất lắm dữ", "thật thiệt", "nhất nhứt", "về dìa", "vào vô", "xa ngái", "đừng chớ",
    "nhé nha nghen hen", "làm mần", "bảo biểu nói", "gọi kêu", "dùng xài", "đắt mắc", "vứt quăng liệng", "cãi cự",
    "ngã té", "ốm bệnh bịnh đau", "gầy ốm", "béo mập", "to bự lớn", "bé nhỏ", "trêu chọc ghẹo",
    "nhanh lẹ mau", "muộn trễ", "bẩn dơ", "rẽ quẹo", "đỗ đậu", "đón rước", "tiêm chích", "buộc cột", "bơi lội",
    "mách méc",
    # Food
    "lợn heo", "ngô bắp", "sắn mì", "lạc phộng", "dứa thơm khóm", "quả trái", "hoa bông", "hạt hột", "vừng mè",
    "chè trà", "nước nác",
    "mùi ngò", "thìa muỗng", "bát chén tô đọi", "đĩa dĩa", "cốc ly",
    # Things
    "chăn mền", "màn mùng", "tất vớ", "ô dù", "mũ nón", "túi bịch", "tẩy gôm", "phanh thắng",
    "thuyền ghe xuồng", "diêm quẹt", "lốp vỏ", "săm ruột", "ví bóp",
    "đường đàng", "ngõ hẻm kiệt", "tầng lầu", "trâu tru", "đầu trốc",
    # The same word in another sound
    "bệnh bịnh", "sinh sanh", "tính tánh", "chính chánh", "lĩnh lãnh", "phúc phước", "lệnh lịnh", "mệnh mạng",
    "nhân nhơn",
    "đàn đờn", "hoàng huỳnh", "vũ võ", "cảnh kiểng", "thư thơ", "bảo bửu", "trường tràng", "trời giời",
    "khỏe khoẻ mạnh", "gửi gởi", "cám cảm",
)  # fmt: skip


def _table(sets: tuple[str, ...], *, folded: bool) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for line in sets:
        together = [fold(word) if folded else word for word in line.split()]
        for word in together:
            found.setdefault(word, {}).update(dict.fromkeys(other for other in together if other != word))
    return MappingProxyType({word: tuple(others) for word, others in found.items() if others})


_WRITTEN: Final = _table(_SETS, folded=False)
_FOLDED: Final = _table(_SETS, folded=True)


def equivalents(word: str) -> tuple[str, ...]:
    """Words of other regions for a lower-case word; a word without diacritics gets them without."""
    return _WRITTEN.get(word) or (_FOLDED.get(word, ()) if word.isascii() else ())
