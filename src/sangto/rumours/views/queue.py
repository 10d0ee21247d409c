"""What to answer next, and what one article would answer together."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sangto.lib.codes import RumourLinkKind
from sangto.network.access import ViewerRequest, needs
from sangto.network.rules import may
from sangto.network.types import DeskInfo
from sangto.rumours import queue, services
from sangto.rumours.types import NotAllowed, RumourProblem


def _lang() -> str:
    return (get_language() or "vi")[:2]


@needs("desk.see")
@require_safe
def following(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """One order, and why each stands where it stands."""
    show = request.GET.get("show", "all")
    page = request.GET.get("page", "1")
    found = queue.queue(
        desk,
        request.viewer,
        show=show if show in queue.SHOWS else "all",
        page=int(page) if page.isdecimal() and len(page) < 6 else 1,
    )
    rows = [(row, row.rumour.claim(_lang())) for row in found.rows]
    return render(
        request,
        "rumours/queue.html",
        {"desk": desk, "queue": found, "rows": rows, "may_work": may(request.viewer, "rumours.work", desk)},
    )


@needs("desk.see")
@require_safe
def topics(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """Groups of open rumours worth one article."""
    themes = [(theme, [(row, row.claim(_lang())) for row in theme.rumours]) for theme in queue.themes(desk)]
    return render(
        request,
        "rumours/topics.html",
        {"desk": desk, "themes": themes, "may_work": may(request.viewer, "rumours.work", desk)},
    )


@needs("rumours.work")
@require_POST
def link(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """These are of one theme."""
    numbers = [int(value) for value in request.POST.getlist("number") if value.isdecimal() and len(value) < 10]
    try:
        made = services.link_rumours(desk=desk, numbers=numbers, kind=RumourLinkKind.SAME_THEME, viewer=request.viewer)
        messages.success(
            request,
            ngettext("%(count)d link is new.", "%(count)d links are new.", made) % {"count": made}
            if made
            else _("They were linked already."),
        )
    except RumourProblem as problem:
        messages.error(request, str(problem))
    except NotAllowed as refused:
        raise PermissionDenied from refused
    return redirect("rumours:topics", desk_slug=desk.slug)
