from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from sangto.lib.codes import Verdict
from sangto.publishing.claimreview import CLAIM_MAX, Reviewed, as_script_text, claim_review, claim_shown

SHOWN = Reviewed(
    url="https://toasoan.example/vi/a/toi/",
    lang="vi",
    claim="Ăn tỏi chữa được Covid-19",
    verdict="false",
    verdict_definition="Bằng chứng trái với điều được nói.",
    publisher_name="Báo Sông Hồng",
    publisher_url="https://toasoan.example/vi/",
    published_on=date(2026, 11, 1),
    modified_on=date(2026, 11, 22),
)


def test_it_works() -> None:
    found = claim_review(SHOWN)
    assert (found["@type"], found["claimReviewed"]) == ("ClaimReview", SHOWN.claim)
    assert found["reviewRating"] == {
        "@type": "Rating",
        "alternateName": "Sai",
        "ratingExplanation": "Bằng chứng trái với điều được nói.",
        "ratingValue": 1,
        "worstRating": 1,
        "bestRating": 4,
    }
    assert found["author"]["name"] == "Báo Sông Hồng"
    assert (found["datePublished"], found["dateModified"]) == ("2026-11-01", "2026-11-22")
    assert "itemReviewed" not in found


@pytest.mark.parametrize("verdict", Verdict)
def test_unproven_has_a_word_but_no_number(verdict: Verdict) -> None:
    rating = claim_review(replace(SHOWN, verdict=verdict.value))["reviewRating"]
    assert rating["alternateName"] == verdict.vi
    assert ("ratingValue" in rating) == (verdict is not Verdict.UNPROVEN)


def test_the_word_is_in_the_language_of_the_page() -> None:
    assert claim_review(replace(SHOWN, lang="en"))["reviewRating"]["alternateName"] == "False"


def test_a_long_claim_is_cut_at_a_word() -> None:
    claim = "Uống nước chanh nóng pha muối mỗi sáng chữa khỏi bệnh ung thư và cả bệnh tiểu đường nữa"
    shown = claim_shown(claim)
    assert len(shown) <= CLAIM_MAX
    assert shown.endswith("…")
    assert claim.startswith(shown[:-1] + " ")
    assert claim_review(replace(SHOWN, claim=claim))["claimReviewed"] == shown


def test_who_said_it_only_for_organisations() -> None:
    body = replace(SHOWN, speaker_kind="public_body", speaker_office="Sở Y tế")
    assert claim_review(body)["itemReviewed"] == {
        "@type": "Claim",
        "author": {"@type": "Organization", "name": "Sở Y tế"},
    }
    for kind in ("official", "professional", "unknown", "generated"):
        assert "itemReviewed" not in claim_review(replace(body, speaker_kind=kind))


def test_nothing_in_it_ends_the_script() -> None:
    claim = "</script><!-- & ]]> \u2028 x"
    text = as_script_text(claim_review(replace(SHOWN, claim=claim)))
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text)["claimReviewed"] == claim_shown(claim)
