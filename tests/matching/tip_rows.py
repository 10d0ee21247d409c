"""Tips for tests of clusters, without the encoder: a tip of a subject has its words and a direction near its own."""

from __future__ import annotations

import random

import numpy as np

from sangto.matching.clusters import Clusters, Tip
from sangto.matching.likeness import Floats

DIM = 32
MEANS = np.full((1, DIM), 0.01, dtype=np.float32)
SUBJECTS = (
    "cầu treo bắc qua sông bị sập làm xe tải rơi xuống nước",
    "uống nước lá ổi sống chữa khỏi bệnh gút trong ba ngày",
    "ngân hàng khóa thẻ của khách không cập nhật khuôn mặt",
    "học sinh lớp chín được miễn thi tốt nghiệp môn sử",
    "sữa chua để qua đêm sinh chất độc gây ngộ độc cấp",
    "the reservoir above the town released water at midnight",
)


def tip(name: str, subject: int, *, noise: float = 0.3) -> Tip:
    """The same for the same name and subject."""
    chance = random.Random(f"{name} {subject}")
    words = SUBJECTS[subject].split()
    kept = [word for word in words if chance.random() < 0.85] or words
    direction = np.random.default_rng(subject).normal(size=DIM)
    drawn = np.random.default_rng(chance.randrange(2**32)).normal(size=DIM)
    vector = direction / np.linalg.norm(direction) + noise * drawn / np.linalg.norm(drawn)
    return Tip(name, " ".join(kept), (vector / np.linalg.norm(vector)).astype(np.float32))


def grown(tips: list[Tip]) -> Clusters:
    """Clusters into which the tips came one by one."""
    clusters = Clusters(MEANS)
    for one in tips:
        clusters.add(one.id, one.text, one.vector)
    return clusters


def twin(one: Tip, name: str) -> Tip:
    return Tip(name, one.text, one.vector)


def far(name: str) -> Tip:
    """A tip like no other."""
    drawn = np.random.default_rng(sum(map(ord, name)) * 977).normal(size=DIM)
    words = " ".join(f"{letter}{name}{place}" for place, letter in enumerate("bcdghklm"))
    return Tip(name, words, drawn.astype(np.float32))


__all__ = ["DIM", "MEANS", "SUBJECTS", "Floats", "far", "grown", "tip", "twin"]
