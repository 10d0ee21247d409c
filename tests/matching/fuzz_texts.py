"""What reads texts, fuzzed under coverage by atheris: no exception, every promise of `reading_checks` kept.

    python -m pip install -e '.[fuzz]'
    PYTHONPATH=tests python tests/matching/fuzz_texts.py -max_total_time=600 -timeout=60 -len_control=0 [INPUTS]

The options are libFuzzer's; `INPUTS` is a folder that it keeps its finds in. An input that fails is written to
`crash-…`; named as the only argument it is run again.
"""

from __future__ import annotations

import importlib
import sys

from hypothesis import HealthCheck, given, settings

HOW_TO_GET_IT = (
    "atheris is not installed: it is for fuzzing alone and no part of `make env`. "
    "Run: python -m pip install -e '.[fuzz]' (Linux, CPython 3.11 to 3.13)."
)


def main() -> None:
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        sys.exit(HOW_TO_GET_IT)
    with atheris.instrument_imports(include=["sangto"]):
        checks = importlib.import_module("matching.reading_checks")
        hostile = importlib.import_module("matching.hostile")

    @settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(hostile.texts())
    def one_text(text: str) -> None:
        checks.check(text)

    checks.check("một tin thử trước khi bắt đầu")
    atheris.Setup(sys.argv, one_text.hypothesis.fuzz_one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
