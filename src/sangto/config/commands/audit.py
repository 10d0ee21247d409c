"""`sangto audit verify`: is the log whole, unchanged and in order?"""

from __future__ import annotations

import argparse

from sangto.config.commands.common import Subparsers, data_dir_option, database, json_option
from sangto.config.terminal import give


def add(commands: Subparsers) -> None:
    audit = commands.add_parser("audit", help="the log of who did what")
    actions = audit.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="find a changed, removed or inserted entry, and name it")
    verify.set_defaults(run=run)
    data_dir_option(verify)
    json_option(verify)


def run(arguments: argparse.Namespace) -> int:
    with database(arguments):
        from sangto.audit import verify

        status, report = verify.main_report(arguments.json)
    give(report)
    return status
