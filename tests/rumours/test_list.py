"""The list under a filter, and filters kept under a name."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

import cast as people
import desk_kit
from cast import Cast, client_of
from sangto.rumours import services
from sangto.rumours.filters import Filter
from sangto.rumours.listing import PAGE, listing
from sangto.rumours.models import Rumour, SavedView

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
ROOT = "/en/desk/toa-soan/list/"


@pytest.fixture
def cast(settings: Settings, tmp_path: Path) -> Cast:
    desk_kit.use_folder(settings, tmp_path)
    return people.make()


def fill(cast: Cast, count: int, **fields: Any) -> list[int]:
    start = Rumour.objects.count() + 1
    now = timezone.now()
    values = {"opened_at": now, "due_at": now + 9 * HOUR, "changed_at": now, **fields}
    rows = [
        Rumour(
            desk_id=cast.desk.id,
            desk_kind=cast.desk.kind,
            number=start + n,
            headline=f"Tin số {start + n}",
            lang="vi",
            **values,
        )
        for n in range(count)
    ]
    Rumour.objects.bulk_create(rows)
    return [row.number for row in rows]


def shown(cast: Cast, **wanted: Any) -> list[int]:
    return [row.number for row in listing(cast.desk, cast.editor.viewer, Filter(**wanted)).rows]


def test_it_works(cast: Cast) -> None:
    now = timezone.now()
    plain = fill(cast, 2)
    late = fill(cast, 1, due_at=now - HOUR, topic="health", priority="high", harms=["health"])
    soon = fill(cast, 1, due_at=now + HOUR, warn_at=now - HOUR, owner_id=cast.editor.id)
    done = fill(cast, 1, state="answered", clock_met_at=now)
    assert shown(cast) == [*late, *soon, *plain]
    assert shown(cast, state="answered") == done
    assert shown(cast, topic="health") == shown(cast, harm="health") == shown(cast, clock="late") == late
    assert shown(cast, clock="soon") == shown(cast, owner="me") == shown(cast, owner=str(cast.editor.id)) == soon
    assert shown(cast, owner="nobody", priority="normal") == plain
    assert shown(cast, words=f"tin số {late[0]}") == shown(cast, words=f"#{late[0]}") == late
    assert shown(cast, sort="number") == sorted([*plain, *late, *soon], reverse=True)
    services.watch(rumour_id=Rumour.objects.get(number=plain[0]).id, viewer=cast.editor.viewer)
    assert shown(cast, watched=True) == [plain[0]]


def test_the_page_shows_a_filter_and_says_what_it_did_not_understand(cast: Cast) -> None:
    fill(cast, 1, topic="health")
    client = client_of(cast.reader)
    said = client.get(ROOT + "?topic=health&state=gone&page=x").content.decode()
    assert "Tin số 1" in said
    assert "was not understood" in said
    assert '<option value="health" selected>' in said
    assert "No rumour fits this filter." in client.get(ROOT + "?topic=traffic").content.decode()
    assert client.get(ROOT + "?words=%00%27%22--&owner=me").status_code == 200
    assert client_of(cast.outsider).get(ROOT).status_code == 403


def test_pages_follow_each_other_and_lose_nothing(cast: Cast) -> None:
    numbers = fill(cast, PAGE * 2 + 5)
    seen = [n for page in (1, 2, 3) for n in shown(cast, page=page)]
    assert seen == numbers
    assert shown(cast, page=4) == []


def test_the_questions_do_not_grow(cast: Cast) -> None:
    client = client_of(cast.editor)

    def asked() -> int:
        client.get(ROOT)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(ROOT).status_code == 200
        return len(seen)

    fill(cast, 10)
    few = asked()
    fill(cast, 1_000)
    assert asked() == few


def test_a_view_is_kept_shared_and_dropped(cast: Cast) -> None:
    client = client_of(cast.editor)
    form = {"name": "Gấp của tôi", "owner": "me", "priority": "urgent", "state": "nonsense", "shared": "1"}
    assert client.post(ROOT + "views/", form).status_code == 302
    view = SavedView.objects.get()
    assert (view.query, view.shared) == ("priority=urgent&owner=me", True)
    # For the desk, but only its maker drops it.
    assert "Gấp của tôi" in client_of(cast.lead).get(ROOT).content.decode()
    client_of(cast.lead).post(f"{ROOT}views/{view.id}/drop/")
    assert SavedView.objects.count() == 1
    # The same name again is the newer filter.
    client.post(ROOT + "views/", {"name": "Gấp của tôi", "priority": "high"})
    assert SavedView.objects.get().query == "priority=high"
    assert "Gấp của tôi" not in client_of(cast.lead).get(ROOT).content.decode()
    client.post(ROOT + "views/", {"name": "  "})
    assert SavedView.objects.count() == 1
    client.post(f"{ROOT}views/{view.id}/drop/")
    assert not SavedView.objects.exists()
