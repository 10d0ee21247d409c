"""From texts to clusters, with the encoder."""

from __future__ import annotations

from sangto.matching.clustering import cluster_all, readable
from sangto.matching.encoder import Encoder
from sangto.matching.restore import Restorer

MARKED = [
    ("m1", "Bộ Y tế cho biết uống nước lá ổi không thay được thuốc tiểu đường"),
    ("m2", "Nước lá ổi chữa khỏi tiểu đường trong một tháng"),
    ("m3", "Chợ đầu mối bị phong tỏa vì phát hiện dịch tả"),
]


def test_what_is_encoded_has_its_diacritics_back_and_no_frame() -> None:
    restorer = Restorer.shipped()
    restorer.learn(text for _, text in MARKED)
    assert (
        readable("cho em hoi nuoc la oi chua khoi tieu duong dung khong a", restorer)
        == "nước lá ổi chữa khỏi tiểu đường"
    )
    assert readable("Is it true that bridges rust?", restorer) == "bridges rust"
    assert readable("🙏", restorer) == ""


def test_a_tip_without_diacritics_finds_its_claim(encoder: Encoder) -> None:
    tips = [*MARKED[1:], ("bare", "nghe noi nuoc la oi chua khoi han tieu duong trong 1 thang")]
    found = cluster_all(tips, encoder)
    assert found["bare"] == found["m2"]
    assert found["m3"] != found["m2"]


def test_progress_goes_up_to_the_end_and_nothing_is_no_problem(encoder: Encoder) -> None:
    steps: list[float] = []
    cluster_all([(f"{number}", f"tin số {number} về một chuyện {number * 7}") for number in range(90)], encoder,
                lambda share, _: steps.append(share))  # fmt: skip
    assert steps == sorted(steps)
    assert steps[-1] == 1.0
    assert cluster_all([], encoder) == {}
