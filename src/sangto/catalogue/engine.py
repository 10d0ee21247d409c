"""The text engine of this process: one encoder, and one index for each kind of document."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from uuid import UUID

import numpy as np
from django.conf import settings

from sangto.catalogue.models import Document, DocumentVector
from sangto.matching.convert import MODEL_NAME
from sangto.matching.decision import load_coefficients
from sangto.matching.encoder import Encoder
from sangto.matching.index import Index, IndexProblem
from sangto.matching.matcher import Matcher
from sangto.matching.passages import passages_of
from sangto.matching.types import Document as MatchDocument

NAMES = ("live-answer", "live-open", "drill-answer", "drill-open")

_lock = threading.RLock()
_encoder: Encoder | None = None
_readers: dict[Path, Matcher] = {}


def index_name(desk_kind: str, kind: str) -> str:
    return f"{desk_kind}-{kind}"


def folder(name: str) -> Path:
    return Path(settings.DATA_DIR) / "index" / name


def encoder() -> Encoder:
    """The encoder, opened once for a process (converted on the very first use of an installation)."""
    global _encoder
    with _lock:
        if _encoder is None:
            _encoder = Encoder.open()
        return _encoder


def encoder_name() -> str:
    """The encoder's name, known without opening it."""
    return Path(settings.ENCODER_DIR).resolve().name if settings.ENCODER_DIR else MODEL_NAME


def mark() -> str:
    """Names the scale of the probabilities: encoder and fitted coefficients. Labels of one say nothing of another."""
    return f"{_coefficients_mark()} {encoder_name()}"[:120]


@cache
def _coefficients_mark() -> str:
    fitted = load_coefficients()
    routes = sorted((name, route.intercept, tuple(route.weights)) for name, route in fitted.routes.items())
    return f"{fitted.version}-{hashlib.sha256(repr(routes).encode()).hexdigest()[:10]}"


def shipped_answer_at() -> float:
    """The threshold that was fitted with the engine."""
    return load_coefficients().answer_at


def reader(name: str) -> Matcher | None:
    """The index as the last commit left it, or None while the worker has not made it yet."""
    where = folder(name)
    with _lock:
        matcher = _readers.get(where)
        if matcher is None:
            if not where.exists():
                return None
            try:
                index = Index.open(where, encoder().dim, create=False, read_only=True, encoder=encoder().name)
            except IndexProblem:
                # Not there yet, or of another version: the worker makes it.
                return None
            matcher = _readers[where] = Matcher(index, encoder())
        else:
            matcher.index.reload()
        return matcher


def forget_readers() -> None:
    """Open everything again at the next use (after a rebuild, and between tests)."""
    with _lock:
        _readers.clear()


def engine_document(rows: Sequence[Document]) -> MatchDocument:
    """One engine document for one object: its languages and wordings are several ways to say one claim."""
    first, *others = sorted(rows, key=lambda row: (row.lang != "vi", row.lang))
    extra: list[str] = []
    for row in others:
        extra += [row.claim, row.title]
    for row in rows:
        extra += row.wordings
    seen = {first.claim, first.title}
    unique = [text for text in dict.fromkeys(extra) if text and text not in seen]
    return MatchDocument(
        id=str(first.object_id),
        text=first.claim,
        title=first.title,
        subtitle=first.short_answer,
        lang=first.lang,
        extra=tuple(unique),
    )


def hash_of(text: str) -> str:
    """What a vector is kept under."""
    return hashlib.sha256(text.encode()).hexdigest()


def vectors_for(documents: Iterable[MatchDocument]) -> dict[str, np.ndarray]:
    """The vectors of each document's texts, from the record where it has them, else computed now and recorded."""
    engine = encoder()
    texts = {document.id: passages_of(document) for document in documents}
    hashes = {text: hash_of(text) for group in texts.values() for text in group}
    known: dict[str, np.ndarray] = {}
    wanted = list(set(hashes.values()))
    for start in range(0, len(wanted), 5000):
        rows = DocumentVector.objects.filter(encoder=engine.name, text_hash__in=wanted[start : start + 5000])
        for text_hash, vector in rows.values_list("text_hash", "vector"):
            known[text_hash] = np.frombuffer(bytes(vector), dtype=np.float16).astype(np.float32)
    missing = [text for text, text_hash in hashes.items() if text_hash not in known]
    for start in range(0, len(missing), 256):
        batch = missing[start : start + 256]
        made = engine.encode_passages(batch)
        for text, vector in zip(batch, made, strict=True):
            known[hashes[text]] = vector
        DocumentVector.objects.bulk_create(
            [
                DocumentVector(
                    encoder=engine.name, text_hash=hashes[text], vector=known[hashes[text]].astype(np.float16).tobytes()
                )
                for text in batch
            ],
            ignore_conflicts=True,
        )
    return {key: np.stack([known[hashes[text]] for text in group]) for key, group in texts.items() if group}


def standing(desk_kind: str, kind: str, object_ids: Sequence[UUID] | None = None) -> dict[UUID, list[Document]]:
    """The documents that should be in the index, by object."""
    rows = Document.objects.filter(desk_kind=desk_kind, kind=kind, withdrawn_at=None)
    if object_ids is not None:
        rows = rows.filter(object_id__in=object_ids)
    found: dict[UUID, list[Document]] = {}
    for row in rows.iterator(chunk_size=2000):
        found.setdefault(row.object_id, []).append(row)
    return found
