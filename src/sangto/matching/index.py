"""What can be matched, on disk: words in tantivy, vectors in append-only files, one commit for both.

The commit point is tantivy's. Each commit also replaces one state document that names the event position and how
much of the vector files counts, so a process killed at any moment leaves the last committed state, whole.
One process writes (a lock file says so), any number read.
"""

from __future__ import annotations

import json
import math
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal, Self

import numpy as np
import tantivy
from numpy.typing import NDArray

from sangto.matching import vectors as vector_files
from sangto.matching.cleaning import fingerprint, folded_tokens, tokens
from sangto.matching.locks import Busy, only_one
from sangto.matching.types import Document

Floats = NDArray[np.float32]
Field = Literal["exact", "folded"]

FORMAT_VERSION: Final = 1
# Words of one query that are looked up, the rarest first: at 1,000,000 documents each frequent word costs a scan.
MAX_QUERY_WORDS: Final = 48
# Documents dropped since the vector files were last written whole; as many as are alive must be dropped as well.
REWRITE_DROPPED: Final = 10_000

_STATE_ID: Final = "\x00state"
_MAX_ID: Final = 500
_WRITER_HEAP: Final = 64_000_000
_CACHED_DOCUMENTS: Final = 4_096
_RELOAD_TRIES: Final = 5


class IndexProblem(Exception):
    """The index cannot be used as asked; the message says what happened and what to do."""


class IndexMissing(IndexProblem):
    """There is no index in this folder."""


class IndexLocked(IndexProblem):
    """Another process is writing to this index."""


class IndexMismatch(IndexProblem):
    """The index was made by another version or another encoder and has to be rebuilt."""


@dataclass(frozen=True, slots=True)
class _State:
    format: int
    dim: int
    encoder: str
    position: int
    next_key: int
    generation: int
    rows: int
    dropped: int

    @property
    def extent(self) -> vector_files.Extent:
        return vector_files.Extent(self.generation, self.rows, self.dropped)


class Index:
    """Open with `Index.open`; close when done, or use as a context. Thread-safe."""

    def __init__(self, folder: Path, dim: int, encoder: str, *, read_only: bool, held: ExitStack) -> None:
        self.folder, self.dim, self.read_only = folder, dim, read_only
        self._held = held
        self._mutex = threading.RLock()
        self._words = _open_words(folder / "words")
        self._words.config_reader(reload_policy="manual")
        self._schema = self._words.schema
        self._seen: tuple[int, int, int] | None = None
        self._vectors = vector_files.VectorReader(folder, dim)
        self._documents: OrderedDict[int, Document] = OrderedDict()
        self._writer: tantivy.IndexWriter | None = None
        self._appending: vector_files.VectorWriter | None = None
        self._pending: dict[str, int | None] = {}
        # Keys and file names start at the time of birth, in microseconds: an index rebuilt in the same folder shares
        # none with the old one, so that a reader which still remembers the old one cannot mix them.
        birth = time.time_ns() // 1000
        self._state = _State(FORMAT_VERSION, dim, encoder, 0, birth, birth, 0, 0)
        self._searcher = self._words.searcher()
        if self._searcher.num_docs:
            self._refresh()
            if encoder and self._state.encoder and encoder != self._state.encoder:
                raise IndexMismatch(
                    f"The index in {folder} was made with the encoder {self._state.encoder}, not {encoder}. "
                    "Delete the folder and rebuild it."
                )
        elif read_only:
            raise IndexMissing(f"The index in {folder} has no first commit yet. Start the process that writes it.")
        if not read_only:
            self._start_writing()

    @classmethod
    def open(cls, folder: Path, dim: int, *, create: bool = True, read_only: bool = False, encoder: str = "") -> Index:
        """`encoder` (a name) is remembered at creation; opening with another one raises IndexMismatch.

        Raises IndexMissing, IndexLocked (a second writer), IndexMismatch.
        """
        held = ExitStack()
        exists = (folder / "words" / "meta.json").is_file()
        if not exists and (read_only or not create):
            raise IndexMissing(f"There is no index in {folder}. Build it first, or check the path.")
        if not read_only:
            folder.mkdir(parents=True, exist_ok=True)
            try:
                held.enter_context(only_one(folder / "writer.lock", wait=False))
            except Busy as error:
                raise IndexLocked(
                    f"Another process is writing to the index in {folder}. Stop it, or open the index read-only."
                ) from error
        try:
            return cls(folder, dim, encoder, read_only=read_only, held=held)
        except BaseException:
            held.close()
            raise

    def close(self) -> None:
        """Frees the lock. What was not committed is gone."""
        with self._mutex:
            if self._writer is not None:
                self._writer.rollback()
                self._writer = None
            if self._appending is not None:
                self._appending.close()
                self._appending = None
            self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return max(0, int(self._searcher.num_docs) - 1)

    @property
    def position(self) -> int:
        """The event position that the committed state reflects."""
        return self._state.position

    @property
    def encoder(self) -> str:
        return self._state.encoder

    # Writing

    def put(self, documents: Iterable[Document], vectors: Mapping[str, Floats]) -> None:
        """Adds or replaces documents; `vectors[id]` has shape (k, dim), unit rows. Without any, words only."""
        with self._mutex:
            writer, appending = self._for_writing()
            for document in documents:
                _check_id(document.id)
                rows = vectors.get(document.id)
                if rows is not None:
                    rows = np.atleast_2d(np.asarray(rows, dtype=np.float32))
                    if rows.shape[1] != self.dim or not np.isfinite(rows).all():
                        raise IndexProblem(f"The vectors of {document.id} must be finite and have {self.dim} columns.")
                self._drop(document.id, writer, appending)
                key = self._next_key
                self._next_key += 1
                self._pending[document.id] = key
                writer.add_document(_words_of(document, key))
                if rows is not None and len(rows):
                    appending.append(key, rows)

    def remove(self, ids: Iterable[str]) -> None:
        """Unknown ids are no error."""
        with self._mutex:
            writer, appending = self._for_writing()
            for document_id in ids:
                self._drop(document_id, writer, appending)
                self._pending[document_id] = None

    def commit(self, position: int) -> None:
        """Makes everything since the last commit durable and visible, together with `position`."""
        with self._mutex:
            writer, appending = self._for_writing()
            extent = appending.flush()
            rewritten = None
            if extent.dropped >= max(REWRITE_DROPPED, len(self)):
                extent = rewritten = vector_files.rewrite(self.folder, self.dim, extent)
            state = _State(
                FORMAT_VERSION, self.dim, self._state.encoder, position, self._next_key,
                extent.generation, extent.rows, extent.dropped,
            )  # fmt: skip
            writer.delete_documents_by_term("id", _STATE_ID)
            stored = tantivy.Document()
            stored.add_text("id", _STATE_ID)
            stored.add_bytes("body", json.dumps(asdict(state)).encode("ascii"))
            writer.add_document(stored)
            writer.commit()
            self._pending.clear()
            self._refresh()
            if rewritten is not None:
                appending.close()
                self._appending = vector_files.VectorWriter(self.folder, self.dim, extent)
                vector_files.forget(self.folder, extent.generation)

    # Reading

    def reload(self) -> bool:
        """Sees what another process committed; true if there was anything. Costs one `stat` if not."""
        with self._mutex:
            before = self._state
            try:
                if self._stamp() == self._seen:
                    return False
                self._refresh()
            except (FileNotFoundError, IndexMissing):
                # Someone is rebuilding the folder: what was read last stays in use until its first commit.
                return False
            return self._state != before

    def documents(self, ids: Iterable[str]) -> dict[str, Document]:
        """The committed documents with these ids; unknown ids are left out."""
        wanted = [document_id for document_id in dict.fromkeys(ids) if document_id != _STATE_ID]
        if not wanted:
            return {}
        with self._mutex:
            query = tantivy.Query.term_set_query(self._schema, "id", wanted)
            hits = self._searcher.search(query, limit=len(wanted), count=False).hits
            found = (_read_document(self._searcher.doc(address)) for _, address in hits)
            return {document.id: document for document in found}

    def ids(self) -> set[str]:
        """All committed ids; reads every document, so not for the path of a query."""
        with self._mutex:
            hits = self._searcher.search(tantivy.Query.all_query(), limit=len(self) + 1, count=False).hits
            bodies = (json.loads(_body(self._searcher.doc(address))) for _, address in hits)
            return {body[0] for body in bodies if isinstance(body, list)}

    def by_key(self, keys: Sequence[int]) -> dict[int, Document]:
        """Documents by the internal key that the searches return. A key is never used twice."""
        with self._mutex:
            missing = [key for key in keys if key not in self._documents]
            if missing:
                query = tantivy.Query.term_set_query(self._schema, "key", missing)
                hits = self._searcher.search(query, limit=len(missing), count=False).hits
                addresses = [address for _, address in hits]
                found = self._searcher.fast_field_values("key", addresses) if addresses else []
                for key, address in zip(found, addresses, strict=True):
                    self._documents[int(key or 0)] = _read_document(self._searcher.doc(address))
            answer = {}
            for key in keys:
                if key in self._documents:
                    self._documents.move_to_end(key)
                    answer[key] = self._documents[key]
            while len(self._documents) > _CACHED_DOCUMENTS:
                self._documents.popitem(last=False)
            return answer

    def with_fingerprint(self, prints: Iterable[str]) -> list[int]:
        """Keys of documents one of whose texts has one of these fingerprints."""
        wanted = [value for value in dict.fromkeys(prints) if value]
        if not wanted:
            return []
        with self._mutex:
            query = tantivy.Query.term_set_query(self._schema, "print", wanted)
            return self._keys(self._searcher.search(query, limit=10, count=False).hits)

    def search_words(self, field: Field, words: Iterable[str], count: int) -> list[tuple[int, float]]:
        """BM25 over one field: (key, score), best first."""
        with self._mutex:
            weighed = self.word_weights(field, words)
            chosen = sorted(weighed, key=lambda word: (-weighed[word], word))[:MAX_QUERY_WORDS]
            known = [word for word in chosen if weighed[word] < self._unknown_weight()]
            if not known:
                return []
            terms = [
                (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, field, word, "freq")) for word in known
            ]
            hits = self._searcher.search(tantivy.Query.boolean_query(terms), limit=count, count=False).hits
            scores = [float(score) for score, _ in hits]
            return list(zip(self._keys(hits), scores, strict=True))

    def word_weights(self, field: Field, words: Iterable[str]) -> dict[str, float]:
        """How rare each word is: BM25's inverse document frequency over this index."""
        with self._mutex:
            total = len(self)
            counts = {word: int(self._searcher.doc_freq(field, word)) for word in dict.fromkeys(words)}
            return {word: _rarity(total, count) for word, count in counts.items()}

    def nearest(self, queries: Floats, count: int) -> list[list[tuple[int, float]]]:
        """Per query row: (key, cosine) of the nearest documents, best first, each document once."""
        with self._mutex:
            answers = []
            # A document has several vectors; three times as many rows give `count` documents in practice.
            for rows in self._vectors.search(queries, count * 3):
                best: dict[int, float] = {}
                for key, score in rows:
                    best.setdefault(key, score)
                answers.append(list(best.items())[:count])
            return answers

    def vectors_of(self, keys: Sequence[int]) -> list[Floats]:
        """The vectors of each document, shape (k, dim) each; k is 0 for one without any."""
        with self._mutex:
            return self._vectors.of(keys)

    # Inside

    def _unknown_weight(self) -> float:
        return _rarity(len(self), 0)

    def _keys(self, hits: Sequence[tuple[object, tantivy.DocAddress]]) -> list[int]:
        if not hits:
            return []
        return [int(key or 0) for key in self._searcher.fast_field_values("key", [address for _, address in hits])]

    def _start_writing(self) -> None:
        self._writer = self._words.writer(heap_size=_WRITER_HEAP, num_threads=1)
        vector_files.forget(self.folder, self._state.generation)
        self._appending = vector_files.VectorWriter(self.folder, self.dim, self._state.extent)
        self._next_key = self._state.next_key
        if not self._searcher.num_docs:
            self.commit(0)

    def _for_writing(self) -> tuple[tantivy.IndexWriter, vector_files.VectorWriter]:
        if self._writer is None or self._appending is None:
            raise IndexProblem(f"The index in {self.folder} is open for reading only.")
        return self._writer, self._appending

    def _drop(self, document_id: str, writer: tantivy.IndexWriter, appending: vector_files.VectorWriter) -> None:
        old: int | None = None
        if document_id in self._pending:
            old = self._pending[document_id]
        elif len(self):
            query = tantivy.Query.term_query(self._schema, "id", document_id)
            found = self._keys(self._searcher.search(query, limit=1, count=False).hits)
            old = found[0] if found else None
        if old is not None:
            writer.delete_documents_by_term("id", document_id)
            appending.drop([old])

    def _stamp(self) -> tuple[int, int, int]:
        status = (self.folder / "words" / "meta.json").stat()
        return status.st_ino, status.st_mtime_ns, status.st_size

    def _refresh(self) -> None:
        """Reads the newest commit; tries again where a writer replaced the files between two reads."""
        for attempt in range(_RELOAD_TRIES):
            stamp = self._stamp()
            self._words.reload()
            searcher = self._words.searcher()
            try:
                state = self._read_state(searcher)
                reader = self._vectors
                if state.generation != self._state.generation:
                    reader = vector_files.VectorReader(self.folder, self.dim)
                reader.catch_up(state.extent)
            except FileNotFoundError:
                if attempt == _RELOAD_TRIES - 1:
                    raise
                continue
            if state.generation != self._state.generation:
                self._documents.clear()
            self._searcher, self._state, self._vectors, self._seen = searcher, state, reader, stamp
            return

    def _read_state(self, searcher: tantivy.Searcher) -> _State:
        query = tantivy.Query.term_query(self._schema, "id", _STATE_ID)
        hits = searcher.search(query, limit=1, count=False).hits
        if not hits:
            raise IndexMissing(f"The index in {self.folder} has no first commit yet. Start the process that writes it.")
        state = _State(**json.loads(_body(searcher.doc(hits[0][1]))))
        if state.format != FORMAT_VERSION or state.dim != self.dim:
            raise IndexMismatch(
                f"The index in {self.folder} has format {state.format} with {state.dim} dimensions; this program "
                f"needs format {FORMAT_VERSION} with {self.dim}. Delete the folder and rebuild it."
            )
        return state


def delete_index(folder: Path) -> None:
    """Removes an index; nothing is lost that cannot be rebuilt. Raises IndexLocked while a process writes to it."""
    if not folder.exists():
        return
    try:
        with only_one(folder / "writer.lock", wait=False):
            shutil.rmtree(folder)
    except Busy as error:
        raise IndexLocked(f"Another process is writing to the index in {folder}. Stop it first.") from error


def _rarity(total: int, count: int) -> float:
    return math.log(1 + (max(total, count) - count + 0.5) / (count + 0.5))


def _open_words(folder: Path) -> tantivy.Index:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("key", stored=False, indexed=True, fast=True)
    builder.add_text_field("exact", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("folded", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("print", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("body", stored=True)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return tantivy.Index(builder.build(), path=str(folder), reuse=True)
    except ValueError as error:
        raise IndexMismatch(f"The index in {folder.parent} cannot be read ({error}). Delete it and rebuild.") from error


def _check_id(document_id: str) -> None:
    if not document_id or len(document_id) > _MAX_ID or "\x00" in document_id:
        raise IndexProblem(f"A document id must have 1 to {_MAX_ID} characters and no NUL: {document_id[:40]!r}")


def _words_of(document: Document, key: int) -> tantivy.Document:
    texts = (document.text, document.title, document.subtitle, *document.extra)
    stored = tantivy.Document()
    stored.add_text("id", document.id)
    stored.add_unsigned("key", key)
    stored.add_text("exact", " ".join(token for text in texts for token in tokens(text)))
    stored.add_text("folded", " ".join(token for text in texts for token in folded_tokens(text)))
    # A headline may be the answer's and not the rumour's: only claims and known messages make a copy.
    for value in dict.fromkeys(fingerprint(text) for text in (document.text, *document.extra)):
        if value:
            stored.add_text("print", value)
    values = [document.id, document.text, document.title, document.subtitle, document.lang, *document.extra]
    stored.add_bytes("body", json.dumps(values).encode("ascii"))
    return stored


def _read_document(stored: tantivy.Document) -> Document:
    document_id, text, title, subtitle, lang, *extra = json.loads(_body(stored))
    return Document(document_id, text, title, subtitle, lang, tuple(extra))


def _body(stored: tantivy.Document) -> bytes:
    return bytes(stored.get_first("body") or b"")
