"""The `sangto` command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from sangto.config.commands import audit, bench, codes, doctor, load, match, migrate, playbook, serve, setup, worker
from sangto.config.terminal import EXIT_FAILED, say


def parser() -> argparse.ArgumentParser:
    """Every command; each group of them describes itself."""
    top = argparse.ArgumentParser(
        prog="sangto",
        description="Sáng Tỏ: a self-hosted desk that answers rumours with evidence.",
        epilog="Settings come from the environment; `sangto doctor` shows them and says what is missing.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for group in (serve, setup, worker, migrate, load, doctor, codes, audit, match, playbook, bench):
        group.add(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(argv)
    try:
        status: int = arguments.run(arguments)
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    except expected_failures() as problem:
        say(f"sangto: {problem}")
        return EXIT_FAILED
    return status


def expected_failures() -> tuple[type[Exception], ...]:
    """Failures whose message already says what to do: shown without a traceback."""
    from django.core.exceptions import ImproperlyConfigured

    from sangto.config.postgres import PostgresError
    from sangto.config.supervisor import StartError

    return (ImproperlyConfigured, PostgresError, StartError)


if __name__ == "__main__":
    sys.exit(main())
