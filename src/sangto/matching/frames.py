"""The question around a claim: greetings, "is this true?", "please share". Patterns of both languages."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from sangto.lib.folding import fold, words

# A frame stands at an end of the message; further in, the same words are part of it.
_HEAD: Final = 160
_TAIL: Final = 140
# Frames stand inside one another ("mn ơi cho hỏi em nghe nói ..."): taken off until nothing more falls.
_ROUNDS: Final = 4
# A claim has at least two words.
_MIN_WORDS: Final = 2

_NO: Final = r"(?:không|khong|ko|k0|k|hông|hong|hok|hk|kh|kg|hem|khum|hôn|hôg|khg)"
_THOSE_ASKED: Final = (
    r"(?:m[ọo]i\s+(?:ng[ưu][ờo]i|ng)|mng?|m\.n|c[ảa]\s+nh[àa]|(?:c[áa]c|m[ấa]y|quý)\s+(?:b[áa]c|b[ạa]n|anh|ch[ịi]|m[ẹe]|c[ôo]|ch[úu]|v[ịi]|b)"
    r"|bác\s+sĩ|anh\s+ch[ịi]|a\s*/?\s*c|ad(?:min)?|b[ạa]n|shop|s[ếe]p|b[àa]\s+con|th[ầa]y|c[ôo]|to[àa]\s+so[ạa]n|các\s+(?:bác|anh|chị|mẹ))"
)
_ME: Final = r"(?:em|mình|minh|tôi|toi|tui|con|cháu|chau|e|m|mk|mik|t)"
_PLACES: Final = (
    r"(?:trên|tren|ở|o)\s+(?:mạng|mang|fb|face(?:book)?|zalo|tiktok|tik\s?tok|youtube|nhóm|nhom"
    r"|group)(?:\s+xã\s+hội|\s+lớp|\s+phường)?"
)
_THIS: Final = (
    r"(?:(?:tin|bài|bai|cái|cai|thông\s+tin|thong\s+tin|tin\s+nhắn|clip|video|chuyện|chuyen|vụ|vu|việc)\s+)?"
    r"(?:tin\s+)?(?:này|nay|đó|do|trên|tren|ni|kia|ở\s+dưới|dưới\s+đây)"
)
_TRUE: Final = r"(?:đúng|dung|thật|that|thiệt|thiet|phải|phai|chính\s+xác|chinh\s+xac|chuẩn|chuan|xác\s+thực)"

_PREFIXES: Final = (
    # "Kính gửi tòa soạn," "Chào mọi người,"
    rf"(?:kính\s+(?:gửi|chào)|kinh\s+(?:gui|chao)|xin\s+chào|xin\s+chao|chào|chao|alo|hi|hello|dạ|da|hế\s+lô)\s+{_THOSE_ASKED}(?:\s+(?:ạ|a|ơi|oi))?\s*[,.!:]+\s*",
    # "Mọi người ơi cho em hỏi là ..."
    rf"(?:{_THOSE_ASKED}\s+)?(?:ơi|oi|à|cho)\s*,?\s*(?:{_ME}\s+)?(?:hỏi|hoi)?\s*(?:là|la|với|voi|chút|chut)?\s*[,:]?\s+",
    rf"(?:cho|xin|cho\s+phép)\s+(?:{_ME}\s+)?(?:hỏi|hoi)\s*(?:là|la|chút|chut|xíu|xiu|với)?\s*[,:]?\s*",
    rf"(?:{_ME}\s+)?(?:muốn|muon|xin|định)\s+(?:được\s+)?(?:hỏi|hoi)\s*(?:là|la|chút|xem)?\s*[,:]?\s*",
    # Asked to check: "nhờ ad xác minh giúp tin này", "check giúp em với".
    (
        rf"(?:(?:nhờ|nho|mong|xin)\s+)?(?:{_THOSE_ASKED}\s+)?(?:check|kiểm\s+chứng|kiem\s+chung|kiểm\s+tra|xác\s+minh|xac\s+minh|xác\s+nhận)"
        rf"\s+(?:giúp|giup|hộ|ho|dùm|dum|giùm)\s*(?:{_ME}\s+)?(?:{_THIS}\s*)?(?:với|voi)?\s*(?:ạ)?\s*[:.,]+\s*"
    ),
    # The question first: "Tin này có thật không ạ", then the text.
    rf"{_THIS}\s+(?:có\s+|co\s+)?{_TRUE}\s+{_NO}\b[^.!?:\n]{{0,25}}[?.!:,\s]+",
    # "em mới nghe nói là ...", "thấy trên mạng đồn ..."
    (
        rf"(?:{_ME}\s+)?(?:mới|moi|vừa|vua|có|co|hay)?\s*(?:nghe|thấy|thay|đọc|doc|lướt|luot)\s+(?:{_PLACES}\s+)?"
        r"(?:nói|noi|bảo|bao|đồn|don|người\s+ta|nguoi\s+ta|ngta|nta|tin|có\s+tin|co\s+tin|bài|"
        rf"{_PLACES})(?:\s+(?:nói|noi|bảo|đồn|là|la|rằng|rang|ghi|viết|đăng))*\s*[,:]?\s+"
    ),
    rf"{_PLACES}\s+(?:đang\s+|dang\s+)?(?:đồn|don|lan\s+truyền|nói|noi|bảo|đăng|chia\s+sẻ)(?:\s+(?:tin|là|la|rằng|rang))*\s*[,:]?\s+",
    r"(?:có\s+tin|co\s+tin|nghe\s+đồn|nghe\s+don|đồn|tin\s+đồn|người\s+ta\s+(?:nói|đồn|bảo))(?:\s+(?:là|la|rằng|rang|nói|noi))*\s*[,:]?\s+",
    r"(?:có\s+phải|co\s+phai|phải\s+chăng|phai\s+chang|có\s+đúng|có\s+thật)\s+(?:là\s+|la\s+|việc\s+|viec\s+)?",
    r"(?:hi|hello|hey|guys|everyone|sorry|fyi|please|pls)\b[\s,!:]+",
    (
        r"(?:so\s+)?(?:is it (?:really )?true(?: that)?|is this (?:true|real)|they say(?: that)?"
        r"|(?:can|could) (?:anyone|someone|you) (?:please )?(?:confirm|check|verify)(?: (?:that|if|whether))?"
        r"|someone told me(?: that)?"
        r"|(?:people|everyone) (?:are|is) saying(?: that)?|rumou?r has it(?: that)?|got this (?:on|from) \w+"
        r"|i (?:just )?(?:heard|read|saw)(?: somewhere| online)?(?: that)?"
        r"|my \w+ (?:says|said|told me)(?: that)?)[\s:,?]+"
    ),
)
_SUFFIXES: Final = (
    # "... có đúng không ạ?", "... phải không?", "... thật hay giả?"
    rf"(?:có|co)\s+{_TRUE}(?:\s+(?:là|la|như\s+vậy|nhu\s+vay|vậy|vay|thế|the))?\s+{_NO}\b[^.!?]{{0,25}}[?.!\s]*$",
    rf"(?:{_THIS}\s+)?{_TRUE}\s+{_NO}\b[^.!?]{{0,25}}[?.!\s]*$",
    rf"(?:là\s+|la\s+)?{_TRUE}\s+(?:hay|hả|ha|or)\s+(?:giả|gia|đùa|dua|sai|fake|không|khong)?[^.!?]{{0,15}}[?.!\s]*$",
    rf"(?:có\s+|co\s+)?(?:nên\s+tin|nen\s+tin|đáng\s+tin|tin\s+được|tin\s+duoc)\s+{_NO}\b[^.!?]{{0,20}}[?.!\s]*$",
    r"(?:thực|thuc)\s+(?:hư|hu)\s+(?:thế\s+nào|the\s+nao|ra\s+sao|sao)[^.!?]{0,20}[?.!\s]*$",
    # "... hả mọi người?", "... không ạ?"
    rf"(?:(?:hả|ha|ạ|a|nhỉ|nhi|vậy|vay|thế|the|{_NO})\s+){{0,3}}{_THOSE_ASKED}(?:\s+(?:ơi|oi|nhỉ|nhi|ạ|a))?\s*\?[?.!\s]*$",
    rf"(?:(?:hả|ha|ạ|nhỉ|nhi|vậy|vay|thế|{_NO})\s+){{1,3}}{_THOSE_ASKED}(?:\s+(?:ơi|oi|nhỉ|nhi|ạ|a))?[?.!\s]*$",
    r"(?:(?:hả|ạ|nhỉ|vậy|thế|không|khong|ko|hông|hok|hk|k|vay|nhi|ta|ha|z|v|zậy|dzậy|nhở|hem|khum|hôn|ad)[\s,]*){1,3}[?.!\s]*$",
    rf"(?:{_ME}\s+)?(?:xin\s+)?(?:cảm\s+ơn|cám\s+ơn|cam\s+on|thanks?|tks|thank\s+you)(?:\s+(?:nhiều|nhieu|ạ|a|trước|{_THOSE_ASKED}))*[?.!\s]*$",
    (
        r"(?:is (?:this|that|it) (?:really )?(?:true|real|fake|correct|legit|a hoax|a scam)|true or (?:false|fake)"
        r"|any truth to (?:this|it)"
        r"|fake or real|real or fake|can (?:any|some)one (?:confirm|verify)(?: this)?|fact ?check(?: this)?(?: "
        r"please| pls)?|right|really)\s*\?+[\s?!]*$"
    ),
    # "chia sẻ gấp cho mọi người ..."
    (
        r"(?:hãy\s+|hay\s+|xin\s+|vui\s+lòng\s+|vui\s+long\s+|please\s+|pls\s+)?(?:chia\s+sẻ|chia\s+se|share|forward|lan\s+truyền|lan\s+truyen|gửi|gui)\s+"
        r"(?:ngay|gấp|gap|rộng\s+rãi|rong\s+rai|giúp|giup|mạnh|this|now|with\s+\w+"
        r"|cho\s+(?:mọi\s+người|moi\s+nguoi|mn|người\s+thân|nguoi\s+than|bạn\s+bè|ban\s+be))[^.!?\n]{0,40}[.!?]*\s*$"
    ),
)
_PREFIX: Final = re.compile(rf"(?:{'|'.join(_PREFIXES)})", re.IGNORECASE)
_SUFFIX: Final = re.compile(rf"(?:{'|'.join(_SUFFIXES)})", re.IGNORECASE)
# Folded words with which a suffix begins: only there is it worth a try (trying everywhere took half of all cleaning).
_SUFFIX_STARTS: Final = frozenset(
    "co dung that thiet phai chinh chuan xac la tin bai cai thong clip video chuyen vu viec nay do tren ni kia o "
    "nen dang thuc ha a"
    " nhi vay the khong ko k0 k hong hok hk kh kg hem khum hon hog khg moi mn mng m ca cac may quy bac anh ac ad "
    "admin ban shop sep"
    " ba thay to toan ta z v zay dzay nho em minh toi tui con chau e mk mik t xin cam thanks thank tks is true "
    "any fake real"
    " can fact right really hay vui please pls chia share forward lan gui".split()
)
_WORD: Final = re.compile(r"(?<!\w)[^\W_]+")


def unframed(line: str) -> str:
    """Without the question around the claim; the line itself where nothing would be left."""
    core = line.strip()
    for _ in range(_ROUNDS):
        before = core
        head = _PREFIX.match(core[:_HEAD])
        if head and head.end():
            core = _kept(core[head.end() :], core)
        at = _suffix_start(core)
        if at is not None:
            core = _kept(core[:at], core)
        if core == before:
            break
    return core.strip(" ?!.")


def _suffix_start(core: str) -> int | None:
    for word in _WORD.finditer(core, max(0, len(core) - _TAIL)):
        if _folded(word.group(0)) in _SUFFIX_STARTS and _SUFFIX.match(core, word.start()):
            return word.start()
    return None


@lru_cache(maxsize=8_192)
def _folded(word: str) -> str:
    return fold(word[:12])


def _kept(shorter: str, whole: str) -> str:
    shorter = shorter.strip(" ,.:;-")
    return shorter if len(words(shorter[:200])) >= _MIN_WORDS else whole
