"""`sangto serve` and `sangto demo`: the whole desk, in one command."""

from __future__ import annotations

import argparse
import os
import sys

from sangto.config import environment, postgres, supervisor
from sangto.config.commands.common import Subparsers, data_dir_option, settle_data_dir
from sangto.config.terminal import say

DEFAULT_PORT = 8000


def add(commands: Subparsers) -> None:
    demo = commands.add_parser("demo", help="a desk with sample data, ready to look at")
    demo.set_defaults(run=run, sample=True)
    serve = commands.add_parser("serve", help="web, worker and database, kept running")
    serve.set_defaults(run=run, sample=False)
    for command in (demo, serve):
        command.add_argument("--port", type=int, default=DEFAULT_PORT, metavar="N", help=f"default {DEFAULT_PORT}")
        command.add_argument(
            "--host", default="127.0.0.1", help="the address to listen on (default: this machine only)"
        )
        data_dir_option(command)


def run(arguments: argparse.Namespace) -> int:
    settle_data_dir(arguments)
    folder = environment.data_dir()
    os.environ.setdefault("SANGTO_BASE_URL", f"http://{_shown(arguments.host)}:{arguments.port}")
    # Every setting is looked at before anything starts.
    address = environment.base_url()
    environment.hosts(address)
    environment.mail()
    environment.database(folder)
    listener = supervisor.open_port(arguments.host, arguments.port)
    say(f"Sáng Tỏ keeps everything in {folder}")

    def ready() -> None:
        say(f"\nReady: {address}/")
        if arguments.sample:
            # The first start wrote it; nothing of it is secret beyond this machine.
            notes = folder / "sample-sign-ins.txt"
            if notes.exists():
                say(notes.read_text(encoding="utf-8").rstrip())
        say("Ctrl-C stops it.\n")

    prepare = [sys.executable, "-m", "sangto.config", "prepare", *(["--sample"] if arguments.sample else [])]
    with listener:
        return supervisor.run(
            server=None if os.environ.get("DATABASE_URL") else postgres.Embedded(folder, owner="sangto serve"),
            listener=listener,
            preparation=supervisor.Preparation(
                prepare,
                # Beside what it stands for: without static files there is no mark.
                mark=folder / "static" / ".prepared",
                fingerprint=supervisor.fingerprint(*prepare, os.environ.get("DATABASE_URL", "")),
            ),
            when_ready=ready,
        )


def _shown(host: str) -> str:
    """A listening address as something to open in a browser."""
    host = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104
    return f"[{host}]" if ":" in host else host
