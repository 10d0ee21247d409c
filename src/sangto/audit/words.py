"""What the verbs of the log mean to a reader. Each room says its own in `apps.ready()`."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise

_words: dict[str, str | Promise] = {}


def say(words: Mapping[str, str | Promise]) -> None:
    """Words (lazily translated) for the verbs that a room records."""
    _words.update(words)


def words_for(verb: str) -> str:
    """The words in the reader's language; the verb itself where no room said any."""
    return str(_words.get(verb, verb.replace("_", " ")))


def known() -> frozenset[str]:
    """The verbs that have words (a test compares them with what is recorded)."""
    return frozenset(_words)
