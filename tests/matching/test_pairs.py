"""Whether two texts say the same: on sentences written for these tests."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from typing import Any

import numpy as np
import pytest

from sangto.matching import pair_training as training
from sangto.matching.encoder import Encoder
from sangto.matching.pair_differences import compare
from sangto.matching.pair_features import read_side, route_of
from sangto.matching.pair_texts import Example, retold
from sangto.matching.pairs import PairJudge, load_pair_coefficients, read_pair_coefficients

SAME = [
    # Two newspapers.
    (
        "Bộ Y tế khuyến cáo người dân đeo khẩu trang nơi đông người.",
        "Theo khuyến cáo của Bộ Y tế, người dân nên đeo khẩu trang ở chỗ đông người.",
    ),
    ("Từ 1/1/2025 vượt đèn đỏ bị phạt 20 triệu đồng.", "Vượt đèn đỏ bị phạt 20 triệu đồng kể từ ngày 1/1/2025."),
    ("The bridge collapsed on Monday after heavy rain.", "Heavy rain brought the bridge down on Monday."),
    # A message about a claim: asked, without diacritics, in chat spelling.
    ("Uống nước chanh nóng chữa khỏi ung thư.", "Mọi người cho hỏi nước chanh nóng trị khỏi ung thư có đúng không ạ?"),
    ("Uống nước chanh nóng chữa khỏi ung thư.", "uong nuoc chanh nong co chua khoi ung thu khong"),
    ("Uống nước chanh nóng chữa khỏi ung thư.", "mn ơi chanh nóng trị dc ung thư hả"),
    # Two languages.
    ("5G networks spread Covid-19.", "Sóng 5G làm lây lan Covid-19."),
    ("Dengue cases rose by 30% in Hanoi.", "Số ca sốt xuất huyết ở Hà Nội tăng 30%."),
]
# What was changed is the reason given.
CHANGED = [
    ("Vượt đèn đỏ bị phạt 20 triệu đồng.", "Vượt đèn đỏ bị phạt 2 triệu đồng.", "money"),
    ("Đợt rét kéo dài 3 ngày ở miền Bắc.", "Đợt rét kéo dài 7 ngày ở miền Bắc.", "number"),
    ("Số ca sốt xuất huyết ở Hà Nội tăng 30%.", "Số ca sốt xuất huyết ở Hà Nội tăng 50%.", "percent"),
    ("Trường học đóng cửa từ ngày 5/9.", "Trường học đóng cửa từ ngày 15/9.", "date"),
    (
        "Bão có thể đổ bộ vào Quảng Ninh tối nay.",
        "Bão có thể đổ bộ vào Hải Phòng tối nay.",
        "place",
    ),
    ("Uống nước chanh nóng chữa khỏi ung thư.", "Uống nước chanh nóng không chữa khỏi ung thư.", "negation"),
    ("Sugar makes children hyperactive.", "Sugar does not make children hyperactive.", "negation"),
    ("The bridge collapsed on Monday after heavy rain.", "The bridge collapsed on Tuesday after heavy rain.", "date"),
    ("5G networks spread Covid-19.", "Sóng 5G không làm lây lan Covid-19.", "negation"),
    ("Dengue cases rose by 30% in Hanoi.", "Số ca sốt xuất huyết ở Hà Nội tăng 50%.", "percent"),
    ("Gạo nhựa được bán ở chợ Đồng Xuân.", "mn oi gao nhua khong duoc ban o cho dong xuan dung khong", "negation"),
]
UNRELATED = [
    ("The bridge collapsed on Monday after heavy rain.", "The bridge will be painted green before the festival."),
    ("Uống nước chanh nóng chữa khỏi ung thư.", "Nước chanh nóng được bán với giá 15 nghìn đồng một ly ở vỉa hè."),
    ("5G networks spread Covid-19.", "Uống nước chanh nóng chữa khỏi ung thư."),
]


@pytest.fixture(scope="module")
def judge(encoder: Encoder) -> PairJudge:
    return PairJudge(encoder)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_wordings_of_one_statement_are_the_same(judge: PairJudge, one: str, other: str) -> None:
    (found,) = judge.judge([(one, other)])
    assert found.same
    assert found.probability >= 0.5
    assert "closeness" in found.reason


@pytest.mark.parametrize(("one", "other", "kind"), CHANGED)
def test_a_changed_detail_makes_it_different_and_is_the_reason(
    judge: PairJudge, one: str, other: str, kind: str
) -> None:
    (found,) = judge.judge([(one, other)])
    assert not found.same
    assert found.probability < 0.5
    assert kind in found.reason
    assert kind in {difference.kind for difference in found.differences}


@pytest.mark.parametrize(("one", "other"), UNRELATED)
def test_statements_about_one_subject_are_different(judge: PairJudge, one: str, other: str) -> None:
    (found,) = judge.judge([(one, other)])
    assert not found.same
    assert found.reason.startswith("Too little in common")


def test_the_order_of_the_texts_makes_no_difference(judge: PairJudge) -> None:
    pairs = [*SAME, *((one, other) for one, other, _ in CHANGED), *UNRELATED]
    there, back = judge.judge(pairs), judge.judge([(other, one) for one, other in pairs])
    assert [found.same for found in there] == [found.same for found in back]
    assert [found.probability for found in there] == pytest.approx([found.probability for found in back], abs=1e-5)


def test_the_difference_names_the_first_text_first(judge: PairJudge) -> None:
    one, other = judge.judge([CHANGED[0][:2], CHANGED[0][1::-1]])
    assert "“20 triệu đồng” against “2 triệu đồng”" in one.reason
    assert "“2 triệu đồng” against “20 triệu đồng”" in other.reason


def test_the_same_text_is_the_same_and_a_text_without_words_is_nothing(judge: PairJudge) -> None:
    copy, empty, signs = judge.judge([("Cùng một câu.", " Cùng  một câu."), ("", "Một câu."), ("???", "???")])
    assert copy.same
    assert copy.reason == "The same text"
    assert not empty.same
    assert empty.probability == 0.0
    assert not signs.same


@pytest.mark.parametrize(
    "text", ["\ufdfa" * 3_000, "a" * 100_000, "\u202e\u200b", "🙂" * 500, "không " * 5_000, "\ud800x"]
)
def test_no_text_breaks_it(judge: PairJudge, text: str) -> None:
    for found in judge.judge([(text, "Một câu bình thường."), (text, text)]):
        assert 0.0 <= found.probability <= 1.0
        assert found.reason


def test_no_pairs_give_no_results(judge: PairJudge) -> None:
    assert judge.judge([]) == []


def test_progress_ends_at_the_whole(judge: PairJudge) -> None:
    shares: list[float] = []
    judge.judge([(f"Câu thứ {n}.", f"Câu số {n}.") for n in range(200)], lambda share, _: shares.append(share))
    assert shares[-1] == 1.0
    assert shares == sorted(shares)


# Routes


@pytest.mark.parametrize(
    ("one", "other", "route"),
    [
        ("Trường học đóng cửa.", "Các trường đóng cửa.", "plain"),
        ("Vì sao trường học đóng cửa?", "Tại sao các trường phải đóng cửa?", "plain"),
        ("Trường học đóng cửa.", "Mọi người ơi cho em hỏi trường học đóng cửa có đúng không ạ?", "message"),
        ("Trường học đóng cửa.", "truong hoc dong cua", "message"),
        ("Schools are closed.", "Trường học đóng cửa.", "crossed"),
        ("Schools are closed.", "truong hoc dong cua roi", "crossed"),
    ],
)
def test_the_route_is_told_by_how_the_texts_are_typed(one: str, other: str, route: str) -> None:
    assert route_of(read_side(one), read_side(other)) == route
    assert route_of(read_side(other), read_side(one)) == route


# Differences between two newspapers


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bạn không nên uống rượu khi đói.", "Bạn nên tránh uống rượu khi đói."),
        ("Ông không đề cập đến việc tăng lương.", "Ông không nhắc tới chuyện tăng lương."),
        ("Quán cấm hút thuốc trong nhà.", "Quán không cho phép hút thuốc trong nhà."),
        ("Có hay không việc tăng giá vé?", "Liệu có việc tăng giá vé?"),
        ("Cô nói lời cảm ơn mà không khóc.", "Cô nói lời cảm ơn."),
        ("Hơn nửa số vé đã bán hết trong sáng nay.", "Gần hai phần ba số vé đã được bán trong buổi sáng."),
    ],
)
def test_another_way_to_put_it_decides_nothing(one: str, other: str) -> None:
    assert compare(one, other, plain=True).deciding == ()


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("Trứng gà luộc gây ngộ độc ở trẻ nhỏ.", "Trứng gà luộc không gây ngộ độc ở trẻ nhỏ.", "negation"),
        ("Trứng gà bị cấm bán.", "Cơ quan chức năng bác bỏ tin trứng gà bị cấm bán.", "negation"),
        ("Ông Ba gặp Chủ tịch Samsung ở Hà Nội.", "Ông Ba gặp Chủ tịch Toyota ở Hà Nội.", "name"),
        ("Vỡ đê ở Nghệ An khiến 6 người mất tích.", "Vỡ đê ở Nghệ An khiến 16 người mất tích.", "number"),
    ],
)
def test_one_thing_changed_and_nothing_else_decides(one: str, other: str, kind: str) -> None:
    assert kind in {found.kind for found in compare(one, other, plain=True).deciding}
    assert kind in {found.kind for found in compare(other, one, plain=True).deciding}


def test_differences_are_the_same_from_either_text() -> None:
    # The guard shows a longer name from one side than from the other.
    one = "A photo shows a shark on a flooded freeway in Houston after Hurricane Harvey in 2017."
    other = (
        "My aunt sent me this: a photo shows a shark on a flooded freeway in Houston after Hurricane Ian in 2017. Real?"
    )
    there, back = compare(one, other, plain=False), compare(other, one, plain=False)
    assert [found.kind for found in there.deciding] == [found.kind for found in back.deciding]
    assert [(found.yours, found.article) for found in there.noted] == [
        (found.article, found.yours) for found in back.noted
    ]


# Coefficients


def _shipped() -> dict[str, Any]:
    text = resources.files("sangto.matching").joinpath("pair_coefficients.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def test_the_shipped_coefficients_say_what_was_measured() -> None:
    values = _shipped()
    assert {"version", "note", "encoder", "measured", "still_same", "routes"} == values.keys()
    assert {"folds", "test"} <= values["measured"].keys()
    # More likeness never makes a pair less likely to be the same.
    for route in load_pair_coefficients().routes.values():
        assert all(weight > 0 for weight in route.weights)


def test_the_shipped_coefficients_are_not_local_ones() -> None:
    assert "LOCAL" not in _shipped()["note"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "not json",
        json.dumps({"version": "1", "answer_at": 0.9, "routes": {"same": {"intercept": 0, "weights": {}}}}),
        "[" * 5_000,
    ],
)
def test_a_foreign_file_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=r"other\.json holds no pair coefficients.*train-pairs"):
        read_pair_coefficients(text, "other.json")


@pytest.mark.parametrize("value", ["nan", "1", None, True, 0.7, -0.1])
def test_a_number_that_is_none_or_out_of_range_is_refused(value: object) -> None:
    values = _shipped() | {"still_same": float("nan") if value == "nan" else value}
    with pytest.raises(ValueError, match="holds no pair coefficients"):
        read_pair_coefficients(json.dumps(values), "x.json")


def test_a_feature_too_many_is_refused() -> None:
    values = _shipped()
    values["routes"]["plain"]["weights"]["mood"] = 1.0
    with pytest.raises(ValueError, match="route plain: its features must be meaning, words"):
        read_pair_coefficients(json.dumps(values), "x.json")


# Fitting


def test_the_logistic_is_at_its_maximum() -> None:
    draw = np.random.default_rng(3)
    features = draw.normal(size=(4_000, 2)) * (1.0, 5.0) + (2.0, -1.0)
    chance = 1 / (1 + np.exp(-(0.5 + 1.5 * features[:, 0] - 0.4 * features[:, 1])))
    labels = (draw.random(4_000) < chance).astype(float)
    intercept, slopes = training.logistic(features, labels)
    assert slopes == pytest.approx([1.5, -0.4], rel=0.1)
    fitted = 1 / (1 + np.exp(-(intercept + features @ np.array(slopes))))
    # At the maximum of the likelihood the expected number of positives is the observed one.
    assert fitted.sum() == pytest.approx(labels.sum(), rel=1e-3)


def test_every_statement_is_told_twice_and_no_wording_is_repeated() -> None:
    examples = list(retold())
    assert sum(example.same for example in examples) >= 130
    wordings = {text for example in examples for text in (example.one, example.other)}
    assert all(example.one != example.other for example in examples)
    assert len(wordings) >= 270


def _few() -> list[Example]:
    asked = [(f"Có ai biết {one[0].lower()}{one[1:-1]} có đúng không ạ?", other) for one, other in SAME[:2]]
    messages = [Example(one, other, True, "claim-vi", f"m{n}") for n, (one, other) in enumerate([*SAME[3:6], *asked])]
    apart = [Example(one.one, SAME[0][1], False, "near-vi", one.group) for one in messages[:3]]
    crossed = [Example(one, other, True, "translation", f"c{n}") for n, (one, other) in enumerate(SAME[6:])]
    crossed += [
        Example(SAME[6][0], SAME[7][1], False, "near-en", "c0"),
        Example(SAME[7][0], SAME[6][1], False, "near-en", "c1"),
    ]
    return [*list(retold())[:60], *messages, *apart, *crossed]


def test_fitting_twice_gives_the_same_numbers(encoder: Encoder) -> None:
    first, second = (
        training.fit(training.observe(_few(), encoder, lambda *_: None), "1", encoder.name) for _ in range(2)
    )
    assert first == second
    assert read_pair_coefficients(json.dumps(training.as_json(first, "", {})), "x.json") == first


def test_pairs_with_a_deciding_difference_teach_nothing_about_likeness(encoder: Encoder) -> None:
    observed = training.observe(_few(), encoder, lambda *_: None)
    trap = replace(observed[0], example=replace(observed[0].example, same=False, source="retold-other"), decided=True)
    assert training.fit([*observed, *[trap] * 50], "1", "").routes == training.fit(observed, "1", "").routes


def test_measures_count_what_was_called_the_same() -> None:
    rows = [(True, True), (True, True), (True, False), (False, True), (False, False)]
    assert training.binary(rows) == {"pairs": 5, "precision": 0.6667, "recall": 0.6667, "f1": 0.6667}
    assert training.binary([]) == {"pairs": 0, "precision": 0.0, "recall": 0.0, "f1": 0.0}
