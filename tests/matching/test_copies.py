from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangto.matching.copies import BANDS, bands, canonical_url, hamming, resemblance, simhash, urls_of

CLAIM = "Từ ngày 1 tháng 7 người dân phải đổi căn cước công dân gắn chip, ai không đổi sẽ bị khóa tài khoản ngân hàng."


def test_a_near_copy_shares_bands() -> None:
    copy = CLAIM.replace("phải", "bắt buộc phải").upper() + " 🙏🙏"
    assert set(bands(CLAIM)) & set(bands(copy))
    assert len(bands(CLAIM)) == BANDS
    assert resemblance(CLAIM, copy) > 0.8
    assert hamming(simhash(CLAIM), simhash(copy)) < 16


def test_another_claim_shares_none() -> None:
    other = "Uống nước chanh nóng mỗi sáng chữa khỏi ung thư giai đoạn cuối, bệnh viện đã xác nhận."
    assert not set(bands(CLAIM)) & set(bands(other))
    assert resemblance(CLAIM, other) < 0.05
    assert hamming(simhash(CLAIM), simhash(other)) > 16


def test_nothing_has_no_bands() -> None:
    assert bands("") == bands("🙏") == []
    assert simhash("") == 0
    assert resemblance("", "") == resemblance(CLAIM, "") == 0


@pytest.mark.parametrize(
    ("spellings", "canonical"),
    [
        (
            [
                "http://www.Example.vn/tin/a-1.html?utm_source=zalo&fbclid=abc#top",
                "https://m.example.vn:443/tin//a-1.html/",
                "hxxps://example[.]vn/tin/./x/../a-1.html?gclid=1",
                "www.example.vn/tin/%61-1.html",
            ],
            "https://example.vn/tin/a-1.html",
        ),
        (
            [
                "https://youtu.be/abcdefghijk?si=1",
                "https://m.youtube.com/watch?app=desktop&v=abcdefghijk&t=10s",
                "youtube.com/shorts/abcdefghijk",
            ],
            "https://youtube.com/watch?v=abcdefghijk",
        ),
        (["https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2&utm_id=3"], "https://a.example/x?a=1&b=2"),
        (["https://sáng-tỏ.example/a", "https://SÁNG-TỎ.example/a/", "https://xn--sng-t-xqa2574c.example/a"], None),
        (["https://a.example/tin-t%E1%BB%A9c", "https://a.example/tin-tức"], "https://a.example/tin-t%E1%BB%A9c"),
    ],
)
def test_one_spelling_of_an_address(spellings: list[str], canonical: str | None) -> None:
    found = {canonical_url(spelling) for spelling in spellings}
    assert len(found) == 1
    assert canonical is None or found == {canonical}


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/some.body",
        "https://m.facebook.com/some.body/posts/123",
        "https://facebook.com/profile.php?id=1",
        "https://www.facebook.com/story.php?story_fbid=1&id=2",
        "https://x.com/someone/status/1",
        "https://www.tiktok.com/@someone/video/1",
        "https://youtube.com/@someone",
        "https://youtube.com/channel/UCabcdefghijk",
        "https://t.me/someone/12",
        "https://zalo.me/0900000000",
        "https://medium.example/@someone/a",
        "https://user:word@a.example/x",
        "https://[::1",
        "mailto:someone@a.example",
        "javascript:alert(1)",
        "",
    ],
)
def test_what_leads_to_a_person_is_no_address(url: str) -> None:
    assert canonical_url(url) == ""


def test_addresses_of_a_message() -> None:
    text = (
        "Xem (https://a.example/x_(y)?utm_medium=1). Và www.b.example/tin!, https://a.example/x_(y) https://c.example"
    )
    assert urls_of(text) == ["https://a.example/x_(y)", "https://b.example/tin"]


anything = st.text(st.characters(exclude_categories=()), max_size=300)


@settings(deadline=None, max_examples=100)
@given(anything, anything)
def test_anything_can_be_compared(first: str, second: str) -> None:
    assert len(bands(first)) in {0, BANDS}
    assert 0 <= resemblance(first, second) <= 1
    assert resemblance(first, second) == resemblance(second, first)
    assert resemblance(first, first) in {0.0, 1.0}
    assert 0 <= simhash(first) < 2**64
    canonical = canonical_url(first)
    assert canonical == "" or canonical_url(canonical) == canonical
