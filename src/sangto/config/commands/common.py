"""What several commands need: the data folder, Django set up, and a database that answers."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Iterator
from typing import Any

import django

from sangto.config import environment, postgres

Subparsers = Any
"""argparse does not name the type of `add_subparsers()`."""


def data_dir_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data-dir", metavar="D", help="the folder that holds everything (default: $SANGTO_DATA, else .sangto here)"
    )


def json_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print one JSON object, last, on stdout")


def settle_data_dir(arguments: argparse.Namespace) -> None:
    """From here on every process of this command means the same folder."""
    if getattr(arguments, "data_dir", None):
        os.environ["SANGTO_DATA"] = arguments.data_dir
    os.environ["SANGTO_DATA"] = str(environment.data_dir())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sangto.config.settings")


@contextlib.contextmanager
def database(arguments: argparse.Namespace) -> Iterator[None]:
    """Django, with its database: the one of DATABASE_URL, or the embedded one, started if nobody has it running."""
    settle_data_dir(arguments)
    with contextlib.ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            stack.enter_context(postgres.running(environment.data_dir(), owner=f"sangto {arguments.command}"))
        django.setup()
        from django.db import connections

        stack.callback(connections.close_all)
        yield
