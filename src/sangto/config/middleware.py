"""The header that lets pages load from this installation only (Django 5.2 brings none)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER: Final = "Content-Security-Policy"
POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
    " object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
# The page that shows a secret to an authenticator app draws it as a picture inside the page.
_WITH_DRAWN_PICTURE: Final = frozenset({"mfa_activate_totp"})


class ContentSecurityPolicyMiddleware:
    """Every answer gets the policy, whoever made it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        match = request.resolver_match
        drawn = match is not None and match.url_name in _WITH_DRAWN_PICTURE
        response[HEADER] = POLICY.replace("img-src 'self'", "img-src 'self' data:") if drawn else POLICY
        return response
