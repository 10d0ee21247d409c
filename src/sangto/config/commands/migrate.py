"""`sangto migrate`: bring the database to what this version needs."""

from __future__ import annotations

import argparse

from sangto.config.commands.common import Subparsers, data_dir_option, database
from sangto.config.terminal import say


def add(commands: Subparsers) -> None:
    migrate = commands.add_parser("migrate", help="bring the database to what this version needs")
    migrate.set_defaults(run=run)
    data_dir_option(migrate)


def run(arguments: argparse.Namespace) -> int:
    with database(arguments):
        from sangto.config.prepare import migrate

        done = migrate()
    say(f"{done} migrations applied." if done else "The database is up to date.")
    return 0
