"""The sample desk of `sangto demo` finds exactly what eval/corpus.jsonl says: figures of both are of one thing."""

from __future__ import annotations

from contextlib import closing

import pytest

from sangto.config.bench import asked
from sangto.config.bench.running import Caller, Installation, own_folder


@pytest.mark.long
def test_its_index_is_the_corpus_of_eval() -> None:
    with own_folder("sangto-sample-") as folder:
        demo = Installation(folder, command="demo")
        took = demo.start(within_s=900)
        try:
            assert asked.differing(demo) == []
            corpus = asked.corpus()
            with closing(Caller(demo.port)) as caller:
                status, said = caller.post("/api/v1/ask", {"text": next(iter(corpus.values()))["text"]})
            assert (status, said["decision"]) == (200, "answer")
        finally:
            demo.stop()
        print(f"\nsample desk: {len(corpus)} answers, ready {took:.0f} s after the first start")
