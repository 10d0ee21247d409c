"""Every request knows its viewer before any view runs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import cast

from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import get_language_from_path

from sangto.network import selectors
from sangto.network.access import ViewerRequest
from sangto.network.types import Viewer, public_viewer

GUEST_SESSION_KEY = "sangto_guest"


class ViewerMiddleware:
    """Sets `request.viewer`; stands after the session, locale and authentication middleware.

    A person's own language is used only where the address does not name one: what a link shows is what was shared.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        viewer = _viewer_of(request)
        cast("ViewerRequest", request).viewer = viewer
        if viewer.is_person and get_language_from_path(request.path_info) is None:
            translation.activate(viewer.language)
            request.LANGUAGE_CODE = translation.get_language() or viewer.language
        return self.get_response(request)


def _viewer_of(request: HttpRequest) -> Viewer:
    language = translation.get_language() or "vi"
    # Django's own check runs here: an inactive person or an old password hash gives nobody.
    if request.user.is_authenticated:
        if not selectors.is_suspended(request.user):
            return selectors.viewer_of_user(request.user)
        # An account that rests is out at once, in every browser.
        logout(request)
    guest_id = request.session.get(GUEST_SESSION_KEY)
    if guest_id is not None:
        # Looked up at every request, so that a revoked link closes at once.
        guest = selectors.viewer_of_guest(uuid.UUID(guest_id), language=language)
        if guest is not None:
            return guest
        del request.session[GUEST_SESSION_KEY]
    return public_viewer(language)
