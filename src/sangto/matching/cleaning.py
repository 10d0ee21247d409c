"""What a message says, without what people wrap around it: links, greetings, "is this true?", chat shorthand."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sangto.lib.folding import MAX_CHARS, fold, has_diacritics, lacks_diacritics, tidy, words

# A part of a long message shorter than this says too little to be matched by itself.
MIN_PART_WORDS: Final = 5
# Parts of a long forward that are encoded, besides the whole (about 10 ms each on one core).
MAX_PARTS: Final = 10
# A message longer than this is also looked at sentence by sentence.
LONG_WORDS: Final = 30

_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b(?:pic\.twitter\.com|t\.co|bit\.ly|fb\.watch|youtu\.be)/\S*", re.IGNORECASE
)
_HANDLE = re.compile(r"(?<!\w)@\w+")
_HASHTAG = re.compile(r"#(\w+)")
_CAMEL = re.compile(r"(?<=[a-zà-ỹ])(?=[A-ZÀ-Ỹ])|(?<=[A-Z])(?=[A-Z][a-z])")
# Signature of a quoted post: "— Name (@name) January 28, 2021".
_SIGNATURE = re.compile(r"\s[—–-]{1,2}\s[^—\n]{1,60}\(@\w+\)\s*(?:\w+ \d{1,2}, \d{4})?\s*$")
_SYMBOLS = re.compile(r"[\U0001f000-\U0001faff\u2600-\u27bf\u2190-\u21ff\u2b00-\u2bff]+")
# Dots, dashes and the like in rows, also spaced: they say nothing, and patterns would retry at each of them.
_ORNAMENT = re.compile(r"(?:([^\w\s%])\s*)(?:[^\w\s%]\s*){2,}")
_REPEATED = re.compile(r"([^\W\d])\1{2,}")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”')\]]*\s+|[\r\n]+|\s+(?=[•▪►➡✅❌⚠🔴👉‼])|;\s+")

_NO: Final = "(?:không|khong|ko|k|hông|hong|hok|kh)"
_THOSE_ASKED: Final = (
    r"(?:m[ọo]i ng[ưu][ờo]i|mng?|c[ảa] nh[àa]|(?:c[áa]c|m[ấa]y) b[áa]c|bác sĩ|anh ch[ịi]|ad(?:min)?|b[ạa]n)"
)
_ME: Final = "(?:em|mình|minh|tôi|toi|e|m)"

# Asked around the claim, not part of it. Matched on the text as written, with and without diacritics.
_FRAMES: Final = tuple(
    re.compile("".join(pieces), re.IGNORECASE)
    for pieces in (
        # "Mọi người ơi cho em hỏi là ..."
        (
            rf"^(?:{_THOSE_ASKED}\s+)?(?:ơi|oi|à|cho)\s*,?\s*(?:{_ME}\s+)?(?:hỏi|hoi)?\s*",
            r"(?:là|la|với|voi|chút|chut)?\s*[,:]?\s+",
        ),
        (rf"^(?:cho|xin)\s+(?:{_ME}\s+)?(?:hỏi|hoi)\s*(?:là|la|chút|chut)?\s*[,:]?\s*",),
        # "em mới nghe nói là ..."
        (
            rf"^{_ME}?\s*(?:mới|moi|vừa|vua)?\s*(?:nghe|thấy|thay|đọc|doc)\s+",
            r"(?:nói|noi|bảo|bao|đồn|don|người ta|nguoi ta|tin|trên mạng|tren mang)",
            r"(?:\s+(?:nói|noi|là|la|rằng|rang))*\s+",
        ),
        # "... có đúng không ạ?", "... phải không?", "... thật hay giả?"
        (
            r"[\s,.]*(?:có|co)\s+(?:đúng|dung|thật|that|phải|phai|chính xác|chinh xac)",
            rf"(?:\s+(?:là|la|như vậy|nhu vay|vậy|vay|thế|the))?\s+{_NO}\b[^.!?]{{0,25}}[?.!\s]*$",
        ),
        (rf"[\s,.]*(?:đúng|dung|thật|that|phải|phai)\s+{_NO}\b[^.!?]{{0,25}}[?.!\s]*$",),
        (r"[\s,.]*(?:là\s+|la\s+)?(?:thật|that)\s+(?:hay|hả|ha)\s+(?:giả|gia|đùa|dua)?[^.!?]{0,15}[?.!\s]*$",),
        # "... hả mọi người?", "... không ạ?"
        (
            rf"\s+(?:(?:hả|ha|ạ|a|nhỉ|nhi|vậy|vay|thế|the|{_NO})\s+){{0,3}}{_THOSE_ASKED}",
            r"(?:\s+(?:ơi|oi|nhỉ|nhi|ạ|a))?[?.!\s]*$",
        ),
        (r"(?:\s+(?:hả|ạ|nhỉ|vậy|thế|không|khong|ko|hông|hok|k|vay|nhi|ta|ha|z|v)){1,3}\s*[?.!]*$",),
        (r"^(?:có\s+phải|co\s+phai|phải chăng|phai chang)\s+(?:là\s+|la\s+|việc\s+|viec\s+)?",),
        (r"^(?:hi|hello|hey|guys|everyone|sorry)\b[\s,!]+",),
        (
            r"^(?:so\s+)?(?:is it (?:really )?true(?: that)?|is this (?:true|real)|they say(?: that)?",
            r"|can (?:anyone|someone) (?:confirm|check)(?: (?:that|if))?|someone told me(?: that)?",
            r"|i (?:just )?(?:heard|read|saw)(?: somewhere)?(?: that)?)[\s:,?]+",
        ),
        (
            r"[\s,.]*(?:is (?:this|that|it) (?:really )?(?:true|real|fake|correct|legit)|true or (?:false|fake)",
            r"|fake or real|can anyone confirm(?: this)?|right|really)\s*\?+[\s?!]*$",
        ),
        # "chia sẻ gấp cho mọi người ..."
        (
            r"(?:hãy|hay|xin|vui lòng|vui long)?\s*(?:chia sẻ|chia se|share|forward|lan truyền|lan truyen|gửi|gui)\s+",
            r"(?:ngay|gấp|gap|rộng rãi|rong rai|giúp|giup",
            r"|cho (?:mọi người|moi nguoi|người thân|nguoi than|bạn bè|ban be))[^.!?\n]{0,40}[.!?]*\s*$",
        ),
    )
)

# Chat shorthand of Vietnamese, for texts that are Vietnamese.
_SHORTHAND: Final[Mapping[str, str]] = MappingProxyType(
    {
        "k": "không", "ko": "không", "kg": "không", "khg": "không", "hok": "không", "hk": "không",
        "hông": "không", "dc": "được", "đc": "được", "dk": "được", "đk": "được",
        "j": "gì", "r": "rồi", "ng": "người", "mn": "mọi người", "mng": "mọi người",
        "vs": "với", "cx": "cũng", "cg": "cũng", "trc": "trước", "ntn": "như thế nào", "bn": "bao nhiêu",
        "z": "vậy", "wá": "quá", "qá": "quá", "đt": "điện thoại", "dt": "điện thoại",
        "đth": "điện thoại", "sdt": "số điện thoại", "sđt": "số điện thoại", "tk": "tài khoản",
        "stk": "số tài khoản", "nh": "ngân hàng", "ck": "chuyển khoản", "csgt": "cảnh sát giao thông",
        "bs": "bác sĩ", "bv": "bệnh viện", "vx": "vắc xin", "vacxin": "vắc xin", "vaccine": "vắc xin",
        "vắc-xin": "vắc xin", "cccd": "căn cước công dân", "fb": "facebook", "lm": "làm",
        "bik": "biết", "bít": "biết", "nx": "nữa",
        "tphcm": "thành phố hồ chí minh", "hcm": "hồ chí minh", "sg": "sài gòn", "hn": "hà nội", "đn": "đà nẵng",
        "vn": "việt nam", "cty": "công ty", "gd": "gia đình", "gđ": "gia đình", "hs": "học sinh", "sv": "sinh viên",
    }
)  # fmt: skip

_SHORT_WORD: Final = re.compile(r"(?<![\w.@/])[^\W\d_]{1,8}(?:-[^\W\d_]{2,3})?(?![\w@/])")

# The older place of the tone in the open endings oa, oe, uy: hoà and hòa are one word.
_TONE_PAIRS: Final = tuple(
    (re.compile(old + r"(?![a-zà-ỹ])"), new)
    for old, new in zip(
        ["oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"],
        ["òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"],
        strict=True,
    )
)
_AFTER_Q = re.compile(r"q(ù|ú|ủ|ũ|ụ)y")
_Q_BACK: Final = {"ù": "quỳ", "ú": "quý", "ủ": "quỷ", "ũ": "quỹ", "ụ": "quỵ"}


@dataclass(frozen=True, slots=True)
class Message:
    """A message made ready: `raw` tidied, `core` without frame, `parts` the sentences of a long one."""

    raw: str
    core: str
    parts: tuple[str, ...]
    vietnamese: bool
    bare: bool
    """Vietnamese without diacritics."""


def read_message(text: str) -> Message:
    """Never fails and never returns more than `MAX_CHARS`; `core` is empty where nothing is left to match."""
    kept = text[: MAX_CHARS * 2]
    lines = tidy(kept)
    shown = _plain(kept)
    core = _unframed(shown)
    bare = lacks_diacritics(core)
    vietnamese = bare or has_diacritics(core)
    if vietnamese:
        core = expand_shorthand(core)
    return Message(lines, core, _parts(kept, core, vietnamese=vietnamese), vietnamese, bare)


def tokens(text: str) -> list[str]:
    """Lower-case words as the exact field holds them; one spelling for each tone mark."""
    lowered = tidy(text).lower()
    return words(one_tone_place(lowered))


def folded_tokens(text: str) -> list[str]:
    return words(fold(tidy(text)))


def said_words(text: str) -> list[str]:
    """Folded words of what a message says: without links, pictograms and the question around it."""
    return folded_tokens(_unframed(_plain(text)))


def fingerprint(text: str) -> str:
    """The same for two texts that differ only in case, spacing, punctuation, diacritics and frame; "" if too short.

    Digits and every word count, so a changed number or an added "not" changes it.
    """
    folded = said_words(text)
    if len(folded) < 3:
        return ""
    return hashlib.blake2b(" ".join(folded).encode("utf-8"), digest_size=16).hexdigest()


def expand_shorthand(text: str) -> str:
    """A capital K alone stays: it is short for cancer."""

    def long(found: re.Match[str]) -> str:
        word = found.group(0)
        return word if word == "K" else _SHORTHAND.get(word.lower(), word)

    return _SHORT_WORD.sub(long, text)


def one_tone_place(lowered: str) -> str:
    """ "hoà" as "hòa"; "quý" stays."""
    for old, new in _TONE_PAIRS:
        lowered = old.sub(new, lowered)
    return _AFTER_Q.sub(lambda found: _Q_BACK[found.group(1)], lowered)


def sentences(text: str) -> list[str]:
    return [part for part in (tidy(piece) for piece in _SENTENCE_END.split(text[: MAX_CHARS * 2])) if part]


def _plain(text: str) -> str:
    """One line without links, handles, signature and pictograms."""
    line = tidy(_SYMBOLS.sub(" ", text[: MAX_CHARS * 2]))
    line = _SIGNATURE.sub("", line)
    line = _HANDLE.sub(" ", _LINK.sub(" ", line))
    line = _HASHTAG.sub(lambda found: " " + _CAMEL.sub(" ", found.group(1)).replace("_", " "), line)
    return tidy(_ORNAMENT.sub(r"\1 ", _REPEATED.sub(r"\1", line)))


def _unframed(line: str) -> str:
    """Without the question around the claim; the line itself where nothing would be left."""
    core = line
    for frame in _FRAMES:
        shorter = frame.sub("", core, count=1).strip(" ,.:;-")
        if len(words(shorter)) >= 2:
            core = shorter
    return core.strip(" ?!.")


def _parts(text: str, core: str, *, vietnamese: bool) -> tuple[str, ...]:
    if len(words(core)) <= LONG_WORDS:
        return ()
    found: list[str] = []
    for sentence in sentences(text):
        part = _unframed(_plain(sentence))
        part = expand_shorthand(part) if vietnamese else part
        for piece in _windows(part):
            if len(words(piece)) >= MIN_PART_WORDS and piece not in found:
                found.append(piece)
    if len(found) <= MAX_PARTS:
        return tuple(found) if len(found) > 1 else ()
    # What a forward claims stands mostly at its start and end, its details in the longest sentences between.
    edges = found[: MAX_PARTS // 2] + found[-2:]
    middle = sorted((p for p in found if p not in edges), key=len, reverse=True)[: MAX_PARTS - len(edges)]
    chosen = {*edges, *middle}
    return tuple(part for part in found if part in chosen)


def _windows(sentence: str, size: int = 50) -> list[str]:
    """A sentence without an end (no punctuation at all) in pieces of `size` words."""
    split = sentence.split(" ")
    if len(split) <= size * 3 // 2:
        return [sentence]
    return [" ".join(split[start : start + size]) for start in range(0, min(len(split), size * 20), size)]
