"""`python -m sangto.config.bench desk`: a desk to measure, in the data folder of a running or stopped installation."""

from __future__ import annotations

import argparse
import sys

from sangto.config.commands.common import data_dir_option, database
from sangto.config.terminal import give_json


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sangto.config.bench", description=__doc__)
    parser.add_argument("command", choices=["desk"])
    parser.add_argument("--answers", type=int, default=0, metavar="N", help="published the whole way")
    data_dir_option(parser)
    arguments = parser.parse_args()
    with database(arguments):
        from sangto.config.bench import desk

        desk.make(arguments.answers)
    give_json({"desk": desk.SLUG, "answers": arguments.answers})
    return 0


if __name__ == "__main__":
    sys.exit(main())
