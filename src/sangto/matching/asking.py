"""Whether a message asks openly ("where", "how much") instead of asking whether something is so.

"How do I register?" shares its words with the claim about the register and is not answered by it: of the
messages in the
project's own set that match nothing but are about the same subject, most are open questions.
"""

from __future__ import annotations

import re
from typing import Final

from sangto.lib.folding import fold, tidy

_MAX_CHARS: Final = 600

# On lower-case text without diacritics, so that one list serves Vietnamese however it is typed.
_VIETNAMESE: Final = re.compile(
    r"\b(?:o dau(?! ra)|vao dau|cho nao|noi nao|khi nao|(?<!khong )(?<!chua )(?<!ko )bao gio|luc nao|may gio"
    r"|(?<!moi )ngay nao(?! cung)|nam nao|hom nao"
    r"|bao nhieu|bao lau|bao xa|bnhieu|bn tien|bn phi|phi bn|gia bn|may tieng|may ngay|may lan|may hoi|may tuoi"
    r"|may vien|may dot"
    r"|(?<!dung sai )(?<!thuc hu )(?<!thuc hu la )the nao|nhu nao|ntn|kieu gi|muc nao|ra sao|(?<!phai )lam "
    r"sao(?! ma)|lam the nao|bang cach nao|cach nao|cach (?:lam|nau|tri|chua|xu ly|dang ky|tat|bat)"
    r"|tai sao|vi sao|sao lai|loai nao|hang nao|cai nao|mon nao|app nao|bac si nao|benh vien nao|khoa nao|quan "
    r"nao|tuyen nao"
    r"|can (?:nhung )?giay to|giay to gi|can gi|lam gi(?! co\b)|la gi|gom gi|nhung gi|huong dan"
    r"|chi (?:giup|em|minh|toi) cach"
    r"|ai (?:co|ban|o gan)|cho (?:em |minh |toi |e )?xin|xin (?:link|dia chi|so|gia|lich)"
    r"|nen (?:mua|chon|di"
    r"|uong|an|dung) (?:loai|hang|cai|o|gi)"
    r"|den bao gio|tu may gio|o (?:phuong|xa|quan) nao|goi so nao|so nao)\b"
)
# "Which": with diacritics it is not taken for "brain". Not "any at all", "whichever", "no ... whatever".
_WHICH: Final = re.compile(
    r"(?<!thế )(?<!như )(?<!lúc )(?<!bất cứ )(?<!bất kỳ )(?<!bất kì )(?<!đời )(?<!kiểu )"
    # "Is there a law that says so": asked for proof.
    r"(?<!văn bản )(?<!luật )(?<!quy định )(?<!thông báo )(?<!bằng chứng )(?<!nguồn )(?<!chứng cứ )"
    r"\bnào\b(?!(?:\s+\w+){0,9}?\s+(?:cũng|đều)\b)(?!\s+(?:đó|cả|hết|thì|mà|khác|nhắn|gọi|dưới|trên))"
)
_NONE: Final = re.compile(r"\b(?:không|chưa|chẳng|chả|ko|k|khỏi)(?:\s+\w+){1,5}\s+nào\b")
# Whether something is so, asked outright: whatever else is asked ("right? and where?"), the claim is what is meant.
_CLOSED: Final = re.compile(
    r"\b(?:dung|phai|that|thiet|chinh xac|chuan|co vay|the that|vay that|hop ly|dang tin)"
    r"\s+(?:khong|ko|k|hong|hok|hem|hay)\b(?! gi)|\bhay (?:khong|gat|xao|gia)\b"
    r"|\b(?:is|was) (?:it|that|this) (?:true|real|right|correct|so|legit)\b|\btrue or (?:not|false)\b"
    # Proof is asked for.
    r"|\bai (?:co|ranh|biet)(?: \w+){0,2} (?:nguon|thong tin|bang chung|xac nhan)\b|\bxin (?:nguon|xac nhan)\b"
)
# Words that without their marks are those of a question: machine, inside, sum, encroach.
_OTHER_WORDS: Final = re.compile(r"\b(?:máy|nội|khoản|lấn)\b")
# "At the ward or at the department", "at the counter or online": a choice, not a claim.
_CHOICE: Final = re.compile(
    r"\b(?:o|ra|toi|den|qua|bang|tu|vao|nop|goi) \w+(?: \w+){0,4} hay (?:o|ra|toi|den|qua|bang|tu|vao|nop|goi"
    r"|lam|chi|phai) \w"
)
_ENGLISH: Final = re.compile(
    r"(?:^|[.!?,;]\s*|\b(?:and|but|so|please|anyone know|know|tell me|wondering|ask)\s+)"
    r"(?:how (?:do|does|did|can|could|should|to|much|many|long|often|far|soon|old|are|is the)|where|when (?:is"
    r"|are|do|does|did|will|can|should)"
    r"|(?<!, )which|what (?:is|are|was|were|time|kind|sort|brand|does|do|should|can|about|number|documents|else"
    r"|happens|app|size|type|day|date)"
    r"|what's|where's|how's|who (?:is|are|can|do|does|sells|should)|why|whose)\b"
    r"|\b(?:how much does|how many|what time|which (?:app|brand|hospital|bank|one)|what does .{1,40} cost"
    r"|can (?:anyone|someone) recommend|any recommendations?|do i need|should i|may i|can i|could i|where (?:can"
    r"|do|to))\b"
)


def asks_openly(text: str, whole: str = "") -> bool:
    """`text` is the message without its frame, or one sentence of it; `whole` is all that was sent, frame and all.

    Bounded: only the first characters of either are read.
    """
    if _CLOSED.search(fold(tidy(whole, limit=_MAX_CHARS))):
        return False
    plain = tidy(text, limit=_MAX_CHARS).lower()
    line = fold(_OTHER_WORDS.sub("x", plain))
    if _WHICH.search(plain) and not _NONE.search(plain):
        return True
    return bool(_VIETNAMESE.search(line) or _CHOICE.search(line) or _ENGLISH.search(line))


__all__ = ["asks_openly"]
