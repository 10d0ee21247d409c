"""The files of the command line: corpora, queries and judgements, each possibly compressed."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sangto.matching.types import Document

_RELEVANCE: Final = re.compile(r"-?[0-9]{1,9}")


class BadInput(Exception):
    """A file cannot be used; the message names the file, the line, and what to do."""


@dataclass(frozen=True, slots=True)
class Query:
    id: str
    text: str
    judged_by: str
    """The id under which the judgements know it."""
    kind: str
    split: str = ""


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines, without their ends, of a plain or gzip file in UTF-8. Empty lines are left out."""
    try:
        with path.open("rb") as start:
            packed = start.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
                if line:
                    yield number, line
    except FileNotFoundError as error:
        raise BadInput(f"{path}: no such file. Check the path.") from error
    except IsADirectoryError as error:
        raise BadInput(f"{path} is a folder. Name a file in it.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 text. Convert it first (iconv -t utf-8).") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadInput(f"{path} is cut off or damaged. Copy it again.") from error
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}).") from error


def read_corpora(paths: Sequence[Path]) -> list[Document]:
    """Lines of {"id", "text", "title"?, "subtitle"?, "lang"?, "extra"?}."""
    documents: list[Document] = []
    seen: set[str] = set()
    for path in paths:
        for number, line in read_lines(path):
            document = _document(path, number, line)
            if document.id in seen:
                raise BadInput(f"{path}, line {number}: the id {document.id} is there twice. Ids must be unique.")
            seen.add(document.id)
            documents.append(document)
    if not documents:
        raise BadInput(f'{paths[0]} has no documents. A line looks like {{"id": "a1", "text": "…"}}.')
    return documents


def read_queries(path: Path) -> list[Query]:
    """Columns `query_id`, `text`; `base_query_id`, `kind` and `split` are used where they are, others ignored.

    A line break inside a text is written as backslash and n.
    """
    lines = read_lines(path)
    try:
        _, header = next(lines)
    except StopIteration:
        raise BadInput(f"{path} is empty. Its first line must name the columns query_id and text.") from None
    columns = {name.strip(): place for place, name in enumerate(header.split("\t"))}
    for needed in ("query_id", "text"):
        if needed not in columns:
            raise BadInput(f"{path} has no column {needed}. Its first line must name query_id and text, with tabs.")
    queries = []
    for number, line in lines:
        cells = line.split("\t")
        if len(cells) < len(columns):
            raise BadInput(f"{path}, line {number}: {len(cells)} columns instead of {len(columns)}. Check its tabs.")
        query_id = cells[columns["query_id"]]
        base = cells[columns["base_query_id"]] if "base_query_id" in columns else ""
        kind = cells[columns["kind"]] if "kind" in columns else ""
        split = cells[columns["split"]].strip() if "split" in columns else ""
        text = cells[columns["text"]].replace("\\n", "\n")
        queries.append(Query(query_id, text, base or query_id, kind, split))
    if not queries:
        raise BadInput(f"{path} has a header but no queries.")
    return queries


def read_judgements(path: Path) -> dict[str, frozenset[str]]:
    """TREC lines `query_id 0 doc_id relevance`; relevance 0 is no match."""
    found: dict[str, set[str]] = {}
    for number, line in read_lines(path):
        cells = line.split()
        if len(cells) != 4 or not _RELEVANCE.fullmatch(cells[3]):
            raise BadInput(f"{path}, line {number} is no TREC judgement. It must be: query_id 0 doc_id 1 (no header).")
        if int(cells[3]) > 0:
            found.setdefault(cells[0], set()).add(cells[2])
    return {query: frozenset(documents) for query, documents in found.items()}


def _document(path: Path, number: int, line: str) -> Document:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path}, line {number} is not JSON ({error}). Each line must be one object.") from error
    if not isinstance(values, dict) or "id" not in values or not isinstance(values.get("text"), str):
        raise BadInput(f'{path}, line {number} needs "id" and "text".')
    extra = values.get("extra") or []
    if not isinstance(extra, list):
        raise BadInput(f'{path}, line {number}: "extra" must be a list of texts.')
    return Document(
        str(values["id"]),
        values["text"],
        str(values.get("title") or ""),
        str(values.get("subtitle") or ""),
        str(values.get("lang") or ""),
        tuple(str(text) for text in extra),
    )
