"""The duty rota of a desk, a person's own duty and leave, and calendars by secret link."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sangto.lib.codes import DeskKind
from sangto.network import feeds, rules, selectors, services
from sangto.network.access import ViewerRequest, needs, public, signed_in
from sangto.network.clock import desk_now
from sangto.network.forms import LeaveForm, ShiftForm, SwapForm
from sangto.network.types import DeskInfo, InvalidLeave, InvalidShift, InvalidSwap, Refused, Viewer

WEEK = dt.timedelta(days=7)
PROBLEMS: dict[str, Callable[[], str]] = {
    "no_such_role": lambda: _("This person does not hold that role at this desk."),
    "overlaps": lambda: _("This person is on duty at that time already."),
    "on_leave": lambda: _("This person is on leave at that time."),
    "suspended": lambda: _("This person's account rests at that time."),
    "ends_before_start": lambda: _("The end has to come after the beginning."),
    "over": lambda: _("That time is over already."),
    "not_yours": lambda: _("This shift is not yours."),
    "not_for_you": lambda: _("This shift was offered to somebody else."),
    "own_shift": lambda: _("This shift is yours already."),
    "settled": lambda: _("This offer was taken or withdrawn a moment ago."),
    "offered_already": lambda: _("This shift is offered already."),
    "drill_desk": lambda: _("A calendar link leads outside, and drills stay inside. Look at the rota here."),
}
CLASHES: dict[str, Callable[[], str]] = {
    "on_leave": lambda: _("on leave"),
    "suspended": lambda: _("account rests"),
    "gone": lambda: _("account closed"),
    "no_such_role": lambda: _("no longer holds this role"),
}
TOO_LONG: dict[type[Refused], Callable[[], str]] = {
    InvalidShift: lambda: _("A shift lasts at most 24 hours. Plan two."),
    InvalidLeave: lambda: _("Leave is entered for at most a year."),
}


def _problem(refused: Refused) -> str:
    if refused.code == "too_long":
        return TOO_LONG[type(refused)]()
    return PROBLEMS[refused.code]()


def _id_of(viewer: Viewer) -> uuid.UUID:
    assert viewer.id is not None  # noqa: S101  (access lets only persons come here)
    return viewer.id


def _monday(request: ViewerRequest, desk: DeskInfo) -> dt.date:
    today = timezone.localdate(desk_now(desk))
    try:
        day = dt.date.fromisoformat(request.GET.get("week", ""))
        # The first and last years that a clock can show leave no week beside them.
        day = day if dt.date(2000, 1, 1) <= day <= dt.date(2200, 1, 1) else today
    except ValueError:
        day = today
    return day - dt.timedelta(days=day.weekday())


def _page(request: ViewerRequest, desk: DeskInfo, *, shift: ShiftForm | None = None, status: int = 200) -> HttpResponse:
    monday = _monday(request, desk)
    starts_at = dt.datetime.combine(monday, dt.time.min, tzinfo=timezone.get_current_timezone())
    found = selectors.rota(desk, starts_at=starts_at, ends_at=starts_at + WEEK)
    now = desk_now(desk)
    me = request.viewer.id
    may_plan = rules.may(request.viewer, "rota.plan", desk)
    colleagues = {
        code: [(str(person_id), name) for person_id, name in selectors.colleagues_for(desk, code) if person_id != me]
        for code in {row.code for row in found.shifts if row.person_id == me}
    }
    return render(
        request,
        "network/rota.html",
        {
            "desk": desk,
            "rota": found,
            "monday": monday,
            "sunday": monday + dt.timedelta(days=6),
            "before": (monday - WEEK).isoformat(),
            "after": (monday + WEEK).isoformat(),
            "rows": [
                {
                    "shift": row,
                    "clashes": [CLASHES[code]() for code in row.clashes],
                    "mine": row.person_id == me,
                    "open": row.ends_at > now,
                    "may_take": row.swap is not None
                    and row.person_id != me
                    and row.ends_at > now
                    and row.swap.offered_to in (None, me)
                    and request.viewer.has(row.code, desk=desk.id),
                    "colleagues": colleagues.get(row.code, []),
                }
                for row in found.shifts
            ],
            "on_duty": selectors.on_duty(desk),
            "leaves": selectors.leaves_of_desk(desk, ends_after=starts_at),
            "may_plan": may_plan,
            "shift_form": shift or (ShiftForm(people=_people(desk)) if may_plan else None),
            "is_drill": desk.kind == DeskKind.DRILL,
        },
        status=status,
    )


def _people(desk: DeskInfo) -> list[tuple[str, str]]:
    return [(str(row.id), row.name) for row in selectors.people_of_desk(desk) if row.is_active]


@needs("desk.see")
@require_safe
def rota(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """A week of the desk: who serves, what stands in the way, and when nobody is there."""
    return _page(request, desk)


@needs("rota.plan")
@require_POST
def add(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """Someone is put on duty."""
    form = ShiftForm(request.POST, people=_people(desk))
    if form.is_valid():
        try:
            services.add_shift(
                desk=desk,
                person_id=uuid.UUID(form.cleaned_data["person"]),
                code=form.cleaned_data["code"],
                starts_at=form.cleaned_data["starts_at"],
                ends_at=form.cleaned_data["ends_at"],
                actor=request.viewer.actor,
            )
        except InvalidShift as refused:
            form.add_error(None, _problem(refused))
        else:
            messages.success(request, _("The shift is planned."))
            return _to_week(desk, form.cleaned_data["starts_at"])
    return _page(request, desk, shift=form, status=422)


def _to_week(desk: DeskInfo, at: dt.datetime) -> HttpResponse:
    address = reverse("network:rota", kwargs={"desk_slug": desk.slug})
    return redirect(f"{address}?week={timezone.localdate(at).isoformat()}")


def _of_desk(found: uuid.UUID | None, desk: DeskInfo) -> None:
    if found != desk.id:
        raise Http404


@needs("rota.plan")
@require_POST
def call_off(request: ViewerRequest, desk: DeskInfo, shift_id: uuid.UUID) -> HttpResponse:
    """Nobody serves it."""
    _of_desk(selectors.shift_desk(shift_id), desk)
    services.call_off_shift(shift_id=shift_id, actor=request.viewer.actor)
    messages.success(request, _("The shift is called off."))
    return redirect("network:rota", desk_slug=desk.slug)


def _try(request: ViewerRequest, desk: DeskInfo, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
    except (InvalidShift, InvalidSwap) as refused:
        messages.error(request, _problem(refused) + " " + _("Nothing was changed."))
    else:
        messages.success(request, done)
    return redirect("network:rota", desk_slug=desk.slug)


@needs("desk.see")
@require_POST
def offer(request: ViewerRequest, desk: DeskInfo, shift_id: uuid.UUID) -> HttpResponse:
    """A shift of one's own is offered to a colleague, or to all who may serve it."""
    _of_desk(selectors.shift_desk(shift_id), desk)
    form = SwapForm(request.POST)
    to_id = form.cleaned_data["to"] if form.is_valid() else None
    if form.errors:
        messages.error(
            request, _("This person does not hold that role at this desk.") + " " + _("Nothing was changed.")
        )
        return redirect("network:rota", desk_slug=desk.slug)
    return _try(
        request,
        desk,
        lambda: services.offer_swap(shift_id=shift_id, viewer=request.viewer, to_id=to_id),
        _("Offered. Until somebody takes it, the shift stays yours."),
    )


@needs("desk.see")
@require_POST
def take(request: ViewerRequest, desk: DeskInfo, swap_id: uuid.UUID) -> HttpResponse:
    """A colleague's shift becomes one's own."""
    _of_desk(selectors.swap_desk(swap_id), desk)
    return _try(
        request,
        desk,
        lambda: services.take_swap(swap_id=swap_id, viewer=request.viewer),
        _("The shift is yours now."),
    )


@needs("desk.see")
@require_POST
def withdraw(request: ViewerRequest, desk: DeskInfo, swap_id: uuid.UUID) -> HttpResponse:
    """The shift is kept after all."""
    _of_desk(selectors.swap_desk(swap_id), desk)
    return _try(
        request,
        desk,
        lambda: services.withdraw_swap(swap_id=swap_id, viewer=request.viewer),
        _("The offer is withdrawn; the shift stays yours."),
    )


def _duty_page(request: ViewerRequest, *, leave: LeaveForm | None = None, status: int = 200) -> HttpResponse:
    me = _id_of(request.viewer)
    links = selectors.calendar_links(me)
    linked = {link.desk.id if link.desk else None for link in links}
    live = [desk for desk in selectors.desks_of_person(me) if desk.kind == DeskKind.LIVE]
    return render(
        request,
        "network/my_duty.html",
        {
            "shifts": selectors.shifts_of(me, ends_after=timezone.now()),
            "leaves": selectors.leaves_of(me),
            "leave_form": leave or LeaveForm(),
            "links": [
                {
                    "row": link,
                    "address": settings.BASE_URL
                    + reverse("network:calendar", kwargs={"calendar_token": services.calendar_token(link.id)}),
                }
                for link in links
            ],
            "own_missing": None not in linked,
            "desks_missing": [desk for desk in live if desk.id not in linked],
        },
        status=status,
    )


@never_cache
@require_safe
def _my_duty(request: ViewerRequest) -> HttpResponse:
    """One's own shifts, leave and calendar links."""
    return _duty_page(request)


my_duty = signed_in(_my_duty)


@require_POST
def _take_leave(request: ViewerRequest) -> HttpResponse:
    form = LeaveForm(request.POST)
    if form.is_valid():
        starts_at, ends_at = form.span()
        try:
            clashes = services.take_leave(
                person_id=_id_of(request.viewer), starts_at=starts_at, ends_at=ends_at, actor=request.viewer.actor
            )
        except InvalidLeave as refused:
            form.add_error(None, _problem(refused))
        else:
            messages.success(request, _("Your leave is entered."))
            if clashes:
                messages.warning(
                    request, _("You are on duty in that time. Offer those shifts, or ask the lead to call them off.")
                )
            return redirect("network:my_duty")
    return _duty_page(request, leave=form, status=422)


take_leave = signed_in(_take_leave)


@require_POST
def _cancel_leave(request: ViewerRequest, leave_id: uuid.UUID) -> HttpResponse:
    me = _id_of(request.viewer)
    if leave_id not in {row.id for row in selectors.leaves_of(me)}:
        raise Http404
    services.cancel_leave(leave_id=leave_id, person_id=me, actor=request.viewer.actor)
    messages.success(request, _("Your leave is cancelled."))
    return redirect("network:my_duty")


cancel_leave = signed_in(_cancel_leave)


@require_POST
def _open_link(request: ViewerRequest) -> HttpResponse:
    me = _id_of(request.viewer)
    asked = request.POST.get("desk", "")
    desk = next((each for each in selectors.desks_of_person(me) if each.slug == asked), None)
    if asked and desk is None:
        raise Http404
    try:
        services.open_calendar_link(person_id=me, desk=desk, actor=request.viewer.actor)
    except Refused as refused:
        messages.error(request, _problem(refused))
    else:
        messages.success(
            request, _("The calendar link is ready. Whoever has it can read the calendar: keep it secret.")
        )
    return redirect("network:my_duty")


open_link = signed_in(_open_link)


@require_POST
def _close_link(request: ViewerRequest, link_id: uuid.UUID) -> HttpResponse:
    me = _id_of(request.viewer)
    if link_id not in {row.id for row in selectors.calendar_links(me)}:
        raise Http404
    services.revoke_calendar_link(link_id=link_id, person_id=me, actor=request.viewer.actor)
    messages.success(request, _("The calendar link is closed, for everyone who has it."))
    return redirect("network:my_duty")


close_link = signed_in(_close_link)


@never_cache
@require_safe
def _calendar(request: ViewerRequest, calendar_token: str) -> HttpResponse:
    """What a calendar program fetches; the address itself is the key."""
    link_id = services.calendar_of_token(calendar_token)
    link = selectors.open_calendar(link_id) if link_id else None
    if link is None:
        raise Http404
    lang = get_language() or "vi"
    title = link.desk.name(lang) if link.desk else _("My duty")
    answer = HttpResponse(
        feeds.feed(selectors.calendar_shifts(link), title=title, lang=lang, with_names=link.desk is not None),
        content_type="text/calendar; charset=utf-8",
    )
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


calendar = public(_calendar)
