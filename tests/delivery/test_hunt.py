"""A planted address is hunted through every table, every file of the installation, and PostgreSQL's own folder."""

from __future__ import annotations

import base64
import datetime as dt
import logging
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from django.db import connection

import cast as people
from delivery.mail_server import MailServer
from sangto.config.environment import Mail
from sangto.delivery import jobs, services
from sangto.delivery.keys import KeyGone, KeyRing
from sangto.delivery.models import Contact, Outbox

pytestmark = pytest.mark.django_db(transaction=True)

# Letters that stand nowhere else, so that a find is a find.
PLANTED = "zqxjkvwplanted@thu-zqxjkvw.example"
SECRET_TEXT = "zqxjkvw-bi-mat-trong-thu"


def disguises(text: str) -> tuple[bytes, ...]:
    """The text as bytes, in hexadecimal, in base64 at each of its three offsets, and in the two bytes of UTF-16."""
    plain = text.encode()
    spelled = [base64.b64encode(b"\0" * shift + plain)[4:-4] for shift in range(3)]
    return (plain, plain.hex().encode(), *spelled, text.encode("utf-16-le"))


def in_files(folder: Path, text: str) -> list[str]:
    """The files below the folder in which the text stands in any of its disguises, in their content or name."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes() + path.name.encode()
            if any(disguise in content for disguise in disguises(text)):
                found.append(str(path.relative_to(folder)))
    return found


def in_tables(text: str) -> list[str]:
    """The tables of every schema that hold the text, in any column, as text or as bytes."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname <> 'information_schema'")
        tables = cursor.fetchall()
        for schema, table in tables:
            name = f"{connection.ops.quote_name(schema)}.{connection.ops.quote_name(table)}"
            cursor.execute(f"SELECT x::text FROM {name} x")
            rows = cursor.fetchall()
            if any(disguise.decode("latin-1") in row for (row,) in rows for disguise in disguises(text)):
                found.append(f"{schema}.{table}")
    return found


def server_folder() -> Path:
    """Where PostgreSQL keeps everything, WAL included, with all that it has in memory written out."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        folder = Path(cursor.fetchone()[0])
    if not folder.is_dir():
        pytest.skip("the PostgreSQL of this run keeps its files on another machine")
    return folder


@pytest.fixture
def logged(data_dir: Path) -> Iterator[None]:
    """Every line that anything logs at any level goes into a file of the installation."""
    handler = logging.FileHandler(data_dir / "everything.log")
    # The test's own mail server of course knows whom it got mail for.
    handler.addFilter(lambda line: not line.name.startswith("mail."))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(before)
    root.removeHandler(handler)
    handler.close()


def tell(cast: people.Cast, *, corrections: bool) -> uuid.UUID:
    contact_id = services.keep_contact(address=PLANTED, language="vi", wants_corrections=corrections)
    assert contact_id
    assert services.queue(
        desk=cast.desk,
        contact_id=contact_id,
        reason="tip_answered",
        object_id=uuid.uuid4(),
        subject=f"Trả lời {SECRET_TEXT}",
        body=f"Xem {SECRET_TEXT}",
    )
    return contact_id


def copies() -> list[tuple[uuid.UUID, bytes]]:
    """What a thief of the database holds now: every sealed text with its row."""
    rows = [*Contact.objects.values_list("id", "ciphertext"), *Outbox.objects.values_list("id", "ciphertext")]
    return [(row_id, bytes(sealed)) for row_id, sealed in rows if bytes(sealed)]


def opened(stolen: list[tuple[uuid.UUID, bytes]], ring: KeyRing) -> int:
    """How many of them open with any key that is left."""
    count = 0
    for row_id, sealed in stolen:
        for day in ring.days():
            try:
                ring.open(day, row_id, sealed)
            except KeyGone:
                continue
            count += 1
            break
    return count


def test_a_contact_is_never_in_the_clear_and_is_gone_after_its_day(
    data_dir: Path, logged: None, mail_server: MailServer, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = people.make()
    start = services.today()
    server = server_folder()
    # The hunt itself works: what is stored openly is found, in tables and in files.
    assert sorted(in_tables(cast.editor.email)) == ["public.account_emailaddress", "public.network_person"]
    assert in_files(server, cast.editor.email)

    # 1. Kept, queued, and sent over the server.
    tell(cast, corrections=False)
    kept_id = tell(cast, corrections=True)
    stolen_early = copies()
    assert len(stolen_early) == 4
    for outbox_id in Outbox.objects.values_list("id", flat=True):
        assert jobs.send_outbox(str(outbox_id)) == "sent"
    assert mail_server.letters[0].rcpt_tos == [PLANTED]
    # 2. Re-keyed because the answer is out.
    for contact_id in Contact.objects.values_list("id", flat=True):
        services.shorten_contact(contact_id=contact_id)
    # 3. Refused by the server, which quotes the address.
    mail_server.to_recipient = f"550 <{PLANTED}> is unknown"
    tell(cast, corrections=False)
    jobs.send_outbox(str(Outbox.objects.get(settled_at=None).id))
    # 4. Somebody's account mail, and a letter into the mailbox folder.
    get_connection("sangto.delivery.backend.OutboxEmailBackend").send_messages(
        [EmailMessage(f"Mật khẩu {SECRET_TEXT}", SECRET_TEXT, to=[PLANTED])]
    )
    settings.MAIL = Mail()  # type: ignore[attr-defined]
    jobs.send_outbox(str(Outbox.objects.get(settled_at=None).id))
    # 5. An opt-out, and one message that still waits.
    services.opt_out(token=services.opt_out_token(services.key_ring().keyed_hash("khac@thu.example")))
    tell(cast, corrections=False)
    stolen_late = copies()
    ring = services.key_ring()
    assert opened(stolen_early, ring) == len(stolen_early)
    assert opened(stolen_late, ring) == len(stolen_late)

    # While it lives it stands in the clear nowhere but in the letter of the mailbox folder.
    week = (start + services.FOR_ACCOUNTS).isoformat()
    for text in (PLANTED, SECRET_TEXT):
        assert in_tables(text) == []
        assert in_files(server_folder(), text) == []
        assert [name.split("/")[:2] for name in in_files(data_dir, text)] == [["mailbox", week]]

    # 90 days later the one who wanted corrections is still there, and nothing that was stolen early opens.
    monkeypatch.setattr(services, "today", lambda: start + services.ON_ARRIVAL)
    jobs.destroy_keys(0)
    assert list(Contact.objects.values_list("id", flat=True)) == [kept_id]
    assert opened(stolen_early, ring) == 0
    assert opened(copies(), ring) == 1

    # And after its own day nothing is left of anybody.
    monkeypatch.setattr(services, "today", lambda: start + services.FOR_CORRECTIONS + dt.timedelta(days=1))
    jobs.destroy_keys(0)
    assert not Contact.objects.exists()
    assert not Outbox.objects.exists()
    assert ring.days() == []
    assert opened(stolen_early + stolen_late, ring) == 0
    for text in (PLANTED, SECRET_TEXT):
        assert in_tables(text) == []
        assert in_files(server_folder(), text) == []
        assert in_files(data_dir, text) == []
