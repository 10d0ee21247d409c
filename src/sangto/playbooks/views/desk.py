"""The playbooks of a desk, and the forms of a walk. The page of a walk is its subject's: `_run.html` stands there."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sangto.network.access import ViewerRequest, needs
from sangto.network.types import DeskInfo
from sangto.playbooks import selectors, services
from sangto.playbooks.seals import BrokenSeal, opened
from sangto.playbooks.svg import as_svg
from sangto.playbooks.types import (
    EvidenceMissing,
    NoteTooLong,
    NotYourStep,
    PlaybookPage,
    PlaybookRefusal,
    RunInfo,
    UnknownOption,
    UnknownPlaybook,
    UnknownRun,
)


@needs("desk.see")
@require_safe
def playbook_list(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    return render(request, "playbooks/list.html", {"desk": desk, "playbooks": selectors.playbooks()})


@needs("desk.see")
@require_safe
def playbook(request: ViewerRequest, desk: DeskInfo, slug: str) -> HttpResponse:
    return render(
        request, "playbooks/playbook.html", {"desk": desk, "page": _page(slug, _number(request.GET.get("version", "")))}
    )


@needs("desk.see")
@require_safe
def compare(request: ViewerRequest, desk: DeskInfo, slug: str, old: int, new: int) -> HttpResponse:
    """What changed from one version to another, in words and in the picture."""
    try:
        page = selectors.compared(slug, old, new)
    except UnknownPlaybook as unknown:
        raise Http404 from unknown
    return render(request, "playbooks/compare.html", {"desk": desk, "page": page})


@needs("desk.see")
@require_safe
def print_page(request: ViewerRequest, desk: DeskInfo, slug: str, number: int) -> HttpResponse:
    """A version for paper: the tree in strips on one A3, then its steps."""
    return render(request, "playbooks/print.html", {"desk": desk, "page": _page(slug, number)})


@needs("desk.see")
@require_safe
def sheet(request: ViewerRequest, desk: DeskInfo, slug: str, number: int) -> HttpResponse:
    """The same tree as a file of its own."""
    page = _page(slug, number)
    lang = get_language() or "vi"
    body = as_svg(page.sheet, page.info.name.name(lang), sheet=True)
    return HttpResponse(
        body,
        content_type="image/svg+xml; charset=utf-8",
        # Saved, not shown: a picture with a style of its own would need another policy than our pages have.
        headers={"Content-Disposition": f'attachment; filename="{slug}-{number}-{lang}.svg"'},
    )


@needs("desk.see")
@never_cache
@require_safe
def coverage(request: ViewerRequest, desk: DeskInfo, slug: str) -> HttpResponse:
    here_only = request.GET.get("desk") == "1"
    try:
        covered = selectors.coverage(slug, desk_id=desk.id if here_only else None)
    except UnknownPlaybook as unknown:
        raise Http404 from unknown
    return render(request, "playbooks/coverage.html", {"desk": desk, "coverage": covered, "here_only": here_only})


@needs("playbooks.run")
@never_cache
@require_POST
def start(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    try:
        subject_kind, subject_id = opened(request.POST.get("subject", ""), desk_id=desk.id)
        services.start_run(
            desk=desk,
            playbook_slug=request.POST.get("playbook", ""),
            subject_kind=subject_kind,
            subject_id=subject_id,
            viewer=request.viewer,
        )
    except BrokenSeal:
        messages.error(request, _("This page can no longer be used. Reload it and start again."))
    except PlaybookRefusal as refusal:
        messages.warning(request, str(refusal))
    return _back(request, desk)


@needs("playbooks.answer")
@never_cache
@require_POST
def choose(request: ViewerRequest, desk: DeskInfo, run_id: UUID) -> HttpResponse:
    """One answer. Where it cannot be recorded, the page says why, shows where the walk stands and keeps the note."""
    _of_this_desk(desk, run_id)
    note = request.POST.get("note", "")
    seen = request.POST.get("seen", "")
    try:
        services.choose(
            run_id=run_id,
            step=request.POST.get("step", ""),
            option=request.POST.get("option", ""),
            note=note,
            viewer=request.viewer,
            # Anything that is no number of choices is a page that was never ours.
            seen=int(seen) if seen.isdecimal() and len(seen) < 6 else -1,
        )
    except PlaybookRefusal as refusal:
        context = {
            "desk": desk,
            "run": selectors.run(run_id),
            "problem": str(refusal),
            "note": note,
            "next": _next(request, desk),
        }
        status = {NoteTooLong: 422, UnknownOption: 422, EvidenceMissing: 422, NotYourStep: 403}.get(type(refusal), 409)
        return render(request, "playbooks/problem.html", context, status=status)
    return _back(request, desk)


@needs("playbooks.run")
@never_cache
@require_POST
def restart(request: ViewerRequest, desk: DeskInfo, run_id: UUID) -> HttpResponse:
    _of_this_desk(desk, run_id)
    try:
        services.restart_run(
            run_id=run_id, viewer=request.viewer, playbook_slug=request.POST.get("playbook", "") or None
        )
    except PlaybookRefusal as refusal:
        messages.warning(request, str(refusal))
    return _back(request, desk)


@needs("playbooks.run")
@never_cache
@require_POST
def move(request: ViewerRequest, desk: DeskInfo, run_id: UUID) -> HttpResponse:
    _of_this_desk(desk, run_id)
    try:
        number = services.move_run(run_id=run_id, viewer=request.viewer)
    except PlaybookRefusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The walk goes on by version %(number)s.") % {"number": number})
    return _back(request, desk)


def _page(slug: str, number: int | None = None) -> PlaybookPage:
    try:
        return selectors.playbook(slug, number)
    except UnknownPlaybook as unknown:
        raise Http404 from unknown


def _number(text: str) -> int | None:
    """A version's number in an address; anything else means the newest."""
    return int(text) if text.isdecimal() and len(text) < 7 else None


def _of_this_desk(desk: DeskInfo, run_id: UUID) -> RunInfo:
    """The walk, if it is this desk's: another desk's is not there for this address."""
    try:
        run = selectors.run(run_id)
    except UnknownRun as unknown:
        raise Http404 from unknown
    if run.desk_id != desk.id:
        raise Http404
    return run


def _next(request: ViewerRequest, desk: DeskInfo) -> str:
    """Where the form came from, if that is a page of ours."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else reverse("playbooks:list", kwargs={"desk_slug": desk.slug})


def _back(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    wanted = _next(request, desk)
    return HttpResponseRedirect(wanted if "#" in wanted else f"{wanted}#run")
