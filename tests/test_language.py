"""Vietnamese and English are complete: nothing untranslated, nothing raw, nothing stale, nothing left over."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from django.template.base import Lexer, TokenType
from django.utils import translation

import messages
import rooms
from sangto.audit import words as audit_words

# Words that are the same in every language: names, abbreviations, addresses.
SAME_EVERYWHERE: Final = frozenset(
    {"Sáng Tỏ", "RSS", "Atom", "JSON", "JSON Feed", "ClaimReview", "API", "Tiếng Việt", "English"}
)
# Attributes whose value a person reads or hears.
_READ_ATTRIBUTES: Final = re.compile(
    r"""\b(?:alt|title|placeholder|aria-label|aria-description|summary)=(["'])(.*?)\1""", re.DOTALL
)
_INVISIBLE: Final = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_TAG: Final = re.compile(r"<[^>]*>", re.DOTALL)
_ENTITY: Final = re.compile(r"&[#\w]+;")
# Blocks that stand inside a tag hold names of classes and attributes.
_WITHIN_A_TAG: Final = re.compile(r"_(class|attributes)$")
_LETTER: Final = re.compile(r"[^\W\d_]")


@cache
def wanted() -> dict[messages.Message, list[str]]:
    return {**messages.borrowed(), **messages.ours()}


@cache
def words() -> dict[str, tuple[str, str]]:
    return messages.vietnamese()


def test_every_string_has_vietnamese() -> None:
    absent = messages.missing(wanted(), words())
    assert not absent, "\n".join(["", *(f"{message.key!r}  {wanted()[message][0]}" for message in absent)])


def test_no_vietnamese_is_left_over() -> None:
    left = messages.unused(wanted(), words())
    assert not left, "\n".join(["", *(f"{file}: {key!r}" for file, key in left)])


def test_what_django_reads_is_up_to_date() -> None:
    """`make messages` was run after the last change."""
    po, mo = messages.compiled(wanted(), words())
    assert (messages.COMPILED / "django.po").read_bytes() == po
    assert (messages.COMPILED / "django.mo").read_bytes() == mo


def test_django_gives_the_vietnamese() -> None:
    message = next(message for message in sorted(messages.ours()) if message.key in words())
    with translation.override("vi"):
        given = (
            translation.pgettext(message.context, message.english)
            if message.context
            else translation.gettext(message.english)
        )
    assert given == words()[message.key][0]


@pytest.mark.parametrize("file", list(rooms.templates()), ids=lambda file: str(file.relative_to(rooms.SOURCE)))
def test_no_raw_text_in_a_template(file: Path) -> None:
    if file.suffix not in {".html", ".txt"} or file.name == "styleguide.html":
        # The page of components shows them with samples, in the language they were drawn for.
        return
    raw = raw_texts(file.read_text(encoding="utf-8"), html=file.suffix == ".html")
    assert not [text for text in raw if text not in SAME_EVERYWHERE]


def raw_texts(source: str, *, html: bool) -> list[str]:
    """Pieces with letters that stand in a template outside of translation tags."""
    kept, inside = [], ""
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            name = token.contents.split(" ", 1)[0]
            if inside:
                inside = "" if name == f"end{inside}" else inside
            elif name in {"blocktranslate", "blocktrans", "comment", "verbatim"} or (
                name == "block" and _WITHIN_A_TAG.search(token.contents)
            ):
                inside = name
            kept.append("\0")
        elif token.token_type == TokenType.TEXT and not inside:
            kept.append(token.contents)
        elif not inside:
            kept.append("\0")
    text = "".join(kept)
    found = []
    if html:
        text = _INVISIBLE.sub(" ", text)
        found += [piece for _, value in _READ_ATTRIBUTES.findall(text) for piece in value.split("\0")]
        text = _TAG.sub("\n", text)
    found += re.split(r"[\n\0]", _ENTITY.sub(" ", text))
    return [piece.strip() for piece in found if _LETTER.search(_ENTITY.sub("", piece))]


@pytest.mark.parametrize(
    ("source", "raw"),
    [
        ("<p>{% translate 'Answers' %}</p>", []),
        ("<p>Answers</p>", ["Answers"]),
        ("<img alt='A drawing'>", ["A drawing"]),
        ("{% blocktranslate %}Answers{% endblocktranslate %}", []),
        ("<p>{{ count }} answers</p>", ["answers"]),
        ("{% comment %}for us{% endcomment %}<!-- also --><b>·</b> &nbsp; 3", []),
    ],
)
def test_raw_text_is_seen(source: str, raw: list[str]) -> None:
    assert raw_texts(source, html=True) == raw


def test_the_code_lists_have_both_languages() -> None:
    from sangto.lib.codes import ALL_LISTS

    for name, codes_of in ALL_LISTS.items():
        for code in codes_of:
            assert code.vi.strip(), f"{name}: {code}"
            assert code.en.strip(), f"{name}: {code}"


def test_everything_that_is_recorded_has_words() -> None:
    """A log in which some lines are in code and English is no log for its readers."""
    recorded: dict[str, str] = {}
    for file in rooms.python_files():
        for node in ast.walk(rooms.tree(file)):
            if not isinstance(node, ast.Call):
                continue
            for given in node.keywords:
                if given.arg in {"verb", "object_kind"} and isinstance(given.value, ast.Constant):
                    name = f"object:{given.value.value!s}" if given.arg == "object_kind" else str(given.value.value)
                    recorded[name] = rooms.at(file, node.lineno)
    assert len(recorded) > 30
    without = {name: place for name, place in recorded.items() if name not in audit_words.known()}
    assert not without
