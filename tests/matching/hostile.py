"""Texts that break and stop programs: strategies for hypothesis, and rows of any size.

Three sources: pieces that people, programs and our own patterns stumble over; what the regular expressions of the
engine themselves match, joined and cut; any characters at all, lone surrogates included.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from hypothesis import strategies as st

from sangto.lib import folding
from sangto.matching import (
    asking,
    checkable,
    cleaning,
    forwards,
    frames,
    guard,
    links,
    pair_differences,
    restore,
    spelling,
    when,
)

PIECES: Final = (
    "\ufdfa", "\u0301" * 40, "\u200b", "\u202e", "\ud800", "\U000e0041", "ﷺ", "İ", "ß", "ﬁ", "²", "½", "٣", "\x00",
    "\r\n", "\n", "\t", " ", "  ", "\u3000", "\x0b", "\x85", "\u2028", "a", "đ", "ờ", "ko ", "k ", "ck ", "có ",
    "không ", "là ", "nghe ", "hỏi ", "cho em hỏi ", "mọi người ơi ", "đúng không ", "chia sẻ ngay ", "share ",
    "thật hay ", "tin này ", "cảm ơn ", "?", "!", ".", ",", ";", ":", "-", "—", "_", "*", "|", "~", "^", "> ", ">",
    "»", "[", "]", "(", ")", "<", "</", "<br>", "&amp;", "&#", "&#x110000;", "&#0;", "--", "-- \n", "From: a\n",
    "Subject: b\n", "Date: c\n", "Từ: ", "Chuyển tiếp từ ", "forwarded from x", "Fwd: ", "Re: ",
    "---------- Forwarded message ---------\n", "[10:23, 12/03/2024] A: ", "On Mon, 1 Jan 2024 A wrote:",
    "A, [12.03.2024 10:23]\n", "10:23", "12/03/2024", "https://", "www.", "http://[::1",
    "https://a.vn/x?utm_source=1&b=2", "https://a:99999/b", "youtu.be/", "t.co/", "pic.twitter.com/", "%zz",
    "xn--", "。", "@a", "a@", "#aA1", "l.ừ.a ", "l-ừ-a", "a.b.c.d.e.f.", "k0ng", "ch3t", "0", "1", "9" * 40, "20%",
    "3 ngày", "1.000.000 đồng", "1tr5", "năm 2021", "31/2", "24/7", "sepember 1 to 3 ", "may 5",
    "hai mươi mốt tháng tư ", "nửa ", "một phần ba ", "tỷ ", "hundred ", "dozen ", "không phải ", "Hà Nội ",
    "nước Mỹ ", "not ", "isn't ", "có thể ", "tất cả ", "5G ", "е", "α", "\u0482", "𝐛", "Ａ",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "…", "“", "”", "'", "’", "`", "≥",
    "$5m ", "€1 ", "~",
)  # fmt: skip

# Repeated to any length. Each has cost, or would cost, some pattern the square of its length (or worse).
ROWS: Final[Mapping[str, str]] = {
    "one letter": "a", "one mark": "\u0301", "letter and marks": "a\u0301\u0323",
    "many marks": "\u0323\u0301\u0302\u031b", "one ligature": "\ufdfa", "surrogates": "\ud822",
    "letters with marks": "é", "greek": "α", "zero width": "\u200b", "spaces": " ", "spaces and ends": "\r\n ",
    "ends": "\n", "wide spaces": "\u3000", "digit": "1", "digits": "1 ", "grouped": "1.", "sums": "1,000 ",
    "dates": "1/1/2024 ", "times": "10:20 ", "months": "tháng tư ", "ranges": "1-2-", "scales": "tỷ ",
    "hundreds": "hundred ", "word": "không ", "shorthand": "ck ", "letter words": "a ", "dotted": "a.",
    "dashed": "a-", "starred": "a*b", "leet": "a0 ", "dots": ". ", "dot": ".", "dash": "-", "dashes": " — ",
    "quotes": "\"' ", "open": "(", "close": ")", "open square": "[", "angle": "<", "tag": "<a ",
    "tag open": "<b <", "entity": "&#", "entity ok": "&amp;", "at": "@", "handle": "@a ", "mail": "a@",
    "mail dot": "a@b.", "hash": "#aA", "hash under": "#a_", "link": "http://", "www": "www.",
    "link ok": "https://a.vn/b ", "link long": "https://a.vn/" + "b" * 3_000 + " ", "host": "a.vn/",
    "short link": "t.co/a", "percent": "%", "frame": "có ", "asked": "đúng không ", "told": "nghe nói là ",
    "share": "share ngay ", "quoted": "> ", "sentence": "a b. ", "question": "? ", "list": "1. a ",
    "semicolon": ";", "signature": " - (@a", "emoticon": ":) ", "pictogram": "🙏",
    "flags": "\U0001f3f4\U000e0067\U000e0062", "caps": "aB", "shout": "KHÔNG ", "names": "Hà Nội ",
    "negation": "not ", "half": "nửa ", "tone": "hoà ", "slash": "/", "backslash": "\\", "null": "\x00",
    "tatweel": "\u0640", "hangul": "\u1100\u1161\u11a8", "cyrillic in latin": "аa", "apostrophe": "a'",
    "under": "a_",
}  # fmt: skip

# Lines that are repeated: what stands at the ends of a line decides how far a pattern looks.
LINES: Final[tuple[str, ...]] = (
    "forwarded from x" + " " * 280 + "y",
    "forwarded message From:" + "Date:" * 24 + "Subject:" * 8 + " " * 150 + "To:" * 20 + " " * 150 + "x",
    "forwarded message From:" + "Date:Subject:To:" * 30,
    " " * 299 + "x",
    "10:20" + " " * 290 + "x",
    "1/1/2024" + " " * 290 + "x",
    "(1:11" * 12 + " " * 200 + "x",
    "a" + " " * 118 + "[",
    "fw : " * 40,
    "re" + "\t" * 90 + ":",
    "on " + " viết " * 48,
    "from: a" + "\u00a0" * 390 + "b",
    "- " * 99,
    "> " * 190 + "x",
    "nguồn" + " " * 50 + "x",
    "a, " * 39,
    "[" * 149 + "x",
    "é" * 5_000 + "α",
    "a b c " * 6 + " " * 5_000 + "x",
    "www." + "(" * 2_000,
)

# Longer ones are lists of characters.
_LONGEST_PATTERN: Final = 5_000

any_text: Final = st.text(st.characters(exclude_categories=()), max_size=300)


@cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """Every regular expression that a module which reads texts keeps by name."""
    names = [module.name for module in pkgutil.iter_modules(guard.__path__, f"{guard.__name__}.")]
    modules = [importlib.import_module(name) for name in names]
    found: dict[str, re.Pattern[str]] = {}
    for module in (
        *modules,
        asking,
        checkable,
        cleaning,
        folding,
        forwards,
        frames,
        links,
        pair_differences,
        restore,
        spelling,
        when,
    ):
        for value in vars(module).values():
            for pattern in _in(value, 4):
                if len(pattern.pattern) <= _LONGEST_PATTERN:
                    found.setdefault(pattern.pattern, pattern)
    return tuple(found.values())


def texts() -> st.SearchStrategy[str]:
    """Short texts: pieces and what patterns match, in any order; a few of them in rows; any characters."""
    matched = st.sampled_from(patterns()).flatmap(
        lambda pattern: st.from_regex(pattern, alphabet=st.characters(exclude_categories=()))
    )
    piece = st.one_of(st.sampled_from(PIECES), st.sampled_from(PIECES), matched.map(lambda text: text[:400]))
    rows = st.builds(
        lambda unit, times, end: unit[:60] * times + end,
        st.lists(piece, min_size=1, max_size=3).map("".join),
        st.integers(2, 60),
        piece,
    )
    return st.one_of(st.lists(piece, max_size=30).map("".join), rows, any_text)


def rows(size: int) -> Iterator[tuple[str, str]]:
    """(name, text of `size` characters) for each of ROWS, alone and behind a sentence, and each of LINES."""
    for name, unit in ROWS.items():
        yield name, filled(unit, size)
    for line in LINES:
        yield line[:40].strip() or "blanks", filled(line + "\n", size)
    sentence = (
        "Từ ngày mai uống nước chanh chữa khỏi ung thư trong 3 ngày theo Bộ Y tế, chia sẻ ngay cho người thân " * 2
    )
    for name in ("spaces", "spaces and ends", "dot", "dash", "frame", "asked", "digits", "mail", "handle"):
        yield f"a sentence, then {name}", sentence + filled(ROWS[name], size) + "x"


def filled(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def _in(value: object, depth: int) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif depth and isinstance(value, tuple | list):
        for one in value:
            yield from _in(one, depth - 1)
    elif depth and isinstance(value, Mapping):
        for one in value.values():
            yield from _in(one, depth - 1)
