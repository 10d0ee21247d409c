"""Whether one word in the place of another makes another sentence: asked of the encoder, for the difference guard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sangto.lib.folding import lacks_diacritics, words
from sangto.matching.encoder import Encoder

# Two wordings of one sentence, one of them with a synonym in it, mostly have at least this cosine. Of the places that
# the guard asks about on the project's own train messages: told apart where another thing was put in 96 of 100 (93
# without diacritics), and where only other words were, or two texts were laid side by side wrongly, 47 (23).
SAME_IN_PLACE: Final = 0.991


def means_otherwise(
    text: str, yours: str, article: str, encoder: Encoder, restore: Callable[[str], str] | None = None
) -> bool:
    """Whether `text` says something else with `yours` in it than with `article` in its place (all in lower case).

    Of Vietnamese without diacritics the encoder knows nothing: `restore` writes it out first.
    """
    said, wanted = words(text), words(yours)
    at = next((at for at in range(len(said) - len(wanted) + 1) if said[at : at + len(wanted)] == wanted), None)
    if at is None or not wanted:
        return True
    if restore is not None and lacks_diacritics(text):
        restored = words(restore(text).lower())
        said = restored if len(restored) == len(said) else said
    other = [*said[:at], *words(article), *said[at + len(wanted) :]]
    one, two = encoder.encode_queries([" ".join(said), " ".join(other)])
    return float(one @ two) < SAME_IN_PLACE
