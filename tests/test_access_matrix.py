"""Every role at every address: what the rules say is what happens, and nothing ever breaks.

The addresses come from the resolver and the expected answers from the table of permissions, so that a new page is
tried from the day it is mounted; a page that does not say who may open it fails here.
"""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern
from django.utils import timezone, translation

import cast as people
from sangto.audit.types import SYSTEM
from sangto.lib.codes import RoleCode
from sangto.network.access import Access, Scope
from sangto.network.rules import PERMS
from sangto.playbooks import selectors as playbooks
from sangto.playbooks import services as playbook_services
from sangto.playbooks.selectors import run_of
from sangto.rumours import services as rumours

pytestmark = pytest.mark.django_db

# Pages that are not ours to guard, or stand before any viewer: by name, each with the reason.
UNGUARDED = {
    **dict.fromkeys(
        ("account_login", "account_logout", "account_inactive", "account_reauthenticate", "account_change_password",
         "account_set_password", "account_reset_password", "account_reset_password_done",
         "account_reset_password_from_key", "account_reset_password_from_key_done", "mfa_index", "mfa_authenticate",
         "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
         "mfa_generate_recovery_codes", "mfa_download_recovery_codes"),
        "allauth guards its own pages",
    ),
    "to_language": "sends on to a language",
    "choose_language": "sends on to a language",
    "health": "for the machine that watches",
    "ui:styleguide": "the components with made-up words; only with DEBUG",
}  # fmt: skip
# The API describes its own doors; everyone may use them.
API = "api/"
# Whoever may open these is asked again by the page, about this one thing (who edited it cannot review it).
ASKS_AGAIN = {"publishing:review", "publishing:outside_review", "publishing:publish", "publishing:retract"}
SIGN_IN = "/vi/accounts/login/"
METHODS = ("get", "post")


@dataclass(frozen=True)
class Address:
    """One page: its name, what stands in it, and who may open it."""

    name: str
    parts: dict[str, Any]
    access: Access | None
    pattern: str


@dataclass(frozen=True)
class Reader:
    """Someone, and the roles they hold at the desk that is asked for; `site` is a role at no desk."""

    who: str
    client: Client
    here: frozenset[RoleCode] = frozenset()
    elsewhere: frozenset[RoleCode] = frozenset()
    site: frozenset[RoleCode] = frozenset()
    kind: str = "person"


def addresses() -> list[Address]:
    with translation.override("vi"):
        return list(_walk(get_resolver(), "", "", {}))


def _walk(level: URLResolver, before: str, space: str, parts: dict[str, Any]) -> Iterator[Address]:
    for entry in level.url_patterns:
        pattern = before + str(entry.pattern)
        inside = {**parts, **dict(entry.pattern.converters)}
        if isinstance(entry.pattern, RegexPattern):
            inside |= dict.fromkeys(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, pattern, f"{space}{entry.namespace}:" if entry.namespace else space, inside)
        else:
            assert isinstance(entry, URLPattern)
            access = getattr(entry.callback, "sangto_access", None)
            yield Address(f"{space}{entry.name or ''}", inside, access, pattern)


def may(reader: Reader, access: Access) -> str:
    """What the rules promise this reader: "in", "sign_in" or "no"."""
    if access.scope == Scope.PUBLIC:
        return "in"
    if reader.kind == "stranger":
        return "sign_in"
    if reader.kind == "guest":
        return "no"
    if access.scope == Scope.SIGNED_IN:
        return "in"
    assert access.perm is not None
    # An administrator of the installation is one at each of its desks.
    held = reader.here | reader.site if access.scope == Scope.DESK else reader.site
    if access.anywhere:
        held = reader.here | reader.elsewhere | reader.site
    return "in" if held & PERMS[access.perm] else "no"


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of refusals are meant here, and each would be logged."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def cast() -> people.Cast:
    return people.make()


@pytest.fixture
def readers(cast: people.Cast) -> list[Reader]:
    one = frozenset
    found = [
        Reader(code, people.client_of(someone), here=one({RoleCode(code)}))
        for code, someone in cast.role_holders().items()
    ]
    desk_admin = people.person("ad", "Quản Trị Bàn", unit_id=cast.unit_id, roles=((cast.desk, RoleCode.ADMIN),))
    nobody = people.person("ko", "Không Vai", unit_id=cast.unit_id)
    guest = Client()
    guest.post(f"/vi/g/{people.guest_token(cast)}/")
    found += [
        Reader("admin of the desk", people.client_of(desk_admin), here=one({RoleCode.ADMIN})),
        Reader("admin of the installation", people.client_of(cast.admin), site=one({RoleCode.ADMIN})),
        Reader("editor of another desk", people.client_of(cast.outsider), elsewhere=one({RoleCode.EDITOR})),
        Reader("trainee of a drill", people.client_of(cast.trainee), elsewhere=one({RoleCode.EDITOR})),
        Reader("person without a role", people.client_of(nobody)),
        Reader("guest", guest, kind="guest"),
        Reader("stranger", Client(), kind="stranger"),
    ]
    assert {code for reader in found for code in reader.here} == set(RoleCode)
    for reader in found:
        # A fault shows as the page a reader would see.
        reader.client.raise_request_exception = False
    return found


@pytest.fixture
def filled(cast: people.Cast) -> dict[str, str]:
    """Something real behind the addresses of the default desk."""
    editor = cast.editor.viewer
    rumour_id = rumours.open_rumour(desk=cast.desk, text="Uống nước chanh chữa khỏi ung thư", lang="vi", actor=SYSTEM)
    exhibit_id = rumours.add_exhibit(
        rumour_id=rumour_id,
        viewer=editor,
        url="https://who.example/lemon",
        title="Nước chanh",
        organisation="WHO",
        lang="vi",
        stance="refutes",
        quality="official",
        passage="Không có bằng chứng.",
        seen_on=timezone.now().date(),
    )
    task_id = rumours.add_task(rumour_id=rumour_id, viewer=editor, kind="find_source", note="")
    playbook_services.install_library(actor=SYSTEM)
    slug = playbooks.playbooks()[0].slug
    playbook_services.start_run(
        desk=cast.desk, playbook_slug=slug, subject_kind="rumour", subject_id=rumour_id, viewer=editor
    )
    run = run_of("rumour", rumour_id)
    assert run is not None
    return {
        "number": "1",
        "exhibit_id": str(exhibit_id),
        "task_id": str(task_id),
        "run_id": str(run.id),
        "playbooks:playbook:slug": slug,
    }


def path_of(address: Address, cast: people.Cast, filled: dict[str, str]) -> str:
    """The address with each part filled in; what nobody gave a sample for is something that does not exist."""
    path = address.pattern
    if address.pattern.startswith("^") or "(?P<" in address.pattern:
        return "vi/accounts/password/reset/key/1-x/"
    for part, converter in address.parts.items():
        sample = filled.get(f"{address.name}:{part}") or filled.get(part)
        if sample is None and (known := people.kwargs_for(address.name, {part: converter}, cast)) is not None:
            sample = known[part]
        if sample is None:
            sample = {"UUIDConverter": str(uuid.UUID(int=1)), "IntConverter": "999"}.get(
                type(converter).__name__, "khong-co"
            )
        start = path.index(part + ">") if f"<{part}>" in path else path.index(f":{part}>") + 1
        opening = path.rindex("<", 0, start)
        path = path[:opening] + sample + path[path.index(">", start) + 1 :]
    return path


def test_every_page_says_who_may_open_it() -> None:
    found = addresses()
    silent = {address.name for address in found if address.access is None and not address.pattern.startswith(API)}
    assert silent - set(UNGUARDED) == set(), "no sangto_access"
    assert set(UNGUARDED) - silent == set(), "named here, but guarded or gone"
    for address in found:
        if address.access is not None and address.access.scope in (Scope.DESK, Scope.SITE):
            assert address.access.perm in PERMS
        if address.access is not None:
            assert (address.access.scope == Scope.DESK) == ("desk_slug" in address.parts), address.name


def test_every_role_at_every_address(
    cast: people.Cast, readers: list[Reader], filled: dict[str, str], record_property: Any
) -> None:
    tried: Counter[str] = Counter()
    statuses: Counter[int] = Counter()
    wrong: list[str] = []
    opened: set[str] = set()
    pages = [address for address in addresses() if not address.pattern.startswith(API)]
    for address in pages:
        path = "/" + path_of(address, cast, filled)
        for reader in readers:
            for method in METHODS:
                # What a form changes is taken back, so that each reader meets the same desk.
                session = dict(reader.client.cookies)
                with transaction.atomic():
                    answer = getattr(reader.client, method)(path)
                    transaction.set_rollback(True)
                for name in list(reader.client.cookies):
                    if name not in session:
                        del reader.client.cookies[name]
                reader.client.cookies.update(session)
                status = answer.status_code
                tried[method] += 1
                statuses[status] += 1
                if status == 200:
                    opened.add(address.name)
                if fault := fault_of(reader, address, status, answer.headers.get("Location", "")):
                    wrong.append(f"{method} {path} as {reader.who}: {fault}")
    summary = (
        f"{len(pages)} addresses × {len(readers)} readers × {len(METHODS)} methods = {tried.total()} requests,"
        f" {len(wrong)} wrong; answers {dict(sorted(statuses.items()))}"
    )
    record_property("matrix", summary)
    print("\n" + summary)
    assert wrong == [], "\n".join(wrong)
    # The matrix would mean little if the pages behind it were empty.
    for name in ("rumours:board", "rumours:rumour", "network:people", "playbooks:playbook", "intake:ask"):
        assert name in opened


def fault_of(reader: Reader, address: Address, status: int, location: str) -> str:
    """What is wrong with the answer, or nothing."""
    if status >= 500:
        return f"broke ({status})"
    if address.access is None:
        return ""
    expected = may(reader, address.access)
    to_sign_in = status == 302 and location.startswith(SIGN_IN)
    if status == 405:
        # The method is refused to everyone, before or after who asks is looked at.
        return ""
    if expected == "sign_in" and not to_sign_in:
        return f"a stranger got {status}, not the sign-in page"
    if expected == "no" and status != 403:
        return f"got {status} where the rules say 403"
    if expected == "in" and to_sign_in:
        return "was sent to sign in"
    if expected == "in" and status == 403 and address.name not in ASKS_AGAIN:
        return "was refused what the rules allow"
    return ""


def test_a_desk_that_does_not_exist_is_said_only_to_who_signed_in(readers: list[Reader]) -> None:
    for reader in readers:
        answer = reader.client.get("/vi/desk/khong-co-ban-nay/people/")
        assert answer.status_code == (302 if reader.kind == "stranger" else 404)


def test_at_the_drill_desk_only_its_own_people_are_let_in(cast: people.Cast, filled: dict[str, str]) -> None:
    drill = {**filled, "desk_slug": cast.drill_desk.slug}
    desk_pages = [page for page in addresses() if page.access is not None and page.access.scope == Scope.DESK]
    trainee, editor = people.client_of(cast.trainee), people.client_of(cast.lead)
    for page in desk_pages:
        path = "/" + path_of(page, cast, drill)
        assert editor.get(path).status_code in (403, 405), path
        if page.access and RoleCode.EDITOR in PERMS[page.access.perm or ""]:
            answer = trainee.get(path)
            # Nothing of the live desk is found behind the drill's address.
            assert answer.status_code in (200, 302, 404, 405), path
            assert "Uống nước chanh" not in answer.content.decode()


def test_the_matrix_can_fail(cast: people.Cast) -> None:
    page = Address("x:y", {}, Access(Scope.DESK, "rumours.work"), "")
    reviewer = Reader("reviewer", Client(), here=frozenset({RoleCode.REVIEWER}))
    stranger = Reader("stranger", Client(), kind="stranger")
    assert fault_of(reviewer, page, 200, "")
    assert not fault_of(reviewer, page, 403, "")
    assert fault_of(stranger, page, 200, "")
    assert fault_of(stranger, page, 302, "/vi/")
    assert fault_of(stranger, page, 500, "")
    editor = Reader("editor", Client(), here=frozenset({RoleCode.EDITOR}))
    assert fault_of(editor, page, 403, "")
    assert not fault_of(editor, page, 302, "/vi/desk/")
