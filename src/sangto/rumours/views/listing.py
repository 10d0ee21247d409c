"""The list of rumours under a filter, and filters kept under a name."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sangto.lib.codes import Harm, Priority, RumourState, Topic
from sangto.network.access import ViewerRequest, needs
from sangto.network.types import DeskInfo
from sangto.rumours import services
from sangto.rumours.filters import read
from sangto.rumours.listing import listing
from sangto.rumours.types import RumourProblem


@needs("desk.see")
@require_safe
def rumours(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """Every rumour that the filter of the address asks for."""
    wanted = read(request.GET.dict())
    found = listing(desk, request.viewer, wanted)
    return render(
        request,
        "rumours/list.html",
        {
            "desk": desk,
            "found": found,
            "filter": wanted,
            "states": RumourState.values(),
            "topics": Topic.values(),
            "priorities": Priority.values(),
            "harms": Harm.values(),
            "sorts": [
                (code, words, wanted.query(sort="" if code == "due" else code))
                for code, words in (
                    ("due", _("Due")),
                    ("triage", _("Points")),
                    ("messages", _("Messages")),
                    ("changed", _("Changed")),
                    ("number", _("Number")),
                )
            ],
            "before": wanted.query(page=wanted.page - 1) if wanted.page > 1 else "",
            "after": wanted.query(page=wanted.page + 1) if found.more else "",
        },
    )


@needs("rumours.see")
@require_POST
def save_view(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """Keep this filter under a name."""
    query = read(request.POST.dict()).query()
    try:
        services.save_view(
            desk=desk,
            viewer=request.viewer,
            name=request.POST.get("name", ""),
            query=query,
            shared=bool(request.POST.get("shared")),
        )
        messages.success(request, _("The view is kept."))
    except RumourProblem as problem:
        messages.error(request, str(problem))
    return redirect(f"{reverse('rumours:list', kwargs={'desk_slug': desk.slug})}?{query}")


@needs("rumours.see")
@require_POST
def drop_view(request: ViewerRequest, desk: DeskInfo, view_id: UUID) -> HttpResponse:
    """No more."""
    services.drop_view(desk=desk, view_id=view_id, viewer=request.viewer)
    return redirect("rumours:list", desk_slug=desk.slug)
