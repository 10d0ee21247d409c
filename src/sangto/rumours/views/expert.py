"""The page of an expert: one question, one answer, no account."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sangto.network.access import ViewerRequest, public
from sangto.rumours import forms, services
from sangto.rumours.experts import expert_page
from sangto.rumours.types import NotAllowed, RumourProblem


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def expert(request: ViewerRequest) -> HttpResponse:
    """For the guest whom a desk asked, and only while the link is open."""
    page = expert_page(request.viewer)
    if page is None:
        raise Http404
    form = forms.ExpertAnswerForm(
        request.POST or None,
        initial={
            "answer": page.answer,
            "confidence": page.confidence,
            "sources": page.sources,
            "may_be_quoted": page.may_be_quoted,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_request(viewer=request.viewer, **form.cleaned_data)
        except RumourProblem as problem:
            form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        except NotAllowed as refused:
            raise Http404 from refused
        else:
            messages.success(request, _("Thank you. Your answer has reached the desk; you can still change it here."))
            return redirect("rumours:expert")
    status = 422 if request.method == "POST" else 200
    return render(request, "rumours/expert.html", {"page": page, "form": form}, status=status)
