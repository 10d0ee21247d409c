"""The board and the rumour's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sangto.evidence.types import BadSource
from sangto.lib.codes import RumourState
from sangto.lib.ids import uuid7
from sangto.live.services import last_number, subscription
from sangto.network.access import ViewerRequest, needs
from sangto.network.clock import desk_now
from sangto.network.selectors import people_of_desk
from sangto.network.types import DeskInfo
from sangto.rumours import forms, selectors, services
from sangto.rumours.inbox import inbox as read_inbox
from sangto.rumours.sharing import Shared
from sangto.rumours.types import (
    EditConflict,
    NotAllowed,
    RumourInfo,
    RumourProblem,
    UnknownProposal,
    UnknownRumour,
)
from sangto.rumours.workflow import NotNow

Response = HttpResponse
shared_columns: Shared[SafeString] = Shared(most=64)


def _lang() -> str:
    return (get_language() or "vi")[:2]


def _rumour(desk: DeskInfo, number: int) -> RumourInfo:
    try:
        return selectors.rumour_by_number(desk, number)
    except UnknownRumour as unknown:
        raise Http404 from unknown


def _titled(board: Any) -> list[dict[str, Any]]:
    lang = _lang()
    return [
        {
            "state": column.state,
            "count": column.count,
            "rows": [(row, row.claim(lang), _messages(row.tips)) for row in column.rumours],
        }
        for column in board.columns
    ]


def _messages(count: int) -> str:
    """Said here rather than in the template: a board has two hundred of them."""
    return ngettext("%(n)s message", "%(n)s messages", count) % {"n": number_format(count)}


def _columns(desk: DeskInfo) -> SafeString:
    """The columns, made once for all who look at the same desk in the same language until something changes there.

    What is in them depends on the desk alone, not on who looks: `needs` has checked that they may.
    """
    moment = desk_now(desk)
    # Times are said to the minute.
    key = (str(desk.id), _lang(), last_number(services.board_stream(desk.id)), moment.strftime("%Y%m%d%H%M"))

    def make() -> SafeString:
        found = selectors.board(desk)
        return render_to_string("rumours/_columns.html", {"desk": desk, "board": found, "columns": _titled(found)})

    return shared_columns.get(key, make)


def _board(request: ViewerRequest, desk: DeskInfo, form: Form, *, status: int = 200) -> Response:
    return render(
        request,
        "rumours/board.html",
        {
            "desk": desk,
            "board": selectors.board_counts(desk),
            "columns_html": _columns(desk),
            "token": subscription(stream=services.board_stream(desk.id)),
            "form": form,
        },
        status=status,
    )


@needs("desk.see")
@require_safe
def board(request: ViewerRequest, desk: DeskInfo) -> Response:
    """The desk at a glance; open boards follow by the live stream."""
    return _board(request, desk, forms.OpenForm())


@needs("desk.see")
@require_safe
def rows(request: ViewerRequest, desk: DeskInfo) -> Response:
    """The columns alone, for the live refresh."""
    return HttpResponse(_columns(desk))


@needs("rumours.work")
@require_POST
def open_one(request: ViewerRequest, desk: DeskInfo) -> Response:
    """A rumour that the desk met itself."""
    form = forms.OpenForm(request.POST)
    if not form.is_valid():
        return _board(request, desk, form, status=422)
    rumour_id = services.open_rumour(
        desk=desk, text=form.cleaned_data["text"], lang=_lang(), actor=request.viewer.actor
    )
    return redirect("rumours:rumour", desk_slug=desk.slug, number=selectors.rumour(rumour_id).number)


def _claim_form(info: RumourInfo, names: tuple[str, ...]) -> forms.ClaimForm:
    return forms.ClaimForm(
        initial={
            "claim_vi": info.claim_vi,
            "claim_en": info.claim_en,
            "topic": info.topic,
            "speaker_kind": info.speaker_kind,
            "speaker_office": info.speaker_office,
            # Suggested from the public list of our names until someone has decided.
            "involves_publisher": info.involves_publisher
            or bool(names and info.state == RumourState.NEW and not info.not_involved_reason),
            "not_involved_reason": info.not_involved_reason,
            "edit_number": info.edit_number,
        }
    )


def _page(request: ViewerRequest, desk: DeskInfo, number: int, *, status: int = 200, **given: Form) -> Response:
    """The page, with the form that was refused in the place of its fresh one."""
    try:
        page = selectors.rumour_page(desk, number, request.viewer)
    except UnknownRumour as unknown:
        raise Http404 from unknown
    context: dict[str, Any] = {
        "desk": desk,
        "page": page,
        "rumour": page.rumour,
        "title": page.rumour.claim(_lang()),
        "origin": request.build_absolute_uri("/").rstrip("/"),
        "here": reverse("rumours:rumour", kwargs={"desk_slug": desk.slug, "number": number}),
        "claim_form": _claim_form(page.rumour, page.names_publisher),
        "exhibit_form": forms.ExhibitForm(initial={"seen_on": desk_now(desk).date(), "lang": _lang()}),
        "task_form": forms.TaskForm(people=page.people),
        "note_form": forms.NoteForm(initial={"once": uuid7()}),
        "harm_form": forms.HarmForm(
            initial={"harms": list(page.weighing.triage.harms), "urgency": page.weighing.triage.urgency}
        ),
        "priority_form": forms.PriorityForm(initial={"priority": page.weighing.triage.priority}),
        "pause_form": forms.PauseForm(),
        "expert_form": forms.AskExpertForm(initial={"due_in": "24"}),
        "close_form": forms.CloseForm(),
        "merge_form": forms.MergeForm(),
        "reopen_form": forms.ReopenForm(),
        "log": [(line, page.actors.get(line.actor_id, "") if line.actor_id else "") for line in page.log],
        **given,
    }
    return render(request, "rumours/rumour.html", context, status=status)


@needs("desk.see")
@require_safe
def rumour(request: ViewerRequest, desk: DeskInfo, number: int) -> Response:
    """One rumour: its claim, tips, playbook, evidence and log."""
    return _page(request, desk, number)


def _change(
    request: ViewerRequest,
    desk: DeskInfo,
    number: int,
    slot: str,
    form: Form,
    change: Callable[[dict[str, Any], RumourInfo], object],
    done: str,
) -> Response:
    """Read the form, do the change, come back; a refusal shows the page with what was typed still in it."""
    info = _rumour(desk, number)
    if form.is_valid():
        try:
            change(form.cleaned_data, info)
        except (RumourProblem, BadSource) as problem:
            field = problem.field if problem.field in form.fields else None
            form.add_error(field, str(problem))
            status = 409 if isinstance(problem, EditConflict) else 422
            if isinstance(problem, EditConflict):
                # The next save is made over what stands now, which the page shows beside the typed text.
                now = str(selectors.rumour(info.id).edit_number)
                form.data = {**request.POST.dict(), "edit_number": now}
            return _page(request, desk, number, status=status, **{slot: form})
        except NotNow:
            form.add_error(
                None, _("This does not fit the rumour's state any more. Look at what changed, then decide again.")
            )
            return _page(request, desk, number, status=409, **{slot: form})
        except NotAllowed as refused:
            raise PermissionDenied from refused
        messages.success(request, done)
        return redirect("rumours:rumour", desk_slug=desk.slug, number=number)
    return _page(request, desk, number, status=422, **{slot: form})


@needs("rumours.work")
@require_POST
def claim(request: ViewerRequest, desk: DeskInfo, number: int) -> Response:
    """Write the claim."""

    def change(data: dict[str, Any], info: RumourInfo) -> None:
        page = selectors.rumour_page(desk, number, request.viewer)
        services.state_claim(rumour_id=info.id, viewer=request.viewer, named=bool(page.names_publisher), **data)

    return _change(request, desk, number, "claim_form", forms.ClaimForm(request.POST), change, _("The claim is saved."))


@needs("rumours.work")
@require_POST
def take(request: ViewerRequest, desk: DeskInfo, number: int) -> Response:
    """ "I am working on this." """
    return _change(
        request,
        desk,
        number,
        "take_form",
        Form(request.POST),
        lambda _data, info: services.take_ownership(rumour_id=info.id, viewer=request.viewer),
        _("You are working on this rumour."),
    )


@needs("rumours.work")
@require_POST
def exhibit(request: ViewerRequest, desk: DeskInfo, number: int) -> Response:
    """Add evidence."""
    return _change(
        request,
        desk,
        number,
        "exhibit_form",
        forms.ExhibitForm(request.POST),
        lambda data, info: services.add_exhibit(rumour_id=info.id, viewer=request.viewer, **data),
        _("The source is added."),
    )


@needs("rumours.work")
@require_POST
def remove_exhibit(request: ViewerRequest, desk: DeskInfo, number: int, exhibit_id: UUID) -> Response:
    """Take evidence away."""
    info = _rumour(desk, number)
    if exhibit_id not in {row.id for row in selectors.exhibits_of(info.id)}:
        raise Http404
    return _change(
        request,
        desk,
        number,
        "remove_form",
        Form(request.POST),
        lambda _data, _info: services.remove_exhibit(exhibit_id=exhibit_id, viewer=request.viewer),
        _("The source is removed."),
    )


@needs("rumours.work")
@require_POST
def task(request: ViewerRequest, desk: DeskInfo, number: int) -> Response:
    """Add something to be done."""
    return _change(
        request,
        desk,
        number,
        "task_form",
        forms.TaskForm(request.POST, people=_people(desk)),
        lambda data, info: services.add_task(rumour_id=info.id, viewer=request.viewer, **data),
        _("The task is added."),
    )


@needs("rumours.work")
@require_POST
def finish_task(request: ViewerRequest, desk: DeskInfo, number: int, task_id: UUID) -> Response:
    """Done."""
    page = selectors.rumour_page(desk, number, request.viewer) if _rumour(desk, number) else None
    if page is None or task_id not in {row.id for row in page.tasks}:
        raise Http404
    return _change(
        request,
        desk,
        number,
        "finish_form",
        Form(request.POST),
        lambda _data, _info: services.finish_task(task_id=task_id, viewer=request.viewer),
        _("The task is done."),
    )


@needs("rumours.work")
@require_POST
def reopen_task(request: ViewerRequest, desk: DeskInfo, number: int, task_id: UUID) -> Response:
    """Not done after all."""
    page = selectors.rumour_page(desk, number, request.viewer) if _rumour(desk, number) else None
    if page is None or task_id not in {row.id for row in page.tasks}:
        raise Http404
    return _change(
        request,
        desk,
        number,
        "finish_form",
        Form(request.POST),
        lambda _data, _info: services.reopen_task(task_id=task_id, viewer=request.viewer),
        _("The task is open again."),
    )


def _people(desk: DeskInfo) -> list[tuple[UUID, str]]:
    return [(row.id, row.name) for row in people_of_desk(desk) if row.is_active]


@needs("articles.review")
@require_POST
def note(request: ViewerRequest, desk: DeskInfo, number: int) -> Response:
    """A remark for colleagues."""
    return _change(
        request,
        desk,
        number,
        "note_form",
        forms.NoteForm(request.POST),
        lambda data, info: services.write_note(rumour_id=info.id, viewer=request.viewer, **data),
        _("The note is kept."),
    )


@needs("rumours.work")
@require_POST
def ask_expert(request: ViewerRequest, desk: DeskInfo, number: int) -> Response:
    """A question to someone who knows; the link stands on the page, to be passed on."""
    return _change(
        request,
        desk,
        number,
        "expert_form",
        forms.AskExpertForm(request.POST),
        lambda data, info: services.ask_expert(rumour_id=info.id, viewer=request.viewer, **data),
        _("The link is ready: copy it below and send it by your own means."),
    )


@needs("rumours.work")
@require_POST
def withdraw_expert(request: ViewerRequest, desk: DeskInfo, number: int, request_id: UUID) -> Response:
    """The link closes at once."""
    page = selectors.rumour_page(desk, number, request.viewer) if _rumour(desk, number) else None
    if page is None or request_id not in {row.id for row in page.experts}:
        raise Http404
    return _change(
        request,
        desk,
        number,
        "expert_form",
        Form(request.POST),
        lambda _data, _info: services.withdraw_request(request_id=request_id, viewer=request.viewer),
        _("The link is closed."),
    )


@needs("rumours.see")
@require_POST
def watch(request: ViewerRequest, desk: DeskInfo, number: int) -> Response:
    """I want to know what happens to it; or no more."""
    info = _rumour(desk, number)
    say = services.unwatch if request.POST.get("stop") else services.watch
    say(rumour_id=info.id, viewer=request.viewer)
    return redirect("rumours:rumour", desk_slug=desk.slug, number=number)


@needs("desk.see")
@require_safe
def inbox(request: ViewerRequest, desk: DeskInfo) -> Response:
    """What waits for me."""
    return render(
        request, "rumours/inbox.html", {"desk": desk, "inbox": read_inbox(desk, request.viewer), "lang": _lang()}
    )


@needs("desk.see")
@require_POST
def seen(request: ViewerRequest, desk: DeskInfo) -> Response:
    """I have seen it all."""
    services.mark_seen(desk=desk, viewer=request.viewer)
    return redirect("rumours:inbox", desk_slug=desk.slug)


@needs("rumours.work")
@require_POST
def close(request: ViewerRequest, desk: DeskInfo, number: int) -> Response:
    """No verdict."""
    return _change(
        request,
        desk,
        number,
        "close_form",
        forms.CloseForm(request.POST),
        lambda data, info: services.close(rumour_id=info.id, viewer=request.viewer, reason=data["reason"]),
        _("The rumour is closed without a verdict."),
    )


@needs("rumours.work")
@require_POST
def merge(request: ViewerRequest, desk: DeskInfo, number: int) -> Response:
    """The same claim as another one."""
    return _change(
        request,
        desk,
        number,
        "merge_form",
        forms.MergeForm(request.POST),
        lambda data, info: services.merge(rumour_id=info.id, viewer=request.viewer, into_number=data["into"]),
        _("The two rumours are one now."),
    )


@needs("rumours.work")
@require_POST
def split(request: ViewerRequest, desk: DeskInfo, number: int) -> Response:
    """Some messages are about another claim: on to their own rumour."""
    info = _rumour(desk, number)
    try:
        tip_ids = [UUID(value) for value in request.POST.getlist("tip")]
        new = services.split_rumour(rumour_id=info.id, tip_ids=tip_ids, viewer=request.viewer)
    except ValueError as problem:
        said = (
            str(problem)
            if isinstance(problem, RumourProblem)
            else _("This does not fit the rumour's state any more. Look at what changed, then decide again.")
        )
        messages.error(request, said)
        return redirect("rumours:rumour", desk_slug=desk.slug, number=number)
    except NotAllowed as refused:
        raise PermissionDenied from refused
    messages.success(request, _("The chosen messages have a rumour of their own: this one."))
    return redirect("rumours:rumour", desk_slug=desk.slug, number=new)


@needs("rumours.work")
@require_POST
def reopen(request: ViewerRequest, desk: DeskInfo, number: int) -> Response:
    """New facts."""
    return _change(
        request,
        desk,
        number,
        "reopen_form",
        forms.ReopenForm(request.POST),
        lambda data, info: services.reopen(rumour_id=info.id, viewer=request.viewer, why=data["why"]),
        _("The rumour is open again."),
    )


@needs("rumours.work")
@require_POST
def judge_triage(request: ViewerRequest, desk: DeskInfo, number: int) -> Response:
    """What people may lose, and how soon they may act on it."""
    return _change(
        request,
        desk,
        number,
        "harm_form",
        forms.HarmForm(request.POST),
        lambda data, info: services.judge_triage(rumour_id=info.id, viewer=request.viewer, **data),
        _("Your judgement is kept; nothing is guessed any more."),
    )


@needs("rumours.work")
@require_POST
def priority(request: ViewerRequest, desk: DeskInfo, number: int) -> Response:
    """A person's word over the rule."""
    return _change(
        request,
        desk,
        number,
        "priority_form",
        forms.PriorityForm(request.POST),
        lambda data, info: services.set_priority(rumour_id=info.id, viewer=request.viewer, **data),
        _("The priority is set."),
    )


@needs("rumours.work")
@require_POST
def clear_priority(request: ViewerRequest, desk: DeskInfo, number: int) -> Response:
    """The rule decides again."""
    return _change(
        request,
        desk,
        number,
        "priority_form",
        Form(request.POST),
        lambda _data, info: services.clear_priority(rumour_id=info.id, viewer=request.viewer),
        _("The rule decides again."),
    )


@needs("rumours.work")
@require_POST
def pause(request: ViewerRequest, desk: DeskInfo, number: int) -> Response:
    """The clock stands still."""
    return _change(
        request,
        desk,
        number,
        "pause_form",
        forms.PauseForm(request.POST),
        lambda data, info: services.pause_clock(rumour_id=info.id, viewer=request.viewer, **data),
        _("The clock stands still."),
    )


@needs("rumours.work")
@require_POST
def resume(request: ViewerRequest, desk: DeskInfo, number: int) -> Response:
    """The clock goes on."""
    return _change(
        request,
        desk,
        number,
        "pause_form",
        Form(request.POST),
        lambda _data, info: services.resume_clock(rumour_id=info.id, viewer=request.viewer),
        _("The clock goes on."),
    )


@needs("desk.see")
@require_safe
def proposals(request: ViewerRequest, desk: DeskInfo) -> Response:
    """Answers of the machine that nobody has said a word about: an editor's word makes it more or less sure."""
    page = selectors.proposals_page(desk, request.viewer)
    return render(request, "rumours/proposals.html", {"desk": desk, "page": page})


@needs("rumours.work")
@require_POST
def judge(request: ViewerRequest, desk: DeskInfo, reply_id: UUID) -> Response:
    """This is the answer to that message, or it is not; back to the page on which that was said."""
    form = forms.JudgeForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        services.judge_proposal(reply_id=reply_id, right=form.right, viewer=request.viewer)
        messages.success(request, _("Your word is kept."))
    except UnknownProposal as unknown:
        raise Http404 from unknown
    except NotAllowed as refused:
        raise PermissionDenied from refused
    except RumourProblem as problem:
        messages.error(request, str(problem))
    number = form.cleaned_data["number"]
    if number:
        return redirect("rumours:rumour", desk_slug=desk.slug, number=number)
    return redirect("rumours:proposals", desk_slug=desk.slug)
