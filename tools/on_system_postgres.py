"""Runs the tests once more on the system's own PostgreSQL (15 or later), in a folder that goes away.

    python tools/on_system_postgres.py -- PYTEST ARGUMENTS…

Where none is installed it says so, with the way to get one, and ends well: the tests have run on the embedded one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import psycopg

from sangto.config import postgres

LEAST: Final = 15
_PLACES: Final = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


def newest() -> tuple[int, Path] | None:
    """(major version, folder of programs) of the newest installed server that is new enough."""
    found: list[tuple[int, Path]] = []
    folders = [folder for pattern in _PLACES for folder in Path("/").glob(pattern.lstrip("/"))]
    if named := shutil.which("postgres"):
        folders.append(Path(named).resolve().parent)
    for folder in folders:
        if not (folder / "initdb").exists():
            continue
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
        if (version := re.search(r"(\d+)", said)) and int(version[1]) >= LEAST:
            found.append((int(version[1]), folder))
    return max(found, default=None)


def main() -> int:
    arguments = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    server = newest()
    if server is None:
        print(f"NOT RUN: no system PostgreSQL {LEAST} or later is installed (Debian: apt-get install postgresql).")
        return 0
    version, programs = server
    print(f"The tests once more, on PostgreSQL {version} of {programs}")
    with tempfile.TemporaryDirectory(prefix="sangto-sys-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        account = postgres.server_account()
        data = folder / "pg"
        data.mkdir(mode=0o700)
        if account is not None:
            os.chown(data, account.pw_uid, account.pw_gid)
        as_account = postgres.as_account(account)
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", postgres.USER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"],
            check=True, stdout=subprocess.DEVNULL, cwd=data, **as_account,
        )  # fmt: skip
        options = {
            "listen_addresses": "", "unix_socket_directories": str(data), "fsync": "off", "synchronous_commit": "off",
            "full_page_writes": "off", "max_connections": "300",
        }  # fmt: skip
        with (folder / "log").open("wb") as log:
            settings = [part for item in options.items() for part in ("-c", "=".join(item))]
            running = subprocess.Popen(
                [programs / "postgres", "-D", data, *settings],
                stdout=log, stderr=log, cwd=data, **as_account,
            )  # fmt: skip
        try:
            address = f"postgresql://{postgres.USER}@/postgres?host={data}"
            _wait_for(address)
            return subprocess.run(
                [sys.executable, "-m", "pytest", *arguments],
                check=False,
                env={**os.environ, "SANGTO_TEST_DATABASE_URL": address},
            ).returncode
        finally:
            running.terminate()
            running.wait(30)


def _wait_for(address: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(address).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


if __name__ == "__main__":
    raise SystemExit(main())
