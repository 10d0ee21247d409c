"""A filter of the list that a person keeps under a name, for themselves or for the desk."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sangto.audit.services import record
from sangto.lib.cleaning import clean_line
from sangto.network.clock import desk_now
from sangto.network.types import DeskInfo, Viewer
from sangto.rumours.filters import read
from sangto.rumours.models import SavedView
from sangto.rumours.services.common import check, person_of
from sangto.rumours.types import RumourProblem

NAME_MAX: Final = 60
VIEWS_MOST: Final = 50


def save_view(*, desk: DeskInfo, viewer: Viewer, name: str, query: str, shared: bool = False) -> UUID:
    """Under the same name again, the newer filter is kept."""
    check(viewer, "rumours.see", desk.id)
    called = clean_line(name)[:NAME_MAX]
    if not called:
        raise RumourProblem(_("Give the view a name."), "name")
    person_id = person_of(viewer)
    # What is kept is what the filter means, not what an address happened to say.
    meant = read(dict(parse_qsl(query))).query()
    with transaction.atomic():
        if SavedView.objects.filter(desk_id=desk.id, person_id=person_id).exclude(name=called).count() >= VIEWS_MOST:
            raise RumourProblem(_("You have kept 50 views already. Drop one first."), "name")
        view, _is_new = SavedView.objects.update_or_create(
            desk_id=desk.id,
            person_id=person_id,
            name=called,
            defaults={"desk_kind": desk.kind, "query": meant, "shared": shared, "created_at": desk_now(desk)},
        )
        record(
            actor=viewer.actor,
            verb="view_saved",
            object_kind="saved_view",
            object_id=view.id,
            desk_id=desk.id,
            data={"shared": shared},
        )
    return view.id


def drop_view(*, desk: DeskInfo, view_id: UUID, viewer: Viewer) -> None:
    """One's own only. Saying it twice changes nothing."""
    check(viewer, "rumours.see", desk.id)
    with transaction.atomic():
        gone, _kinds = SavedView.objects.filter(id=view_id, desk_id=desk.id, person_id=person_of(viewer)).delete()
        if gone:
            record(
                actor=viewer.actor,
                verb="view_dropped",
                object_kind="saved_view",
                object_id=view_id,
                desk_id=desk.id,
            )
