"""The one HTTP interface for programs; the rooms' routers are mounted here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import ValidationError

from sangto.intake.api import router as intake

# No page of documentation is served: it would load its program from elsewhere.
api = NinjaAPI(
    title="Sáng Tỏ",
    version="1",
    description="Ask whether a message is true; settle a suggestion.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)


@api.exception_handler(ValidationError)
def not_as_described(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    """Says where the request differs from the description, without repeating what was sent."""
    places = sorted({".".join(str(part) for part in error["loc"]) for error in problem.errors})
    return api.create_response(
        request,
        {
            "code": "not_as_described",
            "message": _("The request does not fit the description at /api/v1/openapi.json. Nothing was kept."),
            "where": places,
        },
        status=422,
    )


api.add_router("", intake)
