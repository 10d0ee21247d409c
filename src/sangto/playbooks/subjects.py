"""What a rule may know of the subject of a walk: the room that owns the subject says how to find it out.

Playbooks do not know what a subject is. A room above registers, when it is made ready, a function from a subject's id
to what it knows, by the names of `facts`; what it leaves out has its default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from sangto.playbooks.facts import Value, complete

Reader = Callable[[UUID], Mapping[str, object]]
_READERS: Final[dict[str, Reader]] = {}


def register(kind: str, *, facts: Reader) -> None:
    """From now on the facts about subjects of this kind are asked of `facts`. Done again, the last one counts."""
    _READERS[kind] = facts


def facts_of(kind: str, subject_id: UUID) -> dict[str, Value]:
    """Every fact about a subject; defaults where nobody registered its kind. Raises facts.UnknownFact."""
    reader = _READERS.get(kind)
    return complete(reader(subject_id) if reader else {})
