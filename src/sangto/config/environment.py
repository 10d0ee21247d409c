"""What the environment says. A missing or wrong value stops the start and says how to mend it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from sangto.config import postgres


@dataclass(frozen=True)
class Mail:
    """The server that outgoing mail goes through; no host means: mail is written to files in the data folder."""

    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    tls: str = ""


def data_dir(env: Mapping[str, str] = os.environ) -> Path:
    """The one folder that holds everything of an installation."""
    named = env.get("SANGTO_DATA", "").strip()
    folder = Path(named or ".sangto").expanduser().resolve()
    if folder.exists() and not folder.is_dir():
        raise ImproperlyConfigured(
            f"SANGTO_DATA names {folder}, which is a file. Name a folder; it is made when missing."
        )
    return folder


def secret_key(folder: Path, env: Mapping[str, str] = os.environ) -> str:
    """The key that signs sessions and links: from the environment, or made once and kept in the data folder."""
    named = env.get("SANGTO_SECRET_KEY")
    if named is not None:
        if len(named) < 32:
            raise ImproperlyConfigured(
                "SANGTO_SECRET_KEY is shorter than 32 characters. Leave it out and a good one is made in the data"
                " folder, or make one: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
            )
        return named
    path = folder / "secret.key"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
        # O_EXCL: of two processes that start at once, one makes the key and the other reads it.
        fresh = folder / f"secret.key.{os.getpid()}"
        if not path.exists():
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(50))
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        kept = path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data folder {folder} cannot be used ({error.strerror}). Make it writable for this account, or name"
            " another one in SANGTO_DATA."
        ) from error
    if len(kept) < 32:
        raise ImproperlyConfigured(f"{path} is empty or damaged. Put its copy back; sessions and links depend on it.")
    return kept


def database(folder: Path, env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """NAME, USER, PASSWORD, HOST, PORT for Django, and other words of the address under their own names."""
    url = env.get("DATABASE_URL", "").strip()
    if not url:
        return {"NAME": postgres.DATABASE, "USER": postgres.USER, "HOST": str(postgres.socket_dir(folder)), "PORT": ""}
    if not url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            "DATABASE_URL must look like postgresql://user:password@host:5432/name. Only PostgreSQL (15 or later) is"
            " supported; leave it out to use the embedded one."
        )
    try:
        words = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}") from error
    if not words.get("dbname"):
        raise ImproperlyConfigured("DATABASE_URL names no database: end it with /name.")
    django_names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {django_names.get(name, name): value for name, value in words.items()}


def base_url(env: Mapping[str, str] = os.environ) -> str:
    """The public address, without a slash at the end."""
    named = env.get("SANGTO_BASE_URL", "http://127.0.0.1:8000").strip().rstrip("/")
    parts = urlsplit(named)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        raise ImproperlyConfigured(
            f"SANGTO_BASE_URL is {named!r}. It must be the public address alone, such as https://desk.example.org"
        )
    return named


def hosts(base: str, env: Mapping[str, str] = os.environ) -> list[str]:
    """The names this installation answers to."""
    named = [host.strip() for host in env.get("SANGTO_HOSTS", "").split(",") if host.strip()]
    if any("/" in host for host in named):
        raise ImproperlyConfigured("SANGTO_HOSTS takes names with commas between, without http:// and without a path.")
    own = urlsplit(base).hostname or ""
    return list(dict.fromkeys([own, *named, "127.0.0.1", "localhost", "[::1]"]))


def mail(env: Mapping[str, str] = os.environ) -> Mail:
    """`smtp://user:password@host:587?tls=start|on|off`; nothing means: write mail to files (for a first look)."""
    url = env.get("SANGTO_EMAIL_URL", "").strip()
    if not url:
        return Mail()
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        # A port that is no number: the usual one would be a guess.
        port = 0
    tls = {"smtp": "start", "smtps": "on"}.get(parts.scheme, "")
    for word in parts.query.split("&"):
        name, _, value = word.partition("=")
        tls = value if name == "tls" else tls
    if not tls or tls not in {"start", "on", "off"} or not parts.hostname or port == 0:
        raise ImproperlyConfigured(
            "SANGTO_EMAIL_URL must look like smtp://user:password@host:587 (STARTTLS), smtps://user:password@host:465,"
            " or end in ?tls=off for a server on this machine."
        )
    return Mail(
        host=parts.hostname,
        port=port or {"start": 587, "on": 465, "off": 25}[tls],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
    )


def mail_from(base: str, env: Mapping[str, str] = os.environ) -> str:
    """The address that mail comes from; the publisher's name is put before it when it is sent."""
    said = env.get("SANGTO_MAIL_FROM", "").strip() or f"noreply@{urlsplit(base).hostname}"
    if said.count("@") != 1 or any(character.isspace() for character in said):
        raise ImproperlyConfigured(f"SANGTO_MAIL_FROM is {said!r}; it must be one address alone.")
    return said


def whole_number(name: str, default: int, least: int, most: int, env: Mapping[str, str] = os.environ) -> int:
    said = env.get(name, "").strip()
    if not said:
        return default
    if not said.isdecimal() or not least <= int(said) <= most:
        raise ImproperlyConfigured(f"{name} is {said!r}; it must be a whole number from {least} to {most}.")
    return int(said)


def folder_or_none(name: str, env: Mapping[str, str] = os.environ) -> Path | None:
    said = env.get(name, "").strip()
    if not said:
        return None
    folder = Path(said).expanduser().resolve()
    if not folder.is_dir():
        raise ImproperlyConfigured(f"{name} names {folder}, which is no folder.")
    return folder
