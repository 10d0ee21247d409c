"""A mail server on this machine that keeps what it is given, or answers as it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class MailServer:
    """Takes letters, or answers as it is told."""

    letters: list[Envelope] = field(default_factory=list)
    # What the server says to RCPT and to the end of DATA.
    to_recipient: str = "250 OK"
    to_data: str = "250 OK"
    port: int = 0
    # Called when a letter has been taken and the sender has not heard so yet.
    on_letter: Callable[[], None] | None = None

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.to_data.startswith("250"):
            self.letters.append(envelope)
            if self.on_letter is not None:
                self.on_letter()
        return self.to_data
