"""Django's and allauth's mail takes the same way as all other: sealed into the outbox, with what caused it."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import get_language

from sangto.delivery import services
from sangto.delivery.types import InvalidAddress


class OutboxEmailBackend(BaseEmailBackend):
    """For the setting EMAIL_BACKEND: nothing is sent here, it commits with the caller's transaction."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        queued = 0
        for message in email_messages:
            for address in message.recipients():
                try:
                    services.queue_account_mail(
                        address=address,
                        language=get_language() or "vi",
                        subject=str(message.subject),
                        body=str(message.body),
                    )
                except InvalidAddress:
                    if not self.fail_silently:
                        raise
                else:
                    queued += 1
        return queued
