"""Dates, weekdays, relative days and times of day, in Vietnamese (also without diacritics) and English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sangto.lib.folding import fold
from sangto.matching.guard.detail import Detail, take

_MONTHS: Final[Mapping[str, int]] = MappingProxyType(
    {
        name[:length]: number
        for number, name in enumerate(
            "january february march april may june july august september october november december".split(), 1
        )
        for length in (3, 4, len(name))
    }
)
_MONTH_NAME: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
# Day and month numbers in words; the longest first.
_NUMBERS: Final[Mapping[str, int]] = MappingProxyType(
    {
        **{
            f"{tens}{' ' if tens and ones else ''}{ones}": base + number
            for tens, base in (("", 0), ("mười", 10), ("hai mươi", 20), ("hai mốt", 21), ("ba mươi", 30))
            for ones, number in (
                *(("", 0), ("một", 1), ("mốt", 1), ("hai", 2), ("ba", 3), ("tư", 4), ("bốn", 4), ("năm", 5)),
                *(("lăm", 5), ("sáu", 6), ("bảy", 7), ("bẩy", 7), ("tám", 8), ("chín", 9)),
            )
            if 0 < base + number <= 31 and not (tens == "hai mốt" and ones)
        },
        "giêng": 1,
        "chạp": 12,
    }
)
_BY_WORD: Final[Mapping[str, int]] = MappingProxyType(
    {**{fold(word): number for word, number in _NUMBERS.items()}, **_NUMBERS}
)
_WORD: Final = "|".join(sorted(_BY_WORD, key=lambda word: (-len(word), word)))
_LONG_WORD: Final = "|".join(word for word in _WORD.split("|") if " " in word)
_DAY: Final = "(?:ngày|ngay|mùng|mung|mồng|mong|hôm|hom)"
_MONTH: Final = "(?:tháng|thang)"

_DATES: Final = (
    re.compile(r"(?<![\w/.,-])(?P<day>\d{1,2})([/.-])(?P<month>\d{1,2})\2(?P<year>\d{4}|\d{2})(?![\w/%]|[.,-]\d)"),
    re.compile(r"(?<![\w/.,-])(?P<day>\d{1,2})/(?P<month>\d{1,2})(?![\w/%]|[.,-]\d)"),
    # "5-10" alone is a range more often than a date.
    re.compile(
        r"(?:(?<=ngày )|(?<=từ )|(?<=hôm )|(?<=là )|(?<=hết )|(?<=vào )|(?<=ngay )|(?<=trước )|(?<=đến ))"
        r"(?P<day>\d{1,2})-(?P<month>\d{1,2})(?![\w/%-]|[.,]\d|\s*(?:%|triệu|người|tuổi|ngày|giờ|năm|tháng|tuần|lần|tr\b|k\b))"
    ),
    re.compile(
        rf"\b(?:{_DAY}\s+(?P<day>\d{{1,2}}|{_WORD})|(?P<day2>\d{{1,2}}|{_LONG_WORD}))\s+{_MONTH}\s+(?P<month>\d{{1,2}}|{_WORD})\b(?!\s*{_MONTH})"
        r"(?:\s*(?:,|/|-|năm|nam)?\s*(?P<year>(?:19|20)\d\d))?"
    ),
    re.compile(
        rf"\b(?P<month>{_MONTH_NAME})\.?\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?![.,]?\d|%)"
        r"(?:,?\s+(?P<year>(?:19|20)\d\d))?"
    ),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH_NAME})\b(?:,?\s+(?P<year>(?:19|20)\d\d))?"
    ),
    re.compile(
        rf"\b{_MONTH}\s+(?P<month>\d{{1,2}}|{_WORD})\b(?!\s*(?:{_MONTH}|tuổi|tuoi))(?:\s*(?:/|-|năm|nam)?\s*(?P<year>(?:19|20)\d\d))?"
    ),
    re.compile(
        r"\b(?P<month>january|february|april|june|july|august|september|october|november|december"
        r"|(?:in|of|by|since|from|until|till|next|last|this|early|late|every)\s+(?:march|may))\b"
        r"(?:,?\s+(?P<year>(?:19|20)\d\d))?"
    ),
    re.compile(
        r"\b(?P<month>jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?,?\s+(?P<year>(?:19|20)\d\d)\b(?![.,]\d)"
    ),
    re.compile(r"\b(?:mùng|mung|mồng|mong)\s+(?P<day>10|\d)\b(?!\s*(?:năm|nam|tuổi|tuoi))"),
)
# 21 đến 23 tháng 12, December 21 to 23: the first day takes the month of the second.
_DAYS: Final = (
    re.compile(
        rf"(?<![/\d.,])(?P<from>\d{{1,2}})\s?(?:-|–|đến|den|tới|toi|to|and|và)\s?(?:{_DAY}\s+)?(?=\d{{1,2}}(?:/\d|\s+{_MONTH}\s|\s+{_MONTH_NAME}\b))"
    ),
)
_DAY_ALONE: Final = re.compile(
    r"\b(?:ngày|ngay|hôm|hom)\s+(?P<day>\d{1,2})\b(?![.,:/]?\d|%|\s*(?:người|nguoi|lần|lan|giờ|gio|tiếng))"
)
_FRACTION_BEFORE: Final = re.compile(
    r"(?:là|la|khoảng|khoang|chiếm|chiem|hơn|hon|gần|gan|about|of|nearly|almost|có|còn|mất|bằng|bang)\s*$"
)
_FRACTION_AFTER: Final = re.compile(r"\s*(?:số|so|dân|dan|người|nguoi|quả|of|lượng|luong|diện|dien)\b")

_WEEKDAYS: Final = (
    re.compile(r"\bthứ\s+(hai|ba|tư|năm|sáu|bảy|[2-7])\b(?!\s*%)|\b(chủ nhật|chu nhat)\b"),
    re.compile(
        r"(?<!doanh )(?<!hoc )\bthu\s+(hai|ba|tu|nam|sau|bay|[2-7])\b(?!\s*(?:%|trieu|tr\b|k\b|nghin|ngan|dong"
        r"|lan|nam\b|[.,]?\d))"
    ),
    re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)days?\b"),
    re.compile(r"(?<![\w/])(t[2-7]|cn)(?![\w/])"),
)
_WEEKDAY_NAMES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "hai": 1, "ba": 2, "tư": 3, "tu": 3, "năm": 4, "nam": 4, "sáu": 5, "sau": 5, "bảy": 6, "bay": 6,
        "chủ nhật": 7, "chu nhat": 7, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6, "cn": 7,
        "mon": 1, "tues": 2, "wednes": 3, "thurs": 4, "fri": 5, "satur": 6, "sun": 7,
    }
)  # fmt: skip

_PART: Final = r"(?=\s?(?P<part>sáng|sang\b|trưa|trua|chiều|chieu|tối|toi\b|đêm|dem\b|khuya|a\.?m\b|p\.?m\b))"
_CLOCKS: Final = (
    # 8h30, 20:30, 8 giờ 30 tối
    re.compile(rf"(?<![\w:.,])(?P<hour>\d{{1,2}})\s?(?::|h|g|giờ|gio)\s?(?P<minute>[0-5]\d)(?![\w:])(?:{_PART})?"),
    # 9 giờ tối, 8pm
    re.compile(rf"(?<![\w:.,])(?P<hour>\d{{1,2}}|{_WORD})\s?(?:h|g(?!am\b)|giờ|gio){_PART}"),
    re.compile(r"(?<![\w:.,])(?P<hour>\d{1,2})\s?(?P<part>a\.?m\b|p\.?m\b)\.?"),
    # lúc 8 giờ, at 8
    re.compile(r"\b(?:lúc|luc|hồi|hoi|vào lúc|vao luc|at)\s+(?P<hour>\d{1,2})\s?(?:h|g|giờ|gio|o'clock)(?!\w)"),
    re.compile(r"(?<![\w:.,])(?P<hour>\d{1,2})\s?(?:h|g)(?=\s?(?:-|–|đến|den|tới)\s?\d)"),
)
_AFTERNOON: Final = frozenset(
    {"chiều", "chieu", "tối", "toi", "đêm", "dem", "khuya", "trưa", "trua", "p.m", "pm", "p.m.", "pm."}
)

# Relative days, and how far they are; the reader's own "today" does not matter, only whether both say the same.
_RELATIVE: Final = tuple(
    (re.compile(rf"\b(?:{pattern})\b"), value)
    for pattern, value in (
        (r"hôm kia|hom kia|day before yesterday", "day-2"),
        (r"ngày kia|ngay kia|ngày mốt|ngay mot|day after tomorrow", "day+2"),
        ((r"(?:ngày|sáng|trưa|chiều|tối|đêm|từ|đến|vào|hết) mai|(?:ngay|sang|trua|chieu|toi|dem|tu) mai"
         r"|tomorrow"), "day+1"),
        (r"mai(?= (?:là|la|sẽ|se|có|bắt|nghỉ|học|cúp))", "day+1"),
        (r"(?:hôm|sáng|trưa|chiều|tối|đêm) qua|(?:hom|chieu|toi|dem) qua|yesterday|last night", "day-1"),
        ((r"(?:hôm|sáng|trưa|chiều|tối|đêm) nay|(?:hom|chieu|toi|dem) nay|(?<=\x00 )sang nay|today|tonight"
         r"|this (?:morning"
         r"|afternoon|evening)"),
         "day+0"),
        (r"tuần (?:tới|sau)|tuan (?:toi|sau)|next week", "week+1"),
        (r"tuần (?:trước|rồi|qua)|tuan (?:truoc|roi|qua)|last week", "week-1"),
        (r"tuần này|tuan nay|this week", "week+0"),
        (r"tháng (?:tới|sau)|thang (?:toi|sau)|next month", "month+1"),
        (r"tháng (?:trước|rồi)|thang (?:truoc|roi)|last month", "month-1"),
        (r"tháng này|thang nay|this month", "month+0"),
        (r"năm (?:tới|sau)|nam (?:toi|sau)|sang năm|sang nam|next year", "year+1"),
        (r"năm (?:ngoái|trước|rồi)|nam (?:ngoai|truoc)|last year", "year-1"),
        (r"năm nay|nam nay|this year", "year+0"),
    )
)  # fmt: skip
_PART_OF_DAY: Final = tuple(
    (re.compile(rf"\b(?:{pattern})\b"), value)
    for pattern, value in (
        (r"(?:buổi|ban|sáng sớm|từ) sáng|sáng (?:mai|nay|qua|sớm)|buoi sang|sang mai|mornings?|breakfast", "morning"),
        (r"(?:buổi|ban) trưa|trưa (?:mai|nay|qua)|buoi trua|noon|midday|lunchtime", "noon"),
        (r"buổi chiều|chiều (?:mai|nay|qua|tối)|buoi chieu|chieu (?:mai|nay|qua)|afternoons?", "afternoon"),
        ((r"(?:buổi|ban) (?:tối|đêm)|(?:tối|đêm) (?:mai|nay|qua|khuya)|nửa đêm|ban đêm|buoi toi|ban dem|(?:toi"
         r"|dem) (?:mai|nay|qua)"
         r"|evenings?|nights?|tonight|midnight|bedtime"), "night"),
    )
)  # fmt: skip


def read_dates(text: str, found: list[Detail], *, marked: bool) -> str:
    """Adds what it finds; gives the text without it."""
    months = re.compile(rf"\b{_MONTH_NAME}\s\d")
    text = take(_DAYS[0], text, lambda match: _first_day(match, found))
    if months.search(text):
        text = re.sub(
            rf"(\b{_MONTH_NAME}\s)(\d{{1,2}})((?:st|nd|rd|th)?\s?(?:-|–|to|and)\s?\d{{1,2}}(?:st|nd|rd|th)?)\b",
            lambda match: _month_first(match, found),
            text,
        )
    for pattern in _DATES:
        text = take(pattern, text, lambda match: _date(match, found, marked=marked))
    for pattern in _CLOCKS:
        text = take(pattern, text, lambda match: _clock(match, found))
    text = take(_DAY_ALONE, text, lambda match: _date(match, found, marked=marked))
    for pattern in _WEEKDAYS if not marked else (_WEEKDAYS[0], *_WEEKDAYS[2:]):
        text = take(pattern, text, lambda match: _weekday(match, found))
    for pattern, value in _PART_OF_DAY:
        for match in pattern.finditer(text):
            found.append(Detail("time", "part of day", value, match.group(0), match.start(), match.start()))
    for pattern, value in _RELATIVE:
        text = take(pattern, text, lambda match, value=value: _relative(match, value, found))  # type: ignore[misc]
    return text


def _first_day(match: re.Match[str], found: list[Detail]) -> bool:
    day = int(match["from"])
    if not 1 <= day <= 31:
        return False
    found.append(Detail("date", "day", str(day), match["from"], match.start(), match.end()))
    return True


def _month_first(match: re.Match[str], found: list[Detail]) -> str:
    """ "December 21 to 23": both days, and the month stays to be read."""
    first, rest = int(match.group(2)), match.group(3)
    last = int("".join(re.findall(r"\d", rest)))
    shown = match.group(0)
    month = _MONTHS[match.group(1).strip()]
    found.append(Detail("date", "month", str(month), shown, match.start(), match.end()))
    found += [Detail("date", "day", str(day), shown, match.start(), match.end()) for day in (first, last) if day <= 31]
    return "\x00" * len(shown)


def _number(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if text.isdigit() else _BY_WORD.get(text)


def _date(match: re.Match[str], found: list[Detail], *, marked: bool) -> bool:
    parts = match.groupdict()
    shown, start, end = match.group(0).strip(), match.start(), match.end()
    month_text = (parts.get("month") or "").split(" ")[-1]
    if marked and month_text == "sau":
        # Next month, and not June: "sáu" has its mark.
        return False
    month = _number(parts.get("month")) or _MONTHS.get(month_text)
    day = _number(parts.get("day") or parts.get("day2"))
    if parts.get("month") and (month is None or not 1 <= month <= 12):
        return False
    if (day is not None and not 1 <= day <= 31) or shown == "24/7" or (day is None and month is None):
        return False
    if day is not None and month is not None and not parts.get("year") and day < month and day <= 3 and "/" in shown:
        before, after = match.string[max(0, start - 12) : start], match.string[end : end + 12]
        if _FRACTION_BEFORE.search(before) or _FRACTION_AFTER.match(after):
            found.append(Detail("percent", "percent", str(100 * day // month), shown, start, end))
            return True
    if month is not None:
        found.append(Detail("date", "month", str(month), shown, start, end))
    if day is not None:
        found.append(Detail("date", "day", str(day), shown, start, end))
    if year := parts.get("year"):
        found.append(Detail("year", "calendar year", year if len(year) == 4 else f"20{year}", shown, start, end))
    return True


def _clock(match: re.Match[str], found: list[Detail]) -> bool:
    parts = match.groupdict()
    hour, minute, part = _number(parts["hour"]), int(parts.get("minute") or 0), parts.get("part")
    if hour is None or hour > 24:
        return False
    if part in _AFTERNOON and hour < 12 and not (part in ("đêm", "dem", "khuya") and hour < 6):
        hour += 12
    shown = match.group(0).strip()
    found.append(Detail("time", "clock", f"{hour % 24}:{minute:02}", shown, match.start(), match.end()))
    return True


def _weekday(match: re.Match[str], found: list[Detail]) -> bool:
    name = next(group for group in match.groups() if group)
    value = _WEEKDAY_NAMES.get(name) or _WEEKDAY_NAMES.get(name[1:])
    found.append(Detail("date", "weekday", str(value), match.group(0), match.start(), match.end()))
    return True


def _relative(match: re.Match[str], value: str, found: list[Detail]) -> bool:
    found.append(Detail("date", "relative", value, match.group(0), match.start(), match.end()))
    return True
