"""The same words in each language of the installation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What the program itself says in Vietnamese and English, where both must be at hand at once."""

    vi: str
    en: str

    def name(self, lang: str) -> str:
        return self.vi if lang.startswith("vi") else self.en
