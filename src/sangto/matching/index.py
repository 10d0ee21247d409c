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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import tantivy
from numpy.typing import NDArray

from sangto.matching import vectors as vector_files
from sangto.matching.damage import check_words, damaged, reading, remember_words, stamp_of
from sangto.matching.locks import Busy, only_one
from sangto.matching.problems import IndexLocked, IndexMismatch, IndexMissing, IndexProblem
from sangto.matching.schema import (
    STATE_ID,
    Field,
    Fields,
    body_of,
    check_id,
    fields_of,
    open_words,
    read_document,
    stored_form,
)
from sangto.matching.types import Document

Floats = NDArray[np.float32]

FORMAT_VERSION: Final = 4
# Words of one query that are looked up, the rarest first.
MAX_QUERY_WORDS: Final = 48
# At 1,000,000 documents each frequent word costs a scan: beyond the first few words, only as many as stand together
# in this many documents are looked up.
_ALWAYS_WORDS: Final = 4
_MAX_ENTRIES: Final = 150_000
# Documents dropped since the vector files were last written whole; as many as are alive must be dropped as well.
REWRITE_DROPPED: Final = 10_000

# New rows that the next reader may have to code for itself (about a second of one core).
_CODES_SAVED_AFTER: Final = 20_000
_WRITER_HEAP: Final = 64_000_000
_CACHED_DOCUMENTS: Final = 4_096
_RELOAD_TRIES: Final = 5


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
    documents: int = 0
    checks: tuple[int, int, int] = (0, 0, 0)
    sample: int = 0

    @property
    def extent(self) -> vector_files.Extent:
        vectors, owners, dropped = self.checks
        return vector_files.Extent(self.generation, self.rows, self.dropped, (vectors, owners, dropped), self.sample)


class Index:
    """Open with `Index.open`; close when done, or use as a context. Thread-safe."""

    def __init__(self, folder: Path, dim: int, encoder: str, *, read_only: bool, held: ExitStack) -> None:
        self.folder, self.dim, self.read_only = folder, dim, read_only
        self._held = held
        self._mutex = threading.RLock()
        self._words = open_words(folder / "words", create=not read_only)
        self._words.config_reader(reload_policy="manual")
        self._schema = self._words.schema
        self._seen: tuple[int, int, int] | None = None
        self._vectors = vector_files.VectorReader(folder, dim)
        self._documents: OrderedDict[int, Document] = OrderedDict()
        self._writer: tantivy.IndexWriter | None = None
        self._appending: vector_files.VectorWriter | None = None
        self._pending: dict[str, int | None] = {}
        self._alive = 0
        self._failed = ""
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
    def open(cls, folder: Path, dim: int, *, create: bool = True, read_only: bool = False, encoder: str = "") -> Self:
        """`encoder` (a name) is remembered at creation; opening with another one raises IndexMismatch.

        Raises IndexMissing, IndexLocked (a second writer), IndexMismatch, and IndexProblem for what the system refuses.
        """
        for _ in range(_RELOAD_TRIES):
            before = stamp_of(folder)
            try:
                return cls._opened(folder, dim, create=create, read_only=read_only, encoder=encoder)
            except IndexMismatch:
                # What is damaged stays as it is; what changes is being written to, or built anew.
                if stamp_of(folder) == before:
                    raise
        return cls._opened(folder, dim, create=create, read_only=read_only, encoder=encoder)

    @classmethod
    def _opened(cls, folder: Path, dim: int, *, create: bool, read_only: bool, encoder: str) -> Self:
        held = ExitStack()
        with reading(folder):
            exists = (folder / "words" / "meta.json").is_file()
        if not exists and (read_only or not create):
            raise IndexMissing(f"There is no index in {folder}. Build it first, or check the path.")
        try:
            with reading(folder):
                if not read_only:
                    folder.mkdir(parents=True, exist_ok=True)
                    held.enter_context(only_one(folder / "writer.lock", wait=False))
                check_words(folder / "words")
                return cls(folder, dim, encoder, read_only=read_only, held=held)
        except Busy as error:
            raise IndexLocked(
                f"Another process is writing to the index in {folder}. Stop it, or open the index read-only."
            ) from error
        except BaseException:
            held.close()
            raise

    def close(self) -> None:
        """Frees the lock. What was not committed is gone."""
        with self._mutex:
            if self._writer is not None:
                with suppress(ValueError):
                    # One that failed is taken apart, so that its lock is free whoever still holds the error.
                    self._writer.wait_merging_threads() if self._failed else self._writer.rollback()
                self._writer = None
            if self._appending is not None:
                # What could not be flushed was never committed.
                with suppress(OSError):
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

    def put(
        self,
        documents: Iterable[Document],
        vectors: Mapping[str, Floats],
        fields: Mapping[str, Fields] | None = None,
    ) -> None:
        """Adds or replaces documents; `vectors[id]` has shape (k, dim), unit rows. Without any, words only.

        `fields` are those of `fields_of` where another process has made them already. Raises IndexProblem, and then
        takes none of them, for a bad id or vector.
        """
        checked = [(document, self._checked(document, vectors)) for document in documents]
        with self._writing() as (writer, appending):
            for document, rows in checked:
                prepared = (fields or {}).get(document.id) or fields_of(document)
                if not self._drop(document.id, writer, appending):
                    self._alive += 1
                key = self._next_key
                self._next_key += 1
                self._pending[document.id] = key
                writer.add_document(stored_form(document, key, prepared))
                if len(rows):
                    appending.append(key, rows)

    def remove(self, ids: Iterable[str]) -> None:
        """Unknown ids are no error."""
        with self._writing() as (writer, appending):
            for document_id in ids:
                if self._drop(document_id, writer, appending):
                    self._alive -= 1
                self._pending[document_id] = None

    def commit(self, position: int) -> None:
        """Makes everything since the last commit durable and visible, together with `position`.

        Raises IndexProblem where the system does not take it; what was committed before is kept, nothing since, and
        nothing more is written until the index is opened again.
        """
        with self._writing() as (writer, appending):
            extent = appending.flush()
            rewritten = None
            if extent.dropped >= max(REWRITE_DROPPED, len(self)):
                extent = rewritten = vector_files.rewrite(self.folder, self.dim, extent)
            state = _State(
                FORMAT_VERSION, self.dim, self._state.encoder, position, self._next_key,
                extent.generation, extent.rows, extent.dropped, self._alive, extent.checks, extent.sample,
            )  # fmt: skip
            writer.delete_documents_by_term("id", STATE_ID)
            stored = tantivy.Document()
            stored.add_text("id", STATE_ID)
            stored.add_bytes("body", json.dumps(asdict(state)).encode("ascii"))
            writer.add_document(stored)
            writer.commit()
            remember_words(self.folder / "words")
            self._pending.clear()
            self._refresh()
            self._vectors.save_codes(_CODES_SAVED_AFTER)
            if rewritten is not None:
                appending.close()
                self._appending = vector_files.VectorWriter(self.folder, self.dim, extent)
                vector_files.forget(self.folder, extent.generation)

    # Reading

    def reload(self) -> bool:
        """Sees what another process committed; true if there was anything. Costs one `stat` if not."""
        with self._mutex:
            before, stamp = self._state, stamp_of(self.folder)
            # Someone is rebuilding the folder: what was read last stays in use until its first commit.
            if stamp in (None, self._seen):
                return False
            try:
                with reading(self.folder):
                    self._refresh()
            except IndexMissing:
                return False
            except IndexMismatch:
                if stamp_of(self.folder) != stamp:
                    return False
                raise
            return self._state != before

    def documents(self, ids: Iterable[str]) -> dict[str, Document]:
        """The committed documents with these ids; unknown ids are left out."""
        wanted = [document_id for document_id in dict.fromkeys(ids) if document_id != STATE_ID]
        if not wanted:
            return {}
        with self._mutex:
            query = tantivy.Query.term_set_query(self._schema, "id", wanted)
            hits = self._searcher.search(query, limit=len(wanted), count=False).hits
            found = (read_document(self._searcher.doc(address)) for _, address in hits)
            return {document.id: document for document in found}

    def ids(self) -> set[str]:
        """All committed ids; reads every document, so not for the path of a query."""
        with self._mutex:
            hits = self._searcher.search(tantivy.Query.all_query(), limit=len(self) + 1, count=False).hits
            bodies = (json.loads(body_of(self._searcher.doc(address))) for _, address in hits)
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
                    self._documents[int(key or 0)] = read_document(self._searcher.doc(address))
            answer = {}
            for key in keys:
                if key in self._documents:
                    self._documents.move_to_end(key)
                    answer[key] = self._documents[key]
            while len(self._documents) > _CACHED_DOCUMENTS:
                self._documents.popitem(last=False)
            return answer

    def newest_keys(self, count: int) -> list[int]:
        """Keys of the committed documents that have vectors, the newest first."""
        with self._mutex:
            return self._vectors.newest(count)

    def with_fingerprint(self, prints: Iterable[str]) -> list[int]:
        """Keys of documents one of whose texts has one of these fingerprints."""
        return [key for key, _ in self._sharing("print", prints, 10)]

    def with_urls(self, urls: Iterable[str], limit: int = 20) -> list[int]:
        """Keys of documents about one of these canonical addresses, those that share most of them first."""
        return [key for key, _ in self._sharing("url", urls, limit)]

    def with_bands(self, terms: Iterable[str], limit: int) -> list[tuple[int, int]]:
        """(key, number of shared bands) of documents one of whose claims or known messages is alike, best first."""
        return self._sharing("band", terms, limit)

    def search_words(self, field: Field, words: Iterable[str], count: int) -> list[tuple[int, float]]:
        """BM25 over one field: (key, score), best first. Of many or frequent words only the rarest are looked up."""
        with self._mutex:
            known = self._rarest(field, words)
            if not known:
                return []
            hits = self._searcher.search(self._bm25(field, known), limit=count, count=False).hits
            scores = [float(score) for score, _ in hits]
            return list(zip(self._keys(hits), scores, strict=True))

    def scores_of(self, field: Field, words: Iterable[str], keys: Sequence[int]) -> dict[int, float]:
        """BM25 of these documents, by the words that `search_words` would look up; 0 for one that has none of them."""
        with self._mutex:
            found = dict.fromkeys(keys, 0.0)
            known = self._rarest(field, words)
            if not known or not found:
                return found
            among = tantivy.Query.const_score_query(tantivy.Query.term_set_query(self._schema, "key", list(found)), 0.0)
            query = tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, among), (tantivy.Occur.Must, self._bm25(field, known))]
            )
            hits = self._searcher.search(query, limit=len(found), count=False).hits
            for key, (score, _) in zip(self._keys(hits), hits, strict=True):
                found[key] = float(score)
            return found

    def word_weights(self, field: Field, words: Iterable[str]) -> dict[str, float]:
        """How rare each word is: BM25's inverse document frequency over this index."""
        with self._mutex:
            total = len(self)
            counts = {word: int(self._searcher.doc_freq(field, word)) for word in dict.fromkeys(words)}
            return {word: _rarity(total, count) for word, count in counts.items()}

    def nearest(self, queries: Floats, count: int, compared: int = 0) -> list[list[tuple[int, float]]]:
        """Per query row: (key, cosine) of the nearest documents, best first, each document once.

        `compared`: so many vectors are compared exactly where there are many; 0 for what keeps the nearest ten.
        """
        with self._mutex:
            answers = []
            # A document has several vectors; three times as many rows give `count` documents in practice.
            for keys, cosines in self._vectors.search(queries, count * 3, compared):
                first = np.sort(np.unique(keys, return_index=True)[1])[:count]
                answers.append(list(zip(keys[first].tolist(), cosines[first].tolist(), strict=True)))
            return answers

    def vectors_of(self, keys: Sequence[int]) -> tuple[Floats, NDArray[np.int64]]:
        """The vectors of each document one after the other, shape (n, dim), and how many each has, 0 or more."""
        with self._mutex:
            return self._vectors.of(keys)

    # Inside

    def _sharing(self, field: str, terms: Iterable[str], limit: int) -> list[tuple[int, int]]:
        wanted = [term for term in dict.fromkeys(terms) if term]
        if not wanted:
            return []
        with self._mutex:
            single = (tantivy.Query.term_query(self._schema, field, term, "basic") for term in wanted)
            query = tantivy.Query.boolean_query(
                [(tantivy.Occur.Should, tantivy.Query.const_score_query(term, 1.0)) for term in single]
            )
            hits = self._searcher.search(query, limit=limit, count=False).hits
            shared = [round(float(score)) for score, _ in hits]
            return list(zip(self._keys(hits), shared, strict=True))

    def _rarest(self, field: Field, words: Iterable[str]) -> list[str]:
        """The words worth looking up, rarest first: a few always, more as long as they stand in few documents."""
        counts = {word: int(self._searcher.doc_freq(field, word)) for word in dict.fromkeys(words)}
        chosen: list[str] = []
        read = 0
        for count, word in sorted((count, word) for word, count in counts.items() if count):
            read += count
            if len(chosen) == MAX_QUERY_WORDS or (len(chosen) >= _ALWAYS_WORDS and read > _MAX_ENTRIES):
                break
            chosen.append(word)
        return chosen

    def _bm25(self, field: Field, words: Sequence[str]) -> tantivy.Query:
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, field, word, "freq")) for word in words]
        )

    def _keys(self, hits: Sequence[tuple[object, tantivy.DocAddress]]) -> list[int]:
        if not hits:
            return []
        return [int(key or 0) for key in self._searcher.fast_field_values("key", [address for _, address in hits])]

    def _start_writing(self) -> None:
        self._writer = self._words.writer(heap_size=_WRITER_HEAP, num_threads=1)
        # A commit that was cut off left files under names that the next one will want.
        self._writer.garbage_collect_files()
        vector_files.forget(self.folder, self._state.generation)
        self._appending = vector_files.VectorWriter(self.folder, self.dim, self._state.extent)
        self._next_key = self._state.next_key
        self._alive = len(self)
        self._vectors.save_codes(_CODES_SAVED_AFTER)
        if not self._searcher.num_docs:
            self.commit(0)

    @contextmanager
    def _writing(self) -> Iterator[tuple[tantivy.IndexWriter, vector_files.VectorWriter]]:
        """What fails half-way ends all writing: the next commit would make the half durable."""
        with self._mutex:
            if self._writer is None or self._appending is None:
                raise IndexProblem(f"The index in {self.folder} is open for reading only.")
            if self._failed:
                raise IndexProblem(self._failed)
            try:
                yield self._writer, self._appending
            except BaseException as error:
                self._failed = (
                    f"The index in {self.folder} could not be written ({str(error)[:200] or type(error).__name__}). "
                    "What was committed before is kept, nothing since. Check the disk, then open the index again."
                )
                if isinstance(error, Exception) or type(error).__name__ == "PanicException":
                    raise IndexProblem(self._failed) from error
                raise

    def _checked(self, document: Document, vectors: Mapping[str, Floats]) -> Floats:
        """The document's vectors, shape (k, dim). Raises IndexProblem for an id or vectors that cannot be kept."""
        check_id(document.id)
        rows = vectors.get(document.id)
        if rows is None:
            return np.zeros((0, self.dim), dtype=np.float32)
        rows = np.atleast_2d(np.asarray(rows, dtype=np.float32))
        if rows.shape[1] != self.dim or not np.isfinite(rows).all():
            raise IndexProblem(f"The vectors of {document.id} must be finite and have {self.dim} columns.")
        return rows

    def _drop(self, document_id: str, writer: tantivy.IndexWriter, appending: vector_files.VectorWriter) -> bool:
        """Whether there was such a document."""
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
        return old is not None

    def _refresh(self) -> None:
        """Reads the newest commit; tries again where a writer replaced the files between two reads."""
        for attempt in range(_RELOAD_TRIES):
            stamp = stamp_of(self.folder)
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
        query = tantivy.Query.term_query(self._schema, "id", STATE_ID)
        hits = searcher.search(query, limit=1, count=False).hits
        if not hits:
            raise IndexMissing(f"The index in {self.folder} has no first commit yet. Start the process that writes it.")
        # Before there was a sample, none was kept.
        state = _State(**{"sample": -1, **json.loads(body_of(searcher.doc(hits[0][1])))})
        if state.format != FORMAT_VERSION or state.dim != self.dim:
            raise IndexMismatch(
                f"The index in {self.folder} has format {state.format} with {state.dim} dimensions; this program "
                f"needs format {FORMAT_VERSION} with {self.dim}. Delete the folder and rebuild it."
            )
        if state.documents != searcher.num_docs - 1:
            raise damaged(self.folder, f"{searcher.num_docs - 1} documents of {state.documents}")
        return state


def delete_index(folder: Path) -> None:
    """Removes an index; nothing is lost that cannot be rebuilt. Raises IndexLocked while a process writes to it.

    It goes at once: a process that is killed meanwhile leaves the whole index or none.
    """
    going = folder.with_name(f".{folder.name}.going")
    try:
        with reading(folder), ExitStack() as held:
            # What an earlier call left when it was killed.
            shutil.rmtree(going, ignore_errors=True)
            if not folder.exists():
                return
            # A folder in place of the lock holds nobody off.
            if not (folder / "writer.lock").is_dir():
                held.enter_context(only_one(folder / "writer.lock", wait=False))
            folder.rename(going)
            shutil.rmtree(going)
    except Busy as error:
        raise IndexLocked(f"Another process is writing to the index in {folder}. Stop it first.") from error


def _rarity(total: int, count: int) -> float:
    return math.log(1 + (max(total, count) - count + 0.5) / (count + 0.5))


__all__ = [
    "FORMAT_VERSION",
    "Field",
    "Index",
    "IndexLocked",
    "IndexMismatch",
    "IndexMissing",
    "IndexProblem",
    "delete_index",
]
