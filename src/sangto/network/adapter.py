"""Sign-in rules of the installation, for allauth."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, translate_url
from django.utils import translation

from sangto.network import selectors
from sangto.network.models import Person


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody makes an account for themselves: people are entered by those who lead a desk."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse | None:
        """Whatever was shown to prove who it is: an account that rests opens to nobody."""
        if selectors.is_suspended(user):
            answer: HttpResponse = self.respond_user_inactive(request, user)
            return answer
        refused: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return refused

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To the desks, in the language the person reads."""
        with translation.override(getattr(request.user, "language", None) or translation.get_language()):
            return reverse("network:desks")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("network:me")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Below the installation's own address, whatever host the request named."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return str(settings.BASE_URL) + path.replace("UID-KEY", quote(key))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of the person whose address it is."""
        person = Person.objects.filter(email__iexact=email).first()
        language = person.language if person else translation.get_language()
        publisher = selectors.publisher_or_none()
        shown = {**context, "publisher_called": publisher.name(language) if publisher else "Sáng Tỏ"}
        # allauth made the link in the language of the page, in which alone it can be read back.
        if link := context.get("password_reset_url"):
            shown["password_reset_url"] = translate_url(link, language)
        with translation.override(language):
            super().send_mail(template_prefix, email, shown)
