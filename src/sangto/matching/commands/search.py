"""`match` and `eval`: messages against a corpus."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from sangto.lib.progress import Progress as ShownProgress
from sangto.matching.background import background_of
from sangto.matching.commands.common import Commands, command, open_encoder
from sangto.matching.decision import Coefficients, read_coefficients
from sangto.matching.embeddings import Embeddings
from sangto.matching.encoder import Encoder
from sangto.matching.files import BadInput, Query, read_corpora, read_judgements, read_queries
from sangto.matching.index import Index
from sangto.matching.learnt import teach
from sangto.matching.matcher import Matcher
from sangto.matching.measures import MRR_DEPTH, Outcome, measure
from sangto.matching.passages import encode_documents
from sangto.matching.types import Document, Match, Progress

# Documents encoded between two commits: a build that is stopped goes on from the last of them.
_CHUNK: Final = 1_000


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    matching = command(commands, "match", "Find the documents that answer each message.", match)
    _add_options(matching)
    matching.add_argument("--out", type=Path, required=True, help="one JSON object per query")
    evaluating = command(commands, "eval", "Match, and measure against judgements.", evaluate)
    _add_options(evaluating)
    evaluating.add_argument("--qrels", type=Path, required=True, help="TREC judgements, no header")
    evaluating.add_argument(
        "--split", default="", help="only the queries of this split, where the file has that column"
    )


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, action="append", required=True, help="corpus.jsonl, also several")
    parser.add_argument("--queries", type=Path, required=True, help="TSV with query_id and text")
    parser.add_argument("--index-dir", type=Path, help="keep the index here and bring it up to the corpus")
    parser.add_argument("--top", type=_positive, default=10, help="hits per query")
    parser.add_argument("--careful", action="store_true", help="answer copies and near copies only")
    parser.add_argument("--coefficients", type=Path, help="a file made by `train`, not the shipped one")


def match(options: argparse.Namespace) -> dict[str, Any]:
    documents, queries = read_corpora(options.corpus), read_queries(options.queries)
    try:
        out = options.out.open("w", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{options.out} cannot be written ({error.strerror}). Choose another --out.") from error
    with out, _built(documents, options) as (matcher, build_s):
        times = []
        for query, found in _run(matcher, queries, options):
            out.write(json.dumps(_as_json(query, found), ensure_ascii=False) + "\n")
            times.append(found.took_ms)
        return _figures(documents, queries, build_s, times)


def evaluate(options: argparse.Namespace) -> dict[str, Any]:
    documents = read_corpora(options.corpus)
    queries = [query for query in read_queries(options.queries) if options.split in ("", query.split)]
    if not queries:
        raise BadInput(f"{options.queries} has no queries of split {options.split}.")
    judgements = read_judgements(options.qrels)
    known = {document.id for document in documents}
    absent = sum(1 for query in queries if judgements.get(query.judged_by, known) - known)
    if absent:
        sys.stderr.write(f"Note: for {absent} queries a right document is not in the corpus; they count as misses.\n")
    with _built(documents, options) as (matcher, build_s):
        times, outcomes = [], []
        for query, found in _run(matcher, queries, options):
            times.append(found.took_ms)
            ranked = tuple(hit.id for hit in found.hits)
            right = judgements.get(query.judged_by, frozenset())
            outcomes.append(Outcome(ranked, found.decision, right, query.kind))
        result = {**_figures(documents, queries, build_s, times), **measure(outcomes)}
        kinds = sorted({outcome.kind for outcome in outcomes} - {""})
        if kinds:
            result["kinds"] = {kind: measure(o for o in outcomes if o.kind == kind) for kind in kinds}
        return result


def _run(matcher: Matcher, queries: Sequence[Query], options: argparse.Namespace) -> Iterator[tuple[Query, Match]]:
    matcher.match("warming up")
    with ShownProgress() as progress:
        for number, query in enumerate(queries, 1):
            yield query, matcher.match(query.text, top=options.top, careful=options.careful, floor=0.0)
            progress(number / len(queries), f"Matched {number:,} of {len(queries):,} messages")


@contextmanager
def _built(documents: Sequence[Document], options: argparse.Namespace) -> Iterator[tuple[Matcher, float]]:
    """A matcher over an index of exactly these documents; a folder given by --index-dir is kept and brought up."""
    coefficients = _coefficients(options.coefficients)
    encoder = open_encoder(options)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="sangto-index-") as passing:
        folder = options.index_dir or Path(passing) / "index"
        with Index.open(folder, encoder.dim, encoder=encoder.name) as index, ShownProgress() as progress:
            _bring_up(index, documents, encoder, progress)
            yield Matcher(index, encoder, coefficients), round(time.perf_counter() - started, 2)


def _coefficients(path: Path | None) -> Coefficients | None:
    if path is None:
        return None
    try:
        return read_coefficients(path.read_text("utf-8"), str(path))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be used: {error}") from error


def _bring_up(index: Index, documents: Sequence[Document], encoder: Encoder, progress: Progress) -> None:
    cache = Embeddings.open(encoder)
    for start in range(0, len(documents), _CHUNK):
        chunk = documents[start : start + _CHUNK]
        known = index.documents(document.id for document in chunk) if len(index) else {}
        changed = [document for document in chunk if known.get(document.id) != document]
        if changed:
            index.put(
                changed, encode_documents(changed, encoder, _part(progress, start, chunk, documents), cache=cache)
            )
            index.commit(index.position + 1)
        done = start + len(chunk)
        progress(done / len(documents), f"Indexed {done:,} of {len(documents):,} documents")
    if len(index) > len(documents):
        index.remove(index.ids() - {document.id for document in documents})
        index.commit(index.position + 1)
    teach(index, background_of(encoder))


def _part(progress: Progress, start: int, chunk: Sequence[Document], documents: Sequence[Document]) -> Progress:
    """The progress of one chunk as part of the whole."""

    def tell(share: float, _: str) -> None:
        done = start + round(share * len(chunk))
        progress(done / len(documents), f"Encoded {done:,} of {len(documents):,} documents")

    return tell


def _as_json(query: Query, found: Match) -> dict[str, Any]:
    return {
        "query_id": query.id,
        "decision": found.decision.value,
        "hits": [
            {
                "id": hit.id,
                "probability": round(hit.probability, 4),
                "reasons": [reason.text for reason in hit.reasons],
                "differences": [{"kind": d.kind, "yours": d.yours, "article": d.article} for d in hit.differences],
                "copy": hit.copy,
            }
            for hit in found.hits
        ],
    }


def _figures(
    documents: Sequence[Document], queries: Sequence[Query], build_s: float, times: Sequence[float]
) -> dict[str, Any]:
    return {
        "docs": len(documents),
        "queries": len(queries),
        "build_s": build_s,
        "p50_ms": round(float(np.percentile(times, 50)), 2),
        "p99_ms": round(float(np.percentile(times, 99)), 2),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    if value < MRR_DEPTH:
        sys.stderr.write(f"Note: with --top {value} nothing below rank {value} is measured.\n")
    return value
