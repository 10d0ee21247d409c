"""How one document is kept in tantivy: the fields that are searched, and the document itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

import tantivy

from sangto.matching.cleaning import fingerprint, tokens
from sangto.matching.copies import bands, urls_of
from sangto.matching.problems import IndexMismatch, IndexProblem
from sangto.matching.stems import terms
from sangto.matching.types import Document

# All texts of a document: as written, and without diacritics and English endings.
Field = Literal["exact", "folded"]
FIELDS: Final[tuple[Field, ...]] = ("exact", "folded")

Fields = Mapping[str, Sequence[str]]

# The committed state is one more document under this id, which no other can have.
STATE_ID: Final = "\x00state"
_MAX_ID: Final = 500


def open_words(folder: Path, *, create: bool) -> tantivy.Index:
    """A reader creates nothing, not even a folder. Raises IndexMismatch for files of another version or damaged."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("key", stored=False, indexed=True, fast=True)
    for name in FIELDS:
        builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="freq")
    for field in ("print", "band", "url"):
        builder.add_text_field(field, stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("body", stored=True)
    schema = builder.build()
    try:
        if create:
            folder.mkdir(parents=True, exist_ok=True)
            return tantivy.Index(schema, path=str(folder), reuse=True)
        found = tantivy.Index.open(str(folder))
    except ValueError as error:
        raise IndexMismatch(f"The index in {folder.parent} cannot be read ({error}). Delete it and rebuild.") from error
    if found.schema != schema:
        raise IndexMismatch(f"The index in {folder.parent} has the fields of another version. Delete it and rebuild.")
    return found


def check_id(document_id: str) -> None:
    """Raises IndexProblem for an id that cannot be kept."""
    if not document_id or len(document_id) > _MAX_ID or "\x00" in document_id:
        raise IndexProblem(f"A document id must have 1 to {_MAX_ID} characters and no NUL: {document_id[:40]!r}")


def fields_of(document: Document) -> Fields:
    """What is searched of a document, by field: all of it words that tantivy splits at spaces, or whole terms."""
    # A headline may be the answer's and not the rumour's: only claims and known messages make a copy.
    claims = (document.text, *document.extra)
    everything = (document.text, document.title, document.subtitle, *document.extra)
    return {
        "print": [fingerprint(text) for text in claims],
        "band": [band for text in claims for band in bands(text)],
        # A link in the answer leads to evidence; one in the claim or a known message is what the rumour is about.
        "url": [url for text in (*claims, document.title) for url in urls_of(text)],
        "exact": [" ".join(word for text in everything for word in tokens(text))],
        "folded": [" ".join(term for text in everything for term in terms(text))],
    }


def stored_form(document: Document, key: int, fields: Fields) -> tantivy.Document:
    """The document as tantivy takes it."""
    stored = tantivy.Document()
    stored.add_text("id", document.id)
    stored.add_unsigned("key", key)
    for field, values in fields.items():
        for value in dict.fromkeys(values):
            if value:
                stored.add_text(field, value)
    whole = [document.id, document.text, document.title, document.subtitle, document.lang, *document.extra]
    stored.add_bytes("body", json.dumps(whole).encode("ascii"))
    return stored


def read_document(stored: tantivy.Document) -> Document:
    document_id, text, title, subtitle, lang, *extra = json.loads(body_of(stored))
    return Document(document_id, text, title, subtitle, lang, tuple(extra))


def body_of(stored: tantivy.Document) -> bytes:
    return bytes(stored.get_first("body") or b"")
