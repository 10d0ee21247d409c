"""What has to be done before the web server may start: migrations, static files, and the sample desk if asked for."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from io import StringIO

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sangto.config.settings")

logger = logging.getLogger(__name__)


def migrate() -> int:
    """Apply what is missing; how many migrations that was."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", interactive=False, verbosity=0)
    return len(plan)


def collect_static() -> None:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0, stdout=StringIO())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sangto.config.prepare")
    parser.add_argument("--sample", action="store_true")
    arguments = parser.parse_args()
    django.setup()
    from django.core.exceptions import ImproperlyConfigured

    try:
        migrate()
        collect_static()
        if arguments.sample:
            load_sample()
    except ImproperlyConfigured as problem:
        sys.stderr.write(f"sangto: {problem}\n")
        return 1
    return 0


def load_sample() -> None:
    """The sample desk; at the first time also its index, so that the first question finds an answer."""
    from sangto.audit import sequencer
    from sangto.catalogue import indexer
    from sangto.config import sample

    if sample.load():
        sequencer.catch_up()
        indexer.catch_up()


if __name__ == "__main__":
    raise SystemExit(main())
