"""What vectors of unrelated texts have in common, by language: learnt from background.txt, kept in the model cache."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from sangto.lib.folding import has_diacritics
from sangto.matching.encoder import Encoder

Floats = NDArray[np.float32]

_MAGIC: Final = b"SANGTO-MEANS-1\n"


@dataclass(frozen=True, slots=True)
class Background:
    """Mean vectors, shape (2, dim): of Vietnamese, and of English texts."""

    queries: Floats
    passages: Floats


@cache
def background_texts() -> tuple[str, ...]:
    lines = resources.files(__package__).joinpath("background.txt").read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def background_of(encoder: Encoder) -> Background:
    """Computed once for an encoder (about 200 short texts), then read from its cache folder."""
    texts = background_texts()
    path = kept_path(encoder, "background")
    found = read_rows(path, 4, encoder.dim)
    if found is None:
        vietnamese = np.array([has_diacritics(text) for text in texts])
        found = np.stack(
            [
                vectors[half].mean(axis=0)
                for vectors in (encoder.encode_queries(texts), encoder.encode_passages(texts))
                for half in (vietnamese, ~vietnamese)
            ]
        )
        write_rows(path, found)
    return Background(found[:2], found[2:])


def kept_path(encoder: Encoder, what: str) -> Path:
    """The file in the encoder's cache for what it makes of the texts of background.txt."""
    mark = hashlib.blake2b("\n".join((encoder.identity, *background_texts())).encode("utf-8"), digest_size=12)
    return encoder.cache / f"{what}-{mark.hexdigest()}.f32"


def centred(vectors: Floats, means: Floats) -> Floats:
    """Unit rows without what all texts of their language share; the language is that of the nearer mean."""
    nearest = (vectors @ means.T / np.linalg.norm(means, axis=1)).argmax(axis=1)
    moved = vectors - means[nearest]
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6), dtype=np.float32)


def read_rows(path: Path, rows: int, dim: int) -> Floats | None:
    """None for anything but what `write_rows` wrote, so that it is made again."""
    try:
        whole = path.read_bytes()
    except OSError:
        return None
    start = len(_MAGIC) + 4
    body = whole[start:]
    if whole[:start] != _MAGIC + crc32(body).to_bytes(4, "little") or len(body) != rows * dim * 4:
        return None
    return np.frombuffer(body, dtype="<f4").reshape(rows, dim)


def write_rows(path: Path, values: Floats) -> None:
    """A cache that cannot be written (a read-only folder) costs time at the next start and nothing else."""
    unfinished = path.with_suffix(f".{os.getpid()}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        body = values.astype("<f4").tobytes()
        unfinished.write_bytes(_MAGIC + crc32(body).to_bytes(4, "little") + body)
        unfinished.replace(path)
    except OSError:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
