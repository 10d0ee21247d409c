"""One encoder for all tests of the room, from the user's cache (made there by the first run)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sangto.matching.encoder import Encoder
from sangto.matching.index import Index
from sangto.matching.matcher import Matcher
from sangto.matching.passages import encode_documents
from sangto.matching.types import Document

DOCUMENTS = [
    Document(
        "5g",
        "Sóng 5G làm lây lan Covid-19.",
        title="Virus không đi theo sóng điện thoại",
        lang="vi",
        extra=("5G mobile networks spread Covid-19.",),
    ),
    Document("lemon", "Uống nước chanh nóng chữa khỏi ung thư.", lang="vi", extra=("Hot lemon water cures cancer.",)),
    Document(
        "sim",
        "SIM của bạn sẽ bị khóa trong 2 giờ nếu không gọi lại số này để xác nhận thông tin thuê bao.",
        lang="vi",
        extra=("Your SIM will be locked in 2 hours unless you call this number.",),
    ),
    Document("dam", "Đập thủy điện ở Nghệ An sắp vỡ, người dân phải sơ tán ngay trong đêm.", lang="vi"),
    Document("rice", "Gạo nhựa Trung Quốc được bán ở chợ.", lang="vi", extra=("Plastic rice is sold at markets.",)),
    Document("fine", "Từ 1/1/2025 vượt đèn đỏ bị phạt 20 triệu đồng.", lang="vi"),
    Document(
        "autism", "Vắc-xin sởi gây bệnh tự kỷ ở trẻ em.", lang="vi", extra=("The measles vaccine causes autism.",)
    ),
    Document("microwave", "Lò vi sóng làm thức ăn trở nên độc hại.", lang="vi"),
]


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    os.environ.pop("SANGTO_ENCODER_DIR", None)
    return Encoder.open(threads=2)


@pytest.fixture(scope="session")
def matcher(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matcher]:
    with Index.open(tmp_path_factory.mktemp("index"), encoder.dim, encoder=encoder.name) as index:
        index.put(DOCUMENTS, encode_documents(DOCUMENTS, encoder))
        index.commit(1)
        yield Matcher(index, encoder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"
