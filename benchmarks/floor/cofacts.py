"""Cofacts: the search of its interface (rumors-api, ListArticles) and the rule of its chat bot (line-bot, initState).

1. Terms by the analyzer `cjk_url_email`.
2. `more_like_this`: of the message's terms that stand in the index the 25 with the highest tf-idf, each a clause, and
   `minimum_should_match` "10<70%": all of up to ten, else 70 % of them. Once over the text, once over title and
   summary of linked pages; scores are added, either is enough.
3. The bot takes four and orders them by `compareTwoStrings` of string-similarity 3.0.0 (bigrams of characters, without
   spaces).
4. It answers where that is .95 or more; else it shows the list and asks. The bot asks even then where there is more
   than one hit: `only_one_hit`.

In its favour: a claim stands where Cofacts has the text of a message, title and subtitle where it has the linked
page's; the title is compared too at step 3, and what comes after the first four keeps its place below them.
Left out: addresses scraped from links (nothing is fetched here, and the claims have none).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from floor.analysis import cjk_url_email
from floor.engine import Said, ordered, summed
from floor.terms import TermIndex
from sangto.lib.folding import nfc
from sangto.matching.types import Decision, Document

ANSWER_AT: Final = 0.95
MAX_QUERY_TERMS: Final = 25
_SHOWN: Final = 4
_HITS: Final = 10


class Cofacts:
    decides = True

    def __init__(self, *, only_one_hit: bool = False) -> None:
        self.title = "Cofacts, one hit" if only_one_hit else "Cofacts"
        self._only_one_hit = only_one_hit

    def build(self, documents: Sequence[Document]) -> None:
        self._documents = {document.id: document for document in documents}
        self._ids = list(self._documents)
        self._index = TermIndex(
            ["text", "page"],
            (
                {
                    "text": cjk_url_email(" ".join((document.text, *document.extra))),
                    "page": cjk_url_email(f"{document.title} {document.subtitle}"),
                }
                for document in documents
            ),
        )

    def ask(self, text: str) -> Said:
        terms = cjk_url_email(text)
        found = summed(*(self._more_like_this(field, terms) for field in ("text", "page")))
        alike = ordered({key: self._alike(text, key) for key, _ in found[:_SHOWN]})
        if not alike:
            return Said(Decision.NONE, ())
        sure = alike[0][1] >= ANSWER_AT and not (self._only_one_hit and len(alike) > 1)
        # Below the four nothing is compared: 0 is no likeness, it keeps the order.
        rest = [(key, 0.0) for key, _ in found[_SHOWN:_HITS]]
        return Said(Decision.ANSWER if sure else Decision.SUGGEST, (*alike, *rest))

    def close(self) -> None:
        pass

    def _more_like_this(self, field: str, terms: Sequence[str]) -> list[tuple[str, float]]:
        total = len(self._index)
        weighed = []
        for term, frequency in Counter(terms).items():
            rows = self._index.rows_with(field, term)
            if rows:
                # Lucene's ClassicSimilarity, which MoreLikeThis ranks terms by whatever the index scores with.
                weighed.append((frequency * (1 + math.log((total + 1) / (rows + 1))), term))
        chosen = [term for _, term in sorted(weighed, reverse=True)[:MAX_QUERY_TERMS]]
        hits = self._index.search(field, chosen, count=_HITS, at_least=at_least(len(chosen)))
        return [(self._ids[row], score) for row, score in hits]

    def _alike(self, text: str, key: str) -> float:
        document = self._documents[key]
        return max(dice(text, known) for known in (document.text, document.title, *document.extra) if known or text)


def at_least(clauses: int) -> int:
    """minimum_should_match "10<70%": all of up to ten clauses, of more 70 %, rounded down."""
    return clauses if clauses <= 10 else clauses * 70 // 100


def dice(one: str, other: str) -> float:
    """`compareTwoStrings` of string-similarity 3.0.0: twice the shared bigrams over all bigrams, without white space.

    JavaScript's characters are units of UTF-16, so an emoji is two. Texts are brought to NFC first, in its favour.
    """
    first, second = _units(one), _units(other)
    if first == second:
        return 1.0
    if len(first) < 2 or len(second) < 2:
        return 0.0
    bigrams = [Counter(pairwise(units)) for units in (first, second)]
    return 2 * (bigrams[0] & bigrams[1]).total() / (len(first) + len(second) - 2)


def _units(text: str) -> list[bytes]:
    raw = "".join(nfc(text).split()).encode("utf-16-le")
    return [raw[at : at + 2] for at in range(0, len(raw), 2)]
