"""What has to be done before the web server may start: migrations, static files, and the sample desk if asked for."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
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


def prepare_model() -> None:
    """Convert the encoder once, with a bar to watch, rather than at somebody's first question."""
    from django.conf import settings

    from sangto.lib.progress import Progress
    from sangto.matching.convert import ensure_model
    from sangto.matching.encoder import default_cache

    if settings.ENCODER_DIR is None:
        with Progress() as progress:
            ensure_model(default_cache(), progress)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m sangto.config prepare")
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--no-static", action="store_true", help="the web process reads them already")
    arguments = parser.parse_args(argv)
    django.setup()
    from django.core.exceptions import ImproperlyConfigured

    from sangto.audit.types import SYSTEM
    from sangto.playbooks.services import install_library

    try:
        migrate()
        if not arguments.no_static:
            collect_static()
        prepare_model()
        install_library(actor=SYSTEM)
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
