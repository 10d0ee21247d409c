"""What a text denies, and how sure it is: negation, certainty, duty, quantity."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from sangto.lib.folding import fold, words
from sangto.matching.guard.alignment import align
from sangto.matching.guard.function_words import FUNCTION_WORDS
from sangto.matching.guard.reading import REMEMBERED, Reading
from sangto.matching.guard.terms import Terms, longest_at, stem, terms
from sangto.matching.types import Difference

# Words after a "not" that it may deny.
_REACH: Final = 5
# Share of the frame from which a one-sided "not" counts: where what is denied stands on the other side, and else.
_DENIED_FRAME: Final = 0.5
_PARITY_FRAME: Final = 0.75
# "Is banned" is no contradiction of "is not allowed": where the other side denies by its words, nearly all must be
# the same.
_LEXICAL_FRAME: Final = 0.75
# Between two languages: in short texts, where so many of the denied meanings stand on the other side.
_CROSSED_WORDS: Final = 20
_CROSSED_DENIED: Final = 2
# Share from which one side's "sure" against the other's "perhaps" counts, and one side's "it is proposed" alone.
_MODAL_FRAME: Final = 0.45
_PROPOSED_FRAME: Final = 0.55
_QUANTIFIER_FRAME: Final = 0.5

_NEGATORS_VI: Final = frozenset("không chẳng chả chưa hổng hông khong chang hong hổng hem hok".split())
_NEGATORS_EN: Final = frozenset(
    "not no never without cannot neither nor none nobody nothing dont doesnt didnt isnt arent wasnt werent wont cant "
    "couldnt shouldnt wouldnt hasnt havent".split()
)
# "không" inside another word, or not denying: air, space, air force, not only, if not, or not, do not know.
_NOT_AFTER: Final = frozenset(
    "khi gian quan luc phan trung dau chi nhung biet thi only just ro hieu chac ngo dam tin matter wonder doubt sure "
    "idea certain know kheo le ho he hay quen sao may chung nghi nen_noi believe stop mean".split()
)
_BOUNDS: Final = frozenset("qua toi den du duoi hon kem it more less over under fewer exactly".split())
_NOT_BEFORE: Final = frozenset("hang tren neu hay hoac vo or if why whether".split())
# After a "không" that ends a question: whoever is asked, and particles.
_ADVICE: Final = frozenset("khuyen dan nhac canh cao if unless warn warned advise advised say hope pls please".split())
# Told to somebody, at the start of a clause: "don't eat bananas right now".
_TOLD: Final = frozenset("dont don't don’t never".split())
# "Khỏi phải": need not. Without diacritics "chua" may also heal or be sour, but not before these.
_NEED_NOT: Final = (["khoi", "phai"], ["khoi", "can"])
_YET: Final = tuple([word] for word in "bi doi tung nop kip dang".split())
ADDRESS: Final = frozenset(
    "a ah ak nhi vay the ta ha sao nha nhe z v mn mng moi nguoi cac me ba con bac si anh chi em ca ban admin ad oi may "
    "minh e m toi tui chau nua day do nay kia de cho thi ma vi xin nho giup chu hay hoac ai tu lo so lam roi luon dzay "
    "ne nek nho hen nhen nghe thay noi tin that la".split()
)
_NOT_TRUE_ASKED: Final = re.compile(
    r"\b(?:isn't|isnt|is not|aren't) (?:it|this|that)(?: true)?\b|\bright or (?:not|wrong)\b"
)
# A whole claim denied.
REFUTED: Final = re.compile(
    r"\b(?:bác bỏ|bac bo|phủ nhận|phu nhan|đính chính|dinh chinh|làm gì có|lam gi co|không có chuyện|khong co chuyen"
    r"|không hề có|denie[sd]|deny|denying|debunk(?:s|ed)?|refute[sd]?|no evidence|no truth)\b"
)
_EXCLAIMED: Final = re.compile(r"\b(?:đâu có|dau co|có đâu|co dau|làm gì|nào có)\b(?!\s+(?:phải|phai))")

_LEXICAL: Final = re.compile(
    r"\b(?:cấm|cam|hết|het|mất|mat|thiếu|thieu|miễn|mien|tránh|tranh|khỏi|khoi|ngừng|ngung|ngưng|dừng|bỏ|bo|hủy"
    r"|huy|từ chối"
    r"|chặn|khóa|khoa|vô|vo|trừ|ngoài|kiêng|cai|ban(?:ned|s)?|avoid|lack(?:s|ing)?|los(?:e|es|t|ing)|stop(?:s|ped)?|free"
    r"|refuse[sd]?|fail(?:s|ed)?|un\w{4,}|prohibit\w*|cancel\w*|scrap\w*|rid|end(?:s|ed|ing)?|only|chỉ)\b"
)
# By language, "vi" and "en": "may" is a word of both.
_LEVELS: Final[Mapping[str, Mapping[str, re.Pattern[str]]]] = MappingProxyType(
    {
        "vi": {
            name: re.compile(rf"\b(?:{pattern})\b")
            for name, pattern in {
                "possible": r"có thể|co the|có khả năng|co kha nang|có lẽ|co le|chưa chắc|chua chac|biết đâu",
                "certain": r"chắc chắn|chac chan|sẽ|se|nhất định|nhat dinh|luôn luôn|luon luon",
                "proposed": r"đề xuất|de xuat|kiến nghị|kien nghi|xem xét|xem xet|dự thảo|du thao|lấy ý kiến|lay y kien"
                r"|đang cân nhắc|dang can nhac|đang bàn|đang tính|đề nghị",
                "decided": r"đã (?:ban hành|quyết định|thông qua|phê duyệt|duyệt|ký|chính thức|ra lệnh|chốt|áp "
                r"dụng|cấm|bỏ"
                r"|có hiệu lực)|da (?:ban hanh|quyet dinh|thong qua|phe duyet|ky|chinh thuc|ra lenh|chot|ap dung"
                r"|cam|bo)"
                r"|ban hành|chính thức|chinh thuc|quyết định|quyet dinh|ra lệnh",
                "recommended": r"(?<!trở )nên(?! \w+ bệnh)|khuyến cáo|khuyen cao|khuyến khích|khuyen khich"
                r"|khuyên|vận động",
                "obligatory": r"bắt buộc|bat buoc|buộc phải|buoc phai|(?<!có )phải(?! (?:không|ko|k|hông|chăng"
                r"|là|vậy)\b)",
            }.items()
        },
        "en": {
            name: re.compile(rf"\b(?:{pattern})\b")
            for name, pattern in {
                "possible": r"may(?! \d)|might|could|possibly|perhaps|maybe",
                "certain": r"will|definitely|certainly|always|surely|guaranteed|inevitably|bound to",
                "proposed": r"propos(?:e[sd]?|al|ing)|consider(?:s|ing|ed)?|draft(?:ed|ing)?|mull(?:s|ing)"
                r"|weigh(?:s|ing)"
                r"|thinking (?:of|about)|discussing",
                "decided": r"ha(?:s|ve) (?:already )?(?:ordered|decided|approved|banned|issued|passed|signed"
                r"|introduced|adopted"
                r"|imposed)|officially|approved|ordered|adopted",
                "recommended": r"should|recommend(?:s|ed)?|advis(?:e|es|ed)|encouraged?|suggest(?:s|ed)?",
                "obligatory": r"must|ha(?:s|ve) to|mandatory|compulsory|obligatory|required|obliged|forced",
            }.items()
        },
    }
)
_CONFLICTS: Final = (
    ("possible", "certain"),
    ("possible", "decided"),
    ("proposed", "decided"),
    ("proposed", "certain"),
    ("recommended", "obligatory"),
    ("possible", "obligatory"),
)
_QUANTIFIERS: Final[Mapping[str, Mapping[str, re.Pattern[str]]]] = MappingProxyType(
    {
        "vi": {
            name: re.compile(rf"\b(?:{pattern})\b")
            for name, pattern in {
                "all": r"tất cả|tat ca|toàn bộ|toan bo|mọi(?! người)|hết thảy",
                "some": r"một số|mot so|một vài|mot vai|một phần",
                "only": r"duy nhất|chỉ (?:một số|riêng|những|có)|chi (?:mot so|rieng|nhung|co)",
                "most": r"hầu hết|hau het|phần lớn|phan lon|đa số|da so",
            }.items()
        },
        "en": {
            name: re.compile(rf"\b(?:{pattern})\b")
            for name, pattern in {
                "all": r"all(?! right| of a)|every|each|entire",
                "some": r"some(?! say| \d)|several|a few|certain kinds",
                "only": r"only(?! \d)|just for",
                "most": r"most|majority",
                "none": r"no one|nobody|none",
            }.items()
        },
    }
)
_QUANTIFIER_CONFLICTS: Final = (("all", "some"), ("all", "only"), ("all", "none"), ("most", "some"), ("all", "most"))
# Too general to tell what is denied.
_GENERAL: Final = frozenset(
    {
        "=người",
        "=tin",
        "=việc",
        "=nói",
        "=biết",
        "=nghe",
        "=hỏi",
        "=cần",
        "=được",
        "=đi",
        "=thật",
        "=ngày",
        "=lần",
        "=mới",
    }
)


@dataclass(frozen=True, slots=True)
class Denials:
    """`shown`: the first denial as written; `denied`: the meanings denied; `predicates`: the first of each;
    `count`: how many.
    """

    shown: str
    denied: frozenset[str]
    count: int
    predicates: frozenset[str]
    everything: frozenset[str]


def negation(message: Reading, claims: Sequence[Reading], best: Reading | None) -> Iterator[Difference]:
    """One side denies what the other says, in a frame that is largely the same, or in another language."""
    # A title tells the truth, often by denying the claim: it is asked only where the claim is in another language.
    claim = claims[0]
    if best is not None and claim.vietnamese is not message.vietnamese:
        claim = best
    mine, theirs = denials(message), denials(claim)
    if bool(mine.count) is bool(theirs.count):
        return
    denying, other, affirming = (mine, theirs, claim) if mine.count else (theirs, mine, message)
    hit = bool(denying.predicates & other.everything)
    crossed = claim.vietnamese is not message.vietnamese
    if crossed:
        short = max(len(words(message.text)), len(words(claim.text))) <= _CROSSED_WORDS
        found = short and len(denying.denied & other.everything) >= _CROSSED_DENIED
    else:
        frame = align(message, claim).share
        needed = _DENIED_FRAME if hit else _PARITY_FRAME
        if _LEXICAL.search(affirming.text):
            needed = max(needed, _LEXICAL_FRAME)
        found = frame >= needed
    if found:
        yield Difference("negation", mine.shown, theirs.shown)


@lru_cache(REMEMBERED)
def denials(reading: Reading) -> Denials:
    negators = _NEGATORS_VI if reading.vietnamese else _NEGATORS_EN
    names = terms()[0 if reading.marked else 1]
    shown, denied, predicates, count = "", set[str](), set[str](), 0
    text = _NOT_TRUE_ASKED.sub(" ", reading.text.replace("’", "'"))
    for clause in re.split(r"[,.;:?!()\n]+", text):
        plain = words(clause)
        folded = [fold(word) for word in plain]
        for at in _denying(plain, folded, negators, clause):
            count += 1
            shown = shown or " ".join(plain[at : at + 4])
            lookup = [stem(word) for word in plain[at + 1 : at + 1 + _REACH + 2]]
            meanings = list(_meanings(lookup, names))
            denied.update(meanings)
            predicates.update(meanings[:1])
    refuted = REFUTED.search(text)
    if refuted:
        count, shown = count + 1, shown or refuted.group(0)
        rest = words(text[refuted.end() :])[: 3 * _REACH]
        meanings = list(_meanings([stem(word) for word in rest], names))
        denied.update(meanings)
        predicates.update(meanings)
    everything = reading.keys | reading.bares | {unit.bare for unit in reading.units if unit.content}
    return Denials(shown, frozenset(denied), count, frozenset(predicates), everything - _GENERAL)


def _meanings(lookup: Sequence[str], names: Terms) -> Iterator[str]:
    at = taken = 0
    while at < len(lookup) and taken < _REACH:
        length = longest_at(names, lookup, at)
        if length:
            key = names[tuple(lookup[at : at + length])].key
            if key not in _GENERAL:
                yield key
        else:
            word = fold(lookup[at])
            if word not in FUNCTION_WORDS:
                yield word
            length = 1
        at += length
        taken += 1


def _denying(plain: Sequence[str], folded: Sequence[str], negators: frozenset[str], clause: str) -> Iterator[int]:
    for at, word in enumerate(plain):
        exclaimed = folded[at : at + 2] in (["dau", "co"], ["lam", "gi"]) and _EXCLAIMED.search(clause) is not None
        negating = word in negators or word.endswith("n't") or exclaimed
        if negators is _NEGATORS_VI and not negating:
            negating = folded[at : at + 2] in _NEED_NOT or (word == "chua" and folded[at + 1 : at + 2] in _YET)
        if not negating or (negators is _NEGATORS_EN and at == 0 and word in _TOLD):
            continue
        rest = folded[at + 1 :]
        # At the end of a clause "không" asks and does not deny, whoever is addressed after it.
        if not rest or rest[0] in _NOT_AFTER or (at and folded[at - 1] in _NOT_BEFORE):
            continue
        # Advice and conditions deny nothing: "bác sĩ dặn không uống", "ai không đổi thì bị phạt".
        if any(other in _ADVICE for other in folded[max(0, at - 3) : at]) or (at and folded[at - 1] == "ai"):
            continue
        # "Không quá 5", "chưa tới 6 tuổi", "not more than 5" are bounds of a number.
        if rest[0][:1].isdigit() or (rest[0] in _BOUNDS and (word != "không" or (rest[1:2] and rest[1][:1].isdigit()))):
            continue
        if not exclaimed and negators is _NEGATORS_VI:
            if all(other in ADDRESS for other in rest):
                continue
            # "có gây ung thư không để em biết": asked, and the clause goes on.
            asked = at and any(
                other in ("co", "da", "duoc", "dung", "phai", "that") for other in folded[max(0, at - 9) : at]
            )
            if asked and rest[0] in ADDRESS and folded[at - 1] not in ("co", "thi", "ma", "cung"):
                continue
        yield at


def modality(message: Reading, claims: Sequence[Reading], frame: float) -> Iterator[Difference]:
    """May against will, proposed against decided, should against must."""
    claim = claims[0]
    mine, theirs = levels(message), levels(claim)
    for one, other in _CONFLICTS:
        for here, there in ((one, other), (other, one)):
            if here in mine and there in theirs and there not in mine and here not in theirs and frame >= _MODAL_FRAME:
                yield Difference("modality", mine[here], theirs[there])
                return
    if frame < _PROPOSED_FRAME or not message.text or not claim.text:
        return
    if "proposed" in mine and "proposed" not in theirs:
        yield Difference("modality", mine["proposed"], "")
    elif "proposed" in theirs and "proposed" not in mine and "decided" in mine:
        yield Difference("modality", mine["decided"], theirs["proposed"])


def quantifiers(message: Reading, claims: Sequence[Reading], frame: float) -> Iterator[Difference]:
    """All against some, everyone against only these."""
    if frame < _QUANTIFIER_FRAME:
        return
    mine, theirs = _said(message, "quantity"), _said(claims[0], "quantity")
    for one, other in _QUANTIFIER_CONFLICTS:
        for here, there in ((one, other), (other, one)):
            if here in mine and there in theirs and there not in mine and here not in theirs:
                yield Difference("quantifier", mine[here], theirs[there])
                return


def levels(reading: Reading) -> Mapping[str, str]:
    return _said(reading, "level")


@lru_cache(REMEMBERED)
def _said(reading: Reading, what: str) -> Mapping[str, str]:
    patterns = (_LEVELS if what == "level" else _QUANTIFIERS)["vi" if reading.vietnamese else "en"]
    found = {name: pattern.search(reading.text) for name, pattern in patterns.items()}
    return {name: match.group(0).strip() for name, match in found.items() if match}
