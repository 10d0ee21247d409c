"""A page in Vietnamese has no English left in it, also where another library wrote the words.

Each page is fetched in both languages; a piece of text that is the same in both was not translated, unless it
is a name.
"""

from __future__ import annotations

import re
from typing import Final

import pytest
from django.test import Client

import cast

pytestmark = pytest.mark.django_db

_WITHOUT: Final = re.compile(r"<(script|style|svg)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_READ: Final = re.compile(r"\b(?:alt|title|placeholder|aria-label|value)=\"([^\"]*)\"")
_TAG: Final = re.compile(r"<[^>]*>", re.DOTALL)
# A word of letters; what has none (numbers, signs, keys in capitals and digits) is the same everywhere.
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_NAMES: Final = re.compile(
    r"Sáng Tỏ|RSS|Atom|JSON Feed|VI|EN|Tiếng Việt|English|E-?mail|API|TOTP"
    r"|[\w.+-]+@[\w.-]+|Tòa soạn.*|[A-Z2-7]{16,}|otpauth:.*|https?:.*"
)


def pieces(html: str) -> set[str]:
    text = _WITHOUT.sub(" ", html)
    attributes = {found for found in _READ.findall(text) if " " in found}
    seen = {" ".join(piece.split()) for piece in _TAG.sub("\n", text).split("\n")} | attributes
    return {piece for piece in seen if _WORD.search(_NAMES.sub("", piece))}


ACCOUNT_PAGES: Final = (
    "password/change/",
    "logout/",
    "reauthenticate/",
    "2fa/",
    "2fa/totp/activate/",
    "2fa/recovery-codes/generate/",
)
DESK_PAGES: Final = (
    "desk/",
    "me/",
    "desk/{desk}/",
    "desk/{desk}/people/",
    "desk/{desk}/log/",
    "desk/{desk}/playbooks/",
)
STRANGERS_PAGES: Final = (
    "accounts/login/",
    "accounts/password/reset/",
    "accounts/password/reset/done/",
    "accounts/password/reset/key/1-not-a-key/",
    "accounts/inactive/",
    "",
    "answers/",
    "methods/",
    "changes/",
    "nothing-here/",
)


@pytest.fixture
def people() -> cast.Cast:
    return cast.make()


def _same_in_both(client: Client, path: str, names: set[str]) -> list[str]:
    given = {}
    for lang in ("vi", "en"):
        answer = client.get(f"/{lang}/{path}", follow=True)
        assert answer.status_code in {200, 404}, path
        given[lang] = pieces(answer.content.decode())
    assert given["en"], path
    return sorted(piece for piece in given["vi"] & given["en"] if not any(name in piece for name in names))


def _names(people: cast.Cast) -> set[str]:
    return {people.editor.name, people.editor.email, people.desk.name_vi, people.desk.name_en}


@pytest.mark.parametrize("path", STRANGERS_PAGES)
def test_a_strangers_page(people: cast.Cast, path: str) -> None:
    assert _same_in_both(Client(), path, _names(people)) == []


@pytest.mark.parametrize("path", ACCOUNT_PAGES)
def test_a_page_about_ones_account(people: cast.Cast, path: str) -> None:
    client = Client()
    # Through the page itself: the library asks for a password once more unless it saw one a moment ago.
    signed_in = client.post("/vi/accounts/login/", {"login": people.editor.email, "password": cast.PASSWORD})
    assert signed_in.status_code == 302
    assert _same_in_both(client, f"accounts/{path}", _names(people)) == []


@pytest.mark.parametrize("path", DESK_PAGES)
def test_a_page_of_the_desk(people: cast.Cast, path: str) -> None:
    client = cast.client_of(people.lead)
    names = _names(people) | {someone.name for someone in (people.lead, people.colleague, people.reader)}
    assert _same_in_both(client, path.format(desk=people.desk.slug), names) == []


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("accounts/login/", {"login": "nobody@example.org", "password": "wrong"}),
        ("accounts/login/", {"login": "", "password": ""}),
        ("accounts/password/reset/", {"email": "not an address"}),
        ("", {"text": ""}),
        ("", {"text": "\x00\x01\x02" * 20}),
        ("", {"text": "Nước chanh?", "address": "not an address"}),
    ],
)
def test_what_a_form_says_about_a_mistake(people: cast.Cast, path: str, fields: dict[str, str]) -> None:
    given = {}
    for lang in ("vi", "en"):
        answer = Client(headers={"accept-language": lang}).post(f"/{lang}/{path}", fields)
        assert answer.status_code in {200, 400, 422}, path
        given[lang] = pieces(answer.content.decode())
    same = [piece for piece in given["vi"] & given["en"] if piece not in fields.values()]
    assert not [piece for piece in same if not any(name in piece for name in _names(people))]


def test_a_weak_password_is_refused_in_the_readers_language(people: cast.Cast) -> None:
    given = {}
    for lang in ("vi", "en"):
        client = Client()
        client.post(f"/{lang}/accounts/login/", {"login": people.editor.email, "password": cast.PASSWORD})
        answer = client.post(
            f"/{lang}/accounts/password/change/",
            {"oldpassword": cast.PASSWORD, "password1": "password", "password2": "password"},
        )
        assert answer.status_code == 200
        given[lang] = pieces(answer.content.decode())
    assert not [piece for piece in given["vi"] & given["en"] if people.editor.name not in piece]
