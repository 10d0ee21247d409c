"""What a message says, without what people and programs wrap around it.

Links, forwarded headers, greetings, "is this true?" and chat spelling fall away, in this order: forwards.py (lines),
links.py (addresses), spelling.py (letters and words), frames.py (the question around the claim).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sangto.lib.folding import MAX_CHARS, fold, has_diacritics, lacks_diacritics, tidy, words
from sangto.matching.dialects import equivalents
from sangto.matching.forwards import plain_lines, without_headers
from sangto.matching.frames import unframed
from sangto.matching.links import LINK, urls_of
from sangto.matching.spelling import expand_english, expand_shorthand, one_tone_place, undisguised

__all__ = [
    "MAX_PARTS",
    "Message",
    "equivalents",
    "expand_shorthand",
    "fingerprint",
    "folded_tokens",
    "one_tone_place",
    "read_message",
    "said_words",
    "sentences",
    "tokens",
]

# A part of a long message shorter than this says too little to be matched by itself.
MIN_PART_WORDS: Final = 5
# Parts of a long forward that are encoded, besides the whole (about 10 ms each on one core).
MAX_PARTS: Final = 8
# A message longer than this is also looked at sentence by sentence.
LONG_WORDS: Final = 30
# Sentences of a message that are looked at before parts are chosen.
_MAX_SENTENCES: Final = 400
# Sentences at the start of a forward where its claim mostly stands.
_EARLY: Final = 2
# Handles of a message that are looked up.
_MAX_HANDLES: Final = 12
# Texts whose words are remembered: one message is asked for its fingerprint, its bands and its words.
_REMEMBERED: Final = 256

_HANDLE = re.compile(r"(?<!\w)@\w+")
_HASHTAG = re.compile(r"#(\w+)")
_CAMEL = re.compile(r"(?<=[a-zà-ỹ])(?=[A-ZÀ-Ỹ])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d_]{3})(?=\d)")
# Signature of a quoted post: "— Name (@name) January 28, 2021".
_SIGNATURE = re.compile(r"\s[—–-]{1,2}\s([^—\n]{1,60})\(@\w+\)\s*(?:\w+ \d{1,2}, \d{4})?\s*$")
_SYMBOLS = re.compile(
    r"[\U0001f000-\U0001faff\u2600-\u27bf\u2190-\u21ff\u2b00-\u2bff\u20e3\u2300-\u23ff\u25a0-\u25ff\u3030\u303d]+"
)
_EMOTICON = re.compile(r"(?<!\S)(?:[:;=xX8][-'^]?[)(DPpdOo3*|/\\]{1,6}|<3+|[Tt]_+[Tt]|\^[_.]*\^|=\)+|:v|:3)(?!\S)")
# Dots, dashes and the like in rows, also spaced: they say nothing, and patterns would retry at each of them.
_ORNAMENT = re.compile(r"(?:([^\w\s%])\s*)(?:[^\w\s%]\s*){2,}")
_SPACES = re.compile(r"\s{2,}")
_SENTENCE_END = re.compile(
    r"(?<=[.!?…])[\"”')\]]*\s+|[\r\n]+|\s+(?=[•▪►➡✅❌⚠🔴👉‼])|;\s+|\s+(?=\d{1,2}[.)]\s+[^\W\d])"
)

# Signs of a statement that evidence can settle, each with its weight in the choice of parts.
_EFFECT = re.compile(
    r"\b(?:gây|gay|làm|chữa|chua|khỏi|trị|cấm|cam|phạt|phat|bị|bi|chết|chet|tử vong|tu vong|phát hiện|tăng|tang"
    r"|giảm|giam|khóa|khoa"
    r"|thu hồi|bắt|bat|xác nhận|công bố|ban hành|áp dụng|bắt buộc|bat buoc|phải|phai|chứa|chua|nhiễm|nhiem|lây"
    r"|lay|mất|mat|sập|vỡ"
    r"|nổ|tặng|tang|miễn phí|mien phi|hết hạn|nghỉ học|causes?|cures?|kills?|died|dies|bans?|banned|contains?"
    r"|found|announced|will"
    r"|must|spreads?|increases?|reduces?|arrested|confirmed|free|charged|fined)\b",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"\b(?:chia sẻ|chia se|share|gửi cho|gui cho|forward|lan truyền|lan tỏa|cảm ơn|cam on|xin chào|mọi người ơi"
    r"|kính gửi|trân trọng"
    r"|cầu mong|nam mô|amen|please|thanks|thank you|hãy đọc|đọc hết|đọc kỹ|lưu lại|nhớ đọc|theo dõi|bấm vào"
    r"|click|like)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[^\W_] )[A-ZĐÀ-Ỹ][^\W\d_]+")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Message:
    """A message made ready: `raw` tidied, `core` without frame, `parts` the sentences of a long one."""

    raw: str
    core: str
    parts: tuple[str, ...]
    vietnamese: bool
    bare: bool
    """Vietnamese without diacritics."""
    urls: tuple[str, ...] = ()
    """Canonical addresses in the message; none of them leads to a person's profile."""
    beside: str = ""
    """Words of handles and of a quoted post's signature ("@WorldHealthOrg"): looked up with the message, never kept."""


def read_message(text: str) -> Message:
    """Never fails and never returns more than `MAX_CHARS`; `core` is empty where nothing is left to match."""
    kept = text[: MAX_CHARS * 2]
    lines = without_headers(kept)
    core, vietnamese, bare = _core(_plain(lines))
    urls = tuple(urls_of(lines)) if "/" in lines else ()
    parts = _parts(lines, core, vietnamese=vietnamese)
    return Message(tidy(plain_lines(kept)), core, parts, vietnamese, bare, urls, _beside(lines))


def tokens(text: str) -> list[str]:
    """Lower-case words as the exact field holds them; one spelling for each tone mark."""
    lowered = tidy(text).lower()
    return words(one_tone_place(lowered))


def folded_tokens(text: str) -> list[str]:
    return words(fold(tidy(text)))


def said_words(text: str) -> list[str]:
    """Folded words of what a message says: without headers, links, pictograms, chat spelling and the
    question around.
    """
    return list(_said(text[: MAX_CHARS * 2]))


@lru_cache(maxsize=_REMEMBERED)
def _said(text: str) -> tuple[str, ...]:
    return tuple(words(fold(_core(_plain(without_headers(text)))[0])))


def fingerprint(text: str) -> str:
    """The same for two texts that differ only in case, spacing, punctuation, diacritics, spelling of chats and frame.

    Digits and every word count, so a changed number or an added "not" changes it. "" if too short.
    """
    folded = said_words(text)
    if len(folded) < 3:
        return ""
    return hashlib.blake2b(" ".join(folded).encode("utf-8"), digest_size=16).hexdigest()


def sentences(text: str) -> list[str]:
    # One space for a row of them: the pattern would look to the end of the row from each.
    calm = _SPACES.sub(_one_space, text[: MAX_CHARS * 2])
    return [part for part in (tidy(piece) for piece in _SENTENCE_END.split(calm)) if part]


def _one_space(row: re.Match[str]) -> str:
    return "\n" if "\n" in row.group(0) or "\r" in row.group(0) else " "


def _beside(text: str) -> str:
    """What is named around the message, as words: a claim about an office may be known by its handle alone."""
    if "@" not in text:
        return ""
    line = tidy(text[: MAX_CHARS * 2])
    signed = _SIGNATURE.search(line) if "(@" in line else None
    handles = [_CAMEL.sub(" ", found[1:]).replace("_", " ") for found in _HANDLE.findall(line)[:_MAX_HANDLES]]
    return tidy(" ".join([signed.group(1) if signed else "", *handles]))


def _plain(text: str) -> str:
    """One line without links, handles, signature and pictograms."""
    line = tidy(_SYMBOLS.sub(" ", text[: MAX_CHARS * 2]))
    if "(@" in line:
        line = _SIGNATURE.sub("", line)
    if "/" in line or "www." in line:
        line = LINK.sub(" ", line)
    if "@" in line:
        line = _HANDLE.sub(" ", line)
    if "#" in line:
        line = _HASHTAG.sub(lambda found: " " + _CAMEL.sub(" ", found.group(1)).replace("_", " "), line)
    line = _EMOTICON.sub(" ", line)
    return tidy(undisguised(_ORNAMENT.sub(r"\1 ", line)))


def _core(plain: str) -> tuple[str, bool, bool]:
    """The claim of a plain line, whether it is Vietnamese, and whether that without diacritics."""
    core = unframed(plain)
    bare = lacks_diacritics(core)
    vietnamese = bare or has_diacritics(core)
    return _spelled(core, vietnamese=vietnamese), vietnamese, bare


def _spelled(core: str, *, vietnamese: bool) -> str:
    # Written out, a frame in chat spelling can be seen.
    return unframed(expand_shorthand(core)) if vietnamese else expand_english(core)


def _parts(text: str, core: str, *, vietnamese: bool) -> tuple[str, ...]:
    """The sentences of a long message that look most like statements, in their order."""
    if len(words(core)) <= LONG_WORDS:
        return ()
    found: dict[str, float] = {}
    for number, sentence in enumerate(sentences(text)[:_MAX_SENTENCES]):
        part = _spelled(unframed(_plain(sentence)), vietnamese=vietnamese)
        for piece in _windows(part):
            if len(words(piece)) >= MIN_PART_WORDS:
                # What a forward claims stands mostly at its start.
                found.setdefault(piece, 0.5 if number < _EARLY else 0.0)
    if len(found) <= MAX_PARTS:
        return tuple(found) if len(found) > 1 else ()
    chosen = set(sorted(found, key=lambda piece: -found[piece] - _statement_signs(piece))[:MAX_PARTS])
    return tuple(piece for piece in found if piece in chosen)


def _statement_signs(sentence: str) -> float:
    """How much a sentence looks like a statement that evidence can settle: cheap signs, no learnt score."""
    size = len(words(sentence))
    score = 0.5 if 8 <= size <= 45 else 0.0
    score += min(1.0, 0.6 * len(_DIGIT.findall(sentence)[:2]))
    score += min(0.9, 0.45 * len(_EFFECT.findall(sentence)))
    score += 0.4 if _NAME.search(sentence) else 0.0
    score -= 1.5 if _CALL.search(sentence) else 0.0
    return score - (0.4 if sentence.endswith("?") else 0.0)


def _windows(sentence: str, size: int = 50) -> list[str]:
    """A sentence without an end (no punctuation at all) in pieces of `size` words."""
    split = sentence.split(" ")
    if len(split) <= size * 3 // 2:
        return [sentence]
    return [" ".join(split[start : start + size]) for start in range(0, min(len(split), size * 20), size)]
