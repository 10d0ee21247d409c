"""The page behind the link "no more e-mail"."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from sangto.delivery import services
from sangto.delivery.types import UnknownToken
from sangto.network.access import ViewerRequest, public


# A mail program's one-tap POST (RFC 8058) brings no cookie; whoever has the signed token may use it.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def _opt_out(request: ViewerRequest, token: str) -> HttpResponse:
    """Following the link only shows a button, since mail scanners follow every link."""
    try:
        if request.method == "POST":
            services.opt_out(token=token)
        else:
            services.check_opt_out_token(token=token)
    except UnknownToken as unknown:
        raise Http404 from unknown
    answer = render(request, "delivery/opt_out.html", {"done": request.method == "POST"})
    answer["Referrer-Policy"] = "no-referrer"
    return answer


opt_out = public(_opt_out)
