"""How well messages are matched: BM25, Cofacts, Meedan Alegre and this project, same data, same run, quality and time.

    python benchmarks/matching_quality.py [--data DIR] [--sets own,2a] [--engines bm25,ours] [--json] [--out FILE]

The project's own labelled set (split test), traps made from it with their twins, and English questions about Vietnamese
claims are always measured; public sets only with --data, a folder as benchmarks/README.md describes it. The engines of
comparison are in benchmarks/floor, each with its recipe and what was left open. A message's time is that of one call,
its encoding included. A build's is without the encoding of texts whose vectors are kept from an earlier run, and then
has a star; with --fresh every text is encoded.

answered: of the messages that have an answer, the share that is answered with it. wrongly: of all messages, the share
that is answered with something else. drop: of MAP@5, the message as it was less its variant, over typos, case, dialect
and rewriting. A trap says something else than the claim it is made from, so any answer is wrong: how many were
answered, and Clopper and Pearson's one-sided bound of their share. twins: the share of them that is answered.
A last table gives every engine a bar of its own, fitted on the train split to be right 99 times in 100.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from floor.alegre import AlegreVectors, AlegreWords
from floor.bm25 import Bm25
from floor.cofacts import Cofacts
from floor.engine import Engine
from quality import figures, table
from quality.ours import Ours
from quality.sets import COLLECTIONS, NAMES, OWN_SETS, Collection, Message, MessageSet
from sangto.config.bench import machine
from sangto.lib.progress import Progress
from sangto.matching import measures
from sangto.matching.convert import ModelMissing
from sangto.matching.embeddings import Embeddings
from sangto.matching.encoder import Encoder
from sangto.matching.files import BadInput

# Asked before the clock counts: an engine's first messages load what the others use.
WARM_UP: Final = tuple(f"warming up, message {number}" for number in range(5))


class Makers:
    """Engines by name. Each has an encoder of its own: one that remembers the message makes the second engine quick."""

    def __init__(self, threads: int, progress: Progress, *, fresh: bool) -> None:
        self.progress, self._threads, self._fresh = progress, threads, fresh
        self._cache: Embeddings | None = None

    def make(self, name: str) -> Engine:
        return ENGINES[name](self)

    def encoder(self) -> tuple[Encoder, Embeddings | None, Progress]:
        encoder = Encoder.open(threads=self._threads, progress=self.progress)
        self._cache = None if self._fresh else Embeddings.open(encoder)
        return encoder, self._cache, self.progress

    def kept(self) -> int:
        """Vectors that the engine just built had from an earlier run."""
        found = 0 if self._cache is None else self._cache.found
        self._cache = None
        return found


ENGINES: Final[Mapping[str, Callable[[Makers], Engine]]] = {
    "bm25": lambda _: Bm25(),
    "bm25-folded": lambda _: Bm25(folded=True),
    "cofacts": lambda _: Cofacts(),
    "cofacts-one": lambda _: Cofacts(only_one_hit=True),
    "alegre-words": lambda _: AlegreWords(),
    "alegre-vectors": lambda makers: AlegreVectors(*makers.encoder()),
    "ours": lambda makers: Ours(*makers.encoder()),
}


def measure(
    *,
    names: Sequence[str],
    engines: Sequence[str],
    data: Path | None,
    progress: Progress,
    threads: int = 1,
    fresh: bool = False,
) -> dict[str, Any]:
    """The figures of these sets and engines. Raises BadInput where a file of the own set is damaged."""
    makers = Makers(threads, progress, fresh=fresh)
    sets: dict[str, Any] = {}
    skipped: dict[str, str] = {}
    fitted: dict[str, Any] = {}
    for group in COLLECTIONS:
        wanted = [name for name in group if name in names]
        if not wanted:
            continue
        collection = read(group, data)
        if isinstance(collection, str):
            skipped |= dict.fromkeys(wanted, collection)
            continue
        parts = needed(collection, wanted)
        for part in parts:
            about = {"title": part.title, "messages": len(part.messages), "documents": len(collection.documents)}
            sets[part.name] = {**about, "engines": {}}
        for name in engines:
            found, bar = run_engine(makers, name, collection, parts)
            for part in parts:
                sets[part.name]["engines"][name] = found[part.name]
            if bar is not None:
                fitted[name] = bar
    return {"threads": threads, "sets": sets, "with_fitted_bar": fitted, "skipped": skipped}


def read(group: tuple[str, ...], data: Path | None) -> Collection | str:
    """Or why it is skipped."""
    if data is None and group != OWN_SETS:
        return "no --data"
    try:
        return COLLECTIONS[group](data or Path())
    except BadInput as problem:
        if group == OWN_SETS:
            raise
        return str(problem)


def needed(collection: Collection, wanted: Sequence[str]) -> list[MessageSet]:
    """Of variants the set before them too: the drop is measured from it."""
    chosen = []
    for place, part in enumerate(collection.sets):
        after = collection.sets[place + 1 :]
        if part.name in wanted or any(one.form == "variants" and one.name in wanted for one in after):
            chosen.append(part)
    return chosen


def run_engine(
    makers: Makers, name: str, collection: Collection, parts: Sequence[MessageSet]
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Figures by set; and those at a bar fitted on the collection's train messages, where it has any."""
    engine = makers.make(name)
    began = time.perf_counter()
    engine.build(collection.documents)
    build_s = round(time.perf_counter() - began, 2)
    about = {"title": engine.title, "decides": engine.decides, "build_s": build_s, "vectors_kept": makers.kept()}
    found: dict[str, Any] = {}
    said: dict[str, list[figures.Asked]] = {}
    before: list[figures.Asked] = []
    for text in WARM_UP:
        engine.ask(text)
    heard: dict[str, float] = {}
    for part in parts:
        said[part.name] = asked = ask_all(engine, part.messages, heard, makers.progress)
        found[part.name] = about | figures.figures_of(part, asked, before)
        if part.form == "plain":
            before = asked
    bar = fit(engine, collection, said, makers.progress) if collection.train and "own" in said else None
    engine.close()
    del engine
    gc.collect()
    return found, bar


def ask_all(
    engine: Engine, messages: Sequence[Message], heard: dict[str, float], progress: Progress
) -> list[figures.Asked]:
    """`heard`: milliseconds by text. What was asked before keeps its time: an encoder may remember it."""
    asked = []
    for number, message in enumerate(messages, 1):
        began = time.perf_counter()
        said = engine.ask(message.text)
        took_ms = heard.setdefault(message.text, (time.perf_counter() - began) * 1000)
        asked.append(figures.Asked(message, said, took_ms))
        progress(number / len(messages), f"{engine.title}: asked {number:,} of {len(messages):,} messages")
    return asked


def fit(
    engine: Engine, collection: Collection, said: Mapping[str, Sequence[figures.Asked]], progress: Progress
) -> dict[str, Any]:
    """At a bar fitted on the train messages; ours, which was fitted on them too, as it is."""
    bar: float | None = None
    if not isinstance(engine, Ours):
        bar = figures.bar_for(ask_all(engine, collection.train, {}, progress))
        said = {name: figures.at_bar(asked, bar) for name, asked in said.items()}
    own = measures.measure(one.outcome for one in said["own"])
    found = {key: own[key] for key in ("answered", "wrongly_answered", "answered_n", "wrongly_answered_n")}
    if "traps" in said:
        found |= figures.trap_figures(said["traps"])
    return {"title": engine.title, "bar": bar if bar != math.inf else None, **found}


def show(found: Mapping[str, Any]) -> None:
    print(table.results(found["sets"]))
    print("* without the encoding of texts whose vectors are kept from an earlier run")
    if "own" in found["sets"]:
        print("\nThe own set by kind of message:\n" + table.kinds(found["sets"]["own"]))
    if found["with_fitted_bar"]:
        print("\nWith a bar fitted on the train split:\n" + table.bars(found["with_fitted_bar"]))
    for name, reason in found["skipped"].items():
        print(f"Skipped {name}: {reason}. benchmarks/README.md says where the public sets are.")


def listed(known: Sequence[str]) -> Callable[[str], list[str]]:
    def read(text: str) -> list[str]:
        chosen = [name.strip() for name in text.split(",") if name.strip()]
        if wrong := [name for name in chosen if name not in known]:
            raise argparse.ArgumentTypeError(f"{wrong[0]} is none of {', '.join(known)}")
        return [name for name in known if name in chosen]

    return read


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, metavar="DIR", help="a folder with the public sets")
    options.add_argument("--sets", type=listed(NAMES), default=list(NAMES), metavar="A,B", help=", ".join(NAMES))
    options.add_argument(
        "--engines", type=listed([*ENGINES]), default=list(ENGINES), metavar="A,B", help=", ".join(ENGINES)
    )
    options.add_argument("--threads", type=int, default=1, metavar="N", help="of the encoder (1)")
    options.add_argument("--fresh", action="store_true", help="encode every text, though its vector may be known")
    options.add_argument("--json", action="store_true", help="print one JSON object, last, on stdout")
    options.add_argument("--out", type=Path, metavar="FILE", help="also write the figures there, with the machine")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        with Progress() as progress:
            found = measure(
                names=options.sets,
                engines=options.engines,
                data=options.data,
                progress=progress,
                threads=options.threads,
                fresh=options.fresh,
            )
    except (BadInput, ModelMissing) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    show(found)
    if options.json:
        print(json.dumps(found, ensure_ascii=False))
    if options.out:
        words = [Path(word).name if Path(word).is_absolute() else word for word in arguments or sys.argv[1:]]
        machine.write(options.out, command=["python", "benchmarks/matching_quality.py", *words], figures=found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
