"""The ask page and a tip's private page."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sangto.intake import selectors, services
from sangto.intake.forms import AddressForm, AskForm
from sangto.intake.types import BadAddress, BadTip, TipPage, TipTooLong, UnknownTip
from sangto.lib.codes import DoorKind
from sangto.network.access import ViewerRequest, public
from sangto.network.selectors import default_desk


def _lang() -> str:
    return (get_language() or "vi")[:2]


@public
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: ViewerRequest) -> HttpResponse:
    """The front page: a box to paste into. A message that was taken leads to its private page."""
    if request.method != "POST":
        form = AskForm(initial={"text": request.GET.get("text", "")[:2000]})
        return render(request, "intake/ask.html", {"form": form})
    form = AskForm(request.POST)
    if not form.is_valid():
        return render(request, "intake/ask.html", {"form": form}, status=422)
    try:
        received = services.receive_tip(
            desk=default_desk(),
            door=DoorKind.WEB,
            text=form.cleaned_data["text"],
            lang=_lang(),
            address=form.cleaned_data["address"],
            wants_corrections=form.cleaned_data["wants_corrections"],
            once=form.once_id(),
        )
    except BadTip as problem:
        form.add_error("address" if isinstance(problem, BadAddress) else "text", str(problem))
        status = 413 if isinstance(problem, TipTooLong) else 422
        return render(request, "intake/ask.html", {"form": form}, status=status)
    return redirect("intake:tip", token=received.page.token)


def _private(response: HttpResponse) -> HttpResponse:
    """The link is the secret: no index, no cache, and no other site learns it.

    "same-origin", not "no-referrer": with that browsers send `Origin: null` with our own forms, which are then refused.
    """
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response


def _page(token: str) -> TipPage:
    try:
        return selectors.tip_by_token(token, _lang())
    except UnknownTip as unknown:
        raise Http404 from unknown


@public
@never_cache
@require_safe
def tip(request: ViewerRequest, token: str) -> HttpResponse:
    """What became of one message, for whoever has its link."""
    context = {"page": _page(token), "form": AddressForm()}
    return _private(render(request, "intake/tip.html", context))


@public
@never_cache
@require_POST
def settle(request: ViewerRequest, token: str) -> HttpResponse:
    """One tap: this is it, or none of these."""
    _page(token)
    chosen = request.POST.get("document_id", "")
    try:
        services.settle(token=token, document_id=UUID(chosen) if chosen else None)
    except (ValueError, UnknownTip) as unknown:
        raise Http404 from unknown
    return redirect("intake:tip", token=token)


@public
@never_cache
@require_POST
def contact(request: ViewerRequest, token: str) -> HttpResponse:
    """Leave an address on a message that still waits."""
    page = _page(token)
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            services.leave_contact(
                token=token,
                address=form.cleaned_data["address"],
                wants_corrections=form.cleaned_data["wants_corrections"],
            )
            return redirect("intake:tip", token=token)
        except BadTip as problem:
            form.add_error("address", str(problem))
    return _private(render(request, "intake/tip.html", {"page": page, "form": form}, status=422))
