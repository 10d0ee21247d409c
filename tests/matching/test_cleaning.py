from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangto.lib.folding import MAX_CHARS, fold
from sangto.matching.cleaning import MAX_PARTS, fingerprint, folded_tokens, one_tone_place, read_message, tokens

anything = st.text(st.characters(exclude_categories=()), max_size=300)


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("Mn ơi cho em hỏi uống nước chanh chữa ung thư có đúng không ạ?", "uống nước chanh chữa ung thư"),
        ("Có phải mấy cột 5G phát ra virus corona không mọi người?", "mấy cột 5G phát ra virus corona"),
        ("Is it true that coronavirus spreads through 5G towers?", "coronavirus spreads through 5G towers"),
        ("cho e hoi sim bi khoa trong 24h that ko a", "sim bi khoa trong 24h"),
        ("em nghe nói là sắp vỡ đập thủy điện hả mn, thật hay giả vậy?", "sắp vỡ đập thủy điện"),
        ("Gạo nhựa!!! https://example.org/x?y=1 #GaoNhua @someone", "Gạo nhựa! Gao Nhua"),
        ("vaccine gây tự kỷ thật ko", "vắc xin gây tự kỷ"),
        ("thật không?", "thật không"),
        ("🙏🙏🙏", ""),
    ],
)
def test_the_frame_falls_away(text: str, core: str) -> None:
    assert read_message(text).core == core


def test_knows_vietnamese_without_diacritics() -> None:
    assert read_message("uong nuoc chanh chua ung thu").bare
    assert not read_message("uống nước chanh").bare
    assert not read_message("hot lemon water cures cancer").vietnamese


def test_a_long_forward_has_parts() -> None:
    forward = "TIN KHẨN! " + " ".join(f"Câu thứ {n} của tin này nói về một chuyện khác nữa rất dài." for n in range(40))
    message = read_message(forward)
    assert 2 <= len(message.parts) <= MAX_PARTS
    assert read_message("Một câu ngắn. Hai câu ngắn.").parts == ()


def test_one_spelling_for_each_tone() -> None:
    assert tokens("Hoà bình, THUỶ điện, quý giá, hoá") == ["hòa", "bình", "thủy", "điện", "quý", "giá", "hóa"]
    assert one_tone_place("toàn hoài ngoại") == "toàn hoài ngoại"


def test_fingerprints() -> None:
    claim = fingerprint("Uống nước chanh chữa khỏi ung thư.")
    assert claim
    assert fingerprint("  UONG nuoc chanh, chua khoi ung thu !!! ") == claim
    assert fingerprint("Uống nước chanh không chữa khỏi ung thư.") != claim
    assert fingerprint("Uống 2 nước chanh chữa khỏi ung thư.") != claim
    assert fingerprint("ung thư") == ""


@settings(deadline=None, max_examples=150)
@given(anything)
def test_any_message_can_be_read(text: str) -> None:
    message = read_message(text)
    assert len(message.core) <= MAX_CHARS
    assert len(message.parts) <= MAX_PARTS
    assert "\n" not in message.core
    assert message.core.encode("utf-8").decode("utf-8") == message.core
    assert all(fold(token) == token for token in folded_tokens(text))


@pytest.mark.parametrize(
    "unit",
    [
        "\ufdfa",
        "@a ",
        "có ",
        "a,",
        "share ngay ",
        "nghe ",
        "hả k ",
        ". ",
        "— a",
        " ?",
        "#aA",
        "là ",
        "chia sẻ ngay cho ",
    ],
)
def test_rows_of_anything_are_quick(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    started = time.process_time()
    read_message(text)
    fingerprint(text)
    assert time.process_time() - started < 6


@pytest.mark.parametrize("text", ["Kết quả thí nghiệm trong quý III năm 2024", "Thế chiến III bắt đầu ở đâu đó"])
def test_ordinary_prose_stays_as_it_is(text: str) -> None:
    assert read_message(text).core == text
