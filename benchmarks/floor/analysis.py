"""Texts to terms, as Elasticsearch's analyzers make them: those that the published recipes name.

The tokenizer follows the word boundaries of Unicode (UAX 29) for the scripts in our data: "TP.HCM", "don't", "26.3"
and "1,000" are one word, "14/11" and "48%" are not. Texts are brought to NFC first, which Elasticsearch does not do:
without it, Vietnamese typed on a Mac would find nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

import tantivy

from sangto.lib.folding import fold, nfc

# Lucene's EnglishAnalyzer.ENGLISH_STOP_WORDS_SET, which Elasticsearch calls _english_.
ENGLISH_STOP_WORDS: Final = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this"
    " to was will with".split()
)
# Han, kana and Hangul: what cjk_bigram joins.
_CJK: Final = "\u1100-\u11ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_LETTER: Final = rf"[^\W\d_{_CJK}]"
_WORD: Final = rf"[^\W{_CJK}]+(?:(?:(?<={_LETTER})[.:·'’](?={_LETTER})|(?<=\d)[.,;'’](?=\d))[^\W{_CJK}]+)*"
_STANDARD: Final = re.compile(rf"(?P<cjk>[{_CJK}]+)|(?P<word>{_WORD})")
_ADDRESS: Final = r"(?P<address>(?:https?|ftp)://[^\s<>\"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
_WITH_ADDRESSES: Final = re.compile(rf"{_ADDRESS}|(?P<cjk>[{_CJK}]+)|(?P<word>{_WORD})")
# Full-width Latin letters and digits as ordinary ones: what cjk_width does to texts like ours.
_NARROW: Final = {point: point - 0xFEE0 for point in range(0xFF01, 0xFF5F)}


def standard(text: str) -> list[str]:
    """The analyzer `standard`: words in lower case, each ideograph a word."""
    found: list[str] = []
    for match in _STANDARD.finditer(nfc(text).lower()):
        found.extend(match["cjk"] or [match["word"]])
    return found


def english(text: str) -> list[str]:
    """Alegre's analyzer for English: possessive stemmer, lower case, stop words, English stemmer, ASCII folding.

    The stemmer is Snowball's English (Porter2), which tantivy has; Elasticsearch's `english` is Porter's first one.
    """
    plain = [word.removesuffix("'s").removesuffix("’s") for word in standard(text)]
    return [fold(word) for word in _stemmed([word for word in plain if word and word not in ENGLISH_STOP_WORDS])]


def cjk_url_email(text: str) -> list[str]:
    """Cofacts' analyzer: tokenizer uax_url_email, then cjk_width, lowercase, cjk_bigram, english_stop.

    Only ideographs, kana and Hangul are joined to bigrams: a Vietnamese syllable, an English word is a term by itself.
    """
    found: list[str] = []
    for match in _WITH_ADDRESSES.finditer(nfc(text).translate(_NARROW).lower()):
        if run := match["cjk"]:
            found.extend([run[at : at + 2] for at in range(len(run) - 1)] or [run])
        else:
            found.append(match["address"] or match["word"])
    return [word for word in found if word not in ENGLISH_STOP_WORDS]


def _stemmed(words: Sequence[str]) -> list[str]:
    return list(_stemmer().analyze(" ".join(words)))


@cache
def _stemmer() -> tantivy.TextAnalyzer:
    stemmer = tantivy.Filter.stemmer("english")
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(stemmer).build()
