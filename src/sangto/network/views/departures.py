"""Someone rests or leaves: what they may do, what they still hold, and to whom it goes."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sangto.lib.codes import RoleCode
from sangto.network import holdings, rules, selectors, services
from sangto.network.access import ViewerRequest, needs
from sangto.network.forms import DepartureForm, SuspendForm
from sangto.network.types import DeskInfo, InvalidDeparture, LastAdmin, PersonRow
from sangto.network.words import PERM_WORDS

PROBLEMS = {
    "yourself": lambda: _("Nobody suspends or removes themselves. Ask someone else who leads the desk."),
    "date_in_past": lambda: _("The suspension has to end on a later day than today."),
    "too_long": lambda: _("A suspension lasts at most a year. For longer, let the person leave and invite them again."),
    "successor_unfit": lambda: _("This colleague cannot take over here: their account rests or they only read."),
    "reaches_further": lambda: _(
        "A role at a unit above would keep this person at the desk. Take that one back first."
    ),
    "gone": lambda: _("This person no longer works here."),
}
LAST_ADMIN = "last_admin"


def _person(desk: DeskInfo, person_id: uuid.UUID) -> PersonRow:
    row = selectors.person_at(desk, person_id)
    if row is None:
        raise Http404
    return row


def _stands_above(request: ViewerRequest, row: PersonRow) -> bool:
    """Only an administrator of the installation decides about administrators."""
    return RoleCode.ADMIN in row.all_roles and not request.viewer.is_admin


def _desks(request: ViewerRequest, person_id: uuid.UUID) -> tuple[tuple[DeskInfo, ...], bool]:
    """The person's desks that the viewer manages, and whether those are all of them: only then the account is theirs
    to close."""
    every = selectors.desks_of_person(person_id)
    managed = tuple(desk for desk in every if rules.may(request.viewer, "network.manage", desk))
    return managed, len(managed) == len(every)


def _heirs(desks: tuple[DeskInfo, ...], person_id: uuid.UUID) -> list[tuple[DeskInfo, list[tuple[str, str]]]]:
    return [
        (
            desk,
            [
                (str(row.id), row.name)
                for row in selectors.people_of_desk(desk)
                if row.id != person_id
                and row.is_active
                and row.suspended_until is None
                and row.all_roles - {RoleCode.READER}
            ],
        )
        for desk in desks
    ]


def _page(
    request: ViewerRequest,
    desk: DeskInfo,
    row: PersonRow,
    *,
    suspend: SuspendForm | None = None,
    leaving: DepartureForm | None = None,
    status: int = 200,
) -> HttpResponse:
    desks, whole = _desks(request, row.id)
    heirs = _heirs(desks, row.id)
    above = _stands_above(request, row)
    return render(
        request,
        "network/person.html",
        {
            "desk": desk,
            # Not "person": that name is the reader in the frame of desk pages.
            "whom": row,
            "permissions": [
                {
                    "words": PERM_WORDS[perm],
                    "direct": [code for code in row.roles if code in holders],
                    "inherited": [role for role in row.inherited if role.code in holders],
                }
                for perm, holders in rules.PERMS.items()
                if row.all_roles & holders
            ],
            "held": [{"desk": each, "holdings": holdings.held_by(row.id, each)} for each in desks],
            "above": above,
            "whole": whole,
            "is_self": request.viewer.id == row.id,
            "suspend": suspend or SuspendForm(prefix="suspend", heirs=heirs),
            "leaving": leaving or DepartureForm(prefix="leaving", heirs=heirs, with_all=whole),
        },
        status=status,
    )


@needs("network.manage")
@require_http_methods(["GET", "HEAD"])
def person(request: ViewerRequest, desk: DeskInfo, person_id: uuid.UUID) -> HttpResponse:
    """One person at the desk: which role gives which permission, and what they have in hand."""
    return _page(request, desk, _person(desk, person_id))


def _refused(code: str) -> str:
    if code == LAST_ADMIN:
        return _("Nobody would be left who can manage this installation. Nothing was changed.")
    return PROBLEMS[code]()


@needs("network.manage")
@require_POST
def suspend(request: ViewerRequest, desk: DeskInfo, person_id: uuid.UUID) -> HttpResponse:
    """The account rests until a day; the work waits or goes to a colleague."""
    row = _person(desk, person_id)
    desks, whole = _desks(request, person_id)
    form = SuspendForm(request.POST, prefix="suspend", heirs=_heirs(desks, person_id))
    if form.is_valid():
        if not whole or _stands_above(request, row):
            form.add_error(None, _("Only who manages every desk of this person can do that. Nothing was changed."))
        else:
            try:
                services.suspend_person(
                    person_id=person_id,
                    until=form.until(),
                    reason=form.cleaned_data["reason"],
                    successors=form.successors(),
                    actor=request.viewer.actor,
                )
            except InvalidDeparture as refused:
                form.add_error(None, _refused(refused.code))
            except LastAdmin:
                form.add_error(None, _refused(LAST_ADMIN))
            else:
                messages.success(request, _("The account rests. Whoever uses it is signed out."))
                return redirect("network:person", desk_slug=desk.slug, person_id=person_id)
    return _page(request, desk, row, suspend=form, status=422)


@needs("network.manage")
@require_POST
def lift(request: ViewerRequest, desk: DeskInfo, person_id: uuid.UUID) -> HttpResponse:
    """The suspension ends at once."""
    row = _person(desk, person_id)
    if not _desks(request, person_id)[1] or _stands_above(request, row) or request.viewer.id == person_id:
        messages.error(request, _("Only who manages every desk of this person can do that. Nothing was changed."))
    else:
        services.lift_suspension(person_id=person_id, actor=request.viewer.actor)
        messages.success(request, _("The account is open again."))
    return redirect("network:person", desk_slug=desk.slug, person_id=person_id)


@needs("network.manage")
@require_POST
def leave(request: ViewerRequest, desk: DeskInfo, person_id: uuid.UUID) -> HttpResponse:
    """Away from this desk, or altogether; no work stays without somebody who sees it."""
    row = _person(desk, person_id)
    desks, whole = _desks(request, person_id)
    form = DepartureForm(request.POST, prefix="leaving", heirs=_heirs(desks, person_id), with_all=whole)
    if form.is_valid():
        if _stands_above(request, row):
            form.add_error(None, _("Only an administrator of the installation decides about administrators."))
        else:
            heirs = form.successors()
            try:
                if form.cleaned_data["which"] == "all":
                    services.leave(person_id=person_id, successors=heirs, actor=request.viewer.actor)
                else:
                    services.leave_desk(
                        person_id=person_id,
                        desk_id=desk.id,
                        successor_id=heirs.get(desk.id),
                        actor=request.viewer.actor,
                    )
            except InvalidDeparture as refused:
                form.add_error(None, _refused(refused.code))
            except LastAdmin:
                form.add_error(None, _refused(LAST_ADMIN))
            else:
                messages.success(request, _("They have left. What was in their hands is with whom you chose."))
                return redirect("network:people", desk_slug=desk.slug)
    return _page(request, desk, row, leaving=form, status=422)
