"""What opens files, fuzzed under coverage by atheris: an index, an encoder's folder, learnt and kept states.

    python -m pip install -e '.[fuzz]'
    PYTHONPATH=tests python tests/matching/fuzz_files.py -max_total_time=600 -timeout=60 -len_control=0 [INPUTS]

Each input says what is damaged and how; it must be refused by name or answer right, and the process must live. Tantivy
and onnxruntime are native code that atheris does not see: there it is a random walk. The options are libFuzzer's;
`INPUTS` is a folder that it keeps its finds in.
"""

from __future__ import annotations

import importlib
import random
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.fuzz_texts import HOW_TO_GET_IT


def main() -> None:
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        sys.exit(HOW_TO_GET_IT)
    with atheris.instrument_imports(include=["sangto"]):
        files = importlib.import_module("matching.index_files")
        small = importlib.import_module("matching.small_encoder")
        encoder = importlib.import_module("sangto.matching.encoder")
        convert = importlib.import_module("sangto.matching.convert")
        restore = importlib.import_module("sangto.matching.restore")
        states = importlib.import_module("sangto.matching.cluster_state")
        decision = importlib.import_module("sangto.matching.decision")

    base = Path(tempfile.mkdtemp(prefix="sangto-fuzz-"))
    whole, other, work = base / "whole", base / "other", base / "work"
    files.few_rows_are_many()
    files.build(whole)
    files.build(other, 100)
    small.write_small_encoder(base / "encoder")
    network = {path.name: path.read_bytes() for path in (base / "encoder").iterdir()}
    syllables = restore.Restorer.shipped().to_bytes()

    def index(chance: random.Random) -> None:
        files.copy(whole, work)
        what = files.damage(work, other, chance)
        files.outcome(work, write=chance.random() < 0.3, by_meaning=not files.compared_as_it_is(what))

    def model(chance: random.Random) -> None:
        for name, content in network.items():
            (base / "encoder" / name).write_bytes(content)
        name = chance.choice(sorted(network))
        (base / "encoder" / name).write_bytes(files.changed(network[name], chance.choice(files.KINDS), chance))
        with suppress(convert.ModelMissing):
            encoder.Encoder(base / "encoder", name="small").encode_queries(["tin nước chanh", ""])

    def kept(chance: random.Random) -> None:
        with suppress(restore.RestoreFileError):
            restore.Restorer.from_bytes(files.changed(syllables, chance.choice(files.KINDS), chance))

    @settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from([index, model, kept]), st.randoms(use_true_random=False), st.text(max_size=400))
    def one_damage(what: object, chance: random.Random, text: str) -> None:
        if callable(what):
            what(chance)
        with suppress(ValueError):
            states.read_state(text)
        with suppress(ValueError):
            decision.read_coefficients(text, "given")

    atheris.Setup(sys.argv, one_damage.hypothesis.fuzz_one_input)  # type: ignore[attr-defined]
    atheris.Fuzz()


if __name__ == "__main__":
    main()
