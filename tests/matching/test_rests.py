from __future__ import annotations

import pytest

from sangto.matching.background import background_of
from sangto.matching.encoder import Encoder
from sangto.matching.rests import NOTHING, alike, rest_of

CLAIM = "Mỗi cầu thủ vô địch bóng đá nam SEA Games 33 được thưởng một căn hộ 3 tỷ đồng."


def test_it_works(encoder: Encoder) -> None:
    """The subject is shared and falls away; what is left tells a paraphrase from another question."""
    same = rest_of("Cầu thủ vô địch SEA Games 33 được tặng căn nhà 3 tỷ", [CLAIM])
    other = rest_of("Cầu thủ vô địch SEA Games 33 có được miễn nghĩa vụ quân sự không", [CLAIM])
    assert "nghĩa vụ" in other.said
    assert "SEA" not in other.said
    assert same.claim_covered > other.claim_covered
    background = background_of(encoder)
    assert alike(same, encoder, background) > alike(other, encoder, background)
    assert same.apart(alike(same, encoder, background)) > other.apart(alike(other, encoder, background))


def test_a_copy_leaves_nothing(encoder: Encoder) -> None:
    rest = rest_of(CLAIM, [CLAIM])
    assert (rest.covered, rest.claim_covered, rest.said, rest.claimed) == (1.0, 1.0, "", "")
    assert alike(rest, encoder, background_of(encoder)) == 1.0


@pytest.mark.parametrize(("message", "claims"), [("", [CLAIM]), ("  ", [CLAIM]), ("tin gì đó", []), ("tin", ["", " "])])
def test_without_two_texts_there_is_nothing(message: str, claims: list[str]) -> None:
    assert rest_of(message, claims) == NOTHING


def test_another_language_is_not_laid_beside() -> None:
    assert rest_of("Do the champions get a flat?", [CLAIM]) == NOTHING
    assert rest_of("Do the champions get a flat?", [CLAIM, "Each champion gets a flat."]).claim_covered > 0.5
