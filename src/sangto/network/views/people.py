"""Pages about desks, people and places."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sangto.network import rules, selectors, services
from sangto.network.access import ViewerRequest, needs, needs_site, public, signed_in
from sangto.network.forms import PURPOSE_LABELS, GuestForm, InviteForm, MeForm, RoleForm, SiteForm, UnitForm
from sangto.network.middleware import GUEST_SESSION_KEY
from sangto.network.types import DeskInfo, InvalidPerson, LastAdmin, Viewer

PERSON_PROBLEMS = {
    "email_invalid": lambda: _("This is not a complete e-mail address."),
    "email_taken": lambda: _("Someone with this e-mail address was added a moment ago. Try again."),
    "name_empty": lambda: _("A name is needed."),
    "language_unknown": lambda: _("Choose one of the languages."),
    "password_weak": lambda: _("Choose a longer password that is harder to guess."),
}


def _lang() -> str:
    return get_language() or "vi"


def _person_of(viewer: Viewer) -> uuid.UUID:
    assert viewer.id is not None  # noqa: S101  (access lets only persons come here)
    return viewer.id


@require_safe
def _desks(request: ViewerRequest) -> HttpResponse:
    """The way in after sign-in."""
    return render(
        request,
        "network/desks.html",
        {
            "chooser": selectors.desks_of(request.viewer),
            "may_manage": rules.may(request.viewer, "network.manage", None),
        },
    )


desks = signed_in(_desks)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def _me(request: ViewerRequest) -> HttpResponse:
    """Someone's own account: language, password, second factor."""
    viewer = request.viewer
    form = MeForm(request.POST if request.method == "POST" else None, initial={"language": viewer.language})
    if request.method == "POST" and form.is_valid():
        services.set_language(person_id=_person_of(viewer), language=form.cleaned_data["language"])
        messages.success(request, _("Saved."))
        return redirect("network:me")
    return render(request, "network/me.html", {"form": form, "email": request.user.get_username()})


me = signed_in(_me)


def _people_page(
    request: ViewerRequest,
    desk: DeskInfo,
    *,
    invite: InviteForm | None = None,
    guest: GuestForm | None = None,
    status: int = 200,
) -> HttpResponse:
    with_admin = request.viewer.is_admin
    lang = _lang()
    return render(
        request,
        "network/people.html",
        {
            "desk": desk,
            "people": selectors.people_of_desk(desk),
            "guests": [
                {
                    "row": row,
                    "purpose": PURPOSE_LABELS[row.purpose],
                    "link": settings.BASE_URL
                    + reverse("network:guest", kwargs={"guest_token": services.guest_token(row.id)}),
                }
                for row in selectors.guests_of_desk(desk)
            ],
            "role_form": RoleForm(lang=lang, with_admin=with_admin),
            "invite": invite or InviteForm(lang=lang, with_admin=with_admin, initial={"language": lang}),
            "guest_form": guest or GuestForm(prefix="guest"),
        },
        status=status,
    )


@needs("network.manage")
@require_safe
def people(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """Who works at the desk, and what each may do."""
    return _people_page(request, desk)


@needs("network.manage")
@require_POST
def grant(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """One more role for someone who already works at the desk."""
    form = RoleForm(request.POST, lang=_lang(), with_admin=request.viewer.is_admin)
    if not form.is_valid() or not selectors.has_role_at(form.cleaned_data["person"], desk.id):
        messages.error(request, _("That role could not be granted. Nothing was changed."))
    else:
        services.grant_role(
            person_id=form.cleaned_data["person"],
            desk_id=desk.id,
            code=form.cleaned_data["code"],
            actor=request.viewer.actor,
        )
        messages.success(request, _("The role was granted."))
    return redirect("network:people", desk_slug=desk.slug)


@needs("network.manage")
@require_POST
def revoke(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """A role is taken back; what was done with it stays in the log."""
    form = RoleForm(request.POST, lang=_lang(), with_admin=request.viewer.is_admin)
    if not form.is_valid():
        messages.error(request, _("That role could not be taken back. Nothing was changed."))
    else:
        try:
            services.revoke_role(
                person_id=form.cleaned_data["person"],
                desk_id=desk.id,
                code=form.cleaned_data["code"],
                actor=request.viewer.actor,
            )
        except LastAdmin:
            messages.error(request, _("Nobody would be left who can manage this installation. Nothing was changed."))
        else:
            messages.success(request, _("The role was taken back."))
    if rules.may(selectors.viewer_of_person(_person_of(request.viewer)), "network.manage", desk):
        return redirect("network:people", desk_slug=desk.slug)
    return redirect("network:desks")


@needs("network.manage")
@require_POST
def invite(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """A colleague joins the desk."""
    form = InviteForm(request.POST, lang=_lang(), with_admin=request.viewer.is_admin)
    if not form.is_valid():
        return _people_page(request, desk, invite=form, status=422)
    try:
        _person_id, new = services.invite_person(desk=desk, **form.cleaned_data, actor=request.viewer.actor)
    except InvalidPerson as refused:
        form.add_error(None, PERSON_PROBLEMS[refused.code]())
        return _people_page(request, desk, invite=form, status=422)
    if new:
        messages.success(request, _("Invited. A letter with a link to choose a password is on its way."))
    else:
        messages.success(request, _("This person already has an account and now works at this desk too."))
    return redirect("network:people", desk_slug=desk.slug)


@needs("network.manage")
@require_POST
def invite_again(request: ViewerRequest, desk: DeskInfo, person_id: uuid.UUID) -> HttpResponse:
    """For a letter that was lost."""
    if not selectors.has_role_at(person_id, desk.id):
        raise Http404
    services.invite_again(person_id=person_id, actor=request.viewer.actor)
    messages.success(request, _("A new letter is on its way."))
    return redirect("network:people", desk_slug=desk.slug)


@needs("network.manage")
@require_POST
def guest_invite(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """A link for someone without an account; whoever invites passes it on."""
    form = GuestForm(request.POST, prefix="guest")
    if not form.is_valid():
        return _people_page(request, desk, guest=form, status=422)
    services.invite_guest(
        desk=desk,
        name=form.cleaned_data["name"],
        purpose=form.cleaned_data["purpose"],
        invited_by=_person_of(request.viewer),
        lasts=dt.timedelta(days=form.cleaned_data["days"]),
    )
    messages.success(request, _("The link is ready. Copy it below and pass it on yourself."))
    return redirect(reverse("network:people", kwargs={"desk_slug": desk.slug}) + "#guests")


@needs("network.manage")
@require_POST
def guest_revoke(request: ViewerRequest, desk: DeskInfo, guest_id: uuid.UUID) -> HttpResponse:
    """The link closes at once, for everyone who has it."""
    if guest_id not in {row.id for row in selectors.guests_of_desk(desk)}:
        raise Http404
    services.revoke_guest(guest_id=guest_id, actor=request.viewer.actor)
    messages.success(request, _("The link is closed."))
    return redirect(reverse("network:people", kwargs={"desk_slug": desk.slug}) + "#guests")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def _guest(request: ViewerRequest, guest_token: str) -> HttpResponse:
    """Where a guest's link leads. Reading it changes nothing, since message services open every link they carry."""
    guest_id = services.guest_of_token(guest_token)
    guest = selectors.open_guest(guest_id) if guest_id else None
    if guest is None:
        answer = render(request, "network/guest_closed.html", status=404)
    elif request.method == "POST" and not request.viewer.is_person:
        request.session.cycle_key()
        request.session[GUEST_SESSION_KEY] = str(guest.id)
        request.session.set_expiry(guest.expires_at)
        return redirect("network:guest", guest_token=guest_token)
    else:
        inside = request.viewer.is_guest and request.viewer.id == guest.id
        answer = render(
            request,
            "network/guest.html",
            {"guest": guest, "purpose": PURPOSE_LABELS[guest.purpose], "inside": inside},
        )
    # The address itself is the key.
    answer["Referrer-Policy"] = "no-referrer"
    return answer


guest = public(_guest)


@needs_site("network.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: ViewerRequest) -> HttpResponse:
    """Units and sites of the whole organisation."""
    units = selectors.units()
    choices = [(str(unit.id), "– " * (unit.depth - 1) + unit.local_name) for unit in units]
    wants_site = request.method == "POST" and request.POST.get("what") == "site"
    wants_unit = request.method == "POST" and not wants_site
    unit_form = UnitForm(request.POST if wants_unit else None, parents=choices, prefix="unit")
    site_form = SiteForm(request.POST if wants_site else None, units=choices, prefix="site")
    if wants_unit and unit_form.is_valid():
        parent = unit_form.cleaned_data["parent"]
        services.create_unit(
            name_vi=unit_form.cleaned_data["name_vi"],
            name_en=unit_form.cleaned_data["name_en"],
            parent_id=uuid.UUID(parent) if parent else None,
            actor=request.viewer.actor,
        )
        messages.success(request, _("The unit was added."))
        return redirect("network:organisation")
    if wants_site and site_form.is_valid():
        services.create_site(
            unit_id=uuid.UUID(site_form.cleaned_data["unit"]),
            name=site_form.cleaned_data["name"],
            address=site_form.cleaned_data["address"],
            capacity=site_form.cleaned_data["capacity"],
            actor=request.viewer.actor,
        )
        messages.success(request, _("The site was added."))
        return redirect("network:organisation")
    return render(
        request,
        "network/organisation.html",
        {"units": units, "sites": selectors.sites(), "unit_form": unit_form, "site_form": site_form},
        status=422 if request.method == "POST" else 200,
    )
