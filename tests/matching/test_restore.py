"""Diacritics come back from the shipped model, better after learning; nothing else in a text changes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangto.lib.folding import fold
from sangto.matching.restore import RestoreFileError, Restorer, collocations, written_out

HERE = [
    "Hồ Suối Giăng xả lũ làm ngập ba thôn của xã Bản Rịa trong đêm.",
    "Đập Suối Giăng không vỡ, người dân xã Bản Rịa đã về nhà.",
    "Trạm y tế xã Bản Rịa phát thuốc khử khuẩn nước giếng sau lũ.",
]


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return Restorer.shipped()


@pytest.mark.parametrize(
    "written",
    [
        "Uống nước chanh ấm không gây ung thư",
        "Ngân hàng yêu cầu chuyển khoản để xác thực sinh trắc học",
        "bộ y tế cảnh báo dịch sốt xuất huyết",
        "vỡ đập thủy điện, người dân phải sơ tán",
        "căn cước công dân hết hiệu lực",
    ],
)
def test_common_sentences_come_back_from_the_shipped_model(restorer: Restorer, written: str) -> None:
    folded = "".join(f.upper() if w.isupper() else f for w, f in zip(written, fold(written), strict=True))
    assert restorer.restore(folded) == written


def test_what_a_desk_has_published_is_restored_as_it_wrote_it() -> None:
    restorer = Restorer.shipped()
    asked = "dap suoi giang o xa ban ria vo chua"
    restorer.learn(HERE)
    assert "đập suối giăng" in restorer.restore(asked)
    assert "xã bản rịa" in restorer.restore(asked)


def test_links_numbers_marks_and_foreign_words_stay(restorer: Restorer) -> None:
    text = "http://vi-du.example/uong-nuoc @ban_tot thu@vi-du.example Facebook 39.000 dong COVID-19, uống nuoc"
    restored = restorer.restore(text)
    for kept in ("http://vi-du.example/uong-nuoc", "@ban_tot", "thu@vi-du.example", "Facebook", "39.000", "COVID-19"):
        assert kept in restored
    assert restored.endswith("uống nước")


def test_case_is_kept(restorer: Restorer) -> None:
    assert restorer.restore("UNG THU. Ung thu, ung thu") == "UNG THƯ. Ung thư, ung thư"


def test_a_text_with_diacritics_is_returned_as_it_is(restorer: Restorer) -> None:
    written = "Tôi ăn cơm, ma nó thì không"
    assert written_out(written)
    assert restorer.restore(written) == written
    assert restorer.alternatives(written, 5) == [written]


def test_bare_texts_teach_nothing() -> None:
    taught, fresh = Restorer.shipped(), Restorer.shipped()
    taught.learn(["ho suoi giang xa lu", "The dam did not break", ""])
    assert taught.to_bytes() == fresh.to_bytes()


def test_alternatives_are_different_ways_to_write_one_text_best_first(restorer: Restorer) -> None:
    found = restorer.alternatives("con ma o nha", 6)
    assert len(found) == len(set(found)) == 6
    assert found[0] == restorer.restore("con ma o nha")
    assert {fold(text) for text in found} == {"con ma o nha"}


def test_plain_sentences_are_likelier_than_strange_ones(restorer: Restorer) -> None:
    plain, strange = (restorer.restore_scored(text)[1] for text in ("ngan hang nha nuoc", "ngoe nghech xoe quau"))
    assert strange < plain < 0


def test_what_was_learnt_survives_saving() -> None:
    taught = Restorer.shipped()
    taught.learn(HERE)
    again = Restorer.from_bytes(taught.to_bytes())
    asked = "dap suoi giang xa ban ria"
    assert again.restore_scored(asked) == taught.restore_scored(asked)
    again.learn(HERE)
    taught.learn(HERE)
    assert again.to_bytes() == taught.to_bytes()


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"sangto-restore-1\n", b"sangto-restore-1\nx\x9c\x00"])
def test_a_foreign_or_cut_file_is_refused(damage: bytes) -> None:
    with pytest.raises(RestoreFileError):
        Restorer.from_bytes(damage)


def test_a_truncated_file_is_refused() -> None:
    taught = Restorer.shipped()
    taught.learn(HERE)
    saved = taught.to_bytes()
    for length in range(20, len(saved), 97):
        with pytest.raises(RestoreFileError):
            Restorer.from_bytes(saved[:length])


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=200) | st.text("aeiouyd nghtmc.,A1@/", max_size=200))
def test_only_marks_are_added(text: str) -> None:
    restorer = Restorer.shipped()
    restored = restorer.restore(text)
    assert fold(restored) == fold(text)


def test_a_very_long_text_is_restored_in_bounded_time(restorer: Restorer) -> None:
    started = time.perf_counter()
    restorer.restore("khong biet " * 20_000)
    assert time.perf_counter() - started < 2


def test_the_list_holds_words_written_with_care() -> None:
    entries = collocations()
    assert len(entries) > 3_000
    for entry in entries:
        assert entry
        assert all(word.isalpha() for word in entry), entry
