"""What other rooms see of a source."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SourceInfo:
    id: uuid.UUID
    url: str
    title: str
    organisation: str
    lang: str
    published_on: date | None
    is_own: bool


class BadSource(ValueError):
    """The address or title cannot be used; `field` names which, the text says why in the reader's language."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field
