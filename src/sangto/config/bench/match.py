"""`sangto bench match`: the text engine at any number of claims, with its real encoder and without a database.

A document here is one claim with one vector (a published answer has about five: title, translations, messages). Asked
is what somebody else wrote about the same thing: of made-up claims another wording, of news the summary.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sangto.config.bench import texts
from sangto.config.bench.machine import cores, memory_mb, peak_memory_mb, percentile
from sangto.config.bench.running import own_folder
from sangto.lib.progress import Progress
from sangto.matching.encoder import Encoder
from sangto.matching.index import Index
from sangto.matching.matcher import Matcher
from sangto.matching.passages import encode_documents
from sangto.matching.types import Document

QUERIES: Final = 300
TOP: Final = 10
_BATCH: Final = 1_000
# Each commit makes a part of the word index; a rebuild commits rarely too.
_COMMIT_EVERY: Final = 20


def measure(*, claims: int, data: Path | None, queries: int, progress: Progress) -> dict[str, Any]:
    """The figures of DESIGN §7 for `claims` documents. Raises ValueError where the data has fewer."""
    with own_folder("sangto-bench-match-") as folder:
        began = time.perf_counter()
        encoder = Encoder.open(threads=cores())
        asked: dict[str, str] = {}
        # Evenly spread over all documents.
        every = max(1, claims // queries)
        done = 0
        with Index.open(folder / "index", encoder.dim, encoder=encoder.name) as index:
            for number, batch in enumerate(_batches(texts.documents(claims, data)), start=1):
                documents = [Document(id=key, text=text, lang="vi") for key, text, _ in batch]
                index.put(documents, encode_documents(documents, encoder))
                asked.update((key, words) for at, (key, _, words) in enumerate(batch, start=done) if at % every == 0)
                done += len(batch)
                if number % _COMMIT_EVERY == 0:
                    index.commit(done)
                progress(done / claims, f"Encoded {done:,} of {claims:,} claims")
            if done < claims:
                raise ValueError(f"there are only {done} texts in {data}")
            index.commit(done)
        build_s = time.perf_counter() - began
        del encoder
        gc.collect()
        # From here on as a web process does it: one thread for each message, the index read only.
        encoder = Encoder.open()
        with Index.open(folder / "index", encoder.dim, create=False, read_only=True) as reading:
            matcher = Matcher(reading, encoder)
            questions = dict(islice(asked.items(), queries))
            embed_ms = [_timed(encoder, text) for text in questions.values()]
            match_ms, found = [], 0
            for key, text in questions.items():
                started = time.perf_counter()
                match = matcher.match(text, lang="vi", top=TOP, floor=0.0)
                match_ms.append((time.perf_counter() - started) * 1000)
                found += key in {hit.id for hit in match.hits}
    return {
        "claims": claims,
        "texts": "made up" if data is None else data.name,
        "queries": len(questions),
        "embed_p50_ms": round(percentile(embed_ms, 0.50), 2),
        "match_p50_ms": round(percentile(match_ms, 0.50), 2),
        "match_p99_ms": round(percentile(match_ms, 0.99), 2),
        "recall_at_10": round(found / len(questions), 4),
        "rss_mb": memory_mb(),
        "peak_rss_mb": peak_memory_mb(),
        "build_s": round(build_s, 1),
    }


def _batches(rows: Iterable[tuple[str, str, str]]) -> Iterator[list[tuple[str, str, str]]]:
    walk = iter(rows)
    while batch := list(islice(walk, _BATCH)):
        yield batch


def _timed(encoder: Encoder, text: str) -> float:
    started = time.perf_counter()
    encoder.encode_queries([text])
    return (time.perf_counter() - started) * 1000
