"""What is promised for every text, as checks that raise AssertionError; used by tests and by the fuzzers."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from sangto.lib.folding import MAX_CHARS, fold, nfc, tidy
from sangto.matching import cleaning, copies, forwards, frames, spelling
from sangto.matching.agreement import same_details
from sangto.matching.asking import asks_openly
from sangto.matching.checkable import SURFACE, cheap, surface
from sangto.matching.differences import differences, same_frame
from sangto.matching.features import prepare_text
from sangto.matching.pair_differences import compare
from sangto.matching.pair_features import features_of, read_side
from sangto.matching.passages import MAX_PIECES, passages_of
from sangto.matching.restore import Restorer
from sangto.matching.rests import rest_of
from sangto.matching.schema import fields_of
from sangto.matching.stems import terms
from sangto.matching.types import DIFFERENCE_KINDS, Document
from sangto.matching.when import written_on

CLAIM: Final = "Uống nước chanh chữa khỏi ung thư trong 3 ngày, theo Bộ Y tế ở Hà Nội, từ 12/3/2024."
ADDRESS_STARTS: Final = ("", "https://", "https://a.vn/", "www.", "https://youtu.be/", "https://facebook.com/watch?v=")
# What one code point can become (U+FDFA), and what one shortening of a chat can.
_GROWTH: Final = 18
_LONGEST_SHORTENING: Final = 24


@cache
def restorer() -> Restorer:
    return Restorer.shipped()


def _document(text: str) -> Document:
    return Document("a", text, title=text, subtitle=text, extra=(f"{text} x",))


# Everything that reads a text of any length, by name.
READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "read_message": cleaning.read_message,
    "sentences": cleaning.sentences,
    "fingerprint": cleaning.fingerprint,
    "tokens": cleaning.tokens,
    "folded_tokens": cleaning.folded_tokens,
    "expand_shorthand": cleaning.expand_shorthand,
    "expand_english": spelling.expand_english,
    "undisguised": spelling.undisguised,
    "one_tone_place": cleaning.one_tone_place,
    "without_headers": forwards.without_headers,
    "unframed": frames.unframed,
    "canonical_url": copies.canonical_url,
    "urls_of": copies.urls_of,
    "bands": copies.bands,
    "simhash": copies.simhash,
    "differences": lambda text: differences(text, [text, CLAIM], text),
    "same_frame": lambda text: same_frame(text, CLAIM),
    "same_details": lambda text: same_details(text, [CLAIM, text]),
    "rest_of": lambda text: rest_of(text, [CLAIM, text]),
    "pair": lambda text: compare(text, CLAIM, plain=False),
    "read_side": read_side,
    "written_on": written_on,
    "terms": terms,
    "asks_openly": asks_openly,
    "surface": surface,
    "restore": lambda text: restorer().restore(text),
    "alternatives": lambda text: restorer().alternatives(text, 2),
    "fields_of": lambda text: fields_of(_document(text)),
    "passages_of": lambda text: passages_of(_document(text)),
    "prepare_text": prepare_text,
    "tidy": tidy,
    "fold": fold,
    "nfc": nfc,
}


def slowest(text: str, most_s: float, among: Mapping[str, Callable[[str], object]] = READERS) -> tuple[str, float]:
    """The reader that took longest, in seconds of CPU. Raises AssertionError where it is more than `most_s`."""
    worst = ("", 0.0)
    for name, read in among.items():
        started = time.process_time()
        read(text)
        took = time.process_time() - started
        assert took <= most_s, f"{name}: {took:.2f} s for {len(text):,} characters"
        worst = max(worst, (name, took), key=lambda pair: pair[1])
    return worst


def check_cleaning(text: str) -> None:
    message = cleaning.read_message(text)
    for said in (message.core, message.raw, *message.parts):
        assert len(said) <= MAX_CHARS
        assert "\n" not in said
        assert said.encode("utf-8").decode("utf-8") == said
    assert len(message.parts) <= cleaning.MAX_PARTS
    assert cleaning.read_message(text) == message
    assert tidy(message.raw) == message.raw
    assert all(fold(word) == word and not word.isspace() for word in cleaning.folded_tokens(text))
    assert len(cleaning.tokens(text)) <= MAX_CHARS
    for sentence in cleaning.sentences(text):
        assert sentence == tidy(sentence)
    joined = "".join("".join(sentence.split()) for sentence in cleaning.sentences(text))
    assert len(joined) <= _GROWTH * len(text)
    assert not frames.unframed(text).startswith(" ")
    bare = forwards.without_headers(text)
    assert len(bare) <= len(text) + len(text.splitlines()) * 2 + 1
    assert forwards.plain_lines(bare).count("\r") == 0


def check_spelling(text: str) -> None:
    line = tidy(text)
    for changed in (cleaning.expand_shorthand(line), spelling.expand_english(line), spelling.undisguised(line)):
        assert len(changed) <= _LONGEST_SHORTENING * len(line) + 1
    lowered = line.lower()
    once = cleaning.one_tone_place(lowered)
    assert cleaning.one_tone_place(once) == once
    assert fold(fold(text)) == fold(text)
    assert nfc(nfc(text)) == nfc(text)
    assert tidy(line) == line


def check_copies(text: str) -> None:
    said = cleaning.said_words(text)
    mark = cleaning.fingerprint(text)
    assert bool(mark) is (len(said) >= 3)
    bands = copies.bands(text)
    assert len(bands) == (copies.BANDS if said else 0)
    assert copies.bands(text) == bands
    assert 0 <= copies.simhash(text) < 2**64
    assert copies.resemblance(text, text) == (1.0 if said else 0.0)
    for url in copies.urls_of(text):
        assert url.startswith("https://")
        assert copies.canonical_url(url) == url
    for start in ADDRESS_STARTS:
        given = copies.canonical_url(start + text)
        assert copies.canonical_url(given) == given


def check_guard(text: str) -> None:
    for found in (*differences(text, [CLAIM], text), *differences(CLAIM, [text]), *differences(text, [CLAIM, text])):
        assert found.kind in DIFFERENCE_KINDS
        assert found.yours or found.article
    assert differences(text, [text]) == (), "a text does not differ from itself"
    assert 0.0 <= same_frame(text, CLAIM) <= 1.0
    for shares in (same_details(text, [CLAIM]), same_details(CLAIM, [text]), same_details(text, [text])):
        assert all(0 <= share <= 3 for share in shares)
    assert isinstance(asks_openly(text), bool)
    seen = surface(text)
    assert len(seen) == len(SURFACE)
    assert all(math.isfinite(value) for value in seen)
    [score] = cheap([text])
    assert 0 <= score <= 1


def check_pairs(text: str) -> None:
    assert compare(text, text, plain=True).noted == ()
    there, back = compare(text, CLAIM, plain=False), compare(CLAIM, text, plain=False)
    assert [found.kind for found in there.noted] == [found.kind for found in back.noted]
    assert {found.kind for found in there.deciding} == {found.kind for found in back.deciding}
    one, other = read_side(text), read_side(CLAIM)
    for values in (features_of(one, other, 0.5, 0.5), features_of(one, one, 1.0, 1.0)):
        assert all(math.isfinite(value) and 0 <= value <= 1.0001 for value in values.values())
    rest = rest_of(text, [CLAIM])
    assert all(0 <= share <= 1 for share in (rest.frame, rest.covered, rest.claim_covered, rest.uncovered))
    day = written_on(text)
    assert day is None or 2000 <= day.year <= 2100


def check_restoring(text: str) -> None:
    restored, chance = restorer().restore_scored(text)
    assert math.isfinite(chance)
    assert chance <= 0
    assert fold(restored) == fold(text), "only marks are added"
    assert restorer().alternatives(text, 2)[0] is not None
    assert len(restorer().alternatives(text, 2)) <= 2


def check_document(text: str) -> None:
    passages = passages_of(_document(text))
    assert 1 <= len(passages) <= MAX_PIECES + 3
    for field, values in fields_of(_document(text)).items():
        for value in values:
            assert value.encode("utf-8").decode("utf-8") == value, field
    assert prepare_text(text).text == tidy(prepare_text(text).text)


CHECKS: Final = (
    check_cleaning,
    check_spelling,
    check_copies,
    check_guard,
    check_pairs,
    check_restoring,
    check_document,
)


def check(text: str) -> None:
    for one in CHECKS:
        one(text)
