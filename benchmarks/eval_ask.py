"""The messages of eval/ through POST /api/v1/ask of a sample desk: what is answered, suggested, and wrongly answered.

    python benchmarks/eval_ask.py [--json] [--misses FILE]

A demo is started in a data folder of its own, asked, and thrown away. An answer shows one document, a suggestion at
most three, so hit@5 counts what a person would have seen. `answered` and `wrongly_answered` are shares of the messages
that have an answer and that have none; one that is answered with another document counts in `answered_with_another`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sangto.config.bench import asked
from sangto.config.bench.running import Caller, Installation, own_folder
from sangto.lib.progress import Progress

# The sample desk is published answer by answer, the whole way.
READY_WITHIN_S = 900.0


@dataclass(frozen=True)
class Said:
    """What the desk said to one message."""

    message: asked.Message
    decision: str
    shown: tuple[str, ...]
    probability: float

    @property
    def rank(self) -> int:
        """Of the expected answer, from 1; 0 when it was not shown."""
        expected = self.message.expected
        return self.shown.index(expected) + 1 if expected in self.shown else 0


def ask_all(port: int, progress: Progress) -> list[Said]:
    names = asked.by_claim()
    messages = asked.messages()
    found = []
    caller = Caller(port)
    for number, message in enumerate(messages):
        status, said = caller.post("/api/v1/ask", {"text": message.text, "lang": message.lang})
        if status != 200:
            raise RuntimeError(f"{message.id} was answered {status}: {said}")
        shown = tuple(names[answer["claim"]] for answer in said["answers"])
        best = said["answers"][0]["probability"] if said["answers"] else 0.0
        found.append(Said(message, said["decision"], shown, best))
        progress(number / len(messages), "Asking")
    caller.close()
    return found


def share(part: Sequence[Said], whole: Sequence[Said]) -> float:
    return round(len(part) / len(whole), 4) if whole else 0.0


def figures_of(said: Sequence[Said]) -> dict[str, Any]:
    """Of any group of messages."""
    able = [one for one in said if one.message.expected]
    unable = [one for one in said if not one.message.expected]
    figures: dict[str, Any] = {"messages": len(said)}
    if able:
        figures |= {
            "hit@1": share([one for one in able if one.rank == 1], able),
            "hit@5": share([one for one in able if one.rank], able),
            "answered": share([one for one in able if one.decision == "answer" and one.rank == 1], able),
            "answered_with_another": share([one for one in able if one.decision == "answer" and one.rank != 1], able),
            "suggested": share([one for one in able if one.decision == "suggest" and one.rank], able),
            "none": share([one for one in able if one.decision == "none"], able),
        }
    if unable:
        figures |= {
            "wrongly_answered": share([one for one in unable if one.decision == "answer"], unable),
            "needlessly_suggested": share([one for one in unable if one.decision == "suggest"], unable),
        }
    return figures


def measure(progress: Progress) -> tuple[dict[str, Any], list[Said]]:
    with own_folder() as folder:
        demo = Installation(folder, command="demo")
        progress(0.0, "Starting a sample desk")
        demo.start(READY_WITHIN_S)
        try:
            said = ask_all(demo.port, progress)
            other = asked.differing(demo)
        finally:
            demo.stop()
    kinds: dict[str, list[Said]] = defaultdict(list)
    for one in said:
        kinds[one.message.kind].append(one)
    figures = {
        **figures_of(said),
        "documents": len(asked.corpus()),
        "index_differs_from_corpus": other,
        "by_kind": {kind: figures_of(group) for kind, group in sorted(kinds.items())},
    }
    return figures, said


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object, last, on stdout")
    parser.add_argument("--misses", type=Path, metavar="FILE", help="write what went wrong, one message a line")
    arguments = parser.parse_args()
    with Progress() as progress:
        figures, said = measure(progress)
    if arguments.misses:
        wrong = [one for one in said if (one.rank != 1 if one.message.expected else one.decision == "answer")]
        lines = [
            "\t".join(
                [one.message.id, one.message.kind, one.decision, f"{one.probability:.3f}", one.message.expected,
                 ",".join(one.shown), one.message.text]
            )
            for one in wrong
        ]  # fmt: skip
        arguments.misses.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, value in figures.items():
        if name == "by_kind":
            for kind, group in value.items():
                print(f"  {kind:<16}{group}")
        else:
            print(f"{name:<28}{value}")
    if arguments.json:
        print(json.dumps(figures, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
