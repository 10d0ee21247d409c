"""People, roles, desks, and what each may do."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

import cast as people
from sangto.audit.models import LogEntry
from sangto.audit.types import SYSTEM
from sangto.lib.codes import DeskKind, RoleCode
from sangto.network import clock, rules, selectors, services
from sangto.network.types import InvalidPerson, LastAdmin, UnknownDesk

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> people.Cast:
    return people.make()


def test_it_works(cast: people.Cast) -> None:
    assert selectors.default_desk() == cast.desk
    assert selectors.publisher().name("en") == "Red River News"
    assert rules.may(cast.editor.viewer, "rumours.work", cast.desk)
    assert [desk.slug for desk in selectors.desks_of(cast.editor.viewer)] == ["toa-soan"]
    assert cast.editor.row.check_password(people.PASSWORD)


@pytest.mark.parametrize("perm", sorted(rules.PERMS))
def test_each_role_may_what_the_table_says_and_only_at_its_desk(cast: people.Cast, perm: str) -> None:
    for code, someone in cast.role_holders().items():
        assert rules.may(someone.viewer, perm, cast.desk) is (RoleCode(code) in rules.PERMS[perm])
        assert not rules.may(someone.viewer, perm, cast.other_desk)
        assert not rules.may(someone.viewer, perm, cast.drill_desk)
        assert not rules.may(someone.viewer, perm, None)
    assert not rules.may(cast.outsider.viewer, perm, cast.desk)
    assert not rules.may(cast.trainee.viewer, perm, cast.desk)


def test_an_administrator_runs_every_desk_and_edits_at_none(cast: people.Cast) -> None:
    viewer = cast.admin.viewer
    assert rules.may(viewer, "network.manage", cast.other_desk)
    assert rules.may(viewer, "network.manage", None)
    assert not any(
        rules.may(viewer, perm, cast.desk)
        for perm in ("rumours.work", "articles.write", "articles.review", "articles.publish", "playbooks.run")
    )
    assert len(selectors.desks_of(viewer)) == 3


def test_a_misspelt_permission_is_an_error_not_a_refusal(cast: people.Cast) -> None:
    with pytest.raises(KeyError):
        rules.may(cast.editor.viewer, "rumour.work", cast.desk)


def test_a_role_is_granted_once_and_revoked(cast: people.Cast) -> None:
    for _ in range(2):
        services.grant_role(person_id=cast.reader.id, desk_id=cast.desk.id, code="editor", actor=SYSTEM)
    assert LogEntry.objects.filter(verb="role_granted", object_id=cast.reader.id, data__code="editor").count() == 1
    assert rules.may(cast.reader.viewer, "rumours.work", cast.desk)
    services.revoke_role(person_id=cast.reader.id, desk_id=cast.desk.id, code="editor", actor=SYSTEM)
    assert not rules.may(cast.reader.viewer, "rumours.work", cast.desk)


def test_the_last_administrator_stays(cast: people.Cast) -> None:
    with pytest.raises(LastAdmin):
        services.revoke_role(person_id=cast.admin.id, desk_id=None, code="admin", actor=SYSTEM)
    with pytest.raises(LastAdmin):
        services.set_active(person_id=cast.admin.id, active=False, actor=SYSTEM)
    services.grant_role(person_id=cast.lead.id, desk_id=None, code="admin", actor=SYSTEM)
    services.revoke_role(person_id=cast.admin.id, desk_id=None, code="admin", actor=SYSTEM)
    assert not cast.admin.viewer.is_admin


def test_only_admin_can_be_granted_without_a_desk(cast: people.Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        services.grant_role(person_id=cast.reader.id, desk_id=None, code="editor", actor=SYSTEM)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"email": "an"}, "email_invalid"),
        ({"email": "x@y.example\r\nBcc: z@y.example"}, "email_invalid"),
        ({"email": "AN@toasoan.example"}, "email_taken"),
        ({"name": "  "}, "name_empty"),
        ({"password": "12345"}, "password_weak"),
        ({"language": "fr"}, "language_unknown"),
    ],
)
def test_a_person_that_cannot_be_is_refused_with_a_reason(cast: people.Cast, change: dict[str, str], code: str) -> None:
    fine = {"email": "moi@toasoan.example", "name": "Người Mới", "password": people.PASSWORD, "language": "vi"}
    with pytest.raises(InvalidPerson) as refused:
        services.create_person(**(fine | change), unit_id=cast.unit_id, actor=SYSTEM)
    assert refused.value.code == code


def test_the_log_holds_no_name_or_address(cast: people.Cast) -> None:
    written = " ".join(str(entry) for entry in LogEntry.objects.values())
    assert "toasoan.example" not in written
    assert cast.editor.name not in written
    assert LogEntry.objects.filter(verb="person_created").count() == 7


def test_someone_inactive_has_no_viewer(cast: people.Cast) -> None:
    services.set_active(person_id=cast.reader.id, active=False, actor=SYSTEM)
    with pytest.raises(LookupError):
        selectors.viewer_of_person(cast.reader.id)


def test_the_publishers_names_are_found_as_whole_words(cast: people.Cast) -> None:
    assert selectors.publisher_named_in("Nghe nói BÁO SÔNG HỒNG sắp đóng cửa") == ["Báo Sông Hồng", "Sông Hồng"]
    assert selectors.publisher_named_in("sông hồngg") == []
    assert selectors.publisher_named_in("red river news đưa tin") == ["Red River News"]


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://songhong.example/tin", True),
        ("https://www.SongHong.example:8443/tin", True),
        ("https://songhong.example.", True),
        ("https://songhong.example@evil.example/", False),
        ("https://notsonghong.example/", False),
        ("https://songhong.example.evil.example/", False),
        ("http://[broken", False),
        ("", False),
    ],
)
def test_its_own_hosts_are_known(cast: people.Cast, url: str, own: bool) -> None:
    assert selectors.is_own_host(url) is own


def test_a_live_desk_reads_the_wall_and_a_drill_its_own_clock(cast: people.Cast) -> None:
    before = timezone.now()
    assert before <= clock.desk_now(cast.desk) <= timezone.now()
    shows = dt.datetime(2030, 1, 1, 8, 0, tzinfo=dt.UTC)
    services.set_drill_clock(desk_id=cast.drill_desk.id, shows=shows, rate=0, actor=SYSTEM)
    assert clock.desk_now(cast.drill_desk) == shows
    assert clock.desk_now(cast.drill_desk.id) == shows
    services.set_drill_clock(desk_id=cast.drill_desk.id, shows=shows, rate=60, actor=SYSTEM)
    assert shows < clock.desk_now(cast.drill_desk) < shows + dt.timedelta(hours=1)
    assert before <= clock.desk_now(cast.desk.id) <= timezone.now()
    with pytest.raises(UnknownDesk):
        clock.desk_now(uuid.uuid4())


def test_a_live_desk_keeps_the_walls_clock(cast: people.Cast) -> None:
    with pytest.raises(ValueError, match="live desk"):
        services.set_drill_clock(desk_id=cast.desk.id, shows=timezone.now(), rate=2, actor=SYSTEM)
    for change in ("clock_set_at = now()", "clock_shows = now()", "clock_rate = 2"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE network_desk SET {change} WHERE id = %s", [cast.desk.id])


@pytest.mark.parametrize("which", ["desk", "drill_desk"])
def test_the_kind_of_a_desk_never_changes(cast: people.Cast, which: str) -> None:
    desk = getattr(cast, which)
    other = DeskKind.LIVE if desk.is_drill else DeskKind.DRILL
    with pytest.raises(IntegrityError, match="can never change"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE network_desk SET is_default = false, kind = %s WHERE id = %s", [other, desk.id])
    assert selectors.desk(desk.id).kind == desk.kind


@pytest.mark.parametrize("slug", ["", "Tòa soạn", "a/b", "outside", "A"])
def test_a_desk_needs_a_name_that_can_stand_in_an_address(cast: people.Cast, slug: str) -> None:
    with pytest.raises(ValueError, match="address"):
        services.create_desk(unit_id=cast.unit_id, slug=slug, name_vi="x", name_en="x", actor=SYSTEM)
