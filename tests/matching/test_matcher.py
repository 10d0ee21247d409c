from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from sangto.matching.decision import FEATURES, FREE, load_coefficients
from sangto.matching.encoder import Encoder
from sangto.matching.index import Index
from sangto.matching.matcher import SUGGEST_AT, Matcher
from sangto.matching.types import DIFFERENCE_KINDS, REASON_TEXTS, Decision, Match


def _first(match: Match) -> str:
    return match.hits[0].id if match.hits else ""


def test_it_works(matcher: Matcher) -> None:
    match = matcher.match("nghe nói cột phát sóng 5G phát tán virus corona, đúng không mọi người?")
    assert _first(match) == "5g"
    assert match.decision in (Decision.ANSWER, Decision.SUGGEST)
    assert match.hits[0].reasons
    assert match.took_ms > 0


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("chanh nóng trị được ung thư", "lemon"),
        ("uong nuoc chanh nong tri ung thu co that ko", "lemon"),
        ("does drinking lemon water cure cancer?", "lemon"),
        ("gạo giả làm từ nhựa của Trung Quốc bán ngoài chợ", "rice"),
        ("children get autism from measles shots", "autism"),
        ("dap thuy dien nghe an sap vo ba con chay gap", "dam"),
        ("hâm đồ ăn bằng lò vi ba sinh chất độc", "microwave"),
    ],
)
def test_finds_it_in_other_words(matcher: Matcher, text: str, right: str) -> None:
    assert _first(matcher.match(text, floor=0.0)) == right


@pytest.mark.parametrize(
    "text",
    [
        "Uống nước chanh nóng chữa khỏi ung thư.",
        "UONG NUOC CHANH NONG CHUA KHOI UNG THU!!!",
        "mọi người ơi cho em hỏi uống nước chanh nóng chữa khỏi ung thư có đúng không ạ",
        "Hot lemon water cures cancer",
    ],
)
def test_a_copy_is_answered_without_the_encoder(matcher: Matcher, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the encoder ran")

    monkeypatch.setattr(matcher.encoder, "encode_queries", refuse)
    match = matcher.match(text, careful=True)
    assert match.decision is Decision.ANSWER
    assert _first(match) == "lemon"
    assert match.hits[0].copy
    assert match.hits[0].reasons[0].code == "exact_copy"


def test_a_near_copy_inside_a_forward_is_answered_carefully(matcher: Matcher) -> None:
    text = (
        "CẢNH BÁO KHẨN!!! Mọi người chú ý. SIM của bạn sẽ bị khóa trong 2 giờ nếu không gọi lại số này để xác nhận "
        "thông tin thuê bao. Hôm qua chị hàng xóm đã bị rồi. Xin chia sẻ ngay cho người thân!"
    )
    match = matcher.match(text, careful=True)
    assert match.decision is Decision.ANSWER
    assert match.hits[0].id == "sim"
    assert match.hits[0].reasons[0].code == "near_copy"


def test_careful_mode_answers_copies_only(matcher: Matcher) -> None:
    texts = ["chanh nóng trị được ung thư", "5G làm lan virus corona", "lò vi sóng khiến thức ăn độc hại"]
    for text in texts:
        careful, free = matcher.match(text, careful=True), matcher.match(text)
        assert careful.decision is not Decision.ANSWER
        assert [hit.id for hit in careful.hits] == [hit.id for hit in free.hits]


@pytest.mark.parametrize(
    ("trap", "kind"),
    [
        ("SIM của bạn sẽ bị khóa trong 48 giờ nếu không gọi lại số này để xác nhận thông tin thuê bao.", "number"),
        ("Sóng 5G không làm lây lan Covid-19.", "negation"),
        ("Từ 1/1/2025 vượt đèn đỏ bị phạt 6 triệu đồng.", "money"),
        ("Từ 1/1/2026 vượt đèn đỏ bị phạt 20 triệu đồng.", "year"),
        ("Đập thủy điện ở Lào Cai sắp vỡ, người dân phải sơ tán ngay trong đêm.", "place"),
        ("Hot lemon water does not cure cancer.", "negation"),
    ],
)
@pytest.mark.parametrize("careful", [True, False])
def test_a_changed_detail_is_never_answered(matcher: Matcher, trap: str, kind: str, careful: bool) -> None:
    match = matcher.match(trap, careful=careful, floor=0.0)
    assert match.decision is not Decision.ANSWER
    assert not match.hits[0].copy
    assert kind in {difference.kind for difference in match.hits[0].differences}


@pytest.mark.parametrize(
    "text", ["hôm nay ăn gì ngon nhỉ", "cảm ơn nhiều nha", "What time is the football match?", "ok"]
)
def test_small_talk_is_not_answered(matcher: Matcher, text: str) -> None:
    assert matcher.match(text).decision is not Decision.ANSWER


@pytest.mark.parametrize("text", ["", "   ", "\x00", "🙏🙏", "???", "\ud800", "\u200b\u202e"])
def test_nothing_to_match_is_none(matcher: Matcher, text: str) -> None:
    match = matcher.match(text)
    assert (match.decision, match.hits) == (Decision.NONE, ())


@pytest.mark.parametrize(
    "unit", ["uống nước chanh. ", "\ufdfa", "x", "<b>&", "5 triệu đồng 3/4 ", "không có đúng không? "]
)
def test_200_kb_is_survived(matcher: Matcher, unit: str) -> None:
    started = time.process_time()
    match = matcher.match(unit * (200_000 // len(unit)))
    assert len(match.hits) <= 10
    assert time.process_time() - started < 20


def test_hits_are_ordered_and_cut(matcher: Matcher) -> None:
    everything = matcher.match("uống nước chữa bệnh", floor=0.0, top=5)
    probabilities = [hit.probability for hit in everything.hits]
    assert len(probabilities) == 5
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(0 <= p <= 1 for p in probabilities)
    kept = matcher.match("uống nước chữa bệnh", floor=0.5).hits
    assert [hit.id for hit in kept] == [hit.id for hit in everything.hits if hit.probability >= 0.5]


def test_decisions_follow_the_named_thresholds(matcher: Matcher) -> None:
    for text in ("chanh trị ung thư", "gạo nhựa", "sóng điện thoại gây bệnh", "tiêm vắc xin cho trẻ", "bóng đá"):
        match = matcher.match(text, floor=0.0)
        first = match.hits[0]
        if first.probability < SUGGEST_AT:
            assert match.decision is Decision.NONE
        elif first.copy or first.probability >= load_coefficients().answer_at:
            assert match.decision is (Decision.SUGGEST if first.differences else Decision.ANSWER)
        else:
            assert match.decision is Decision.SUGGEST


def test_an_empty_index_matches_nothing(encoder: Encoder, tmp_path: Path) -> None:
    with Index.open(tmp_path / "index", encoder.dim) as index:
        assert Matcher(index, encoder).match("uống nước chanh").decision is Decision.NONE


def test_threads_get_the_same_answers(matcher: Matcher) -> None:
    texts = ["chanh nóng trị được ung thư", "gạo giả bằng nhựa", "does 5G spread the virus", "sap vo dap nghe an"]
    expected = [_first(matcher.match(text, floor=0.0)) for text in texts]
    got: list[list[str]] = []

    def work() -> None:
        got.append([_first(matcher.match(text, floor=0.0)) for text in texts])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [expected] * 4


def test_every_reason_has_a_text(matcher: Matcher) -> None:
    codes = set()
    for text in (
        "chanh nóng trị được ung thư",
        "uong chanh nong tri ung thu",
        "Gạo nhựa Trung Quốc được bán ở chợ.",
        "SIM của bạn sẽ bị khóa trong 2 giờ nếu không gọi lại số này để xác nhận thông tin thuê bao ngay nhé",
    ):
        for hit in matcher.match(text, floor=0.0).hits:
            for reason in hit.reasons:
                assert reason.text
                codes.add(reason.code)
            assert {difference.kind for difference in hit.differences} <= set(DIFFERENCE_KINDS)
    assert codes <= set(REASON_TEXTS)
    assert {"exact_copy", "near_copy", "same_meaning", "same_words", "folded_words"} <= codes


def test_coefficients_have_a_version_and_never_punish_likeness() -> None:
    coefficients = load_coefficients()
    assert coefficients.version
    assert 0.5 < coefficients.answer_at < 1
    assert set(coefficients.routes) == {"same", "crossed"}
    for name, route in coefficients.routes.items():
        for feature, weight in zip(FEATURES[name], route.weights, strict=True):
            assert weight >= 0 or feature in FREE or feature == "details_missing"
        assert route.intercept < 0


@pytest.mark.parametrize(
    "text",
    [
        "Uống nước chanh nóng chữa ung thư thì uống mấy lần một ngày?",
        "How much lemon water cures cancer?",
        "nước chanh nóng chữa ung thư mua ở đâu",
    ],
)
def test_an_open_question_is_not_answered(matcher: Matcher, text: str) -> None:
    match = matcher.match(text)
    assert _first(match) == "lemon"
    assert match.decision is not Decision.ANSWER


def test_a_desk_has_its_own_bar(matcher: Matcher) -> None:
    text = "Em nghe nói uống nước chanh nóng chữa được bệnh ung thư, có thật không?"
    assert matcher.match(text, answer_at=0.0).decision is Decision.ANSWER
    assert matcher.match(text, answer_at=1.0).decision is Decision.SUGGEST


def test_probabilities_never_rise_along_the_order(matcher: Matcher) -> None:
    for text in ("chanh trị ung thư", "5G và virus", "is rice made of plastic sold here"):
        probabilities = [hit.probability for hit in matcher.match(text, floor=0.0).hits]
        assert probabilities == sorted(probabilities, reverse=True)
