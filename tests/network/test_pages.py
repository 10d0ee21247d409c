"""Sign-in, desks, people, guests: the pages as each reader meets them."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import re
import struct
import time

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

import cast as people
from sangto.audit.models import LogEntry
from sangto.lib.codes import RoleCode
from sangto.network import rules, selectors, services
from sangto.network.models import Guest

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> people.Cast:
    cache.clear()
    return people.make()


def sign_in(client: Client, email: str, password: str = people.PASSWORD, lang: str = "vi") -> str:
    """Where the sign-in page sends them."""
    answer = client.post(f"/{lang}/accounts/login/", {"login": email, "password": password})
    return answer.headers.get("Location", "")


def test_it_works(cast: people.Cast) -> None:
    client = Client()
    assert "toa-soan" not in client.get("/vi/desk/", follow=True).content.decode()
    assert sign_in(client, cast.editor.email) == "/vi/desk/"
    page = client.get("/vi/desk/")
    assert page.status_code == 200
    assert 'href="/vi/desk/toa-soan/"' in page.content.decode()
    assert "benh-vien" not in page.content.decode()


def test_sign_in_leads_to_the_persons_own_language(cast: people.Cast) -> None:
    services.set_language(person_id=cast.editor.id, language="en")
    assert sign_in(Client(), cast.editor.email, lang="vi") == "/en/desk/"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_account_page_opens_in_both_languages(cast: people.Cast, lang: str) -> None:
    stranger = Client()
    for path in ("login/", "password/reset/", "password/reset/done/", "password/reset/key/done/", "inactive/"):
        page = stranger.get(f"/{lang}/accounts/{path}")
        assert page.status_code == 200, path
        assert f'<html lang="{lang}"' in page.content.decode()
        assert "style=" not in page.content.decode()
    client = Client()
    sign_in(client, cast.editor.email)
    assert client.get(f"/{lang}/accounts/2fa/totp/activate/").status_code == 302
    prove_again(client)
    for path in (
        "accounts/logout/",
        "accounts/password/change/",
        "accounts/2fa/",
        "accounts/2fa/totp/activate/",
        "me/",
    ):
        page = client.get(f"/{lang}/{path}")
        assert page.status_code == 200, path
        assert f'<html lang="{lang}"' in page.content.decode()


def six_digits(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238 with SHA-1 and half a minute, worked out here)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 0xF
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def prove_again(client: Client) -> None:
    """Whoever is about to change how they sign in types the password once more."""
    here = "/vi/accounts/2fa/"
    page = client.get(f"/vi/accounts/reauthenticate/?next={here}")
    assert page.status_code == 200
    answer = client.post("/vi/accounts/reauthenticate/", {"password": people.PASSWORD, "next": here})
    assert answer.headers["Location"] == here


def test_nobody_can_sign_up() -> None:
    for path in ("/vi/accounts/signup/", "/vi/accounts/email/", "/vi/accounts/confirm-email/"):
        assert Client().get(path).status_code == 404


def test_a_wrong_password_is_said_and_then_slowed_down(cast: people.Cast) -> None:
    client = Client()
    answers = [
        client.post("/vi/accounts/login/", {"login": cast.editor.email, "password": "sai-hoan-toan-roi"})
        for _ in range(8)
    ]
    assert answers[0].status_code == 200
    assert "errors" in answers[0].content.decode()
    # Five tries for one account, then even the right password must wait.
    assert sign_in(client, cast.editor.email) == ""


def test_someone_whose_account_is_closed_is_out_at_once(cast: people.Cast) -> None:
    client = people.client_of(cast.reader)
    assert client.get("/vi/desk/").status_code == 200
    services.set_active(person_id=cast.reader.id, active=False, actor=cast.lead.viewer.actor)
    assert client.get("/vi/desk/").status_code == 302


def test_a_password_is_reset_by_letter_in_the_persons_language(cast: people.Cast) -> None:
    services.set_language(person_id=cast.editor.id, language="en")
    client = Client()
    assert client.post("/vi/accounts/password/reset/", {"email": cast.editor.email}).status_code == 302
    (letter,) = mail.outbox
    assert letter.subject == "Choose a new password"
    link = re.search(r"http://127\.0\.0\.1:8000(/en/accounts/password/reset/key/\S+)", str(letter.body))
    assert link
    page = client.get(link.group(1), follow=True)
    form_at = page.redirect_chain[-1][0]
    fresh = "mot-mat-khau-khac-han-2026"
    assert client.post(form_at, {"password1": fresh, "password2": fresh}).status_code == 302
    assert sign_in(Client(), cast.editor.email, fresh).endswith("/desk/")
    # The link is spent.
    assert client.get(link.group(1), follow=True).status_code == 200
    assert "password1" not in Client().get(link.group(1), follow=True).content.decode()


def test_an_address_without_account_gets_no_letter_and_the_page_does_not_tell(cast: people.Cast) -> None:
    known = Client().post("/vi/accounts/password/reset/", {"email": cast.editor.email})
    unknown = Client().post("/vi/accounts/password/reset/", {"email": "khong-ai@toasoan.example"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [letter.to for letter in mail.outbox] == [[cast.editor.email]]


def test_with_a_second_step_the_password_alone_opens_nothing(cast: people.Cast) -> None:
    client = Client()
    sign_in(client, cast.editor.email)
    prove_again(client)
    page = client.get("/vi/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert client.post("/vi/accounts/2fa/totp/activate/", {"code": six_digits(secret)}).status_code == 302
    assert client.get("/vi/accounts/2fa/recovery-codes/").status_code == 200
    assert "data:image/svg+xml" in page.content.decode()
    cache.clear()

    again = Client()
    assert sign_in(again, cast.editor.email) == "/vi/accounts/2fa/authenticate/"
    assert again.get("/vi/desk/").status_code == 302
    assert again.get("/vi/accounts/2fa/authenticate/").status_code == 200
    assert again.post("/vi/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert again.get("/vi/desk/").status_code == 302
    spare = client.get("/vi/accounts/2fa/recovery-codes/").context["unused_codes"][0]
    assert again.post("/vi/accounts/2fa/authenticate/", {"code": spare}).status_code == 302
    assert again.get("/vi/desk/").status_code == 200


def test_the_people_page_is_for_those_who_lead(cast: people.Cast) -> None:
    path = "/vi/desk/toa-soan/people/"
    assert people.client_of(cast.lead).get(path).status_code == 200
    assert people.client_of(cast.admin).get(path).status_code == 200
    for someone in (cast.editor, cast.colleague, cast.reader, cast.outsider, cast.trainee):
        assert people.client_of(someone).get(path).status_code == 403
    stranger = people.client_of(None).get(path)
    assert stranger.headers["Location"] == f"/vi/accounts/login/?next={path}"
    assert people.client_of(cast.lead).get("/vi/desk/khong-co/people/").status_code == 404


def test_htmx_sends_a_stranger_to_sign_in_with_the_whole_page(cast: people.Cast) -> None:
    answer = Client().get("/vi/desk/toa-soan/people/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/vi/accounts/login/")


def test_a_lead_grants_and_takes_back(cast: people.Cast) -> None:
    client = people.client_of(cast.lead)
    role = {"person": str(cast.reader.id), "code": "editor"}
    client.post("/vi/desk/toa-soan/people/grant/", role)
    assert rules.may(cast.reader.viewer, "rumours.work", cast.desk)
    client.post("/vi/desk/toa-soan/people/revoke/", role)
    assert not rules.may(cast.reader.viewer, "rumours.work", cast.desk)
    # Not for people of elsewhere, and no administrators.
    client.post("/vi/desk/toa-soan/people/grant/", {"person": str(cast.outsider.id), "code": "editor"})
    client.post("/vi/desk/toa-soan/people/grant/", {"person": str(cast.reader.id), "code": "admin"})
    assert not selectors.has_role_at(cast.outsider.id, cast.desk.id)
    assert not rules.may(cast.reader.viewer, "network.manage", cast.desk)


def test_a_colleague_is_invited_and_chooses_a_password(cast: people.Cast) -> None:
    client = people.client_of(cast.lead)
    form = {"email": "moi@toasoan.example", "name": "Người Mới", "language": "vi", "code": "reviewer"}
    assert client.post("/vi/desk/toa-soan/people/invite/", form).status_code == 302
    (letter,) = mail.outbox
    link = re.search(r"http://127\.0\.0\.1:8000(/vi/accounts/password/reset/key/\S+)", str(letter.body))
    assert link
    browser = Client()
    form_at = browser.get(link.group(1), follow=True).redirect_chain[-1][0]
    browser.post(form_at, {"password1": people.PASSWORD, "password2": people.PASSWORD})
    assert sign_in(Client(), "moi@toasoan.example") == "/vi/desk/"
    row = next(row for row in selectors.people_of_desk(cast.desk) if row.email == "moi@toasoan.example")
    assert (row.roles, row.has_password) == ((RoleCode.REVIEWER,), True)
    # Inviting someone who has an account sends no letter and gives the role.
    mail.outbox.clear()
    form |= {"email": cast.outsider.email, "name": "x"}
    client.post("/vi/desk/toa-soan/people/invite/", form)
    assert mail.outbox == []
    assert selectors.has_role_at(cast.outsider.id, cast.desk.id)


def test_a_faulty_invitation_is_explained_and_changes_nothing(cast: people.Cast) -> None:
    before = len(selectors.people_of_desk(cast.desk))
    answer = people.client_of(cast.lead).post(
        "/vi/desk/toa-soan/people/invite/", {"email": "khong phai", "name": "", "language": "vi", "code": "admin"}
    )
    assert answer.status_code == 422
    assert len(selectors.people_of_desk(cast.desk)) == before
    assert mail.outbox == []


def test_a_guests_link_opens_until_it_is_closed(cast: people.Cast) -> None:
    lead = people.client_of(cast.lead)
    lead.post(
        "/vi/desk/toa-soan/guests/invite/", {"guest-name": "BS. Lan", "guest-purpose": "expert", "guest-days": "3"}
    )
    row = Guest.objects.get()
    path = f"/vi/g/{services.guest_token(row.id)}/"
    assert path in lead.get("/vi/desk/toa-soan/people/").content.decode()

    guest = Client()
    opened = guest.get(path)
    assert opened.status_code == 200
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    # Only reading the link opens no session.
    assert guest.get("/vi/desk/toa-soan/people/").status_code == 302
    assert guest.post(path).status_code == 302
    inside = guest.get(path)
    assert inside.wsgi_request.viewer.id == row.id  # type: ignore[attr-defined]
    assert guest.get("/vi/desk/toa-soan/people/").status_code == 403

    lead.post(f"/vi/desk/toa-soan/guests/{row.id}/revoke/")
    assert guest.get(path).status_code == 404
    assert guest.get("/vi/desk/toa-soan/people/").status_code == 302
    assert LogEntry.objects.filter(verb__startswith="guest_", object_id=row.id).count() == 2


def test_a_guests_link_ends_with_its_time_also_inside(cast: people.Cast) -> None:
    path = f"/vi/g/{people.guest_token(cast)}/"
    guest = Client()
    guest.post(path)
    assert guest.get("/vi/desk/toa-soan/people/").status_code == 403
    Guest.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert guest.get("/vi/desk/toa-soan/people/").status_code == 302
    assert guest.post(path).status_code == 404


@pytest.mark.parametrize("token", ["x", "0" * 32, "0" * 32 + ":" + "a" * 43, "%00", "é"])
def test_a_guessed_guest_link_opens_nothing(cast: people.Cast, token: str) -> None:
    for answer in (Client().get(f"/vi/g/{token}/"), Client().post(f"/vi/g/{token}/")):
        assert answer.status_code == 404


def test_a_guest_of_another_desks_link_is_not_closed_from_here(cast: people.Cast) -> None:
    people.guest_token(cast)
    other = people.person("khach", "Lead Khác", unit_id=cast.unit_id, roles=((cast.other_desk, RoleCode.LEAD),))
    answer = people.client_of(other).post(f"/vi/desk/benh-vien/guests/{Guest.objects.get().id}/revoke/")
    assert answer.status_code == 404
    assert Guest.objects.get().revoked_at is None


def test_the_organisation_is_the_administrators(cast: people.Cast) -> None:
    assert people.client_of(cast.lead).get("/vi/organisation/").status_code == 403
    client = people.client_of(cast.admin)
    client.post("/vi/organisation/", {"what": "unit", "unit-name_vi": "Ban Thời sự", "unit-name_en": "News",
                                      "unit-parent": str(cast.unit_id)})  # fmt: skip
    child = next(unit for unit in selectors.units() if unit.name_en == "News")
    assert child.depth == 2
    client.post("/vi/organisation/", {"what": "site", "site-unit": str(child.id), "site-name": "Hội trường A",
                                      "site-capacity": "120"})  # fmt: skip
    assert [(site.name, site.capacity) for site in selectors.sites()] == [("Hội trường A", 120)]
    assert client.get("/en/organisation/").status_code == 200
    assert client.post("/vi/organisation/", {"what": "unit"}).status_code == 422


def test_a_page_costs_few_queries(cast: people.Cast, django_assert_max_num_queries: object) -> None:
    client = people.client_of(cast.lead)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert client.get("/vi/desk/toa-soan/people/").status_code == 200
