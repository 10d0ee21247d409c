"""`sangto codes`: the closed lists, for other programs."""

from __future__ import annotations

import argparse

from sangto.config.commands.common import Subparsers, json_option
from sangto.config.terminal import give, give_json
from sangto.lib.codes import ALL_LISTS


def add(commands: Subparsers) -> None:
    codes = commands.add_parser("codes", help="the closed lists: every code with its label in both languages")
    codes.set_defaults(run=run)
    json_option(codes)


def run(arguments: argparse.Namespace) -> int:
    if arguments.json:
        give_json(
            {
                name: [{"code": code.value, "vi": code.vi, "en": code.en} for code in codes]
                for name, codes in ALL_LISTS.items()
            }
        )
        return 0
    for name, codes in ALL_LISTS.items():
        give(name)
        for code in codes:
            give(f"  {code.value:<22}{code.en:<30}{code.vi}")
    return 0
