"""`sangto import`: published answers from a folder of YAML files, through the same services as everything else."""

from __future__ import annotations

import argparse
from pathlib import Path

from sangto.config.commands.common import Subparsers, data_dir_option, database, json_option
from sangto.config.terminal import EXIT_FAILED, give_json, say


def add(commands: Subparsers) -> None:
    load = commands.add_parser("import", help="answers from a folder of YAML files (the format of content/)")
    load.set_defaults(run=run)
    load.add_argument("folder", type=Path)
    load.add_argument("--desk", required=True, metavar="SLUG", help="the desk that publishes them")
    load.add_argument("--author", required=True, metavar="EMAIL", help="who writes them: an editor of that desk")
    load.add_argument("--reviewer", required=True, metavar="EMAIL", help="who reviews them: somebody else")
    data_dir_option(load)
    json_option(load)


def run(arguments: argparse.Namespace) -> int:
    with database(arguments):
        from sangto.config import importing
        from sangto.lib.progress import Progress

        try:
            with Progress() as progress:
                done = importing.run(
                    folder=arguments.folder,
                    desk_slug=arguments.desk,
                    author_email=arguments.author,
                    reviewer_email=arguments.reviewer,
                    progress=progress,
                )
        except importing.ImportFailed as problem:
            say(f"sangto import: {problem}")
            return EXIT_FAILED
    say(f"{done.published} answers published, {done.known} were there already.")
    if arguments.json:
        give_json({"published": done.published, "known": done.known})
    return 0
