"""What may stand on a desk's list of skills: crafts and fields, never what people think or are thought to be."""

from __future__ import annotations

from typing import Final

from sangto.lib.folding import fold

LONGEST_LABEL: Final = 40
# Folded (no diacritics, lower case), as whole words in a row. Short on purpose: it stops the plain cases and reminds
# whoever writes; the lead who keeps the list answers for the rest.
_ABOUT_VIEWS: Final = tuple(
    f" {words} "
    for words in (
        "tu tuong", "chinh tri", "chinh kien", "quan diem", "lap truong", "trung thanh", "phan dong", "thu dich",
        "chong doi", "dang vien", "dang phai", "ton giao", "tin nguong", "dan toc", "lai lich", "ly lich", "do tin cay",
        "ideology", "ideological", "politics", "political", "party", "loyal", "loyalty", "hostile", "enemy", "religion",
        "religious", "ethnic", "ethnicity", "opinion", "opinions", "views", "attitude", "patriotic", "trustworthy",
        "leaning", "left wing", "right wing", "partisan",
    )
)  # fmt: skip


def refused(label: str) -> str:
    """Why the label cannot stand on the list, as a code of InvalidSkill; "" if it can."""
    if not label.strip():
        return "empty"
    if len(label) > LONGEST_LABEL:
        return "too_long"
    words = "".join(letter if letter.isalnum() else " " for letter in fold(label))
    spaced = f" {' '.join(words.split())} "
    return "about_views" if any(phrase in spaced for phrase in _ABOUT_VIEWS) else ""
