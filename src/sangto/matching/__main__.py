"""The engine's command line: `python -m sangto.matching match|eval|pair|cluster|checkable|tune|traps|train`.

It needs no database and no Django. Progress goes to stderr; the last line of stdout is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any, Final

from sangto.matching.commands import checkable, cluster, pair, search, train, traps, tune
from sangto.matching.convert import ModelMissing
from sangto.matching.files import BadInput
from sangto.matching.index import IndexProblem

_COMMANDS: Final = (search, pair, cluster, checkable, tune, traps, train)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        result: dict[str, Any] = options.run(options)
    except (BadInput, ModelMissing, IndexProblem) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        return 130
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sangto.matching", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in _COMMANDS:
        module.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
