"""What goes into the engine and what comes out of it: the contract with the rooms above."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be matched. `text` is the claim; `extra` are known tips and translations of it."""

    id: str
    text: str
    title: str = ""
    subtitle: str = ""
    lang: str = ""
    extra: tuple[str, ...] = ()


class Decision(StrEnum):
    """`answer`: sure enough to send; `suggest`: ask "is it this?"; `none`: nothing worth showing."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    NONE = "none"


# English of each reason. The web pages translate by code and fill in the same values.
REASON_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "exact_copy": "The same message, word for word",
        "same_link": "The same link",
        "near_copy": "Nearly the same message: {percent} % of the wording agrees",
        "same_meaning": "Same meaning (closeness {percent} of 100)",
        "same_words": "Shares the words: {words}",
        "folded_words": "Shares the words, read without diacritics: {words}",
        "part_of_message": "One sentence of the message says this: {sentence}",
    }
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a document was proposed: a code of `REASON_TEXTS` and the values for its text."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return REASON_TEXTS[self.code].format_map(self.values)


# Kinds of Difference, so that the rooms above can label each one.
DIFFERENCE_KINDS: Final = (
    "number",
    "percent",
    "money",
    "year",
    "date",
    "time",
    "place",
    "name",
    "negation",
    "opposite",
    "modality",
    "quantifier",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A detail in which the message and the article disagree. `kind` is one of `DIFFERENCE_KINDS`.

    `yours` or `article` is empty where only the other side has the detail.
    """

    kind: str
    yours: str
    article: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One proposed document. `copy`: an exact or near copy of a text already known."""

    id: str
    probability: float
    reasons: tuple[Reason, ...]
    differences: tuple[Difference, ...]
    copy: bool


@dataclass(frozen=True, slots=True)
class Match:
    """What the engine says about one message; hits are ordered best first."""

    decision: Decision
    hits: tuple[Hit, ...]
    took_ms: float
    asks: bool = False
    """Whether the first hit is asked about openly ("where", "how much"): then no verdict answers the message."""


Progress = Callable[[float, str], None]
"""Called with the share done (0 to 1) and a short English line."""
