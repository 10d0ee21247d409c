"""Chat spelling made ordinary: shorthand by its neighbours, teencode by rule, letters in disguise, one place for tones.

The words here were collected for this project from how people write in Vietnamese chats; the rules know the shape of a
Vietnamese syllable and touch only what is none.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from sangto.matching.chatwords import CHAT_WORDS, IN_CONTEXT, choose

_WORD: Final = re.compile(r"(?<![\w.@/])[^\W_]+(?![\w@]|/\w)")
_SURE_WORD_CHARS: Final = 24
_CACHED_WORDS: Final = 32_768

# Syllables: onset, vowels, coda. Vowels with their own letters (ă â ê ô ơ ư), tones taken off.
_ONSET: Final = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx]"
_SYLLABLE: Final = re.compile(
    rf"(?P<onset>{_ONSET})?"
    r"(?P<vowels>uyê|uya|uyu|ươi|ươu|uôi|iêu|yêu|oai|oay|oeo|oao|uây|uêu|uơi|ia|iê|yê|ya|ua|ưa|uô|ươ|uơ|uê|uâ|uă|uy|ui|uu|ưi|ưu|oa|oă|oe|oi|ôi|ơi|oo"
    r"|ai|ao|au|âu|ay|ây|eo|êu|iu|[aăâeêioôơuưy])"
    r"(?P<coda>ch|ng|nh|[cmnpt])?"
)
_TONES: Final = "\u0300\u0301\u0309\u0303\u0323"
_TONE: Final = re.compile(f"[{_TONES}]")
_OWN_LETTERS: Final = frozenset("ăâêôơư")
_K_VOWELS: Final = frozenset("iyeê")

# Three or more of a letter are one, but for the third quarter and the third world war.
_REPEATED: Final = re.compile(r"(?!\bI{3}\b)([^\W\d_])\1{2,}")
_DOTTED: Final = re.compile(r"(?<![\w.])[^\W\d_](?:[.\-*·•|_~^]{1,2}[^\W\d_]){2,12}(?![\w])")
_BROKEN: Final = re.compile(r"(?<![\w./@-])[^\W\d_]{1,4}(?:[.*·•|~^][^\W\d_]{1,4}){1,3}(?![\w./@-])")
_LEET: Final = re.compile(r"(?<![\w.,])[^\W\d_]{1,3}[0134][^\W\d_]{0,3}(?!\w)")
_LEET_LETTERS: Final = str.maketrans("0134", "oiea")
_FOREIGN: Final = re.compile("[\u0370-\u03ff\u0400-\u04ff]")
_RUN: Final = re.compile(r"[^\W\d_]+")
_DISGUISES: Final = str.maketrans(
    "асеорхуіјѕһԁԛԝАВСЕНІЈКМОРЅТУХЗαοινρτυκχεηАΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aceopxyijshdqwABCEHIJKMOPSTYX3aoivptukxenABEZHIKMNOPTYX",
)
_LATIN: Final = re.compile("[A-Za-zÀ-ɏḀ-ỿ]")
_VACCINE: Final = re.compile(
    r"\b(?:vắc|vac|văc|vắt|vac)[\s-]?(?:xin|xanh|cin)\b|\bvaccines?\b|\bvaxx?\b", re.IGNORECASE
)
# Compounds of English chats, for texts that are not Vietnamese.
_ENGLISH: Final = {
    "u": "you", "ur": "your", "ppl": "people", "govt": "government", "gov't": "government", "pls": "please",
    "plz": "please", "thx": "thanks", "tmrw": "tomorrow", "b4": "before", "bc": "because", "cuz": "because",
    "wont": "won't", "dont": "don't", "doesnt": "doesn't", "cant": "can't", "isnt": "isn't", "didnt": "didn't",
    "arent": "aren't", "wasnt": "wasn't", "vax": "vaccine", "vaxx": "vaccine", "rn": "right now", "w/o": "without",
}  # fmt: skip
_ENGLISH_WORD: Final = re.compile(
    r"(?<![\w'’.@/-])(?:" + "|".join(sorted(map(re.escape, _ENGLISH), key=len, reverse=True)) + r")(?![\w'’@/-])",
    re.IGNORECASE,
)


def undisguised(line: str) -> str:
    """Letters of other alphabets inside Latin words, dotted words and digits for letters, as they are meant."""
    if not line.isascii() and _FOREIGN.search(line):
        line = _RUN.sub(_latin, line)
    line = _REPEATED.sub(r"\1", line)
    if "." in line or "-" in line or "*" in line or "|" in line or "_" in line or "·" in line or "•" in line:
        line = _DOTTED.sub(lambda found: re.sub(r"[\W_]", "", found.group(0)), line)
        line = _BROKEN.sub(_mended, line)
    return _LEET.sub(_unleeted, line)


def expand_shorthand(text: str) -> str:
    """Vietnamese chat spelling written out. A capital K alone stays: it is short for cancer."""
    found = list(_WORD.finditer(text))
    if not found:
        return text
    lowered = [match.group(0).lower() for match in found]
    pieces: list[str] = []
    at = 0
    for place, match in enumerate(found):
        word = match.group(0)
        if lowered[place] == "kg" and text[: match.start()].rstrip()[-1:].isdigit():
            # "150 kg" is a weight; elsewhere "kg" is short for "không".
            continue
        if lowered[place] in IN_CONTEXT:
            long = choose(lowered, place, word)
        else:
            long = _written_out(word) if len(word) <= _SURE_WORD_CHARS else word
        if long != word:
            pieces += (text[at : match.start()], long)
            at = match.end()
    pieces.append(text[at:])
    joined = "".join(pieces)
    return _VACCINE.sub("vắc xin", joined)


def expand_english(text: str) -> str:
    """The few shortenings of English chats that have one meaning."""
    return _ENGLISH_WORD.sub(lambda found: _ENGLISH[found.group(0).lower()], text)


def one_tone_place(lowered: str) -> str:
    """ "hoà" as "hòa", "ngừoi" as "người"; "quý" stays."""
    if lowered.isascii():
        return lowered
    return _LETTERS.sub(lambda found: _placed(found.group(0)), lowered)


_LETTERS: Final = re.compile(r"[^\W\d_]{2,8}")


@lru_cache(maxsize=_CACHED_WORDS)
def _placed(word: str) -> str:
    if word.isascii():
        return word
    parts = _parted(word)
    if parts is None:
        return word
    onset, vowels, coda, tone = parts
    return unicodedata.normalize("NFC", onset + _with_tone(vowels, coda, tone) + coda)


def is_syllable(word: str) -> bool:
    """Whether a lower-case word has the shape of a Vietnamese syllable, with or without diacritics."""
    return _parted(word) is not None


def _parted(word: str) -> tuple[str, str, str, str] | None:
    """Onset, vowels and coda without tone, and the tone; None for what is no Vietnamese syllable."""
    spread = unicodedata.normalize("NFD", word)
    tones = _TONE.findall(spread)
    if len(tones) > 1:
        return None
    base = unicodedata.normalize("NFC", _TONE.sub("", spread))
    base = base.replace("ưo", "ươ")
    if "uơ" in base and not base.endswith("uơ"):
        base = base.replace("uơ", "ươ")
    found = _SYLLABLE.fullmatch(base)
    if not found:
        return None
    return found["onset"] or "", found["vowels"], found["coda"] or "", tones[0] if tones else ""


def _with_tone(vowels: str, coda: str, tone: str) -> str:
    """The tone on the last vowel with a mark of its own, else by the older rule: hòa, hoàn, hoài."""
    if not tone:
        return vowels
    own = [place for place, letter in enumerate(vowels) if letter in _OWN_LETTERS]
    if own:
        place = own[-1]
    elif coda:
        place = len(vowels) - 1
    else:
        place = (0, 0, 1)[len(vowels) - 1]
    return vowels[: place + 1] + tone + vowels[place + 1 :]


@lru_cache(maxsize=_CACHED_WORDS)
def _written_out(word: str) -> str:
    lower = word.lower()
    known = CHAT_WORDS.get(lower)
    if known is not None:
        return known
    if lower.isascii() or is_syllable(lower):
        return word
    for rule in (_doubled, _teencode):
        meant = rule(lower)
        if meant != lower:
            if meant in CHAT_WORDS:
                return CHAT_WORDS[meant]
            if is_syllable(meant):
                return meant.capitalize() if word[0].isupper() else meant
    return word


def _doubled(word: str) -> str:
    """ "quáa", "ơii", "nhaaa": the last letter once."""
    folded = [unicodedata.normalize("NFD", letter)[0] for letter in word]
    end = len(word)
    while end > 1 and folded[end - 1] == folded[end - 2]:
        end -= 1
    return word[:end]


def _teencode(word: str) -> str:
    """Letters that stand for others: f ph, w qu, j gi or i, z v, k c, a lost g, h or n."""
    tone_free = unicodedata.normalize("NFD", word)
    if "f" in word:
        word = word.replace("f", "ph")
    if word.startswith("w"):
        word = "qu" + word[1:]
    if word.startswith("dz"):
        word = "d" + word[2:] if not is_syllable("v" + word[2:]) else "v" + word[2:]
    elif word.startswith("z"):
        word = "v" + word[1:]
    if word.startswith("j"):
        word = ("g" if tone_free[1:2] == "i" else "gi") + word[1:]
    return _closed(_opened(word.replace("j", "i"), tone_free))


def _opened(word: str, tone_free: str) -> str:
    """The letters before the vowel as they are written before it."""
    if word[0] == "k" and word[1:2] != "h" and tone_free[1:2] not in "iye":
        word = "c" + word[1:]
    if word[:2] == "ng" and word[2:3] != "h" and tone_free[2:3] in "ie":
        word = "ngh" + word[2:]
    if word[0] == "g" and tone_free[1:2] == "e":
        word = "gh" + word[1:]
    return word


def _closed(word: str) -> str:
    """The letters after the vowel."""
    if word[-1] == "k":
        word = word[:-1] + ("ch" if unicodedata.normalize("NFD", word[-2:-1])[:1] in ("i", "e") else "c")
    if word[-1] == "g" and word[-2:-1] != "n":
        word = word[:-1] + "ng"
    base = unicodedata.normalize("NFD", word)
    if word[-1] == "c" and unicodedata.normalize("NFD", word[-2:-1])[:1] == "i" and "e" not in base:
        word += "h"
    return word


def _latin(found: re.Match[str]) -> str:
    word = found.group(0)
    if word.isascii() or not _FOREIGN.search(word):
        return word
    changed = word.translate(_DISGUISES)
    # A word wholly in its own alphabet is not in disguise.
    return changed if _LATIN.search(word) and not _FOREIGN.search(changed) else word


def _mended(found: re.Match[str]) -> str:
    """ "ch.ết" is one word; "xong.Sau" are two."""
    whole = found.group(0)
    pieces = re.split(r"[\W_]+", whole)
    joined = "".join(pieces)
    if any(piece[0].isupper() for piece in pieces[1:]) and not whole.isupper():
        return whole
    if is_syllable(joined.lower()) and not all(is_syllable(piece.lower()) for piece in pieces):
        return joined
    return whole


def _unleeted(found: re.Match[str]) -> str:
    """ "kh0ng", "ch3t": a digit between letters of what is a syllable then; "f0", "b12" and "h5n1" stay."""
    word = found.group(0)
    lower = word.lower()
    if lower == "k0":
        return "ko"
    letters = lower.translate(_LEET_LETTERS)
    inner = not lower[-1].isdigit() or (lower[-1] == "0" and len(lower) > 2)
    onset = _SYLLABLE.fullmatch(letters) if inner and word == lower else None
    return letters if onset and onset["onset"] and not lower[0].isdigit() else word
