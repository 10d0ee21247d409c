"""The tree of a published text, read once: a version's text never changes."""

from __future__ import annotations

from functools import lru_cache

from sangto.playbooks.reading import read
from sangto.playbooks.tree import Tree


@lru_cache(maxsize=128)
def tree_of(text: str) -> Tree:
    return read(text)
