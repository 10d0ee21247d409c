"""Text as people paste it, made safe to keep: NFC, without controls, zero-width or direction marks."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Direction overrides and isolates (they can make a text read as another), zero-width marks, the byte-order mark,
# soft hyphen and interlinear anchors. The zero-width joiner stays: family emoji are built with it.
_HIDDEN: Final = re.compile(
    "[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
# C0 and C1 controls but tab and newline, lone surrogates, non-characters.
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
# Above this many marks on one letter a text is a prank ("Zalgo"), and slow to draw. Vietnamese needs two.
_MARKS_MAX: Final = 4
_MARK: Final = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]"
_MARKS: Final = re.compile(f"({_MARK}{{{_MARKS_MAX}}}){_MARK}+")


def clean_text(text: str) -> str:
    """The text in NFC with newlines as \\n, without hidden and control characters, outer blanks cut."""
    text = (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\x85", "\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n")
    )
    text = _CONTROL.sub("", _HIDDEN.sub("", text))
    text = unicodedata.normalize("NFC", _MARKS.sub(r"\1", text))
    lines = (line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def clean_line(text: str) -> str:
    """The same on one line."""
    return " ".join(clean_text(text).split())


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word, with an ellipsis where something was cut."""
    line = clean_line(text)
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    head, _, _ = cut.rpartition(" ")
    return (head if len(head) > limit // 2 else cut).rstrip(",.;:- ") + "…"


def looks_binary(text: str) -> bool:
    """Whether most of it is not text: pasted bytes, not a message."""
    if not text:
        return False
    odd = sum(
        1
        for char in text
        if char == "\ufffd" or (unicodedata.category(char) in {"Cc", "Cn", "Co", "Cs"} and char not in "\n\r\t")
    )
    return odd * 5 > len(text)
