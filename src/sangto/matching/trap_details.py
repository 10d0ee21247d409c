"""Numbers, dates, places and names of a sentence changed by rule: for the generator of traps."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from sangto.lib.folding import fold
from sangto.matching.trap_grammar import Edit
from sangto.matching.trap_words import PLACES, lexicon

_NUMBER: Final = re.compile(r"(?<![\w.,/:#*+-])(\d{1,3}(?:[.,]\d{3})+|\d+[.,]\d+|\d+)(?![\w/:#*-]|[.,]\d|°)")
_BEFORE_DATE: Final = re.compile(
    r"(?:ngày|tháng|năm|học kỳ|SEA Games|số|January|February|March|April|May|June|July|August|September"
    r"|October|November|December|thế kỷ|số|P|gọi|cấp cứu|quận|District|lớp|pH|mức|level)\s$",
    re.IGNORECASE,
)
_AFTER_DATE: Final = re.compile(
    r"\s(?:tháng|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|000|đến \d+ tháng|to \d)"
)
_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "vi": {"hai": "sáu", "ba": "bảy", "bốn": "chín", "sáu": "hai", "bảy": "ba", "mười": "hai mươi"},
        "en": {"two": "six", "three": "eight", "four": "ten", "five": "twelve", "ten": "forty"},
    }
)
_COUNTED: Final = re.compile(
    r"\s(?:ngày|giờ|lần|phút|tuần|tháng|người|quả|nhịp|câu|bữa|tỉnh|con|cái|viên|lít|mét|gói|đầu|days?|hours?|weeks?|months?|years?|litres?"
    r"|people|times|doses|minutes|cups?)\b"
)
_FACTORS: Final = (3, 0.5, 2, 5, 4, 10, 0.2)
# Days of a date, also of a span of days: they are changed as dates.
_MONTH_NAME: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_TO: Final = r"(?:-|–|to|and|đến|den|tới|toi|và|va)"
_DAYS: Final = re.compile(
    rf"\d{{1,2}}(?:\s?{_TO}\s?\d{{1,2}})?\s?(?:/\d|(?:tháng|thang)\b|(?:of\s)?{_MONTH_NAME}\b)"
    rf"|\b{_MONTH_NAME}\s\d{{1,2}}(?:\s?{_TO}\s?\d{{1,2}})?",
    re.IGNORECASE,
)
# Of a range the other end must stay above, or below.
_UP_TO: Final = re.compile(rf"\s?{_TO}\s(\d+)")
_FROM: Final = re.compile(rf"(\d+)\s?{_TO}\s$")
_EMERGENCY: Final = frozenset({"111", "112", "113", "114", "115", "911", "999"})


def numbers(text: str, lang: str, chance: random.Random) -> Iterator[Edit]:
    days = [match.span() for match in _DAYS.finditer(text)]
    for match in _NUMBER.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        digits = match.group(1)
        if digits in _EMERGENCY or any(start < match.end() and match.start() < end for start, end in days):
            continue
        if _BEFORE_DATE.search(before) or _AFTER_DATE.match(after) or re.fullmatch("(?:19|20)\\d\\d", digits):
            continue
        percent = after.lstrip().startswith(("%", "percent"))
        heat = re.match(r"\s?(?:độ|°|degrees?)", after) is not None or "magnitude" in before[-12:]
        new = _other_number(digits, lang, percent=percent, heat=heat, chance=chance)
        if new and _in_order(before, new, after):
            yield Edit(before + new + after, digits, new)
    for word, other in _WORDS[lang].items():
        for match in re.finditer(rf"(?<!\w){word}(?!\w)", text):
            if _COUNTED.match(text[match.end() :]):
                yield Edit(text[: match.start()] + other + text[match.end() :], word, other)


def _in_order(before: str, new: str, after: str) -> bool:
    """Whether a range stays one: not "27 to 14"."""
    if not new.isdigit():
        return True
    top, bottom = _UP_TO.match(after), _FROM.search(before)
    return (top is None or int(new) < int(top.group(1))) and (bottom is None or int(new) > int(bottom.group(1)))


def _other_number(digits: str, lang: str, *, percent: bool, heat: bool, chance: random.Random) -> str:
    thousands = "." if lang == "vi" else ","
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits) is not None
    value = float(re.sub("[.,]", "", digits)) if grouped else float(digits.replace(",", "."))
    if value == 0:
        return ""
    whole = ("." not in digits and "," not in digits) or grouped
    if heat or not whole:
        # Twice the heat is nonsense; three degrees more are another claim.
        new = value + chance.choice((-3, -2, 2, 3)) * (4 if value > 20 and whole else 1)
        if new <= 0:
            new = value + 2
        return str(int(new)) if whole else f"{new:.1f}".replace(".", "," if lang == "vi" else ".")
    for factor in chance.sample(_FACTORS, len(_FACTORS)):
        new = value * factor
        if new != int(new) or new < 2:
            continue
        if percent and (new > 95 or abs(new + value - 100) < 1):
            continue
        return f"{int(new):,}".replace(",", thousands) if grouped or new >= 10_000 else str(int(new))
    return ""


_DATES: Final = (
    re.compile(r"(?<![\d/.,])(?P<day>\d{1,2})/(?P<month>\d{1,2})(?P<rest>/\d{4})?(?![\d/])"),
    re.compile(r"(?P<word>ngày )(?P<day>\d{1,2})(?P<between> tháng )(?P<month>\d{1,2})"),
    re.compile(r"(?P<word>tháng )(?P<month>\d{1,2})(?P<rest>/\d{4})?(?![\d/])"),
    re.compile(r"(?<![\w.,/-])(?P<year>20[0-4]\d|19\d\d)(?![\w-]|[.,]\d)"),
    re.compile(r"\b(?P<name>January|February|March|April|May|June|July|August|September|October|November|December)\b"),
)
_MONTHS: Final = "January February March April May June July August September October November December".split()


def dates(text: str, lang: str, chance: random.Random) -> Iterator[Edit]:
    for pattern in _DATES:
        for match in pattern.finditer(text):
            parts = {name: value for name, value in match.groupdict().items() if value is not None}
            if "year" in parts:
                new = str(int(parts["year"]) + chance.choice((-3, -2, 2, 3)))
            elif "name" in parts:
                if parts["name"] == "May" and not re.match(r"\s\d", text[match.end() :]):
                    continue
                new = chance.choice([name for name in _MONTHS if name != parts["name"]])
            else:
                if not 1 <= int(parts["month"]) <= 12:
                    continue
                new = _other_date(parts, chance)
            yield Edit(text[: match.start()] + new + text[match.end() :], match.group(0), new)
    for sort in ("weekday", "relative"):
        # "SIM thứ tư" is the fourth, and no Wednesday.
        yield from (edit for edit in _swapped(text, lang, sort, chance) if not _ORDINAL.search(_upto(text, edit)))


_ORDINAL: Final = re.compile(r"(?:SIM|căn|lần|cơn|người|nhà|món|môn|đứa|con|chiếc|nhà nước|bà mẹ)\s$", re.IGNORECASE)


def _upto(text: str, edit: Edit) -> str:
    """What stands before the changed detail."""
    shared = next((at for at, (one, two) in enumerate(zip(text, edit.text, strict=False)) if one != two), 0)
    return text[: text.rfind(edit.old, 0, shared + len(edit.old))]


def _other_date(parts: Mapping[str, str], chance: random.Random) -> str:
    month = chance.choice([number for number in range(1, 13) if number != int(parts["month"])])
    if "day" not in parts:
        return f"{parts.get('word', '')}{month}{parts.get('rest', '')}"
    day = int(parts["day"])
    if chance.random() < 0.5:
        day, month = chance.choice([number for number in range(2, 29) if number != day]), int(parts["month"])
    return f"{parts.get('word', '')}{day}{parts.get('between', '/')}{month}{parts.get('rest', '')}"


_NAMES: Final = (
    *(
        "food",
        "disease",
        "animal",
        "medicine",
        "vaccine",
        "body",
        "brand",
        "storm",
        "people",
        "device",
        "vehicle",
        "document",
    ),
    "material",
)


def places(text: str, lang: str, chance: random.Random) -> Iterator[Edit]:
    for sort in PLACES:
        yield from _swapped(text, lang, sort, chance)


def names(text: str, lang: str, chance: random.Random) -> Iterator[Edit]:
    for sort in _NAMES:
        yield from _swapped(text, lang, sort, chance)


def _swapped(text: str, lang: str, sort: str, chance: random.Random) -> Iterator[Edit]:
    names = lexicon()[lang].get(sort, [])
    taken: list[tuple[int, int]] = []
    for name in sorted((name for name in names if name.casefold() in text.casefold()), key=len, reverse=True):
        for match in re.finditer(rf"(?<![\w.]){re.escape(name)}(?!\w)", text, re.IGNORECASE):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            # "nghệ" is not in "Nghệ An": a small letter matches a capital only where a sentence starts.
            if match.group(0)[0] != name[0] and match.start() > 0 and text[: match.start()].rstrip()[-1:] not in ".!?":
                continue
            before = text[: match.start()].split()[-1:] or [""]
            article = before[0].lower() if lang == "en" else ""
            others = [
                other
                for other in names
                if not ({*fold(other).split()} & {*fold(name).split()} - _SHARED_HEADS)
                and other.casefold() not in text.casefold()
                and other[:1].isupper() == name[:1].isupper()
                and (lang == "vi" or other.endswith("s") == name.endswith("s"))
                and (article not in ("a", "an") or (other[0].lower() in "aeiou") == (article == "an"))
                and other.split()[0] not in _HEADS - {name.split()[0]}
                and frozenset({name.casefold(), other.casefold()}) not in _ONE_THING
            ]
            if _PART_OF_A_NAME.match(text[match.end() :]):
                continue
            if others:
                new = chance.choice(others)
                if match.group(0)[:1].isupper():
                    new = new[:1].upper() + new[1:]
                yield Edit(text[: match.start()] + new + text[match.end() :], match.group(0), new)


# Names that begin alike are another of the sort ("Bệnh viện Chợ Rẫy" for "Bệnh viện Bạch Mai"), and stay so.
_HEADS: Final = frozenset(
    {"Bệnh", "Bộ", "Cục", "vaccine", "bão", "con", "Cầu", "sông", "chùa", "Hurricane", "the", "an"}
)
# Two names of one thing, or of a thing and its part.
_ONE_THING: Final = frozenset(
    frozenset(pair)
    for pair in (
        ("smartphone", "mobile phone"),
        ("saigon", "ho chi minh city"),
        ("today", "tonight"),
    )
)
# "Amazon" is a company, and the Amazon rainforest none of its things.
_PART_OF_A_NAME: Final = re.compile(r"\s(?:rainforest|river|basin|jungle)\b")
_SHARED_HEADS: Final = frozenset(
    "benh vien bo cuc vaccine bao con cau song chua hurricane the an la nuoc thu thit trung vitamin viem thuoc "
    "xe may".split()
)
