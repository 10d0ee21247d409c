"""`sangto bench …`: the measurements of `benchmarks/`, which are part of the checkout and not of the package."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from sangto.config.commands.common import Subparsers
from sangto.config.terminal import EXIT_FAILED, give, say

BENCHMARKS = Path(__file__).resolve().parents[4] / "benchmarks"


def add(commands: Subparsers) -> None:
    bench = commands.add_parser("bench", help="measure this machine", add_help=False)
    bench.add_argument("what", nargs="?", default="")
    bench.add_argument("rest", nargs=argparse.REMAINDER)
    bench.set_defaults(run=run)


def available() -> dict[str, Path]:
    """Each `bench_<name>.py` is a program of its own, with `--json` and `--help`."""
    return {file.stem.removeprefix("bench_"): file for file in sorted(BENCHMARKS.glob("bench_*.py"))}


def run(arguments: argparse.Namespace) -> int:
    found = available()
    if not found:
        say(f"There are no benchmarks at {BENCHMARKS}: they come with the checkout, not with the installed package.")
        return EXIT_FAILED
    if arguments.what not in found:
        give("sangto bench WHAT [--json] …   where WHAT is one of: " + ", ".join(found))
        return 0 if arguments.what in {"", "-h", "--help"} else 2
    return os.execv(sys.executable, [sys.executable, str(found[arguments.what]), *arguments.rest])  # noqa: S606
