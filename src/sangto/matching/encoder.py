"""Text to vectors: multilingual-e5-small as int8 ONNX, or any other encoder exported to ONNX."""

from __future__ import annotations

import json
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from sangto.lib.folding import tidy
from sangto.matching.convert import ModelMissing, check_model, ensure_model, noted_sum
from sangto.matching.types import Progress

Floats = NDArray[np.float32]

# Text beyond this many characters cannot reach the token limit's end anyway (about 4 characters a token).
MAX_CHARS: Final = 4_000
# Claims and messages are short; attention over more tokens costs time and blurs the mean.
MAX_TOKENS: Final = 256
# Tokens in one call of the network: bounds memory at about 100 MB whatever comes in.
_BATCH_TOKENS: Final = 4_096
# Known words, and a character that no tokenizer knows.
_PROBE: Final = "tin, news 12 \U0010fffd"
# What `encoder.json` may ask for: a prefix is a word or a sentence of instruction.
_LONGEST_PREFIX: Final = 1_000
_FEWEST_TOKENS: Final = 8
# Vectors of messages kept at hand: a few seconds of questions, under a megabyte.
RECENT_MAX: Final = 512
# A message and its sentences, and of how many texts the vectors of tokens are kept at hand: some 2 MB.
_TOKENS_OF: Final = 10
_TOKENS_KEPT: Final = 40
# Texts of one call differ in length by no more than this: padding costs as much as text.
_PADDED: Final = 1.25


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """What `encoder.json` beside another model may say; the defaults are those of the e5 family."""

    query_prefix: str = "query: "
    passage_prefix: str = "passage: "
    max_tokens: int = MAX_TOKENS
    pooling: str = "mean"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one text (split at spaces, as written) and their vectors in context, shape (n, dim)."""

    vectors: Floats
    written: tuple[str, ...]


def default_cache() -> Path:
    """`SANGTO_MODEL_CACHE`, else the user's cache folder."""
    if chosen := os.environ.get("SANGTO_MODEL_CACHE"):
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "sangto"


class Encoder:
    """Vectors are float32 unit rows; the same text gives the same vector alone or in a batch. Thread-safe."""

    def __init__(self, folder: Path, *, name: str, threads: int = 1, cache: Path | None = None) -> None:
        for needed in ("tokenizer.json", "model.onnx"):
            if not (folder / needed).is_file():
                raise ModelMissing(
                    f"{folder / needed} is missing. An encoder folder holds tokenizer.json and model.onnx; "
                    "unset SANGTO_ENCODER_DIR for the built-in one, or delete the folder to have it made again."
                )
        self.name = name
        self.cache = cache or default_cache()
        self._settings = _read_settings(folder)
        # Both libraries raise bare exceptions of their own for a file that is cut or something else.
        with _readable(folder / "tokenizer.json"):
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._tokenizer.no_padding()
            self._tokenizer.enable_truncation(self._settings.max_tokens)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Waiting threads sleep: spinning makes one call a little quicker and everything beside it much slower.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        with _readable(folder / "model.onnx"):
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        model = (folder / "model.onnx").stat()
        # Two encoders of one name are still two encoders, and one that is made again is still the same.
        mark = noted_sum(folder)
        self.identity = f"{name} {model.st_size} {model.st_mtime_ns if mark is None else mark} {self._settings}"
        with _readable(folder / "model.onnx"):
            self._inputs = {given.name for given in self._session.get_inputs()}
            outputs = self._session.get_outputs()
            self._output = outputs[0].name
            # Vectors of tokens: an output of their own, or the only one where the mean is taken here.
            self._tokens = next((one.name for one in outputs if len(one.shape) == 3), "")
            self.dim = int(self._run([[0, 2]])[0].shape[1])
        # A tokenizer of another model counts words that this network does not have, or none for what it does not know.
        with _readable(folder / "tokenizer.json"):
            self._tokenizer.encode(_PROBE)
            self._run([[0, max(2, self._tokenizer.get_vocab_size() - 1)]])
        # One message is asked of several indexes in a row (answers, then open rumours): encoded once. In memory only.
        self._recent: OrderedDict[str, Floats] = OrderedDict()
        self.recent_max = RECENT_MAX
        self._recent_words: OrderedDict[str, Words] = OrderedDict()
        self._recent_tokens: OrderedDict[str, Floats] = OrderedDict()
        self._recent_lock = threading.Lock()

    @classmethod
    def open(cls, cache_dir: Path | None = None, threads: int = 1, progress: Progress | None = None) -> Encoder:
        """The encoder in `SANGTO_ENCODER_DIR`, else the built-in one, converted into the cache if it is not there."""
        if other := os.environ.get("SANGTO_ENCODER_DIR"):
            folder = Path(other)
            return cls(folder, name=folder.resolve().name, threads=threads, cache=cache_dir)
        cache = cache_dir or default_cache()
        folder = ensure_model(cache, progress)
        check_model(folder)
        return cls(folder, name=folder.name, threads=threads, cache=cache)

    def encode_queries(self, texts: Sequence[str], progress: Progress | None = None) -> Floats:
        """Shape (n, dim), for messages that look for a claim."""
        if len(texts) > RECENT_MAX // 4:
            return self._encode(self._settings.query_prefix, texts, progress)
        wanted = list(dict.fromkeys(texts))
        with self._recent_lock:
            found = {text: self._recent[text] for text in wanted if text in self._recent}
        missing = [text for text in wanted if text not in found]
        # Of a message and its sentences those of single tokens are at hand as well, should words be asked for.
        tokens: dict[int, Floats] | None = {} if self._tokens and len(missing) <= _TOKENS_OF else None
        if missing:
            rows = self._encode(self._settings.query_prefix, missing, progress, tokens)
            found |= {text: rows[i].copy() for i, text in enumerate(missing)}
        with self._recent_lock:
            for number, kept in (tokens or {}).items():
                self._recent_tokens[missing[number]] = kept
            while len(self._recent_tokens) > _TOKENS_KEPT:
                self._recent_tokens.popitem(last=False)
            for text in wanted:
                self._recent[text] = found[text]
                self._recent.move_to_end(text)
            while len(self._recent) > self.recent_max:
                self._recent.popitem(last=False)
        return np.stack([found[text] for text in texts]) if texts else np.zeros((0, self.dim), dtype=np.float32)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Floats:
        """Shape (n, dim), for claims and other texts to be found."""
        return self._encode(self._settings.passage_prefix, texts, progress)

    def encode_words(self, text: str) -> Words:
        """Each word of a text in its place there; no vectors where the network gives none of single tokens."""
        with self._recent_lock:
            if text in self._recent_words:
                self._recent_words.move_to_end(text)
                return self._recent_words[text]
        found = self._words(self._settings.query_prefix, text)
        with self._recent_lock:
            self._recent_words[text] = found
            while len(self._recent_words) > self.recent_max // 2:
                self._recent_words.popitem(last=False)
        return found

    def _words(self, prefix: str, text: str) -> Words:
        whole = prefix + tidy(text, limit=MAX_CHARS)
        tokens = self._tokenizer.encode(whole)
        places: dict[int, list[int]] = {}
        for number, (word, (start, end)) in enumerate(zip(tokens.word_ids, tokens.offsets, strict=True)):
            # Special tokens stand nowhere in the text, those of the prefix before it.
            if word is not None and end > start and end > len(prefix):
                places.setdefault(word, []).append(number)
        if not self._tokens or not places:
            return Words(np.zeros((0, self.dim), dtype=np.float32), ())
        with self._recent_lock:
            rows = self._recent_tokens.get(text)
        if rows is None or len(rows) != len(tokens.ids):
            rows = self._session.run([self._tokens], self._feed([tokens.ids]))[0][0]
        vectors = np.stack([rows[numbers].mean(axis=0) for numbers in places.values()])
        spans = [(tokens.offsets[numbers[0]][0], tokens.offsets[numbers[-1]][1]) for numbers in places.values()]
        return Words(np.asarray(vectors, dtype=np.float32), tuple(whole[start:end].strip() for start, end in spans))

    def _encode(
        self, prefix: str, texts: Sequence[str], progress: Progress | None, tokens: dict[int, Floats] | None = None
    ) -> Floats:
        """`tokens`, where given, takes the vectors of the tokens of each text, shape (t, dim)."""
        out = np.zeros((len(texts), self.dim), dtype=np.float32)
        cleaned = [prefix + tidy(text, limit=MAX_CHARS) for text in texts]
        # Encoded in slices, so that a corpus of any size needs memory for one slice of tokens only.
        for start in range(0, len(cleaned), 10_000):
            ids = [found.ids or [0] for found in self._tokenizer.encode_batch_fast(cleaned[start : start + 10_000])]
            order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
            done = 0
            for batch in _batches(order, [len(row) for row in ids]):
                out[[start + i for i in batch]], rows = self._run([ids[i] for i in batch], words=tokens is not None)
                if tokens is not None:
                    tokens |= {start + i: row[: len(ids[i])].copy() for i, row in zip(batch, rows, strict=True)}
                done += len(batch)
                if progress is not None:
                    progress((start + done) / len(cleaned), f"Encoded {start + done:,} of {len(cleaned):,} texts")
        return out

    def _feed(self, ids: list[list[int]]) -> dict[str, NDArray[np.int64]]:
        width = max(map(len, ids))
        tokens = np.ones((len(ids), width), dtype=np.int64)
        for row, values in enumerate(ids):
            tokens[row, : len(values)] = values
        feed: dict[str, NDArray[np.int64]] = {"input_ids": tokens}
        if "attention_mask" in self._inputs:
            feed["attention_mask"] = _mask(ids)
        if "token_type_ids" in self._inputs:
            feed["token_type_ids"] = np.zeros_like(tokens)
        return feed

    def _run(self, ids: list[list[int]], *, words: bool = False) -> tuple[Floats, Sequence[Floats]]:
        """Unit rows of the texts and, if asked for, those of their tokens."""
        asked = [self._output, *([self._tokens] if words and self._tokens != self._output else [])]
        found = self._session.run(asked, self._feed(ids))
        raw = np.asarray(found[0], dtype=np.float32)
        if raw.ndim == 3:
            raw = raw[:, 0] if self._settings.pooling == "cls" else _mean(raw, _mask(ids))
        norms = np.linalg.norm(raw, axis=1, keepdims=True)
        return cast("Floats", raw / np.maximum(norms, 1e-12)), found[-1] if words else ()


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise ModelMissing(
            f"{path} cannot be used as an encoder ({str(error)[:200]}). It is cut, damaged or something else: delete "
            "its folder to have the built-in one made again, or check SANGTO_ENCODER_DIR."
        ) from error


def _mask(ids: list[list[int]]) -> NDArray[np.int64]:
    lengths = np.array([len(values) for values in ids])
    return np.asarray(np.arange(lengths.max()) < lengths[:, None], dtype=np.int64)


def _mean(hidden: Floats, mask: NDArray[np.int64]) -> Floats:
    weights = mask[:, :, None].astype(np.float32)
    return cast("Floats", (hidden * weights).sum(axis=1) / weights.sum(axis=1))


def _batches(order: list[int], lengths: list[int]) -> list[list[int]]:
    """Neighbours in length go together: little padding, and no batch above the token bound."""
    batches: list[list[int]] = []
    current: list[int] = []
    for index in order:
        longest = lengths[index]
        full = longest * (len(current) + 1) > _BATCH_TOKENS
        if current and (full or longest > _PADDED * lengths[current[0]] + 4):
            batches.append(current)
            current = []
        current.append(index)
    if current:
        batches.append(current)
    return batches


def _read_settings(folder: Path) -> EncoderSettings:
    path = folder / "encoder.json"
    if not path.exists():
        return EncoderSettings()
    try:
        values: dict[str, Any] = json.loads(path.read_text("utf-8"))
        settings = EncoderSettings(**values)
        _check(settings)
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise ModelMissing(
            f"{path} is not valid ({str(error)[:200]}). It may hold: query_prefix, passage_prefix, "
            "max_tokens, pooling (mean or cls)."
        ) from error
    return settings


def _check(settings: EncoderSettings) -> None:
    """Raises ValueError for a value that would only show when a text is encoded."""
    for prefix in (settings.query_prefix, settings.passage_prefix):
        if not isinstance(prefix, str) or len(prefix) > _LONGEST_PREFIX:
            raise ValueError(f"a prefix must be a text of at most {_LONGEST_PREFIX} characters")
    tokens = settings.max_tokens
    if not isinstance(tokens, int) or not _FEWEST_TOKENS <= tokens <= _BATCH_TOKENS:
        raise ValueError(f"max_tokens must be a whole number from {_FEWEST_TOKENS} to {_BATCH_TOKENS}")
    if settings.pooling not in ("mean", "cls"):
        raise ValueError("pooling must be mean or cls")
