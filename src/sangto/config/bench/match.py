"""`sangto bench match`: the text engine at any number of claims, with its real encoder and without a database.

Up to `REAL_MOST` claims are made up and encoded (a document is one claim with one vector; a published answer has about
five), or headlines of news; asked is another wording, or the summary. More claims are words and vectors drawn at random
(`synthetic.py`): they measure size and time, their recall is that of the index against an exact search.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sangto.config.bench import texts
from sangto.config.bench.asking import TOP, Asked, apart, readers_ratio, times
from sangto.config.bench.bare import BareLoop
from sangto.config.bench.machine import cores
from sangto.config.bench.running import own_folder
from sangto.config.bench.synthetic import Maker
from sangto.lib.progress import Progress
from sangto.matching.background import background_of
from sangto.matching.convert import ensure_model
from sangto.matching.encoder import Encoder, default_cache
from sangto.matching.index import Index
from sangto.matching.learnt import teach
from sangto.matching.passages import encode_documents
from sangto.matching.types import Document

Floats = NDArray[np.float32]

QUERIES: Final = 300
# More would take a quarter of an hour to encode.
REAL_MOST: Final = 20_000
_BATCH: Final = 1_000
# Each commit makes a part of the word index; a rebuild commits rarely too.
_COMMIT_EVERY: Final = 20
# Texts that are encoded, in turns, by the encoder and by the bare loop.
_BULK: Final = 128
_BULK_TURNS: Final = 3
_NEW_DOCUMENTS: Final = 5


def measure(*, claims: int, data: Path | None, queries: int, progress: Progress) -> dict[str, Any]:
    """The figures of DESIGN §7 for `claims` documents. Raises ValueError where the data has fewer."""
    synthetic = data is None and claims > REAL_MOST
    with own_folder("sangto-bench-match-") as whole:
        folder = whole / "index"
        began = time.perf_counter()
        encoder = Encoder.open(threads=cores())
        if synthetic:
            asked, wanted, rows = _build_synthetic(folder, encoder, claims, queries, progress)
        else:
            asked, wanted, rows = _build(folder, encoder, claims, data, queries, progress)
        build_s = time.perf_counter() - began
        progress(1.0, "Measuring")
        recall = _recall(folder, encoder.dim, wanted, rows)
        found = apart(times, folder, asked)
        figures = {
            "claims": claims,
            "texts": "synthetic" if synthetic else "made up" if data is None else data.name,
            "queries": len(asked),
            **found,
            "recall_at_10": recall if synthetic else found["found_in_10"],
            "recall_of_exact": recall,
            "findable_s": _findable(folder, encoder),
            "readers_ratio": readers_ratio(folder, asked),
            "bulk_ratio": _bulk_ratio([one.claim for one in asked]),
            "build_s": round(build_s, 1),
            "index_mb": round(sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6, 1),
        }
    if synthetic:
        del figures["found_in_10"]
    return figures


def _build(
    folder: Path, encoder: Encoder, claims: int, data: Path | None, queries: int, progress: Progress
) -> tuple[list[Asked], Floats, Iterator[Floats]]:
    """Without the cache of vectors: the time is that of a first build."""
    asked: list[Asked] = []
    # Evenly spread over all documents.
    every = max(1, claims // queries)
    done = 0
    kept: list[Floats] = []
    with Index.open(folder, encoder.dim, encoder=encoder.name) as index:
        for number, batch in enumerate(_batches(texts.documents(claims, data)), start=1):
            documents = [Document(id=key, text=text, lang="vi") for key, text, _ in batch]
            vectors = encode_documents(documents, encoder)
            index.put(documents, vectors)
            kept += vectors.values()
            asked += [
                Asked(words, text, key) for at, (key, text, words) in enumerate(batch, start=done) if at % every == 0
            ]
            done += len(batch)
            if number % _COMMIT_EVERY == 0:
                index.commit(done)
            progress(done / claims, f"Encoded {done:,} of {claims:,} claims")
        if done < claims:
            raise ValueError(f"there are only {done} texts in {data}")
        index.commit(done)
        teach(index, background_of(encoder))
    asked = asked[:queries]
    return asked, encoder.encode_queries([one.text for one in asked]), iter(kept)


def _build_synthetic(
    folder: Path, encoder: Encoder, claims: int, queries: int, progress: Progress
) -> tuple[list[Asked], Floats, Iterator[Floats]]:
    maker = Maker(encoder.dim)
    every = max(1, claims // queries)
    asked: list[Asked] = []
    own: list[Floats] = []
    done = 0
    with Index.open(folder, encoder.dim, encoder=encoder.name) as index:
        for number, batch in enumerate(maker.batches(claims, _BATCH), start=1):
            names = [document.id for document in batch.documents]
            fields = dict(batch.fields)
            for at in range((-done) % every, len(names), every):
                asked.append(Asked(batch.messages[at], batch.documents[at].text, names[at]))
                own.append(batch.vectors[at])
                # What is asked for has the terms of a real document, so that its copies are found.
                del fields[names[at]]
            index.put(batch.documents, dict(zip(names, batch.vectors, strict=True)), fields)
            done += len(names)
            if number % _COMMIT_EVERY == 0:
                index.commit(done)
            progress(done / claims, f"Made {done:,} of {claims:,} claims")
        index.commit(done)
        teach(index, background_of(encoder))
    near = maker.near(np.stack(own[:queries]))
    again = (batch.vectors for batch in Maker(encoder.dim).batches(claims, _BATCH))
    return asked[:queries], near, again


def _recall(folder: Path, dim: int, wanted: Floats, rows: Iterable[Floats]) -> float:
    """Share of the ten nearest vectors (by a product with each) that the index finds."""
    best = np.full((len(wanted), TOP), -np.inf, dtype=np.float32)
    for part in rows:
        # As the index keeps them.
        kept = np.atleast_2d(part).astype(np.float16).astype(np.float32)
        best = -np.sort(-np.hstack([best, wanted @ kept.T]), axis=1)[:, :TOP]
    with Index.open(folder, dim, create=False, read_only=True) as index:
        found = index.nearest(wanted, TOP)
    # By cosine and not by name: equal vectors may stand for each other.
    right = sum(
        sum(cosine >= floor - 1e-5 for _, cosine in row) for row, floor in zip(found, best[:, -1].tolist(), strict=True)
    )
    return round(right / int(np.isfinite(best).sum()), 4)


def _findable(folder: Path, encoder: Encoder) -> float:
    """From a new document to a hit in another open index, the middle of a few: encode, put, commit, reload, found."""
    taken = []
    with (
        Index.open(folder, encoder.dim) as writer,
        Index.open(folder, encoder.dim, create=False, read_only=True) as reader,
    ):
        for number in range(_NEW_DOCUMENTS):
            claim = Document(f"new-{number}", f"Tin mới thứ {number}: cầu phao số {number} sẽ đóng trong tuần này")
            started = time.perf_counter()
            writer.put([claim], encode_documents([claim], encoder))
            writer.commit(writer.position + 1)
            reader.reload()
            [row] = reader.nearest(encoder.encode_passages([claim.text]), 1)
            if reader.by_key([row[0][0]])[row[0][0]].id != claim.id:
                raise OSError("a document that was committed is not found")
            taken.append(time.perf_counter() - started)
    return round(sorted(taken)[len(taken) // 2], 3)


def _bulk_ratio(sample: list[str]) -> float:
    """Texts a second of the encoder, of those of a bare onnxruntime loop: one thread each, in turns."""
    chosen = list(islice((f"{text} ({turn})" for turn in range(_BULK) for text in sample), _BULK))
    model = os.environ.get("SANGTO_ENCODER_DIR")
    encoder = Encoder.open()
    bare = BareLoop(Path(model) if model else ensure_model(default_cache()), chosen)
    ours = floor = 0.0
    encoder.encode_passages(chosen[:32])
    for _ in range(_BULK_TURNS):
        started = time.perf_counter()
        encoder.encode_passages(chosen)
        between = time.perf_counter()
        bare.run()
        ours, floor = ours + between - started, floor + time.perf_counter() - between
    return round(floor / ours, 3)


def _batches(rows: Iterable[tuple[str, str, str]]) -> Iterator[list[tuple[str, str, str]]]:
    walk = iter(rows)
    while batch := list(islice(walk, _BATCH)):
        yield batch
