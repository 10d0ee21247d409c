"""`sangto worker`: one more worker, on this machine or another one, for the database of DATABASE_URL."""

from __future__ import annotations

import argparse
import os
import sys

from sangto.config.commands.common import Subparsers, data_dir_option, settle_data_dir
from sangto.config.terminal import EXIT_FAILED, say


def add(commands: Subparsers) -> None:
    worker = commands.add_parser("worker", help="one more worker (jobs, sequencer, index); `serve` has one already")
    worker.set_defaults(run=run)
    data_dir_option(worker)


def run(arguments: argparse.Namespace) -> int:
    settle_data_dir(arguments)
    from sangto.config import environment, postgres

    if not os.environ.get("DATABASE_URL") and not postgres.answers(postgres.dsn(environment.data_dir())):
        say("No database answers. Start `sangto serve` first (it has a worker of its own), or set DATABASE_URL.")
        return EXIT_FAILED
    # In place of this process, so that signals reach it.
    return os.execv(sys.executable, [sys.executable, "-m", "sangto.config", "worker"])  # noqa: S606
