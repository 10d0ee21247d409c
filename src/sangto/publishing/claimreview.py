"""ClaimReview (schema.org) for one article. It says only what the page shows; no Django here.

Fields: https://schema.org/ClaimReview. `claimReviewed` is kept to 75 characters so that it is not cut elsewhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sangto.lib.cleaning import shorten
from sangto.lib.codes import SpeakerKind, Verdict

CLAIM_MAX: Final = 75
# Our scale has five words; four of them are steps from wrong to right. "Unproven" is not a point on it: there is no
# evidence to place it by, so it carries its word and no number.
STEPS: Final[dict[str, int]] = {
    Verdict.FALSE.value: 1,
    Verdict.MISLEADING.value: 2,
    Verdict.MOSTLY_TRUE.value: 3,
    Verdict.TRUE.value: 4,
}
WORST: Final = 1
BEST: Final = 4
_ORGANISATIONS: Final = frozenset(
    {
        SpeakerKind.PUBLIC_BODY.value,
        SpeakerKind.COMPANY.value,
        SpeakerKind.MEDIA.value,
        SpeakerKind.ORGANISATION.value,
    }
)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the page shows, and nothing else. `lang` is the language of the text."""

    url: str
    lang: str
    claim: str
    verdict: str
    verdict_definition: str
    publisher_name: str
    publisher_url: str
    published_on: date
    modified_on: date
    speaker_kind: str = ""
    speaker_office: str = ""


def claim_shown(claim: str) -> str:
    """The claim in at most 75 characters, cut at a word; the page shows the same."""
    return shorten(claim, CLAIM_MAX)


def claim_review(shown: Reviewed) -> dict[str, Any]:
    """The JSON-LD object."""
    verdict = Verdict(shown.verdict)
    rating: dict[str, Any] = {
        "@type": "Rating",
        "alternateName": verdict.label(shown.lang),
        "ratingExplanation": shown.verdict_definition,
    }
    step = STEPS.get(verdict.value)
    if step is not None:
        rating |= {"ratingValue": step, "worstRating": WORST, "bestRating": BEST}
    claim: dict[str, Any] = {"@type": "Claim"}
    if shown.speaker_office and shown.speaker_kind in _ORGANISATIONS:
        claim["author"] = {"@type": "Organization", "name": shown.speaker_office}
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": shown.url,
        "inLanguage": shown.lang,
        "claimReviewed": claim_shown(shown.claim),
        "reviewRating": rating,
        "author": {"@type": "Organization", "name": shown.publisher_name, "url": shown.publisher_url},
        "datePublished": shown.published_on.isoformat(),
        "dateModified": shown.modified_on.isoformat(),
    }
    if len(claim) > 1:
        found["itemReviewed"] = claim
    return found


def as_script_text(data: dict[str, Any]) -> str:
    """JSON that can stand between script tags: nothing in it can end the element or open a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for char, escape in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(char, escape)
    return text
