from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from sangto.lib.cleaning import clean_line, clean_text, looks_binary, shorten


def test_it_works() -> None:
    assert clean_text(" Uống\u200b nước \u202echanh\r\nchữa\x00 bệnh \n\n\n\n?") == "Uống nước chanh\nchữa bệnh\n\n?"


def test_decomposed_vietnamese_becomes_nfc() -> None:
    assert clean_text(unicodedata.normalize("NFD", "Tiếng Việt")) == "Tiếng Việt"


def test_piles_of_marks_are_cut() -> None:
    assert len(clean_text("a" + "\u0301" * 500)) < 10


@given(st.text())
def test_cleaning_twice_changes_nothing_and_can_be_stored(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert "\x00" not in once
    once.encode()


@given(st.text(), st.integers(min_value=2, max_value=60))
def test_shorten_keeps_to_the_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


def test_pasted_bytes_are_seen() -> None:
    assert looks_binary("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01")
    assert not looks_binary("Có phải dịch sốt xuất huyết đang lan ở Hà Nội không? 🤔")
    assert clean_line("a\nb") == "a b"
