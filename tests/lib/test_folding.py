from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangto.lib.folding import MAX_CHARS, fold, has_diacritics, lacks_diacritics, nfc, tidy, words

anything = st.text(st.characters(exclude_categories=()), max_size=300)

# What once crashed or hung some text engine: the code point that grows eighteenfold, NUL, half characters, and marks
# whose sorting is quadratic.
NASTY = [
    "\ufdfa" * 200_000,
    "\x00" * 200_000,
    "\ud800" * 200_000,
    "a" + "\u0300\u0316" * 100_000,
    "a" + "\u0f71\u0f72\u0f74" * 70_000,
    "\U0001d165\U0001d16d" * 100_000,
    "\u202e\u200b" * 100_000,
    "\xff\xfe\x00\x01" * 50_000,
    " " * 200_000,
]


def test_it_works() -> None:
    assert fold("Uống NƯỚC Đường, chữa bệnh!") == "uong nuoc duong, chua benh!"
    assert tidy("  a\u200bb\u202e \n\n c\x00d ") == "ab c d"
    assert words("Covid-19 (5G) don't") == ["Covid", "19", "5G", "don't"]


def test_fold_leaves_other_scripts_alone() -> None:
    assert fold("Ёлка ท้อง") == unicodedata.normalize("NFC", "елка ท้อง")
    assert fold("हिन्दी") == "हिन्दी"


@pytest.mark.parametrize(
    ("text", "marked", "bare"),
    [
        ("uống nước chanh chữa ung thư", True, False),
        ("uong nuoc chanh chua ung thu co that k", False, True),
        ("mn oi nghe noi 5g gay covid dung ko", False, True),
        ("sim bi khoa trong 24h", False, True),
        ("Is it true that the vaccine causes autism?", False, False),
        ("Can you tell me to go to the mall", False, False),
        ("A friend of Nguyễn told me that this is a scam on the phone", False, False),
        ("", False, False),
        ("5 10 15", False, False),
    ],
)
def test_reads_how_vietnamese_is_typed(text: str, marked: bool, bare: bool) -> None:
    assert has_diacritics(text) is marked
    assert lacks_diacritics(text) is bare


@settings(deadline=None, max_examples=200)
@given(anything)
def test_fold_is_stable_and_has_no_vietnamese_left(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert not has_diacritics(once)
    assert once.encode("utf-8").decode("utf-8") == once


@settings(deadline=None, max_examples=200)
@given(anything, st.integers(1, 50))
def test_tidy_is_stable_bounded_and_visible(text: str, limit: int) -> None:
    line = tidy(text)
    assert tidy(line) == line
    assert len(tidy(text, limit)) <= limit
    assert not set(line) & {"\u200b", "\u202e", "\u2066", "\ufeff", "\x00", "\n", "\t"}
    assert line.encode("utf-8").decode("utf-8") == line


@settings(deadline=None, max_examples=200)
@given(anything)
def test_nfc_is_stable_and_can_be_stored(text: str) -> None:
    stored = nfc(text)
    assert nfc(stored) == stored
    assert unicodedata.is_normalized("NFC", stored)
    assert stored.encode("utf-8").decode("utf-8") == stored


@settings(deadline=None, max_examples=200)
@given(anything)
def test_no_text_is_both_with_and_without_diacritics(text: str) -> None:
    assert not (has_diacritics(text) and lacks_diacritics(text))


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_200_kb_of_anything_is_quick(text: str) -> None:
    started = time.process_time()
    assert len(tidy(text)) <= MAX_CHARS
    for function in (fold, nfc, has_diacritics, lacks_diacritics, words):
        function(text)
    # A quadratic step took 100 s here; the bound leaves room for a slow machine.
    assert time.process_time() - started < 8
