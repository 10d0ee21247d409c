"""Text made comparable: one Unicode form, nothing invisible, and a form without diacritics.

Everything here takes any `str` a person or a program can send and returns in bounded time.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# The longest text any room accepts from outside (the HTTP interface answers 413 beyond it).
MAX_CHARS: Final = 20_000


def _combining_marks() -> str:
    """All combining marks as a character class (they stand in the first two planes)."""
    return "".join(chr(point) for point in range(0x300, 0x1F000) if unicodedata.combining(chr(point)))


_SURROGATES = re.compile("[\ud800-\udfff]")
# Zero-width and joining characters, bidirectional marks and overrides, soft hyphen, variation selectors, tags.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_CONTROLS = re.compile("[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f]")
_SPACE = re.compile(r"\s+")
# Sorting a run of combining marks is quadratic in its length; no script needs more than a few.
_MARK_RUN = re.compile(f"([{_combining_marks()}]{{8}})[{_combining_marks()}]+")
_LATIN_MARKS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")
_LETTERS = re.compile(r"[^\W\d_]+")
_VIETNAMESE_LETTER = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
# The shape of a Vietnamese syllable written without diacritics: onset, vowels, coda.
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?"
    r"(?:uye|uya|uoi|uou|ieu|yeu|oai|oay|oeo|uay|uay|ia|ie|ua|uo|ue|uy|ui|uu|oa|oe|oi|oo|ai|ao|au|ay|eo|eu|iu|ye|[aeiouy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)
# Common English words that no Vietnamese sentence contains.
_ENGLISH: Final = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "of",
        "and",
        "with",
        "this",
        "that",
        "these",
        "those",
        "you",
        "your",
        "it",
        "its",
        "they",
        "we",
        "he",
        "she",
        "his",
        "her",
        "what",
        "which",
        "who",
        "for",
        "from",
        "have",
        "has",
        "had",
        "will",
        "would",
        "should",
        "does",
        "did",
        "not",
        "if",
        "or",
        "as",
        "by",
        "at",
        "but",
        "there",
        "their",
        "our",
        "us",
        "my",
        "me",
        "do",
    ]
) - {"me", "do", "he", "she", "my", "us"}

# Shorthand of chats that has no vowel or is no syllable.
_SHORTHAND: Final = frozenset(
    [
        "ck",
        "cx",
        "dc",
        "đc",
        "dt",
        "hk",
        "hok",
        "k",
        "kg",
        "khg",
        "kh",
        "ko",
        "mn",
        "mng",
        "ng",
        "nge",
        "nt",
        "ntn",
        "nc",
        "r",
        "sdt",
        "stk",
        "tk",
        "tks",
        "trc",
        "vs",
        "vn",
        "z",
    ]
)

# Share of words that must look Vietnamese before a text without diacritics is read as Vietnamese.
_SYLLABLE_SHARE: Final = 0.7
# Share of words carrying a Vietnamese letter above which a text counts as written with diacritics.
# Ordinary Vietnamese has .75 and more; one copied name in a message without diacritics stays below.
_MARKED_SHARE: Final = 0.2


def nfc(text: str) -> str:
    """The form that is stored: NFC, with lone surrogates replaced. Long runs of combining marks are cut first."""
    return unicodedata.normalize("NFC", _calm(text))


def tidy(text: str, limit: int = MAX_CHARS) -> str:
    """One line of plain text of at most `limit` characters: NFKC, nothing invisible, single spaces."""
    # Cut before the work and after it: one code point can become 18 (U+FDFA).
    calm = _calm(text[: limit * 4])
    shown = _CONTROLS.sub(" ", _INVISIBLE.sub("", calm))
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", shown)[: limit * 2]).strip()[:limit].rstrip()


def fold(text: str) -> str:
    """Lower case without diacritics; đ becomes d. Scripts other than Latin keep their marks."""
    spread = unicodedata.normalize("NFD", _calm(text).lower())
    bare = _LATIN_MARKS.sub("", spread).replace("đ", "d")
    return unicodedata.normalize("NFC", bare)


def words(text: str) -> list[str]:
    """Runs of letters and digits, as written."""
    return _WORD.findall(text)


def has_diacritics(text: str) -> bool:
    """Whether the text is written with Vietnamese diacritics: not merely one name among many bare words."""
    found = _LETTERS.findall(unicodedata.normalize("NFC", _calm(text[:MAX_CHARS])))
    marked = sum(1 for word in found if _VIETNAMESE_LETTER.search(word))
    return marked > 0 and marked >= _MARKED_SHARE * len(found)


def lacks_diacritics(text: str) -> bool:
    """Whether the text looks like Vietnamese typed without diacritics ("uong nuoc chanh chua ung thu")."""
    if has_diacritics(text):
        return False
    found = [word.lower() for word in _LETTERS.findall(text[:MAX_CHARS]) if word.isascii()]
    found = [word for word in found if len(word) > 1 or word in _SHORTHAND]
    if len(found) < 2:
        return False
    fitting = sum(1 for w in found if w in _SHORTHAND or (_SYLLABLE.fullmatch(w) and w not in _ENGLISH))
    return fitting >= _SYLLABLE_SHARE * len(found)


# In a text this short even the worst order of marks sorts in no time, and people's texts pass unsearched.
_HARMLESS: Final = 1_000


def _calm(text: str) -> str:
    if text.isascii():
        return text
    if len(text) <= _HARMLESS:
        return _SURROGATES.sub("\ufffd", text)
    return _MARK_RUN.sub(r"\1", _SURROGATES.sub("\ufffd", text))
