"""One unit: its name and place in the tree, its working hours, and the roles held there."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sangto.lib.working_hours import BadCalendar, WorkCalendar
from sangto.network import selectors, services
from sangto.network.access import ViewerRequest, needs_site
from sangto.network.forms import HoursForm, MoveUnitForm, RenameUnitForm, UnitRoleForm
from sangto.network.types import InvalidHours, InvalidUnit, LastAdmin, UnitPage

PREVIEW: dt.timedelta = dt.timedelta(days=7)
PROBLEMS: dict[str, Callable[[], str]] = {
    "below_itself": lambda: _("A unit cannot stand below itself."),
    "wrong_place": lambda: _("A unit of this kind cannot stand there."),
    "not_empty": lambda: _("Something still stands below this unit."),
    "name_empty": lambda: _("The unit needs a name in both languages."),
}
HOURS: dict[str, Callable[[], str]] = {
    "never_open": lambda: _("With these hours nobody would ever be at work."),
    "spans_overlap": lambda: _("Two spans of a day overlap."),
    "span_invalid": lambda: _("A span of a day ends before it begins."),
    "tz_unknown": lambda: _("This time zone is not known."),
    "country_unknown": lambda: _("The holidays of this country are not known."),
    "subdivision_unknown": lambda: _("The holidays of this part of the country are not known."),
    "date_twice": lambda: _("A day is listed both as closed and as worked."),
}


def _hours_problem(code: str) -> str:
    # A complaint of a newer calendar is shown as its code rather than not at all.
    return HOURS[code]() if code in HOURS else code


def _unit(unit_id: uuid.UUID) -> UnitPage:
    page = selectors.unit_page(unit_id)
    if page is None:
        raise Http404
    return page


def _page(request: ViewerRequest, unit_id: uuid.UUID, *, status: int = 200, **given: Any) -> HttpResponse:
    page = _unit(unit_id)
    calendar = selectors.calendar_of_unit(unit_id)
    zone = ZoneInfo(calendar.tz)
    today = timezone.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    spans = selectors.open_spans(calendar, today, today + PREVIEW)
    days = [
        (
            day := (today + dt.timedelta(days=number)).date(),
            [
                (span.starts_at.astimezone(zone), span.ends_at.astimezone(zone))
                for span in spans
                if span.starts_at.astimezone(zone).date() == day
            ],
        )
        for number in range(PREVIEW.days)
    ]
    others = [(str(row.id), "– " * (row.depth - 1) + row.local_name) for row in selectors.units() if row.id != unit_id]
    context = {
        "page": page,
        "own_hours": page.hours_of is not None and page.hours_of.id == unit_id,
        "calendar": calendar,
        "days": days,
        "rename_form": RenameUnitForm(
            prefix="rename",
            initial={"name_vi": page.unit.name_vi, "name_en": page.unit.name_en, "kind": page.unit.kind.value},
        ),
        "move_form": MoveUnitForm(
            prefix="move", units=others, initial={"parent": str(page.above[-1].id) if page.above else ""}
        ),
        "hours_form": HoursForm(prefix="hours", initial=HoursForm.initial_of(calendar)),
        "role_form": UnitRoleForm(prefix="role"),
        **given,
    }
    return render(request, "network/unit.html", context, status=status)


def _back(unit_id: uuid.UUID) -> HttpResponse:
    return redirect("network:unit", unit_id=unit_id)


@needs_site("network.manage")
@require_safe
def unit(request: ViewerRequest, unit_id: uuid.UUID) -> HttpResponse:
    """All that hangs on it."""
    return _page(request, unit_id)


@needs_site("network.manage")
@require_POST
def rename(request: ViewerRequest, unit_id: uuid.UUID) -> HttpResponse:
    """Another name or kind."""
    _unit(unit_id)
    form = RenameUnitForm(request.POST, prefix="rename")
    if form.is_valid() and _done(
        form, lambda: services.rename_unit(unit_id=unit_id, actor=request.viewer.actor, **form.cleaned_data)
    ):
        messages.success(request, _("The unit has its new name."))
        return _back(unit_id)
    return _page(request, unit_id, status=422, rename_form=form)


@needs_site("network.manage")
@require_POST
def move(request: ViewerRequest, unit_id: uuid.UUID) -> HttpResponse:
    """It hangs elsewhere from now on, with all below it."""
    _unit(unit_id)
    others = [(str(row.id), row.local_name) for row in selectors.units() if row.id != unit_id]
    form = MoveUnitForm(request.POST, prefix="move", units=others)
    if form.is_valid() and _done(
        form,
        lambda: services.move_unit(unit_id=unit_id, parent_id=form.cleaned_data["parent"], actor=request.viewer.actor),
    ):
        messages.success(request, _("The unit was moved. Roles that no longer reach its desks have ended there."))
        return _back(unit_id)
    return _page(request, unit_id, status=422, move_form=form)


def _done(form: Form, change: Callable[[], object]) -> bool:
    try:
        change()
    except InvalidUnit as refused:
        form.add_error(None, PROBLEMS[refused.code]())
        return False
    return True


@needs_site("network.manage")
@require_POST
def hours(request: ViewerRequest, unit_id: uuid.UUID) -> HttpResponse:
    """From now on the unit, and what is below it, works by these hours; deadlines that are set keep their moment."""
    _unit(unit_id)
    if request.POST.get("clear"):
        services.clear_hours(unit_id=unit_id, actor=request.viewer.actor)
        messages.success(request, _("The hours of the unit above count again."))
        return _back(unit_id)
    form = HoursForm(request.POST, prefix="hours")
    if form.is_valid():
        try:
            services.set_hours(unit_id=unit_id, calendar=WorkCalendar(**form.calendar()), actor=request.viewer.actor)
        except (BadCalendar, InvalidHours) as refused:
            form.add_error(None, _hours_problem(refused.code))
        else:
            messages.success(request, _("The working hours are set. Look at the next seven days below."))
            return _back(unit_id)
    return _page(request, unit_id, status=422, hours_form=form)


@needs_site("network.manage")
@require_POST
def grant(request: ViewerRequest, unit_id: uuid.UUID) -> HttpResponse:
    """A role here holds at every desk of the unit and below."""
    _unit(unit_id)
    form = UnitRoleForm(request.POST, prefix="role")
    if form.is_valid():
        person_id = selectors.person_by_email(form.cleaned_data["email"])
        if person_id is None:
            form.add_error("email", _("Nobody here has this address. Invite them at a desk first."))
        else:
            services.grant_role(
                person_id=person_id,
                desk_id=None,
                unit_id=unit_id,
                code=form.cleaned_data["code"],
                actor=request.viewer.actor,
            )
            messages.success(request, _("The role holds at every desk of this unit and below."))
            return _back(unit_id)
    return _page(request, unit_id, status=422, role_form=form)


@needs_site("network.manage")
@require_POST
def revoke(request: ViewerRequest, unit_id: uuid.UUID) -> HttpResponse:
    """The role ends at this unit and below; what was in hand there goes back to the pools."""
    page = _unit(unit_id)
    wanted = (request.POST.get("person", ""), request.POST.get("code", ""))
    held = {(str(role.person_id), role.code.value): role for role in page.roles if role.held_at.id == unit_id}
    role = held.get(wanted)
    if role is None:
        messages.error(request, _("This role is not held here any more."))
        return _back(unit_id)
    try:
        services.revoke_role(
            person_id=role.person_id, desk_id=None, unit_id=unit_id, code=role.code, actor=request.viewer.actor
        )
        messages.success(request, _("The role has ended."))
    except LastAdmin:
        messages.error(request, _("Somebody has to be left who can run the installation. Nothing was changed."))
    return _back(unit_id)
