"""Sign-in rules of this installation."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody makes an account for themselves: people are entered by those who lead the installation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
