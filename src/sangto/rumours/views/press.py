"""Questions of the press: one list, one page each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sangto.network.access import ViewerRequest, needs
from sangto.network.selectors import people_of_desk
from sangto.network.types import DeskInfo
from sangto.rumours import forms, press, services
from sangto.rumours.types import EditConflict, EnquiryPage, NotAllowed, RumourProblem, UnknownEnquiry


def _people(desk: DeskInfo) -> list[tuple[UUID, str]]:
    return [(row.id, row.name) for row in people_of_desk(desk) if row.is_active]


@needs("press.see")
@require_safe
def enquiries(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """What newsrooms asked, by deadline."""
    return _list(request, desk, forms.EnquiryForm(people=_people(desk)))


def _list(request: ViewerRequest, desk: DeskInfo, form: Form, *, status: int = 200) -> HttpResponse:
    page = press.press_page(desk, request.viewer)
    return render(request, "rumours/press.html", {"desk": desk, "page": page, "form": form}, status=status)


@needs("rumours.work")
@require_POST
def note_enquiry(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """A newsroom asked."""
    form = forms.EnquiryForm(request.POST, people=_people(desk))
    if form.is_valid():
        try:
            number = services.note_enquiry(
                desk=desk, viewer=request.viewer, lang=(get_language() or "vi")[:2], **form.cleaned_data
            )
        except RumourProblem as problem:
            form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        else:
            messages.success(request, _("The enquiry is kept."))
            return redirect("rumours:enquiry", desk_slug=desk.slug, number=number)
    return _list(request, desk, form, status=422)


@needs("press.see")
@require_safe
def enquiry(request: ViewerRequest, desk: DeskInfo, number: int) -> HttpResponse:
    """One of them."""
    return _one(request, desk, number)


def _read(request: ViewerRequest, desk: DeskInfo, number: int) -> EnquiryPage:
    try:
        return press.enquiry_page(desk, number, request.viewer)
    except UnknownEnquiry as unknown:
        raise Http404 from unknown


def _one(
    request: ViewerRequest, desk: DeskInfo, number: int, *, status: int = 200, problem: str = "", **given: Any
) -> HttpResponse:
    page = _read(request, desk, number)
    context: dict[str, Any] = {
        "desk": desk,
        "page": page,
        "problem": problem,
        "wording_form": forms.WordingForm(
            initial={
                "wording": page.wording,
                "spokesperson_id": page.spokesperson_id,
                "edit_number": page.edit_number,
            },
            people=page.people,
        ),
        "decline_form": forms.DeclineForm(),
        **given,
    }
    return render(request, "rumours/enquiry.html", context, status=status)


def _change(
    request: ViewerRequest,
    desk: DeskInfo,
    number: int,
    slot: str,
    form: Form,
    change: Callable[[dict[str, Any]], object],
    done: str,
) -> HttpResponse:
    page = _read(request, desk, number)
    if not form.is_valid():
        return _one(request, desk, number, status=422, **cast("Any", {slot: form}))
    try:
        change(form.cleaned_data)
    except RumourProblem as refusal:
        if isinstance(refusal, EditConflict) and "edit_number" in form.fields:
            form.data = {**request.POST.dict(), "edit_number": str(page.edit_number)}
        if form.fields:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            return _one(
                request,
                desk,
                number,
                status=409 if isinstance(refusal, EditConflict) else 422,
                **cast("Any", {slot: form}),
            )
        return _one(request, desk, number, status=409, problem=str(refusal))
    except NotAllowed as refused:
        raise PermissionDenied from refused
    messages.success(request, done)
    return redirect("rumours:enquiry", desk_slug=desk.slug, number=number)


@needs("rumours.work")
@require_POST
def word(request: ViewerRequest, desk: DeskInfo, number: int) -> HttpResponse:
    """What we would say."""
    return _change(
        request,
        desk,
        number,
        "wording_form",
        forms.WordingForm(request.POST, people=_people(desk)),
        lambda data: services.word_answer(desk=desk, number=number, viewer=request.viewer, **data),
        _("The wording is kept; another person approves it."),
    )


@needs("press.approve")
@require_POST
def approve(request: ViewerRequest, desk: DeskInfo, number: int) -> HttpResponse:
    """Exactly this wording."""
    sha256 = request.POST.get("sha256", "")
    return _change(
        request,
        desk,
        number,
        "approve_form",
        Form(request.POST),
        lambda _data: services.approve_answer(desk=desk, number=number, viewer=request.viewer, sha256=sha256),
        _("The wording is approved."),
    )


@needs("press.approve")
@require_POST
def send_back(request: ViewerRequest, desk: DeskInfo, number: int) -> HttpResponse:
    """Another wording is wanted."""
    return _change(
        request,
        desk,
        number,
        "approve_form",
        Form(request.POST),
        lambda _data: services.send_back(desk=desk, number=number, viewer=request.viewer),
        _("It goes back to be worded again."),
    )


@needs("rumours.work")
@require_POST
def answered(request: ViewerRequest, desk: DeskInfo, number: int) -> HttpResponse:
    """It has been said."""
    return _change(
        request,
        desk,
        number,
        "approve_form",
        Form(request.POST),
        lambda _data: services.mark_press_answered(desk=desk, number=number, viewer=request.viewer),
        _("The enquiry is answered."),
    )


@needs("rumours.work")
@require_POST
def decline(request: ViewerRequest, desk: DeskInfo, number: int) -> HttpResponse:
    """No answer."""
    return _change(
        request,
        desk,
        number,
        "decline_form",
        forms.DeclineForm(request.POST),
        lambda data: services.decline_enquiry(desk=desk, number=number, viewer=request.viewer, **data),
        _("The enquiry is closed without an answer."),
    )
