"""Settings fail loudly, and the message says what to do."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from sangto.config import environment


@pytest.mark.parametrize(
    ("read", "variables", "says"),
    [
        (environment.base_url, {"SANGTO_BASE_URL": "desk.example.org"}, "such as https://desk.example.org"),
        (environment.base_url, {"SANGTO_BASE_URL": "https://desk.example.org/vi/"}, "the public address alone"),
        (lambda env: environment.hosts("http://x", env), {"SANGTO_HOSTS": "http://a"}, "without http://"),
        (environment.mail, {"SANGTO_EMAIL_URL": "mail.example.org"}, "smtp://user:password@host:587"),
        (environment.mail, {"SANGTO_EMAIL_URL": "smtp://mail.example.org:none"}, "host:587"),
        (lambda env: environment.database(Path(), env), {"DATABASE_URL": "mysql://a/b"}, "Only PostgreSQL"),
        (lambda env: environment.database(Path(), env), {"DATABASE_URL": "postgresql://host/"}, "end it with /name"),
        (lambda env: environment.secret_key(Path(), env), {"SANGTO_SECRET_KEY": "short"}, "secrets.token_urlsafe"),
        (lambda env: environment.mail_from("http://x.example", env), {"SANGTO_MAIL_FROM": "desk"}, "one address"),
        (lambda env: environment.whole_number("N", 1, 1, 5, env), {"N": "six"}, "a whole number from 1 to 5"),
        (lambda env: environment.folder_or_none("D", env), {"D": "/no/such/folder"}, "no folder"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_the_mend(
    read: Callable[[dict[str, str]], object], variables: dict[str, str], says: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        read(variables)
    assert says in str(refused.value)


def test_nothing_set_is_a_desk_on_this_machine() -> None:
    base = environment.base_url({})
    assert base == "http://127.0.0.1:8000"
    assert environment.hosts(base, {}) == ["127.0.0.1", "localhost", "[::1]"]
    assert environment.mail({}) == environment.Mail()
    assert environment.mail_from(base, {}) == "noreply@127.0.0.1"


@pytest.mark.parametrize(
    ("url", "mail"),
    [
        ("smtp://a%40b:p%2Fw@mail.example", environment.Mail("mail.example", 587, "a@b", "p/w", "start")),
        ("smtps://mail.example:4465", environment.Mail("mail.example", 4465, "", "", "on")),
        ("smtp://localhost:2525?tls=off", environment.Mail("localhost", 2525, "", "", "off")),
    ],
)
def test_a_mail_server_is_read(url: str, mail: environment.Mail) -> None:
    assert environment.mail({"SANGTO_EMAIL_URL": url}) == mail


def test_a_server_of_ones_own_is_read() -> None:
    words = environment.database(Path(), {"DATABASE_URL": "postgresql://u:p@db.example:6432/desk?sslmode=require"})
    assert words == {
        "NAME": "desk", "USER": "u", "PASSWORD": "p", "HOST": "db.example", "PORT": "6432", "sslmode": "require",
    }  # fmt: skip


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    first = environment.secret_key(folder, {})
    assert len(first) >= 50
    assert environment.secret_key(folder, {}) == first
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600
    assert [file.name for file in folder.iterdir()] == ["secret.key"]


def test_a_damaged_key_is_not_replaced(tmp_path: Path) -> None:
    """Another key would end every session and break every link that was sent."""
    (tmp_path / "secret.key").write_text("")
    with pytest.raises(ImproperlyConfigured, match="Put its copy back"):
        environment.secret_key(tmp_path, {})


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(ImproperlyConfigured, match="which is a file"):
        environment.data_dir({"SANGTO_DATA": str(file)})
