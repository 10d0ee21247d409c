"""E-mail: handed to the SMTP server of the installation, or, where none is named, written to files.

Whatever a server answers may quote the address, so only its number leaves this file.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import smtplib
import ssl
import uuid
from email.message import EmailMessage
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

# A server that says nothing for this long is tried again later.
TIMEOUT_S: Final = 30
_PERMANENT: Final = 500


class Refused(Exception):
    """The server will never take a letter to this address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TryLater(Exception):
    """It did not go out this time."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def deliver(letter: EmailMessage, *, to: str, outbox_id: uuid.UUID, key_day: dt.date) -> None:
    """Raises Refused or TryLater; on return a server (or the mailbox folder) has the letter."""
    if settings.MAIL.host:
        _hand_to_server(letter, to)
    else:
        _put_in_mailbox(letter, outbox_id, key_day)


def _hand_to_server(letter: EmailMessage, to: str) -> None:
    sender = str(settings.DEFAULT_FROM_EMAIL)
    try:
        with _connection() as server:
            server.send_message(letter, from_addr=sender, to_addrs=[to])
    except smtplib.SMTPRecipientsRefused as refused:
        code = next(iter(refused.recipients.values()))[0]
        raise _by_code(code) from None
    except smtplib.SMTPDataError as refused:
        raise _by_code(refused.smtp_code) from None
    except smtplib.SMTPResponseException as trouble:
        # Sign-in, our own address, the greeting: a fault of the installation, not of the reader's address.
        raise TryLater(f"smtp {trouble.smtp_code}") from None
    except (smtplib.SMTPException, ssl.SSLError, OSError) as trouble:
        raise TryLater(type(trouble).__name__) from None


def _by_code(code: int) -> Refused | TryLater:
    return Refused(f"smtp {code}") if code >= _PERMANENT else TryLater(f"smtp {code}")


def _connection() -> smtplib.SMTP:
    mail = settings.MAIL
    # Our public name, not this machine's own, is what the server hears.
    own_name = _as_greeting(urlsplit(settings.BASE_URL).hostname or "localhost")
    server: smtplib.SMTP
    if mail.tls == "on":
        server = smtplib.SMTP_SSL(
            mail.host, mail.port, local_hostname=own_name, timeout=TIMEOUT_S, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(mail.host, mail.port, local_hostname=own_name, timeout=TIMEOUT_S)
    try:
        if mail.tls == "start":
            server.starttls(context=ssl.create_default_context())
        if mail.user:
            server.login(mail.user, mail.password)
    except BaseException:
        server.close()
        raise
    return server


def _as_greeting(host: str) -> str:
    """A name as it is; an IP address in brackets (RFC 5321 §4.1.3)."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"


def _put_in_mailbox(letter: EmailMessage, outbox_id: uuid.UUID, key_day: dt.date) -> None:
    """One file a letter, in a folder that dies with the key of the same day."""
    folder = Path(settings.DATA_DIR) / "mailbox" / key_day.isoformat()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = folder / f".{outbox_id}.new"
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(letter.as_bytes())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / f"{outbox_id}.eml")
