"""What can be wrong with an index; each message says what happened and what to do."""

from __future__ import annotations


class IndexProblem(Exception):
    """The index cannot be used as asked."""


class IndexMissing(IndexProblem):
    """There is no index in this folder."""


class IndexLocked(IndexProblem):
    """Another process is writing to this index."""


class IndexMismatch(IndexProblem):
    """The index was made by another version or another encoder, or is damaged, and has to be rebuilt."""
