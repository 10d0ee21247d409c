"""A message as it leaves: from the publisher, in the reader's language, with a way to hear no more."""

from __future__ import annotations

import uuid
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from sangto.network.types import PublisherInfo


def write(
    *,
    outbox_id: uuid.UUID,
    address: str,
    language: str,
    subject: str,
    body: str,
    publisher: PublisherInfo,
    opt_out_token: str | None,
) -> EmailMessage:
    """The letter. Its Message-ID comes from the outbox row, so that a repeated sending can be recognised as one."""
    name = publisher.name(language)
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = subject
    letter["From"] = Address(display_name=name, addr_spec=settings.DEFAULT_FROM_EMAIL)
    letter["To"] = Address(addr_spec=address)
    letter["Date"] = format_datetime(timezone.now())
    letter["Message-ID"] = message_id(outbox_id)
    # RFC 3834: no holiday notes back to us.
    letter["Auto-Submitted"] = "auto-generated"
    if publisher.contact_email:
        letter["Reply-To"] = Address(addr_spec=publisher.contact_email)
    text = body.rstrip() + "\n\n-- \n" + name + "\n"
    if opt_out_token is not None:
        with translation.override(language):
            link = settings.BASE_URL + reverse("delivery:opt_out", kwargs={"token": opt_out_token})
            text += gettext("To get no more e-mail from us: %(link)s") % {"link": link} + "\n"
        # RFC 8058: one tap in the mail program, without opening a page.
        letter["List-Unsubscribe"] = f"<{link}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(text)
    # Only now: setting the text drops every header about content.
    letter["Content-Language"] = language
    return letter


def message_id(outbox_id: uuid.UUID) -> str:
    return f"<{outbox_id}@{urlsplit(settings.BASE_URL).hostname}>"
