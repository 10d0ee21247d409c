"""Pages of the reports room."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sangto.network.access import ViewerRequest, needs
from sangto.network.types import DeskInfo
from sangto.reports import selectors


@needs("audit.see")
@require_safe
def log(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """The desk's log: who did what, and whether it is chained yet."""
    before = request.GET.get("before", "")
    try:
        page = selectors.desk_log(desk, before=UUID(before) if before else None)
    except ValueError as wrong:
        raise Http404 from wrong
    return render(request, "reports/log.html", {"desk": desk, "page": page})
