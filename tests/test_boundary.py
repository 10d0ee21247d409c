"""What Sáng Tỏ refuses to be (DESIGN §2), asserted of models, lists, addresses, settings and ways out.

A failure here is no obstacle to work around: the boundary is the project. Change it only with those who answer for it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

import rooms
from cast import Cast, make
from sangto.config.middleware import POLICY
from sangto.lib import codes
from sangto.network.models import DeskRow

# Who said it, and what they are thought to be: no column may hold it. Words are compared whole, after splitting at "_".
PEOPLE: Final = frozenset(
    "author authors handle handles avatar avatars profile profiles username nickname screenname follower followers"
    " friend friends poster commenter biography birthday gender phone".split()
)
OPINIONS: Final = frozenset(
    "ideology ideologies loyalty party parties partisan hostile hostility sentiment attitude stance_to_state religion"
    " ethnicity political politics leaning enemy reactionary patriotic trust_score".split()
)
# What no address, name of a view or interface may offer.
DEEDS: Final = frozenset(
    "takedown takedowns takeoff block blocks ban bans mass bulk flood flooding persona personas sock sockpuppet puppet"
    " bot bots comment comments react reaction reactions like likes share shares repost boost amplify report blacklist"
    " denounce webhook webhooks targets accounts_list".split()
)


def our_models() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models() if model.__module__.startswith("sangto."))


def desk_rows() -> list[type[models.Model]]:
    return [model for model in our_models() if issubclass(model, DeskRow)]


def words(name: str) -> set[str]:
    """`authorHandle_v2` → author, handle, v2, and the whole."""
    parts = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return {*re.split(r"[^a-z0-9]+", parts), parts}


# -- no watching people, no opinions judged ---------------------------------------------------------------------------


@pytest.mark.parametrize("model", list(our_models()), ids=lambda model: model._meta.label)
def test_no_column_for_a_poster_or_an_opinion(model: type[models.Model]) -> None:
    columns = {field.name for field in model._meta.get_fields() if not field.auto_created}
    assert not [name for name in columns if words(name) & (PEOPLE | OPINIONS)]


def test_no_list_of_opinions() -> None:
    said = {
        (name, code.value)
        for name, codes_of in codes.ALL_LISTS.items()
        for code in codes_of
        if words(code.value) & OPINIONS
    }
    assert not said
    assert not [name for name in codes.ALL_LISTS if words(name) & (PEOPLE | OPINIONS)]


def test_the_log_has_no_room_for_a_name_or_a_text() -> None:
    """Ids, codes and times only."""
    columns = {field.name for field in apps.get_model("audit", "LogEntry")._meta.get_fields()}
    assert columns == {
        "id", "at", "actor_kind", "actor_id", "verb", "object_kind", "object_id", "desk_id", "data", "position",
        "previous_hash", "hash",
    }  # fmt: skip


def test_a_tip_does_not_say_who_sent_it() -> None:
    names = {field.name for field in apps.get_model("intake", "Tip")._meta.get_fields() if not field.auto_created}
    assert not [
        name for name in names if words(name) & {"email", "name", "ip", "address", "agent", "cookie", "session"}
    ]


def test_a_contact_is_ciphertext_and_nothing_points_at_it_by_name() -> None:
    contact = apps.get_model("delivery", "Contact")
    readable = {
        field.name
        for field in contact._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField | models.EmailField)
    }
    assert readable == {"channel", "language"}
    assert isinstance(contact._meta.get_field("ciphertext"), models.BinaryField)


# -- closed lists -----------------------------------------------------------------------------------------------------

CLOSED: Final[dict[str, str]] = {
    "verdict": "true mostly_true misleading false unproven",
    "rumour_state": "new triaged investigating in_review answered closed merged",
    "closing_reason": "opinion satire prediction value_judgement no_claim private_matter not_enough_evidence spam",
    "topic": "health food disaster_weather fraud traffic technology economy education public_services law environment"
    " science culture_sport public_affairs",
    "task_kind": "find_source ask_expert contact_body capture translate write review illustrate call_back",
    "speaker_kind": "public_body official company media organisation professional generated unknown",
    "role": "admin lead editor reviewer trainer facilitator evaluator reader",
    "desk_kind": "live drill",
    "stance": "supports refutes context",
}


@pytest.mark.parametrize("name", CLOSED)
def test_a_closed_list_is_what_the_design_says(name: str) -> None:
    assert codes.ALL_LISTS[name].values() == CLOSED[name].split()


def test_no_task_is_to_share_comment_or_report() -> None:
    assert not {word for kind in codes.TaskKind for word in words(kind.value)} & DEEDS


@pytest.mark.parametrize(
    ("room", "model", "field", "closed"),
    [
        ("publishing", "ArticleVersion", "verdict", codes.Verdict),
        ("catalogue", "Document", "verdict", codes.Verdict),
        ("rumours", "Rumour", "state", codes.RumourState),
        ("rumours", "Rumour", "closing_reason", codes.ClosingReason),
        ("rumours", "Rumour", "topic", codes.Topic),
        ("rumours", "Rumour", "speaker_kind", codes.SpeakerKind),
        ("rumours", "Task", "kind", codes.TaskKind),
        ("network", "Role", "code", codes.RoleCode),
        ("network", "Desk", "kind", codes.DeskKind),
    ],
)
def test_the_columns_use_the_closed_lists(room: str, model: str, field: str, closed: type[codes.Code]) -> None:
    assert apps.get_model(room, model)._meta.get_field(field).choices == closed.pairs()


# -- no removal, no disguise ------------------------------------------------------------------------------------------


def addresses() -> Iterator[tuple[str, str]]:
    """(route, name) of every page and interface."""

    def walk(resolver: URLResolver, before: str) -> Iterator[tuple[str, str]]:
        for entry in resolver.url_patterns:
            route = before + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry, route)
            elif isinstance(entry, URLPattern):
                yield route, entry.name or ""

    yield from walk(get_resolver(), "")


def test_no_address_offers_what_is_refused() -> None:
    wrong = [f"{route} ({name})" for route, name in addresses() if (words(route) | words(name)) & DEEDS]
    assert not wrong


def test_the_interface_for_programs_is_a_closed_list() -> None:
    """No list, export or webhook of the addresses of other people's posts: what is added here is added knowingly."""
    from sangto.config.api import api

    assert set(api.get_openapi_schema()["paths"]) == {"/api/v1/ask", "/api/v1/tip/{token}/confirm"}


def test_a_source_is_never_an_account() -> None:
    names = {field.name for field in apps.get_model("evidence", "Source")._meta.get_fields() if not field.auto_created}
    assert not [name for name in names if words(name) & (PEOPLE | {"account", "user"})]
    assert "organisation" in names


def test_everything_that_goes_out_goes_through_the_outbox() -> None:
    assert settings.EMAIL_BACKEND.startswith(("sangto.delivery.", "django.core.mail.backends.locmem"))
    with (rooms.SOURCE / "config" / "settings.py").open(encoding="utf-8") as file:
        assigned = {
            target.id: ast.unparse(node.value)
            for node in ast.walk(ast.parse(file.read()))
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
    # A test run swaps the setting: what counts is what an installation has.
    assert assigned["EMAIL_BACKEND"] == "'sangto.delivery.backend.OutboxEmailBackend'"


def test_the_ways_out_are_a_closed_list() -> None:
    """Each channel is one that the publisher declares; none lets somebody speak as somebody else."""
    for model in ("Contact", "Outbox"):
        assert [code for code, _ in apps.get_model("delivery", model)._meta.get_field("channel").choices] == ["email"]


def test_nobody_gets_an_account_but_from_those_who_lead() -> None:
    from allauth.account.adapter import get_adapter
    from django.test import RequestFactory

    assert get_adapter().is_open_for_signup(RequestFactory().get("/")) is False


def test_pages_load_from_here_only() -> None:
    directives = dict(part.strip().split(" ", 1) for part in POLICY.split(";"))
    assert set(directives.values()) <= {"'self'", "'none'"}
    assert directives["default-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"


# -- drills stay inside -----------------------------------------------------------------------------------------------


@pytest.fixture
def people(db: None) -> Cast:
    return make()


def _constraints(table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contype, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass", [table]
        )
        return list(cursor.fetchall())


@pytest.mark.django_db
@pytest.mark.parametrize("model", desk_rows(), ids=lambda model: model._meta.label)
def test_the_database_ties_a_row_to_the_kind_of_its_desk(model: type[models.Model]) -> None:
    said = [text for kind, text in _constraints(model._meta.db_table) if kind == "f"]
    assert any(text.startswith("FOREIGN KEY (desk_id, desk_kind) REFERENCES network_desk(id, kind)") for text in said)


@pytest.mark.django_db
@pytest.mark.parametrize("model", desk_rows(), ids=lambda model: model._meta.label)
def test_a_row_points_only_at_rows_of_its_own_kind(model: type[models.Model]) -> None:
    said = [text for kind, text in _constraints(model._meta.db_table) if kind == "f"]
    for field in model._meta.get_fields():
        target = field.related_model
        if (
            field.auto_created
            or not field.is_relation
            or not isinstance(target, type)
            or not issubclass(target, DeskRow)
        ):
            continue
        column = getattr(field, "column", "")
        wanted = f"FOREIGN KEY ({column}, desk_kind) REFERENCES {target._meta.db_table}(id, desk_kind)"
        assert any(text.startswith(wanted) for text in said), (
            f"{model.__name__}.{field.name} can cross to the other kind"
        )


@pytest.mark.parametrize("table", ["delivery_outbox", "publishing_publication"])
@pytest.mark.django_db
def test_what_leaves_is_live_only(table: str) -> None:
    assert any(kind == "c" and "desk_kind" in text and "'live'" in text for kind, text in _constraints(table))


@pytest.mark.django_db
def test_the_database_refuses_a_row_that_lies_about_its_desk(people: Cast) -> None:
    door = apps.get_model("intake", "Door")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:  # noqa: PT012
        door.objects.create(desk_id=people.drill_desk.id, desk_kind="live", kind="web")
        # The constraint may wait for the end of the transaction.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db
def test_the_database_refuses_to_send_for_a_drill(people: Cast) -> None:
    now = timezone.now()
    contact = apps.get_model("delivery", "Contact").objects.create(
        channel="email", key_day=now.date(), ciphertext=b"x", language="vi", created_at=now
    )
    row: dict[str, Any] = {
        "contact": contact, "channel": "email", "reason": "article_published", "key_day": now.date(),
        "ciphertext": b"x", "created_at": now, "due_at": now,
    }  # fmt: skip
    outbox = apps.get_model("delivery", "Outbox")
    with pytest.raises(DatabaseError), transaction.atomic():
        outbox.objects.create(desk_id=people.drill_desk.id, desk_kind="drill", **row)
    # The same row for a live desk is welcome: it is the drill that was refused.
    outbox.objects.create(desk_id=people.desk.id, desk_kind="live", **row)
