"""Rows of terms in memory, scored by BM25 as Lucene scores them (k1 1.2, b .75), with clauses that must match.

The engine below is tantivy, whose BM25 is Lucene's: idf = ln(1 + (N - n + .5) / (n + .5)), times (k1 + 1) as
Elasticsearch 7 keeps it, so that a floor on `_score` means the same here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import tantivy

_HEAP: Final = 64_000_000


class TermIndex:
    """Rows are numbered as they come; a row may lack any field."""

    def __init__(self, fields: Sequence[str], rows: Iterable[Mapping[str, Sequence[str]]]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("row", stored=False, indexed=False, fast=True)
        for field in fields:
            builder.add_text_field(field, stored=False, tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        index = tantivy.Index(self._schema)
        writer = index.writer(heap_size=_HEAP, num_threads=1)
        for number, row in enumerate(rows):
            document = tantivy.Document()
            document.add_unsigned("row", number)
            for field, terms in row.items():
                document.add_text(field, " ".join(terms))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def rows_with(self, field: str, term: str) -> int:
        return int(self._searcher.doc_freq(field, term))

    def search(self, field: str, terms: Sequence[str], *, count: int, at_least: int = 1) -> list[tuple[int, float]]:
        """(row, score), best first. Each term is a clause, one that is there twice is two, as in a `match` query;
        rows that match fewer than `at_least` of them are left out.
        """
        if not terms:
            return []
        query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, field, term, "freq")) for term in terms],
            max(1, at_least),
        )
        hits = self._searcher.search(query, limit=count, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in hits]) if hits else []
        return [(int(row or 0), float(score)) for row, (score, _) in zip(rows, hits, strict=True)]
