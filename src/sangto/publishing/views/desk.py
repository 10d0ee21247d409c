"""The editor, the review page and what follows from them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sangto.lib.codes import LANGUAGES
from sangto.network.access import ViewerRequest, needs, needs_site
from sangto.network.types import DeskInfo
from sangto.publishing import selectors, services
from sangto.publishing.differences import differences
from sangto.publishing.errors import (
    EditConflict,
    InvalidText,
    NotAllowed,
    NotFound,
    NotReady,
    PublishingError,
    WrongState,
)
from sangto.publishing.forms import (
    CorrectForm,
    CorrectionForm,
    DraftForm,
    MissingField,
    ReviewForm,
    legible_post,
    read_draft,
    read_number,
)
from sangto.publishing.types import CorrectionInput, Difference, Draft, EditorPage, ReviewPage, Saved
from sangto.publishing.wording import legible_draft
from sangto.rumours.types import UnknownRumour

BAD_REQUEST, FORBIDDEN, CONFLICT, UNPROCESSABLE = 400, 403, 409, 422


def _status(problem: PublishingError) -> int:
    if isinstance(problem, NotAllowed):
        return FORBIDDEN
    return CONFLICT if isinstance(problem, WrongState | EditConflict) else UNPROCESSABLE


def _bad_request(request: HttpRequest, desk: DeskInfo | None = None) -> HttpResponse:
    context = {
        "desk": desk,
        "status": BAD_REQUEST,
        "text": _("The form did not arrive whole, so nothing was written. Load the page again and send it once more."),
    }
    return render(request, "ui/error.html", context, status=BAD_REQUEST)


# -- writing -----------------------------------------------------------------------------------------------------------


def _editor_page(request: ViewerRequest, desk: DeskInfo, number: int) -> EditorPage:
    try:
        return selectors.editor_page(desk, number, request.viewer)
    except UnknownRumour as unknown:
        raise Http404 from unknown


def _show_editor(
    request: ViewerRequest,
    page: EditorPage,
    *,
    form: DraftForm | None = None,
    problem: PublishingError | None = None,
    compared: tuple[Difference, ...] = (),
    theirs: Draft | None = None,
) -> HttpResponse:
    # A frozen version is not offered for editing, but what somebody typed is always shown again.
    frozen = page.submitted and form is None
    if form is None:
        form = DraftForm.of(page.draft, page.edit_number)
    context = {
        "desk": page.desk,
        "page": page,
        "form": form,
        "problem": problem,
        "missing": getattr(problem, "missing", ()),
        "compared": compared,
        "frozen": frozen,
        "theirs": theirs,
        "correct_form": CorrectForm(),
        "exhibits": page.exhibits,
        "claim": _claim(page),
    }
    return render(request, "publishing/editor.html", context, status=_status(problem) if problem else 200)


def _claim(page: EditorPage) -> str:
    first, second = (page.claim_vi, page.claim_en) if _lang() == "vi" else (page.claim_en, page.claim_vi)
    return first or second or page.headline


def _lang() -> str:
    return (get_language() or "vi")[:2]


@needs("articles.write")
@require_http_methods(["GET", "HEAD", "POST"])
def editor(request: ViewerRequest, desk: DeskInfo, number: int) -> HttpResponse:
    """Write both languages beside the rumour's claim, messages and evidence."""
    page = _editor_page(request, desk, number)
    if request.method != "POST":
        return _show_editor(request, page)
    try:
        draft, edit_number = read_draft(request.POST)
    except MissingField:
        return _bad_request(request, desk)
    typed = DraftForm.of(legible_draft(draft), edit_number)
    try:
        saved = _save(request, page, draft, edit_number)
    except InvalidText as problem:
        typed.show_faults(problem.faults)
        return _show_editor(request, page, form=typed, problem=problem)
    except EditConflict as problem:
        again = _editor_page(request, desk, number)
        typed = DraftForm.of(problem.yours, problem.edit_number)
        compared = differences(problem.theirs, problem.yours)
        return _show_editor(request, again, form=typed, problem=problem, compared=compared, theirs=problem.theirs)
    except PublishingError as problem:
        return _show_editor(request, page, form=typed, problem=problem)
    if request.POST.get("then") == "submit":
        return _submit(request, desk, number, saved)
    messages.success(request, _("Saved."))
    return redirect("publishing:editor", desk_slug=desk.slug, number=number)


def _save(request: ViewerRequest, page: EditorPage, draft: Draft, edit_number: int) -> Saved:
    article_id = page.article_id or services.start_article(rumour_id=page.rumour_id, viewer=request.viewer)
    return services.save_version(article_id=article_id, edit_number=edit_number, draft=draft, viewer=request.viewer)


def _submit(request: ViewerRequest, desk: DeskInfo, number: int, saved: Saved) -> HttpResponse:
    page = _editor_page(request, desk, number)
    if page.article_id is None:
        raise Http404
    try:
        services.submit_for_review(article_id=page.article_id, viewer=request.viewer, edit_number=saved.edit_number)
    except PublishingError as problem:
        return _show_editor(request, page, problem=problem)
    messages.success(request, _("Handed over for review. Someone who did not edit it has to approve it."))
    return redirect("publishing:review", desk_slug=desk.slug, number=number)


@needs("articles.write")
@require_POST
def submit(request: ViewerRequest, desk: DeskInfo, number: int) -> HttpResponse:
    """Hand over what is saved, if it is still what the person saw."""
    page = _editor_page(request, desk, number)
    try:
        edit_number = read_number(request.POST, "edit_number")
    except MissingField:
        return _bad_request(request, desk)
    if page.article_id is None:
        return _show_editor(request, page, problem=NotReady(page.missing))
    return _submit(request, desk, number, Saved(page.article_id, page.version, edit_number))


@needs("articles.write")
@require_safe
def preview(request: ViewerRequest, desk: DeskInfo, number: int) -> HttpResponse:
    """The saved draft as its readers would see it."""
    page = _review_page(request, desk, number)
    return render(request, "publishing/preview.html", {"desk": desk, "page": page})


@needs("articles.write")
@require_POST
def take_back(request: ViewerRequest, desk: DeskInfo, number: int) -> HttpResponse:
    """Go on writing although it was handed over."""
    page = _editor_page(request, desk, number)
    if page.article_id is None:
        raise Http404
    try:
        services.take_back(article_id=page.article_id, viewer=request.viewer)
    except PublishingError as problem:
        return _show_editor(request, page, problem=problem)
    messages.success(request, _("Taken back. It is a draft again, and whoever edited it still counts as its editor."))
    return redirect("publishing:editor", desk_slug=desk.slug, number=number)


@needs("articles.write")
@require_POST
def correct(request: ViewerRequest, desk: DeskInfo, number: int) -> HttpResponse:
    """Open a published article again."""
    page = _editor_page(request, desk, number)
    if page.article_id is None:
        raise Http404
    try:
        services.correct_article(article_id=page.article_id, viewer=request.viewer, why=request.POST.get("why", ""))
    except PublishingError as problem:
        return _show_editor(request, page, problem=problem)
    messages.success(request, _("Opened for a correction. Readers see the published text until the next publication."))
    return redirect("publishing:editor", desk_slug=desk.slug, number=number)


# -- review ------------------------------------------------------------------------------------------------------------


def _review_page(request: ViewerRequest, desk: DeskInfo, number: int) -> ReviewPage:
    try:
        return selectors.review_page(desk=desk, number=number, viewer=request.viewer)
    except NotFound as missing:
        raise Http404 from missing


def _show_review(
    request: ViewerRequest,
    page: ReviewPage,
    *,
    form: ReviewForm | None = None,
    problem: PublishingError | None = None,
) -> HttpResponse:
    context = {
        "desk": page.desk,
        "page": page,
        "form": form or ReviewForm(),
        "problem": problem,
        "ticked": request.POST.getlist("checked"),
    }
    return render(request, "publishing/review.html", context, status=_status(problem) if problem else 200)


def _judge(request: ViewerRequest, page: ReviewPage) -> HttpResponse | None:
    """Keep the person's word on the version that they saw; a page with the problem where it cannot be kept."""
    if request.POST.get("version") != str(page.version_id):
        return _show_review(request, page, problem=WrongState(_("There is a newer version. Read it first.")))
    try:
        services.review_version(
            version_id=page.version_id,
            viewer=request.viewer,
            decision=request.POST.get("decision", ""),
            comment=request.POST.get("comment", ""),
            checked=request.POST.getlist("checked"),
        )
    except PublishingError as problem:
        form = ReviewForm(legible_post(request.POST))
        form.full_clean()
        if isinstance(problem, InvalidText):
            for (_where, name), message in problem.faults.items():
                form.add_error(name if name in form.fields else None, str(message))
        return _show_review(request, page, form=form, problem=problem)
    messages.success(request, _("Your review is recorded."))
    return None


@needs("desk.see")
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: ViewerRequest, desk: DeskInfo, number: int) -> HttpResponse:
    """The version as its readers will see it, what changed, and one person's word on it."""
    page = _review_page(request, desk, number)
    if request.method != "POST":
        return _show_review(request, page)
    return _judge(request, page) or redirect("publishing:review", desk_slug=desk.slug, number=number)


@needs_site("articles.review", anywhere=True)
@require_safe
def outside_reviews(request: ViewerRequest) -> HttpResponse:
    """Articles of other desks that need a word from someone outside."""
    waiting = selectors.waiting_for_outside(request.viewer)
    return render(request, "publishing/outside_reviews.html", {"waiting": waiting})


@needs_site("articles.review", anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def outside_review(request: ViewerRequest, version_id: UUID) -> HttpResponse:
    """One of them."""
    try:
        page = selectors.outside_review_page(version_id=version_id, viewer=request.viewer)
    except NotFound as missing:
        raise Http404 from missing
    if request.method != "POST":
        return _show_review(request, page)
    return _judge(request, page) or redirect("publishing:outside_reviews")


# -- publishing --------------------------------------------------------------------------------------------------------


@needs("articles.publish")
@require_POST
def publish(request: ViewerRequest, desk: DeskInfo, number: int) -> HttpResponse:
    """Asks once more, and for a second publication for the public words about the change; then publishes."""
    return _put_out(request, desk, number, retraction=False)


@needs("articles.publish")
@require_POST
def retract(request: ViewerRequest, desk: DeskInfo, number: int) -> HttpResponse:
    """The same for a retraction."""
    return _put_out(request, desk, number, retraction=True)


def _put_out(request: ViewerRequest, desk: DeskInfo, number: int, *, retraction: bool) -> HttpResponse:
    page = _review_page(request, desk, number)
    if request.POST.get("version") != str(page.version_id):
        return _show_review(request, page, problem=WrongState(_("There is a newer version. Read it first.")))
    if page.published:
        # A second press of the same button.
        return redirect("publishing:review", desk_slug=desk.slug, number=number)
    if page.against_publishing:
        return _show_review(request, page, problem=NotAllowed(page.against_publishing))
    if request.POST.get("confirm") != "yes":
        return _show_confirm(request, page, retraction=retraction)
    needs_words = page.is_second_publication
    try:
        if retraction:
            services.retract_article(
                version_id=page.version_id,
                viewer=request.viewer,
                text_vi=request.POST.get("text_vi", ""),
                text_en=request.POST.get("text_en", ""),
            )
        else:
            services.publish_version(
                version_id=page.version_id,
                viewer=request.viewer,
                correction=_correction(request) if needs_words else None,
            )
    except InvalidText as problem:
        form = CorrectionForm(legible_post(request.POST), retraction=retraction)
        form.full_clean()
        for (_where, name), message in problem.faults.items():
            if not form.errors.get(name):
                form.add_error(name if name in form.fields else None, str(message))
        return _show_confirm(request, page, retraction=retraction, form=form, status=UNPROCESSABLE)
    except PublishingError as problem:
        return _show_review(request, _review_page(request, desk, number), problem=problem)
    messages.success(request, _("Retracted.") if retraction else _("Published."))
    return redirect("publishing:review", desk_slug=desk.slug, number=number)


def _correction(request: HttpRequest) -> CorrectionInput:
    post = request.POST
    return CorrectionInput(post.get("kind", ""), post.get("text_vi", ""), post.get("text_en", ""))


def _show_confirm(
    request: ViewerRequest,
    page: ReviewPage,
    *,
    retraction: bool,
    form: CorrectionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    if form is None and page.is_second_publication:
        form = CorrectionForm(retraction=retraction)
    context: dict[str, Any] = {
        "desk": page.desk,
        "page": page,
        "form": form,
        "retraction": retraction,
        "shown": next((one for one in page.previews if one.page_lang == _lang()), page.previews[0]),
        "languages": LANGUAGES,
    }
    return render(request, "publishing/confirm.html", context, status=status)
