"""Who may open a page: every view is wrapped by exactly one of these, and a test builds its matrix from that."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Concatenate, ParamSpec, Protocol, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect

from sangto.network import rules, selectors
from sangto.network.types import DeskInfo, UnknownDesk, Viewer

P = ParamSpec("P")


class ViewerRequest(HttpRequest):
    """A request that has passed ViewerMiddleware."""

    viewer: Viewer


class Scope(StrEnum):
    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    SITE = "site"
    DESK = "desk"


@dataclass(frozen=True)
class Access:
    """What a view asks of its viewer."""

    scope: Scope
    perm: str | None = None
    # At SITE: a role at any desk is enough.
    anywhere: bool = False


class GuardedView(Protocol):
    """A view that says who may open it."""

    sangto_access: Access

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


def _guarded(view: Callable[..., HttpResponseBase], access: Access) -> GuardedView:
    guarded = cast("GuardedView", view)
    guarded.sangto_access = access
    return guarded


def _known(perm: str) -> str:
    if perm not in rules.PERMS:
        raise KeyError(f"no such permission: {perm}")
    return perm


def _to_sign_in(request: ViewerRequest) -> HttpResponse:
    sign_in = resolve_url("account_login")
    # A form that was sent cannot be sent again by following `next`, so go back to where its page may be found.
    here = request.get_full_path() if request.method in ("GET", "HEAD") else resolve_url("network:desks")
    answer = redirect_to_login(here, sign_in)
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRedirect(answer.url)
    return answer


def _is_stranger(viewer: Viewer) -> bool:
    return not (viewer.is_person or viewer.is_guest)


def needs(perm: str) -> Callable[[Callable[Concatenate[ViewerRequest, DeskInfo, P], HttpResponseBase]], GuardedView]:
    """A page of a desk: the view gets the DeskInfo of the address's `desk_slug`.

    A stranger is sent to sign in, an unknown desk is 404, someone without the permission at that desk gets 403.
    """
    _known(perm)

    def wrap(view: Callable[Concatenate[ViewerRequest, DeskInfo, P], HttpResponseBase]) -> GuardedView:
        @functools.wraps(view)
        def guarded(request: ViewerRequest, /, desk_slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if _is_stranger(request.viewer):
                return _to_sign_in(request)
            try:
                desk = selectors.desk_by_slug(desk_slug)
            except UnknownDesk as unknown:
                raise Http404 from unknown
            if not rules.may(request.viewer, perm, desk):
                raise PermissionDenied
            return view(request, desk, *args, **kwargs)

        return _guarded(guarded, Access(Scope.DESK, perm))

    return wrap


def needs_site(
    perm: str, *, anywhere: bool = False
) -> Callable[[Callable[Concatenate[ViewerRequest, P], HttpResponseBase]], GuardedView]:
    """A page of the whole installation; with `anywhere`, the permission at any one desk is enough."""
    _known(perm)

    def wrap(view: Callable[Concatenate[ViewerRequest, P], HttpResponseBase]) -> GuardedView:
        @functools.wraps(view)
        def guarded(request: ViewerRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            viewer = request.viewer
            if _is_stranger(viewer):
                return _to_sign_in(request)
            if not (rules.may_at_any(viewer, perm) if anywhere else rules.may(viewer, perm, None)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return _guarded(guarded, Access(Scope.SITE, perm, anywhere=anywhere))

    return wrap


def signed_in(view: Callable[Concatenate[ViewerRequest, P], HttpResponseBase]) -> GuardedView:
    """A page for every person with an account; a guest is not one."""

    @functools.wraps(view)
    def guarded(request: ViewerRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if _is_stranger(request.viewer):
            return _to_sign_in(request)
        if not request.viewer.is_person:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return _guarded(guarded, Access(Scope.SIGNED_IN))


def public(view: Callable[Concatenate[ViewerRequest, P], HttpResponseBase]) -> GuardedView:
    """A page for everyone."""

    @functools.wraps(view)
    def guarded(request: ViewerRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return _guarded(guarded, Access(Scope.PUBLIC))
