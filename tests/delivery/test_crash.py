"""A worker that dies between the server's word and the receipt."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

import cast as people
from delivery.mail_server import MailServer
from sangto.delivery import jobs, services
from sangto.delivery.models import Outbox, Receipt
from sangto.delivery.types import Outcome

SEND = (
    "import sys, uuid, django; django.setup()\n"
    "from sangto.delivery import services\n"
    "services.send(outbox_id=uuid.UUID(sys.argv[1]))\n"
)


def database_url() -> str:
    known = connection.settings_dict
    return f"postgresql://{known['USER']}@/{known['NAME']}?host={quote(str(known['HOST']), safe='')}" + (
        f"&port={known['PORT']}" if known["PORT"] else ""
    )


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_after_sending_sends_again_under_the_same_id(
    data_dir: Path, mail_server: MailServer, settings: object
) -> None:
    if connection.settings_dict["PASSWORD"]:
        pytest.skip("the server of this run wants a password, which is not put into another process's environment")
    cast = people.make()
    contact_id = services.keep_contact(address="nguoi.gui@thu.example", language="vi", wants_corrections=False)
    assert contact_id
    outbox_id = services.queue(
        desk=cast.desk,
        contact_id=contact_id,
        reason="tip_answered",
        object_id=uuid.uuid4(),
        subject="Câu trả lời đã có",
        body="Sai.",
    )
    assert outbox_id
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "sangto.config.settings",
        "DATABASE_URL": database_url(),
        "SANGTO_DATA": str(data_dir),
        "SANGTO_SECRET_KEY": "x" * 40,
        "SANGTO_EMAIL_URL": f"smtp://127.0.0.1:{mail_server.port}?tls=off",
    }
    worker = subprocess.Popen([sys.executable, "-c", SEND, str(outbox_id)], env=environment)
    # At the very moment at which the server has taken the letter, before it says so.
    mail_server.on_letter = lambda: os.kill(worker.pid, signal.SIGKILL)
    assert worker.wait(timeout=120) == -signal.SIGKILL
    assert len(mail_server.letters) == 1
    assert not Receipt.objects.exists()
    assert Outbox.objects.get().settled_at is None

    mail_server.on_letter = None
    # Its own job is still there, or the sweep makes another; either way one attempt follows.
    jobs.sweep(0)
    assert services.send(outbox_id=outbox_id) == Outcome.SENT
    assert services.send(outbox_id=outbox_id) == Outcome.NOTHING_TO_DO
    first, second = (letter.original_content or b"" for letter in mail_server.letters)
    name = f"Message-ID: <{outbox_id}@127.0.0.1>".encode()
    assert name in first
    assert name in second
    assert Receipt.objects.count() == 1
