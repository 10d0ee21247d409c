"""Numbers with their units: digits, number words, money, shares, ranges, bounds; Vietnamese and English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from math import inf, nan
from types import MappingProxyType
from typing import Final

from sangto.lib.folding import fold
from sangto.matching.guard.detail import Detail, take
from sangto.matching.guard.function_words import FUNCTION_WORDS
from sangto.matching.guard.number_words import SCALES, number_words
from sangto.matching.guard.terms import stem

_UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        name.replace("_", " "): unit
        for unit, names in {
            "percent": "% percent pct phần_trăm phan_tram per_cent percentage_points",
            "dong": "đồng đ vnd vnđ dong",
            "dollar": "usd đô dollar dollars $ đô_la do_la",
            "euro": "euro eur euros €",
            "person": "người nguoi people person persons",
            "case": "ca cases case",
            "household": "hộ ho household households homes families",
            "second": "giây giay second seconds sec secs",
            "minute": "phút phut minute minutes mins min",
            "hour": "giờ gio tiếng tieng h hour hours hrs",
            "day": "ngày ngay day days hôm hom",
            "week": "tuần tuan week weeks",
            "month": "tháng thang month months",
            "year": "năm nam year years",
            "age": "tuổi tuoi years_old year_old",
            "degree": "độ do degrees degree °c °",
            "millimetre": "mm",
            "centimetre": "cm",
            "metre": "m mét met metre metres meter meters",
            "kilometre": "km cây_số kilometres kilometers",
            "square metre": "m2 m² mét_vuông met_vuong square_metres square_meters",
            "cubic metre": "m3 m³ mét_khối met_khoi cubic_metres cubic_meters",
            "hectare": "ha hectares hectare",
            "milligram": "mg milligrams",
            "gram": "gr gam gram grams g",
            "hundred gram": "lạng lang",
            "kilogram": "kg kí ki ký ky cân kilogram kilograms kilo kilos",
            "quintal": "tạ",
            "tonne": "tấn tan tonnes tons",
            "millilitre": "ml",
            "litre": "lít lit litre litres liter liters l",
            "time": "lần lan times",
            "turn": "lượt luot turns",
            "level": "cấp cap level category",
            "magnitude": "richter magnitude",
            "dose": "mũi mui dose doses shots liều lieu jabs",
            "glass": "ly cốc coc glass glasses",
            "step": "bước buoc steps",
            "book": "cuốn cuon quyển quyen books",
            "egg or fruit": "quả qua trái trai",
            "pill": "viên vien pills tablets",
            "floor": "tầng tang lầu floors storeys",
        }.items()
        for name in names.split()
    }
)
# Units of one quantity are compared in one of them: 24 hours are a day, and 2 hours are not 2 days.
_QUANTITIES: Final[Mapping[str, tuple[str, float]]] = MappingProxyType(
    {
        "second": ("span", 1),
        "minute": ("span", 60),
        "hour": ("span", 3_600),
        "day": ("span", 86_400),
        "week": ("span", 604_800),
        "month": ("months", 1),
        "year": ("months", 12),
        "millimetre": ("length", 1),
        "centimetre": ("length", 10),
        "metre": ("length", 1_000),
        "kilometre": ("length", 1e6),
        "milligram": ("mass", 1),
        "gram": ("mass", 1e3),
        "hundred gram": ("mass", 1e5),
        "kilogram": ("mass", 1e6),
        "quintal": ("mass", 1e8),
        "tonne": ("mass", 1e9),
        "millilitre": ("volume", 1),
        "litre": ("volume", 1e3),
    }
)
# Alone after a number these mean money in Vietnamese.
_MONEY_ALONE: Final = frozenset({"k", "tr", "triệu", "trieu", "tỷ", "tỉ", "nghìn", "nghin", "ngàn", "ngan", "củ"})
# Units of one kind of Difference; all others are plain numbers.
_KIND_OF_UNIT: Final[Mapping[str, str]] = MappingProxyType(
    {"percent": "percent", "dong": "money", "dollar": "money", "euro": "money"}
)
_COUNTED_AFTER_SCALE: Final = frozenset(
    "cây con trẻ học xe lượt bản tài khách thuê ngôi căn hộ người ca liều mũi sinh cay tre hoc luot ban khach "
    "thue can ho tai".split()
)
# Of mobile networks, not grams.
_GENERATIONS: Final = frozenset({"2", "3", "4", "5", "6"})
_LEVELS: Final = frozenset({"cấp", "cap", "category", "level", "force"})
_DIGITS: Final = r"\d+(?:[.,]\d+)*"
_GROUPED: Final = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")

_YEAR: Final = re.compile(
    # After "năm" it is one whoever comes next.
    r"(?:(?<=\bnăm )|(?<=\bnam ))(?:19|20)\d\d(?![\w%]|[.,/:-]\d)"
    r"|(?<![\w.,/:$-])(?:19|20)\d\d(?![\w%]|[.,/:-]\d)(?!\s*(?:đồng|dong|người|nguoi|usd|%|people|hộ|ca\b|km|kg|m\b|tỷ|triệu))"
)
# Of a telephone: ten digits or so in groups, the first a zero; or 1900 1234.
_PHONE: Final = re.compile(
    r"(?<![\w.,+/-])(?:(?:\+84[ .-]?|0)\d{1,3}(?:[ .-]?\d{2,4}){2,3}|1[89]00[ .-]?\d{4,6})(?![\w%]|[.,/-]\d)"
)
_PHONE_DIGITS: Final = range(8, 13)
# "Năm học 25-26".
_SCHOOL_YEAR: Final = re.compile(
    r"(?:\b(?:năm học|nam hoc|niên học|nien hoc|school year)\s+)(?:20)?(\d\d)\s?[-–/]\s?(?:20)?(\d\d)(?![\w/-]|[.,]\d)"
)
_MONEY_BEFORE: Final = re.compile(rf"([$€])\s?({_DIGITS})(?:\s*(million|billion|thousand|bn|k|m))?(?!\w)")
# 1tr5, 2 triệu rưỡi, 1 tỷ 2
_MIXED: Final = re.compile(
    rf"(?<![\w.,])({_DIGITS})\s?(tr|triệu|trieu|tỷ|tỉ|ty|k)(?:\s?(\d{{1,3}})|\s(rưỡi|ruoi))(?!\w|[.,]\d|\s*(?:%|người|ngày|năm|tháng|đồng))"
)
_HALF: Final = re.compile(r"\b(?:một nửa|mot nua|phân nửa|phan nua|half(?! (?:an|a)\b)|nửa(?= (?:số|dân|giá|diện)))\b")
_SHARE: Final = re.compile(
    r"\b(một|mot|hai|ba|one|two|three|a)(?:\s+(?:phần|phan)\s+(ba|tư|tu|bốn|năm)|[\s-](third|quarter|fifth|tenth)s?)\b"
)
_PARTS: Final[Mapping[str, int]] = MappingProxyType(
    {"ba": 3, "tư": 4, "tu": 4, "bốn": 4, "năm": 5, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
)
_HOW_MANY: Final[Mapping[str, int]] = MappingProxyType(
    {"một": 1, "mot": 1, "one": 1, "a": 1, "hai": 2, "two": 2, "ba": 3, "three": 3}
)
_RANGE: Final = re.compile(
    rf"(?<![\w.,/-])({_DIGITS})\s?(?P<joint>-|–|đến|den|tới|toi|to|và|va|and|or|hoặc|hoac|,\s)\s?({_DIGITS})(?:\s*(%|°c?|[^\W\d_]+))?(?:\s+([^\W\d_]+))?(?![\d/-])"
)
_NUMBER: Final = re.compile(
    r"(?:\b(cấp|cap|category|level|force|magnitude|số|so|quận|quan|phường|phuong|district|điều|dieu|lớp|lop|grade|route|line)\s+)?"
    rf"(?<![^\W_])(?<![^\W_]-)(?<!\d[.,])({_DIGITS})(?:[\s-]?\s*(%|°c?|[^\W\d_]+[23²³]?))?(?:\s+([^\W\d_]+))?"
)
_QUALIFIER: Final = re.compile(
    r"(?:\b(?P<under>dưới|duoi|chưa đến|chưa tới|không quá|khong qua|tối đa|toi da|under|below|less than|fewer "
    r"than|up to"
    r"|at most|capped at|limited to|maximum of|nhiều nhất|nhieu nhat|không vượt quá|khong vuot qua)"
    r"|\b(?P<over>trên|tren|hơn|hon|quá|vượt|vuot|ít nhất|it nhat|tối thiểu|toi thieu|over|above|more than|at least"
    r"|longer than|older than|later than|beyond)"
    r"|\b(?P<about>khoảng|khoang|gần|gan|tầm|tam|cỡ|chừng|chung|xấp xỉ|about|around|nearly|almost|roughly|some"
    r"|approximately|an estimated)|(?P<near>~))\s*$"
)
_QUALIFIER_CHARS: Final = 16
# "Over 500" may be 800 and is not 5,000; people of 80 are over 60, and three days are over an hour.
_OVER: Final = 2.0
_UNBOUNDED: Final = frozenset({"age", "span", "months"})
# "About 300" may be 280.
_ABOUT: Final = 0.1
_FOLDS: Final = tuple(
    (re.compile(rf"\b(?:{pattern})\b(?![.,]?\d| chục| mươi| trăm| chuc| muoi| tram| nghìn| ngàn| nghin)"), value)
    for pattern, value in (
        (r"gấp đôi|gap doi|gấp hai|gấp 2(?: lần)?|gap 2(?: lan)?|doubles?|doubled|twice|two[- ]?fold|2x", "2"),
        (r"gấp rưỡi|gap ruoi", "1.5"),
        (r"gấp ba|gap ba|gấp 3(?: lần)?|gap 3(?: lan)?|triples?|tripled|thrice|three[- ]?fold|3x", "3"),
        (r"gấp bốn|gap bon|gấp 4(?: lần)?|quadruples?", "4"),
        (r"gấp năm|gấp 5(?: lần)?", "5"),
        (r"gấp mười|gap muoi|gấp 10(?: lần)?|tenfold", "10"),
    )
)


def read_numbers(text: str, found: list[Detail], *, marked: bool, vietnamese: bool) -> str:
    """Adds what it finds; gives the text without it. Dates are read before."""
    known, whole = len(found), text
    for pattern, value in _FOLDS:
        text = take(pattern, text, lambda match, value=value: _add(found, match, "number", "time", value))  # type: ignore[misc]
    text = take(_PHONE, text, lambda match: _phone(match, found))
    text = take(_SCHOOL_YEAR, text, lambda match: _school_year(match, found))
    text = take(_MONEY_BEFORE, text, lambda match: _money(match, found))
    text = take(_MIXED, text, lambda match: _mixed(match, found))
    text = take(_HALF, text, lambda match: _add(found, match, "percent", "percent", "50"))
    text = take(_SHARE, text, lambda match: _share(match, found))
    text = take(_RANGE, text, lambda match: _range(match, found, vietnamese=vietnamese))
    text = take(_YEAR, text, lambda match: _add(found, match, "year", "calendar year", match.group(0)))
    text = take(_NUMBER, text, lambda match: _number(match, found, vietnamese=vietnamese))
    for phrase in number_words(text, marked=marked, vietnamese=vietnamese):
        unit, length = _unit(phrase.following)
        if not phrase.sure and unit is None:
            continue
        spans = _QUANTITIES.get(unit or "", ("",))[0] in ("span", "months")
        if phrase.needs_span and not spans and not (phrase.word == "năm" and unit is not None):
            continue
        if phrase.needs_span and unit in ("month", "year"):
            continue
        if unit is None and phrase.scaled and (not length or _other_unit(phrase.following[0]) == "of "):
            unit, length = ("dong", 0) if vietnamese else (None, 0)
        end = phrase.ends[length] if length < len(phrase.ends) else phrase.end
        shown = text[phrase.start : end]
        found.append(
            _quantity(phrase.value, unit or _other_unit(" ".join(phrase.following[:1])), shown, phrase.start, end)
        )
    found[known:] = [_qualified(detail, whole) for detail in found[known:]]
    return text


def _add(found: list[Detail], match: re.Match[str], kind: str, group: str, value: str) -> bool:
    amount = float(value) if group in ("percent", "time") else nan
    found.append(Detail(kind, group, value, match.group(0).strip(), match.start(), match.end(), amount, amount))
    return True


def _phone(match: re.Match[str], found: list[Detail]) -> bool:
    digits = re.sub(r"\D", "", match.group(0)).removeprefix("84" if match.group(0).startswith("+") else "")
    if len(digits.lstrip("0")) not in _PHONE_DIGITS:
        return False
    found.append(Detail("number", "telephone", digits.lstrip("0"), match.group(0), match.start(), match.end()))
    return True


def _school_year(match: re.Match[str], found: list[Detail]) -> bool:
    first, second = int(match.group(1)), int(match.group(2))
    if second != first + 1:
        return False
    found.append(Detail("year", "school year", str(2000 + first), match.group(0), match.start(), match.end()))
    return True


def _money(match: re.Match[str], found: list[Detail]) -> bool:
    sign, digits, factor = match.groups()
    scale = 1e6 if factor == "m" else SCALES.get(factor or "", 1.0)
    currency = "euro" if sign == "€" else "dollar"
    found.append(_quantity(_value(digits) * scale, currency, match.group(0), match.start(), match.end()))
    return True


def _mixed(match: re.Match[str], found: list[Detail]) -> bool:
    digits, scale, more, half = match.groups()
    rest = 0.5 if half else float(f"0.{more}")
    value = (_value(digits) + rest) * SCALES[scale]
    found.append(_quantity(value, "dong", match.group(0), match.start(), match.end()))
    return True


def _share(match: re.Match[str], found: list[Detail]) -> bool:
    many, part_vi, part_en = match.groups()
    value = 100 * _HOW_MANY[many] // _PARTS[part_vi or part_en]
    return value <= 100 and _add(found, match, "percent", "percent", str(value))


def _range(match: re.Match[str], found: list[Detail], *, vietnamese: bool) -> bool:
    low, joint, high, first, second = match.groups()
    listed = joint not in ("-", "–", "đến", "den", "tới", "toi", "to")
    # "2025 và 10 người": a year does not take the unit.
    if (listed and (not first or _YEAR.fullmatch(low))) or (_YEAR.fullmatch(low) and _YEAR.fullmatch(high)):
        return False
    if len(high) > len(low) + 4:
        return False
    value, unit, length = _scaled(_value(high), first, second, vietnamese=vietnamese)
    # "5 đến 10 triệu": the scale holds for both.
    least = _value(low) * (value / _value(high) if _value(high) else 1.0)
    end = match.end() if length == 2 else match.end(4) if length else match.end(3)
    whole = _quantity(value, unit, match.string[match.start() : end], match.start(), end)
    factor = whole.high / value if value else 1.0
    if listed:
        found += [whole, replace(whole, value=_like(whole, least * factor), low=least * factor, high=least * factor)]
        return True
    if least > value:
        return False
    found.append(replace(whole, value=f"{least * factor:.10g}..{whole.value}", low=least * factor))
    return True


def _like(detail: Detail, amount: float) -> str:
    """The value of another amount in the same unit."""
    return " ".join([f"{amount:.10g}", *detail.value.split()[1:]])


def _scaled(value: float, first: str | None, second: str | None, *, vietnamese: bool) -> tuple[float, str, int]:
    """The value, its unit, and how many of the two words after it belong to it."""
    if first is not None and first in SCALES and (vietnamese or first not in ("ty", "ti", "tr")):
        value *= SCALES[first]
        if second is not None and second in SCALES and len(second) > 1:
            return value * SCALES[second], "dong", 2
        unit = _UNITS.get(second or "")
        if unit and second not in ("h", "g", "m", "năm", "nam", "k", "ca", "do"):
            return value, unit, 2
        # "5 triệu" and "500k" alone are money in Vietnamese.
        if vietnamese and first in _MONEY_ALONE and second not in _COUNTED_AFTER_SCALE:
            return value, "dong", 1
        return value, _other_unit(second), 2 if second else 1
    if first and second and (unit := _UNITS.get(f"{first} {second}")):
        return value, unit, 2
    if first and (unit := _UNITS.get(first)):
        return value, unit, 1
    return value, _other_unit(first), 1 if first else 0


def _other_unit(word: str | None) -> str:
    folded = fold(word or "")
    return "of " if folded in FUNCTION_WORDS else f"of {stem(folded)}"


def _number(match: re.Match[str], found: list[Detail], *, vietnamese: bool) -> bool:
    label, digits, first, second = match.groups()
    value, start = _value(digits), match.start()
    if first == "g" and digits in _GENERATIONS:
        return False
    if label:
        group = "level" if label in _LEVELS else f"after {_LABELS.get(label, fold(label))}"
        shown = f"{label} {digits}"
        found.append(Detail("number", group, f"{value:.10g}", shown, start, match.end(2), value, value))
        # What follows may be a unit all the same, or a number of its own: only the digits are taken.
        return True
    value, unit, length = _scaled(value, first, second, vietnamese=vietnamese)
    end = match.end() if length == 2 else match.end(3) if length else match.end(2)
    found.append(_quantity(value, unit, match.string[start:end], start, end))
    return True


_LABELS: Final[Mapping[str, str]] = MappingProxyType({"district": "quan", "lop": "grade", "lớp": "grade"})


def _unit(following: tuple[str, ...]) -> tuple[str | None, int]:
    if len(following) > 1 and (unit := _UNITS.get(" ".join(following[:2]))):
        return unit, 2
    if following and (unit := _UNITS.get(following[0])):
        return unit, 1
    return None, 1 if following else 0


def _quantity(value: float, unit: str, shown: str, start: int, end: int) -> Detail:
    kind = _KIND_OF_UNIT.get(unit, "number")
    if kind == "money":
        return Detail(kind, "money", f"{value:.10g} {unit}", shown, start, end, value, value)
    group, factor = _QUANTITIES.get(unit, (unit, 1.0))
    return Detail(kind, group, f"{value * factor:.10g}", shown, start, end, value * factor, value * factor)


def _qualified(detail: Detail, text: str) -> Detail:
    """With what stands before it: under, over, about."""
    before = _QUALIFIER.search(text[max(0, detail.start - _QUALIFIER_CHARS) : detail.start])
    if before is None or not detail.low <= detail.high:
        return detail
    start = detail.start - len(before.group(0))
    shown = text[start : detail.end]
    if before["under"]:
        return replace(detail, value=f"<{detail.value}", low=0.0, shown=shown, start=start)
    if before["over"]:
        high = inf if detail.group in _UNBOUNDED else _OVER * detail.high
        return replace(detail, value=f">{detail.value}", high=high, shown=shown, start=start)
    return replace(detail, low=detail.low * (1 - _ABOUT), high=detail.high * (1 + _ABOUT))


def _value(digits: str) -> float:
    if _GROUPED.fullmatch(digits):
        return float(re.sub("[.,]", "", digits))
    parts = re.split("[.,]", digits)
    return float(parts[0]) if len(parts) == 1 else float(f"{''.join(parts[:-1])}.{parts[-1]}")
