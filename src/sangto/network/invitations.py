"""The letter that brings a new colleague to choose a password."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from sangto.network import selectors
from sangto.network.models import Person


def send_invitation(person: Person) -> None:
    """Goes out with the caller's transaction, by the mail setting of the installation; in the person's language."""
    with translation.override(person.language):
        link = settings.BASE_URL + reverse(
            "account_reset_password_from_key",
            kwargs={"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)},
        )
        publisher = selectors.publisher_or_none()
        shown = {
            "name": person.name,
            "link": link,
            "publisher": publisher.name(person.language) if publisher else "Sáng Tỏ",
            "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
        }
        send_mail(
            " ".join(render_to_string("network/email/invitation_subject.txt", shown).split()),
            render_to_string("network/email/invitation_message.txt", shown),
            settings.DEFAULT_FROM_EMAIL,
            [person.email],
        )
