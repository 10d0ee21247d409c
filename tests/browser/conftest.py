"""A real desk and a real browser: `sangto demo` in a folder of its own, Chromium by Playwright."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

# As root Chromium refuses its own sandbox; the rest keeps it from calling home. The product's captures do not use this.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
START_WITHIN_S = 300


@dataclass(frozen=True)
class Site:
    """A running desk: its address and who can sign in."""

    address: str
    people: dict[str, tuple[str, str]]
    folder: Path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as response:  # noqa: S310  (our own address)
            return int(response.status) == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The sample desk, with its database, web server and worker."""
    folder = Path(tempfile.mkdtemp(prefix="sangto-browser-"))
    folder.chmod(0o711)
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    known = {
        name: value for name, value in os.environ.items() if not name.startswith(("SANGTO_", "DATABASE_URL", "DJANGO_"))
    }
    model = os.environ.get("SANGTO_MODEL_CACHE")
    command = [
        sys.executable,
        "-m",
        "sangto.config.cli",
        "demo",
        "--port",
        str(port),
        "--data-dir",
        str(folder / "data"),
    ]
    log = (folder / "serve.log").open("wb")
    process = subprocess.Popen(
        command, stdout=log, stderr=log, env=known | ({"SANGTO_MODEL_CACHE": model} if model else {})
    )
    deadline = time.monotonic() + START_WITHIN_S
    notes = folder / "data" / "sample-sign-ins.txt"
    try:
        while not (_answers(address) and notes.exists()):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the desk did not start:\n{(folder / 'serve.log').read_text()[-4000:]}")
            time.sleep(0.3)
        found = re.findall(r"^\s+(\w+)\s+(\S+@\S+)\s+(\S+)$", notes.read_text(), re.MULTILINE)
        yield Site(address, {role.lower(): (email, password) for role, email, password in found}, folder)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _install_by_apt() -> str | None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    done = subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], capture_output=True, check=False)
    return shutil.which("chromium") if done.returncode == 0 else None


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, else apt's when root, else Playwright's own, else a loud skip.

    Closed with its file: while Playwright runs, Django refuses the database to later tests of the same process.
    """
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    found = found or _install_by_apt()
    with sync_playwright() as playwright:
        try:
            launched = playwright.chromium.launch(executable_path=found, args=FLAGS)
        except Error as problem:
            pytest.skip(
                "NO BROWSER: install Debian's package chromium, or run `.venv/bin/playwright install chromium`. "
                f"({str(problem).splitlines()[0]})"
            )
        yield launched
        launched.close()
