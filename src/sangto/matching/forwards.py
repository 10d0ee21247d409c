"""What programs put around a message that is passed on: headers, time stamps, quote marks, signatures.

Names in such lines are names of writers; they are dropped with the line and kept nowhere.
"""

from __future__ import annotations

import html
import re
from typing import Final

# Headers stand near the top or between quoted messages; more lines than this are a document.
_MAX_LINES: Final = 2_000
# A line with a name in it: longer ones are sentences.
_NAME: Final = r"[^:\n\[\]<>]{1,60}?"
_TIME: Final = r"\d{1,2}[:hg]\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?|\s?(?:SA|CH))?"
_DATE: Final = (
    r"(?:\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}\s+(?:thg|tháng)\s*\d{1,2},?\s+\d{4}|(?:hôm nay|hôm qua|today"
    r"|yesterday)"
    r"|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4}|\d{1,2} [A-Z][a-z]{2,8}\.? \d{4})"
)
_STAMP: Final = rf"(?:{_TIME}(?:\s*,?\s*(?:ngày\s+)?{_DATE})?|{_DATE}\s*,?\s*(?:lúc\s+|at\s+)?{_TIME})"

_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_TAG: Final = re.compile(
    r"</?(?:br|p|div|b|i|u|strong|em|span|a|li|ul|ol|h[1-6]|blockquote|font)(?:\s[^<>]{0,300})?/?>", re.IGNORECASE
)
_BREAKS: Final = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Rows of blanks say nothing, and the patterns below would try every way to part them.
_BLANKS: Final = re.compile(r"[^\S\n]{2,}")

# "---------- Forwarded message ---------", also with its header on the same line, as chats squash it.
_BANNER_LINE: Final = re.compile(
    r"[-_=*~\s\u2500-\u257f]{0,60}(?:begin\s+)?(?:forwarded\s+message|original\s+message|tin\s+nhắn\s+(?:được\s+|đã\s+)?chuyển\s+tiếp"
    r"|(?:thư|tin|email)\s+(?:được\s+|đã\s+)?chuyển\s+tiếp|thư\s+gốc|tin\s+nhắn\s+gốc)[-_=*~:\s\u2500-\u257f]{0,60}",
    re.IGNORECASE,
)
_SQUASHED_HEADER: Final = re.compile(
    r"^\W{0,60}(?:forwarded\s+message|original\s+message)\W{0,60}From:[^\n]{1,120}?(?:Date|Sent):[^\n]{1,60}?"
    r"Subject:\s*(?P<subject>[^\n]{0,200}?)\s*To:\s*[^\n]{0,60}?(?:>|\[mail\]|@\S{1,60})\s*",
    re.IGNORECASE,
)
# "Chuyển tiếp từ Nguyễn Văn A", "Forwarded many times", "Đã chuyển tiếp nhiều lần".
_FORWARDED: Final = re.compile(
    r"[\s\[(↪➡>*_]*(?:đã\s+)?(?:được\s+)?(?:chuyển\s+tiếp|chuyen\s+tiep|forwarded|fwd)"
    r"(?:\s+(?:nhiều\s+lần|nhieu\s+lan|many\s+times|as\s+received)|(?:\s+tin\s+nhắn)?\s+(?:từ|tu|from|của|by)\s*:?\s*[^:\n]{1,60}?)?"
    r"\s*[\])*_]*\s*(?:$|:\s*)",
    re.IGNORECASE,
)
_FORWARDED_START: Final = re.compile(
    r"[\s\[(↪➡>]*(?:(?:đã\s+)?(?:được\s+)?(?:chuyển\s+tiếp|chuyen\s+tiep)\s+(?:nhiều\s+lần|nhieu\s+lan)"
    r"|forwarded\s+(?:many\s+times|as\s+received))\s*[\])]*\s*[:.\-–—]*\s*",
    re.IGNORECASE,
)
_PREFIX: Final = re.compile(r"\s*(?:(?:fwd?|fw|re|tr|vs|chuyển\s+tiếp|trả\s+lời)\s*:\s*){1,8}(?=\S)", re.IGNORECASE)
_HEADER: Final = re.compile(
    r"\s*\*?(?P<label>from|to|cc|bcc|subject|date|sent|reply-to|từ|đến|tới|người\s+gửi|người\s+nhận|gửi|ngày(?:\s+gửi)?"
    r"|thời\s+gian|chủ\s+đề|tiêu\s+đề|đồng\s+gửi)\s*:\*?\s*(?P<value>.*)$",
    re.IGNORECASE,
)
_SUBJECTS: Final = frozenset({"subject", "chủ đề", "tiêu đề"})
# Without one of these a row of "label: value" lines is no header.
_SENDERS: Final = frozenset({"from", "từ", "người gửi", "sent", "gửi"})
# As mail programs begin what they quote: "On Mon, Jan 1, 2024 A B <mail> wrote", "Vào Th 2, 1 thg 1 A B đã viết".
_WROTE: Final = re.compile(r"\s*(?:on|vào)\s[^\n]{6,160}\s(?:wrote|đã\s+viết|viết)\s*:\s*", re.IGNORECASE)
# As chats are exported: a stamp in brackets or before a dash, and who wrote.
_CHAT: Final = re.compile(
    rf"\s*(?:\[\s*{_STAMP}\s*\]|\(\s*{_STAMP}\s*\)|{_STAMP}\s*[-–—])\s*(?:{_NAME}:(?=\s|$)\s*)?", re.IGNORECASE
)
# Telegram: "A B, [12.03.2024 10:23]"; Zalo and Viber: "A B [10:23 12/03]:".
_CHAT_NAME: Final = re.compile(
    rf"\s*{_NAME},?\s*[\[(]\s*(?:{_STAMP}|{_TIME}\s+\d{{1,2}}/\d{{1,2}})\s*[\])]\s*(?::\s*|$)", re.IGNORECASE
)
_STAMP_LINE: Final = re.compile(rf"\s*(?:{_NAME},\s*)?{_STAMP}\s*[·•.]?\s*(?:🌐|👥)?\s*", re.IGNORECASE)
# Buttons and counters of pages, copied with the post.
_CHROME: Final = re.compile(
    r"\s*(?:xem\s+thêm|xem\s+bản\s+dịch|see\s+more|see\s+translation|ẩn\s+bớt|see\s+less|theo\s+dõi|follow|thích|like|trả\s+lời"
    r"|reply|chia\s+sẻ|share|bình\s+luận|comment|(?:thích|like)\s*[·•]\s*(?:trả\s+lời|reply).{0,40}|viết\s+bình\s+luận.{0,10}"
    r"|[\d.,]+\s?[kKmM]?\s*(?:lượt\s+)?(?:thích|bình\s+luận|chia\s+sẻ|xem|likes?|comments?|shares?|views?))\s*",
    re.IGNORECASE,
)
_SENT_FROM: Final = re.compile(
    r"\s*(?:sent\s+from\s+my\s|(?:đã\s+)?(?:được\s+)?gửi\s+từ\s+(?:iphone|ipad|điện\s+thoại|thiết\s+bị|zalo|yahoo|outlook|thư|samsung"
    r"|gmail)|get\s+outlook\s+for\s)[^\n]{0,60}",
    re.IGNORECASE,
)
_GOODBYE: Final = re.compile(
    r"\s*(?:trân\s+trọng(?:\s+cảm\s+ơn)?|thân(?:\s+mến|\s+ái)?|kính\s+thư|best(?:\s+regards)?|(?:kind|warm)?\s*regards|sincerely"
    r"|cheers)\s*[,.!]?\s*",
    re.IGNORECASE,
)
# Lines after a goodbye that can be a signature.
_SIGNATURE_LINES: Final = 4
_CREDIT: Final = re.compile(
    r"\s*[(\[]?\s*(?:nguồn|cre(?:dit)?|via|theo|copy|cop|st|sưu\s+tầm)\s*[:.]?\s*(?:từ\s+)?"
    r"(?:sưu\s+tầm|st|internet|trên\s+mạng|mạng|fb|face(?:book)?|zalo|tiktok|group|nhóm)?\b[^\n]{0,40}",
    re.IGNORECASE,
)
_CREDIT_WORD: Final = re.compile(
    r"(?:sưu\s+tầm|\bst\b|internet|mạng|\bfb\b|face|zalo|tiktok|\bcre|\bcop|\bvia\b)", re.IGNORECASE
)
_QUOTE: Final = re.compile(r"\s*(?:(?:>|&gt;|»|┃|▌)\s?){1,20}")


def plain_lines(text: str) -> str:
    """Character references and the commonest HTML tags read as a browser shows them; one blank, one kind of
    line end.
    """
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found.group(0)), text)
    if "<" in text:
        text = _TAG.sub("\n", text)
    return _BLANKS.sub(" ", _BREAKS.sub("\n", text))


def without_headers(text: str) -> str:
    """The message without what its way here added; the message itself where nothing else would be left."""
    text = plain_lines(text)
    lines = text.split("\n", _MAX_LINES)
    kept: list[str] = []
    at = 0
    while at < len(lines):
        block = _header_block(lines, at)
        if block:
            at, subject = block
            if subject:
                kept.append(subject)
            continue
        line = _bare_line(lines[at], alone=len(lines) == 1)
        if line is None and _ends_here(lines, at):
            break
        if line:
            kept.append(line)
        at += 1
    kept = _without_signature(kept)
    joined = "\n".join(kept)
    return joined if any(character.isalnum() for character in joined) else text


def _bare_line(line: str, *, alone: bool) -> str | None:
    """The line without quote marks, stamps and prefixes; None where nothing of it is the message."""
    if not line.strip():
        return ""
    head = line[:400]
    if ">" in head or "»" in head or "┃" in head or "▌" in head:
        quote = _QUOTE.match(line)
        line = line[quote.end() :] if quote else line
    squashed = _SQUASHED_HEADER.match(line[:600])
    if squashed:
        line = f"{squashed['subject']}. {line[squashed.end() :]}" if squashed["subject"] else line[squashed.end() :]
    if _BANNER_LINE.fullmatch(line[:200]) and len(line) <= 200:
        return None
    for pattern in (_PREFIX, _FORWARDED_START, _FORWARDED, _WROTE, _CHAT, _CHAT_NAME):
        found = pattern.match(line[:300])
        if found and found.end():
            line = line[found.end() :]
    if alone:
        return line
    short = len(line) <= 120
    if short and (_STAMP_LINE.fullmatch(line) or _CHROME.fullmatch(line) or _SENT_FROM.fullmatch(line)):
        return None
    return line or None


def _header_block(lines: list[str], at: int) -> tuple[int, str] | None:
    """Where a block of mail headers that starts at `at` ends, and its subject."""
    if ":" not in lines[at][:40]:
        return None
    labels: set[str] = set()
    subject = ""
    end = at
    while end < len(lines) and end < at + 10:
        found = _HEADER.match(_QUOTE.sub("", lines[end][:400], count=1))
        if not found:
            break
        label = " ".join(found["label"].lower().split())
        labels.add(label)
        if label in _SUBJECTS:
            subject = _PREFIX.sub("", found["value"], count=1)
        end += 1
    return (end, subject) if len(labels) >= 2 and labels & _SENDERS else None


def _ends_here(lines: list[str], at: int) -> bool:
    """The e-mail mark of a signature ("-- " alone on a line) with a few lines after it."""
    return lines[at].rstrip() == "--" and at > 0 and len(lines) - at <= 2 * _SIGNATURE_LINES


def _without_signature(lines: list[str]) -> list[str]:
    for back in range(1, min(_SIGNATURE_LINES + 2, len(lines))):
        line = lines[-back]
        if line.rstrip() == "--" or (len(line) < 40 and _GOODBYE.fullmatch(line)):
            return lines[:-back]
    last = lines[-1] if len(lines) > 1 else ""
    if last and len(last) <= 60 and _CREDIT.fullmatch(last) and _CREDIT_WORD.search(last):
        return lines[:-1]
    return lines
