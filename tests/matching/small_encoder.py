"""A network of a few kilobytes with its tokenizer, so that tests can damage an encoder's folder a thousand times."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

DIM = 8
WORDS = ("<s>", "<pad>", "</s>", "<unk>", "query", ":", "passage", "tin", "nước", "chanh", "ung", "thư")


def write_small_encoder(folder: Path, words: int = len(WORDS)) -> None:
    """`words`: rows of the network's table; fewer than the tokenizer's is what a foreign network looks like."""
    folder.mkdir(parents=True, exist_ok=True)
    table = np.random.default_rng(5).normal(size=(words, DIM)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["hidden"])],
        "small",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["n", "t"])],
        [helper.make_tensor_value_info("hidden", TensorProto.FLOAT, ["n", "t", DIM])],
        [numpy_helper.from_array(table, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
