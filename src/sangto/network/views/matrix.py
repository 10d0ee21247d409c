"""Who may do what: the table that the code itself asks, in words."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sangto.lib.codes import RoleCode
from sangto.network import rules
from sangto.network.access import ViewerRequest, needs
from sangto.network.types import DeskInfo
from sangto.network.words import PERM_WORDS


@needs("desk.see")
@require_safe
def permissions(request: ViewerRequest, desk: DeskInfo) -> HttpResponse:
    """Every permission and every role, from `rules.PERMS`; the reader's own roles at this desk are marked."""
    roles = list(RoleCode)
    return render(
        request,
        "network/permissions.html",
        {
            "desk": desk,
            "roles": [{"code": code, "mine": request.viewer.has(code, desk=desk.id)} for code in roles],
            "rows": [
                {
                    "perm": perm,
                    "words": PERM_WORDS[perm],
                    "mine": rules.may(request.viewer, perm, desk),
                    "cells": [{"code": code, "may": code in holders} for code in roles],
                }
                for perm, holders in rules.PERMS.items()
            ],
        },
    )
