"""`sangto bench …`: measurements on this machine, each of something made for it and thrown away afterwards.

Those of the whole are part of the package; those of one room, and of the checkout's own data, are programs in its
`benchmarks/`, each with `--json` and `--help`. `--out FILE` keeps the figures of either with the machine they are of.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from sangto.config.commands.common import Subparsers, json_option
from sangto.config.terminal import EXIT_FAILED, EXIT_USAGE, give, give_json, say
from sangto.lib.progress import Progress

BENCHMARKS: Final = Path(__file__).resolve().parents[4] / "benchmarks"
_OWN: Final = ("intake", "match")


def programs() -> dict[str, Path]:
    """The checkout's own measurements by name; none in an installed package."""
    return {file.stem.removeprefix("bench_"): file for file in sorted(BENCHMARKS.glob("*.py"))}


def add(commands: Subparsers) -> None:
    bench = commands.add_parser("bench", help="measure this machine")
    bench.set_defaults(run=run, what="")
    bench.add_argument("--list", action="store_true", help="the names of what can be measured, one a line")
    measures = bench.add_subparsers(dest="what", metavar="WHAT")
    intake = measures.add_parser("intake", help="messages taken in a second, against bare INSERTs; is each stored?")
    intake.add_argument("--seconds", type=float, default=20.0, metavar="S", help="how long 16 clients ask (20)")
    match = measures.add_parser("match", help="the text engine: time, memory and recall at N claims")
    match.add_argument("--claims", type=int, default=1000, metavar="N", help="documents in the index (1000)")
    match.add_argument("--queries", type=int, default=300, metavar="N", help="messages asked (300)")
    match.add_argument(
        "--data", type=Path, metavar="DIR", help="a folder with news.jsonl.gz (id, title, text), not made-up claims"
    )
    for command in (intake, match):
        json_option(command)
        _out_option(command)
    for name, file in programs().items():
        # A prefix that nobody types: whatever follows, options too, is the program's own.
        program = measures.add_parser(
            name, help=f"benchmarks/{file.name}; --help describes it", add_help=False, prefix_chars="\0"
        )
        program.add_argument("rest", nargs=argparse.REMAINDER)


def _out_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=Path, metavar="FILE", help="also write the figures there, with the machine")


def run(arguments: argparse.Namespace) -> int:
    if arguments.list:
        for name in sorted({*_OWN, *programs()}):
            give(name)
        return 0
    if not arguments.what:
        say("sangto bench WHAT …   where WHAT is one of: " + ", ".join(sorted({*_OWN, *programs()})))
        return EXIT_USAGE
    if arguments.what not in _OWN:
        return _run_program(arguments)
    from sangto.config.bench import running

    try:
        with Progress() as progress:
            figures = _measure(arguments, progress)
    except (running.NotReady, ValueError, OSError) as problem:
        say(f"sangto bench {arguments.what}: {problem}")
        return EXIT_FAILED
    for name, value in figures.items():
        give(f"{name:<18}{value}")
    if arguments.json:
        give_json(figures)
    _keep(arguments, figures)
    return 0


def _measure(arguments: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    if arguments.what == "intake":
        from sangto.config.bench import intake

        return intake.measure(seconds=arguments.seconds, progress=progress)
    from sangto.config.bench import match

    if not 1 <= arguments.queries <= arguments.claims:
        raise ValueError("--claims must be at least 1, and --queries not more than that")
    return match.measure(claims=arguments.claims, data=arguments.data, queries=arguments.queries, progress=progress)


def _run_program(arguments: argparse.Namespace) -> int:
    """In a process of its own. What it prints goes on as it is; with --out the last line is kept too."""
    out = argparse.ArgumentParser(add_help=False)
    _out_option(out)
    kept, rest = out.parse_known_args(arguments.rest)
    command = [sys.executable, str(programs()[arguments.what]), *rest]
    if kept.out is None:
        return subprocess.run(command, check=False).returncode
    if "--json" not in rest:
        command.append("--json")
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    give(done.stdout.rstrip("\n"))
    if not done.returncode:
        _keep(kept, json.loads(done.stdout.rstrip().rpartition("\n")[2]))
    return done.returncode


def _keep(arguments: argparse.Namespace, figures: dict[str, Any]) -> None:
    if arguments.out:
        from sangto.config.bench import machine

        # Where somebody keeps their data is nobody's business; what it is called says enough.
        words = [Path(word).name if Path(word).is_absolute() else word for word in sys.argv[1:]]
        machine.write(arguments.out, command=["sangto", *map(shlex.quote, words)], figures=figures)
