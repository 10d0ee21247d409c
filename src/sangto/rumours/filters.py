"""The filter of the list, as its address says it. Pure, and total: what makes no sense is left out, and said."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from sangto.lib.codes import Code, Harm, Priority, RumourState, Topic

WORDS_MAX: Final = 80
# What is sorted by, and how: the stored column and whether the largest comes first.
SORTS: Final[Mapping[str, tuple[str, bool]]] = {
    "due": ("due_at", False),
    "triage": ("triage_score", True),
    "messages": ("tip_count", True),
    "changed": ("changed_at", True),
    "number": ("number", True),
}
OWNERS: Final = ("me", "nobody")
CLOCKS: Final = ("late", "soon")
_LISTS: Final[Mapping[str, type[Code]]] = {
    "state": RumourState,
    "topic": Topic,
    "priority": Priority,
    "harm": Harm,
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; empty means all. `ignored` names the parts of the address that made no sense."""

    state: str = ""
    topic: str = ""
    priority: str = ""
    harm: str = ""
    # "me", "nobody" or the id of a person.
    owner: str = ""
    clock: str = ""
    watched: bool = False
    words: str = ""
    sort: str = "due"
    page: int = 1
    ignored: tuple[str, ...] = ()

    def query(self, **changes: object) -> str:
        """The address's part after "?", with some of it changed; the page starts anew unless it is what changes."""
        kept: dict[str, object] = {
            "state": self.state,
            "topic": self.topic,
            "priority": self.priority,
            "harm": self.harm,
            "owner": self.owner,
            "clock": self.clock,
            "watched": "1" if self.watched else "",
            "words": self.words,
            "sort": self.sort if self.sort != "due" else "",
            **changes,
        }
        return urlencode({name: value for name, value in kept.items() if value})

    @property
    def is_plain(self) -> bool:
        return not self.query(sort="")


def read(values: Mapping[str, str]) -> Filter:
    """The filter of an address. Never raises; each value that is not on its list is ignored by name."""
    ignored = []
    found: dict[str, str] = {}
    allowed: dict[str, tuple[str, ...]] = {name: tuple(codes.values()) for name, codes in _LISTS.items()}
    allowed |= {"clock": CLOCKS, "sort": tuple(SORTS)}
    for name, known in allowed.items():
        value = values.get(name, "")
        if value and value not in known:
            ignored.append(name)
        elif value:
            found[name] = value
    owner = values.get("owner", "")
    if owner and owner not in OWNERS and not _is_id(owner):
        ignored.append("owner")
        owner = ""
    page = values.get("page", "")
    if page and not (page.isascii() and page.isdecimal() and 0 < int(page[:9]) < 100_000):
        ignored.append("page")
        page = ""
    words = " ".join(values.get("words", "").replace("\x00", "").split())
    return Filter(
        **found,
        owner=owner,
        watched=values.get("watched", "") == "1",
        words=words[:WORDS_MAX],
        page=int(page[:9]) if page else 1,
        ignored=tuple(ignored),
    )


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
