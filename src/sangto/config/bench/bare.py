"""The least that encoding can cost: onnxruntime called in a loop over batches made beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from sangto.matching.encoder import MAX_TOKENS

BATCH: Final = 32


class BareLoop:
    """Tokenised, sorted by length and padded before the clock starts; then one call after another."""

    def __init__(self, folder: Path, texts: Sequence[str], *, prefix: str = "passage: ") -> None:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        rows = sorted((encoded.ids for encoded in tokenizer.encode_batch([prefix + text for text in texts])), key=len)
        self._feeds = [_padded(rows[start : start + BATCH]) for start in range(0, len(rows), BATCH)]

    def run(self) -> None:
        for feed in self._feeds:
            self._session.run(None, feed)


def _padded(rows: Sequence[Sequence[int]]) -> dict[str, NDArray[np.int64]]:
    tokens = np.ones((len(rows), max(map(len, rows))), dtype=np.int64)
    mask = np.zeros_like(tokens)
    for at, row in enumerate(rows):
        tokens[at, : len(row)] = row
        mask[at, : len(row)] = 1
    return {"input_ids": tokens, "attention_mask": mask}
