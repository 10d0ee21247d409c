"""The charter of a desk, and the register of those who work with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sangto.network import rules, selectors, services
from sangto.network.access import ViewerRequest, needs
from sangto.network.clock import desk_now
from sangto.network.forms import AgreementForm, CharterForm, CollaboratorForm
from sangto.network.types import DeskInfo, InvalidCharter, InvalidCollaborator

PROBLEMS: dict[str, Callable[[], str]] = {
    "text_empty": lambda: _("The charter needs its text in both languages."),
    "drill_desk": lambda: _("A drill has no charter of its own; that of the installation holds."),
    "nothing_new": lambda: _("This is the text that holds already. Nothing was published."),
    "name_empty": lambda: _("Write the name."),
    "date_in_future": lambda: _("The day lies in the future."),
    "taken": lambda: _("This person is in the register already."),
    "no_charter": lambda: _("There is no charter yet. Publish one first."),
    "not_of_this_desk": lambda: _("This person is not of this desk."),
    "ended": lambda: _("This collaboration has ended. Enter them anew."),
}
STATES: dict[str, Callable[[], str]] = {
    "none": lambda: _("has not agreed yet"),
    "old_version": lambda: _("agreed to an older version"),
    "overdue": lambda: _("review overdue"),
    "due_soon": lambda: _("review within a month"),
    "fine": lambda: _("in order"),
    "ended": lambda: _("ended"),
}


def _people(desk: DeskInfo) -> list[tuple[str, str]]:
    return [(str(row.id), row.name) for row in selectors.people_of_desk(desk) if row.is_active]


def _page(
    request: ViewerRequest,
    desk: DeskInfo,
    *,
    charter_form: CharterForm | None = None,
    collaborator_form: CollaboratorForm | None = None,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate(desk_now(desk))
    charter = selectors.charter_of(desk)
    own = charter is not None and charter.desk_id is not None
    may_keep = rules.may(request.viewer, "charter.keep", desk)
    rows = selectors.collaborators_of(desk) if may_keep else ()
    return render(
        request,
        "network/register.html",
        {
            "desk": desk,
            "charter": charter,
            "own_charter": own,
            "versions": selectors.charter_versions(desk if own else None),
            "rows": [(row, STATES[row.state]()) for row in rows],
            "may_keep": may_keep,
            "today": today,
            "charter_form": charter_form
            or CharterForm(
                prefix="charter",
                initial={"text_vi": charter.text_vi, "text_en": charter.text_en} if charter else None,
            ),
            "collaborator_form": collaborator_form
            or CollaboratorForm(prefix="new", people=_people(desk), initial={"since": today}),
        },
        status=status,
    )


@needs("desk.see")
@require_safe
def register(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """The charter that holds is read by everyone of the desk, the register by those who keep it."""
    return _page(request, desk)


@needs("desk.see")
@require_safe
def charter_version(request: ViewerRequest, desk: DeskInfo, charter_id: uuid.UUID) -> HttpResponse:
    """A version that somebody agreed to."""
    charter = selectors.charter_version(charter_id, desk)
    if charter is None:
        raise Http404
    return render(request, "network/charter.html", {"desk": desk, "charter": charter})


@needs("charter.keep")
@require_POST
def publish_charter(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """A new version; who agreed to an older one is asked again."""
    form = CharterForm(request.POST, prefix="charter")
    if form.is_valid():
        try:
            version = services.publish_charter(desk=desk, viewer=request.viewer, **form.cleaned_data)
        except InvalidCharter as refused:
            form.add_error(None, PROBLEMS[refused.code]())
        else:
            messages.success(request, _("Version %(version)s of the charter holds from now on.") % {"version": version})
            return redirect("network:register", desk_slug=desk.slug)
    return _page(request, desk, charter_form=form, status=422)


@needs("charter.keep")
@require_POST
def add_collaborator(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """Someone joins the register."""
    form = CollaboratorForm(request.POST, prefix="new", people=_people(desk))
    if form.is_valid():
        try:
            services.add_collaborator(desk=desk, actor=request.viewer.actor, **form.cleaned_data)
        except InvalidCollaborator as refused:
            form.add_error(None, PROBLEMS[refused.code]())
        else:
            messages.success(request, _("They are in the register."))
            return redirect("network:register", desk_slug=desk.slug)
    return _page(request, desk, collaborator_form=form, status=422)


@needs("charter.keep")
@require_POST
def agree(request: ViewerRequest, desk: DeskInfo, collaborator_id: uuid.UUID) -> HttpResponse:
    """They agreed to the charter that holds, for the first time or anew."""
    form = AgreementForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the day on which they agreed. Nothing was kept."))
    else:
        try:
            services.record_agreement(
                desk=desk,
                collaborator_id=collaborator_id,
                agreed_on=form.cleaned_data["agreed_on"],
                viewer=request.viewer,
            )
            messages.success(request, _("The agreement is kept; it is looked at again in a year."))
        except InvalidCollaborator as refused:
            messages.error(request, PROBLEMS[refused.code]())
    return redirect("network:register", desk_slug=desk.slug)


@needs("charter.keep")
@require_POST
def end(request: ViewerRequest, desk: DeskInfo, collaborator_id: uuid.UUID) -> HttpResponse:
    """The collaboration ends; its line stays."""
    try:
        services.end_collaboration(desk=desk, collaborator_id=collaborator_id, actor=request.viewer.actor)
        messages.success(request, _("The collaboration has ended."))
    except InvalidCollaborator as refused:
        messages.error(request, PROBLEMS[refused.code]())
    return redirect("network:register", desk_slug=desk.slug)
