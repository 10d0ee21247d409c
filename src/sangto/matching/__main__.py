"""`python -m sangto.matching match|eval|train`: the engine on files, without a database.

The last thing on stdout is one JSON object. Progress and errors go to stderr; bad input ends with status 2.
"""

from __future__ import annotations

import argparse
import json
import os
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
from sangto.matching import training
from sangto.matching.convert import ModelMissing
from sangto.matching.encoder import Encoder
from sangto.matching.files import BadInput, Query, read_corpora, read_judgements, read_queries
from sangto.matching.index import Index, IndexProblem
from sangto.matching.matcher import Matcher
from sangto.matching.measures import MRR_DEPTH, Outcome, measure
from sangto.matching.passages import encode_documents
from sangto.matching.types import Document, Match, Progress

# Documents encoded between two commits: a build that is stopped goes on from the last of them.
_CHUNK: Final = 200


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        result: dict[str, Any] = options.run(options)
    except (BadInput, ModelMissing, IndexProblem) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        return 130
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    return 0


def _match(options: argparse.Namespace) -> dict[str, Any]:
    documents, queries = read_corpora(options.corpus), read_queries(options.queries)
    try:
        out = options.out.open("w", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{options.out} cannot be written ({error.strerror}). Choose another --out.") from error
    with out, _built(documents, options) as (matcher, build_s):
        times = []
        for query, match in _run(matcher, queries, options):
            out.write(json.dumps(_as_json(query, match), ensure_ascii=False) + "\n")
            times.append(match.took_ms)
        return _figures(documents, queries, build_s, times)


def _eval(options: argparse.Namespace) -> dict[str, Any]:
    documents, queries = read_corpora(options.corpus), read_queries(options.queries)
    judgements = read_judgements(options.qrels)
    known = {document.id for document in documents}
    absent = sum(1 for query in queries if judgements.get(query.judged_by, known) - known)
    if absent:
        sys.stderr.write(f"Note: for {absent} queries a right document is not in the corpus; they count as misses.\n")
    with _built(documents, options) as (matcher, build_s):
        times, outcomes = [], []
        for query, match in _run(matcher, queries, options):
            times.append(match.took_ms)
            ranked = tuple(hit.id for hit in match.hits)
            right = judgements.get(query.judged_by, frozenset())
            outcomes.append(Outcome(ranked, match.decision, right, query.kind))
        result = {**_figures(documents, queries, build_s, times), **measure(outcomes)}
        kinds = sorted({outcome.kind for outcome in outcomes} - {""})
        if kinds:
            result["kinds"] = {kind: measure(o for o in outcomes if o.kind == kind) for kind in kinds}
        return result


def _train(options: argparse.Namespace) -> dict[str, Any]:
    documents, examples = training.own_texts(options.content)
    encoder = _encoder(options)
    with ShownProgress() as progress:
        data = training.collect(documents, examples, encoder, progress)
    note = f"Fitted on {len(examples)} messages about {len(documents)} claims of this project (pairs.yaml, content)."
    measured = training.cross_validated(data)
    values = training.as_json(training.fit(data, options.version), note, measured)
    options.out.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    return {"documents": len(documents), "messages": len(examples), **measured}


def _run(matcher: Matcher, queries: Sequence[Query], options: argparse.Namespace) -> Iterator[tuple[Query, Match]]:
    matcher.match("warming up")
    with ShownProgress() as progress:
        for number, query in enumerate(queries, 1):
            yield query, matcher.match(query.text, top=options.top, careful=options.careful, floor=0.0)
            progress(number / len(queries), f"Matched {number:,} of {len(queries):,} messages")


@contextmanager
def _built(documents: Sequence[Document], options: argparse.Namespace) -> Iterator[tuple[Matcher, float]]:
    """A matcher over an index of exactly these documents; a folder given by --index-dir is kept and brought up."""
    encoder = _encoder(options)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="sangto-index-") as passing:
        folder = options.index_dir or Path(passing) / "index"
        with Index.open(folder, encoder.dim, encoder=encoder.name) as index, ShownProgress() as progress:
            _bring_up(index, documents, encoder, progress)
            yield Matcher(index, encoder), round(time.perf_counter() - started, 2)


def _bring_up(index: Index, documents: Sequence[Document], encoder: Encoder, progress: Progress) -> None:
    for start in range(0, len(documents), _CHUNK):
        chunk = documents[start : start + _CHUNK]
        known = index.documents(document.id for document in chunk) if len(index) else {}
        changed = [document for document in chunk if known.get(document.id) != document]
        if changed:
            index.put(changed, encode_documents(changed, encoder))
            index.commit(index.position + 1)
        done = start + len(chunk)
        progress(done / len(documents), f"Indexed {done:,} of {len(documents):,} documents")
    if len(index) > len(documents):
        index.remove(index.ids() - {document.id for document in documents})
        index.commit(index.position + 1)


def _encoder(options: argparse.Namespace) -> Encoder:
    with ShownProgress() as progress:
        return Encoder.open(threads=options.threads, progress=progress)


def _as_json(query: Query, match: Match) -> dict[str, Any]:
    return {
        "query_id": query.id,
        "decision": match.decision.value,
        "hits": [
            {
                "id": hit.id,
                "probability": round(hit.probability, 4),
                "reasons": [reason.text for reason in hit.reasons],
                "differences": [{"kind": d.kind, "yours": d.yours, "article": d.article} for d in hit.differences],
                "copy": hit.copy,
            }
            for hit in match.hits
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sangto.matching", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, text: str, run: object) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        command.add_argument("--threads", type=int, default=min(4, os.cpu_count() or 1), help="for the encoder")
        command.add_argument("--json", action="store_true", help="the result is one JSON object (always so)")
        return command

    def add_search(command: argparse.ArgumentParser) -> None:
        command.add_argument("--corpus", type=Path, action="append", required=True, help="corpus.jsonl, also several")
        command.add_argument("--queries", type=Path, required=True, help="TSV with query_id and text")
        command.add_argument("--index-dir", type=Path, help="keep the index here and bring it up to the corpus")
        command.add_argument("--top", type=_positive, default=10, help="hits per query")
        command.add_argument("--careful", action="store_true", help="answer copies and near copies only")

    matching = add("match", "Find the documents that answer each message.", _match)
    add_search(matching)
    matching.add_argument("--out", type=Path, required=True, help="one JSON object per query")
    evaluating = add("eval", "Match, and measure against judgements.", _eval)
    add_search(evaluating)
    evaluating.add_argument("--qrels", type=Path, required=True, help="TREC judgements, no header")
    fitting = add("train", "Fit the coefficients on the project's own texts.", _train)
    fitting.add_argument("--content", type=Path, help="folder of rumours as YAML")
    fitting.add_argument("--out", type=Path, required=True)
    fitting.add_argument("--version", default="1")
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if value < MRR_DEPTH:
        sys.stderr.write(f"Note: with --top {value} nothing below rank {value} is measured.\n")
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


if __name__ == "__main__":
    sys.exit(main())
