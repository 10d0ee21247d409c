"""From a sealed address to a letter, and to nothing."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import logging
import uuid
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.mail import EmailMessage as DjangoMessage
from django.core.mail import get_connection
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone, translation
from procrastinate.contrib.django.models import ProcrastinateJob

import cast as people
from delivery.mail_server import MailServer
from sangto.audit.models import LogEntry
from sangto.config.environment import Mail
from sangto.delivery import jobs, selectors, services
from sangto.delivery.models import Contact, Outbox, Receipt
from sangto.delivery.types import DrillRefused, InvalidAddress, Outcome, UnknownToken

ADDRESS = "nguoi.gui@thu.example"
SetToday = Callable[[dt.date], None]


def queued(cast: people.Cast, address: str = ADDRESS, *, corrections: bool = False, lang: str = "vi") -> uuid.UUID:
    """A message to this address that waits to be sent."""
    contact_id = services.keep_contact(address=address, language=lang, wants_corrections=corrections)
    assert contact_id is not None
    outbox_id = services.queue(
        desk=cast.desk,
        contact_id=contact_id,
        reason="tip_answered",
        object_id=uuid.uuid4(),
        subject="Câu trả lời đã có",
        body="Tin bạn gửi: Sai.\nXem: https://sangto.example/vi/tip/bi-mat/",
    )
    assert outbox_id is not None
    return outbox_id


def letter_of(server: MailServer, number: int = 0) -> EmailMessage:
    content = server.letters[number].original_content
    assert content is not None
    return email.message_from_bytes(content, policy=email.policy.default)


def test_it_works(cast: people.Cast, mail_server: MailServer) -> None:
    outbox_id = queued(cast)
    assert selectors.waiting_count() == 1
    assert jobs.send_outbox(str(outbox_id)) == "sent"
    (envelope,) = mail_server.letters
    assert envelope.rcpt_tos == [ADDRESS]
    letter = letter_of(mail_server)
    assert letter["Subject"] == "Câu trả lời đã có"
    assert letter["From"].addresses[0].display_name == "Báo Sông Hồng"
    assert letter["Reply-To"] == "toasoan@songhong.example"
    assert letter["Message-ID"] == f"<{outbox_id}@127.0.0.1>"
    assert letter["Auto-Submitted"] == "auto-generated"
    text = letter.get_content()
    assert "Tin bạn gửi: Sai." in text
    link = letter["List-Unsubscribe"].strip("<>")
    assert link in text
    assert link.startswith("http://127.0.0.1:8000/vi/opt-out/")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Receipt.objects.get().outcome == "sent"
    assert selectors.waiting_count() == 0
    # The text is dropped as soon as nobody needs it.
    assert bytes(Outbox.objects.get().ciphertext) == b""


def test_an_english_reader_gets_an_english_letter(cast: people.Cast, mail_server: MailServer) -> None:
    services.send(outbox_id=queued(cast, lang="en"))
    letter = letter_of(mail_server)
    assert letter["From"].addresses[0].display_name == "Red River News"
    assert "/en/opt-out/" in letter.get_content()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "khong phai",
        "a@b",
        "a@localhost",
        "a@[127.0.0.1]",
        '"a b"@thu.example',
        "a@thu.example\nBcc: b@thu.example",
        "a@thu.example\r\nBcc: b@thu.example",
        "a@thu.example\r",
        "a\x00@thu.example",
        "a@thu.example, b@thu.example",
        "a@thu\u2028.example",
        "a@\u202ethu.example",
        "Tên <a@thu.example>",
        "a" * 250 + "@thu.example",
    ],
)
def test_what_is_no_address_is_refused_without_quoting_it(cast: people.Cast, address: str) -> None:
    with pytest.raises(InvalidAddress) as refused:
        services.keep_contact(address=address, language="vi", wants_corrections=False)
    assert str(refused.value) == ""
    assert refused.value.__cause__ is None
    assert not Contact.objects.exists()


def test_an_address_is_kept_in_one_form(cast: people.Cast) -> None:
    assert services.clean_address("  Nguoi.Gui@BÜCHER.example ") == "Nguoi.Gui@xn--bcher-kva.example"
    assert services.clean_address("a+b@Thu.Example") == "a+b@thu.example"


def test_nothing_goes_out_of_a_drill(cast: people.Cast) -> None:
    contact_id = services.keep_contact(address=ADDRESS, language="vi", wants_corrections=False)
    assert contact_id is not None
    with pytest.raises(DrillRefused):
        services.queue(
            desk=cast.drill_desk, contact_id=contact_id, reason="x", object_id=uuid.uuid4(), subject="s", body="b"
        )
    # The database refuses too, whatever kind the row claims to be.
    for kind in ("drill", "live"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Outbox.objects.create(
                desk_id=cast.drill_desk.id,
                desk_kind=kind,
                contact_id=contact_id,
                channel="email",
                reason="x",
                object_id=uuid.uuid4(),
                key_day=services.today(),
                ciphertext=b"",
                created_at=timezone.now(),
                due_at=timezone.now(),
            )
    outbox_id = queued(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Outbox.objects.filter(id=outbox_id).update(desk_id=cast.drill_desk.id, desk_kind="drill")
    assert not ProcrastinateJob.objects.exclude(args={"outbox_id": str(outbox_id)}).exists()


def test_the_message_its_job_and_its_cause_commit_together(cast: people.Cast) -> None:
    class Trouble(Exception):
        pass

    def queue_and_fail() -> None:
        with transaction.atomic():
            queued(cast)
            raise Trouble

    with pytest.raises(Trouble):
        queue_and_fail()
    assert not Outbox.objects.exists()
    assert not ProcrastinateJob.objects.exists()
    outbox_id = queued(cast)
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args) == ("delivery.send_outbox", {"outbox_id": str(outbox_id)})


def test_the_same_message_is_queued_once(cast: people.Cast) -> None:
    contact_id = services.keep_contact(address=ADDRESS, language="vi", wants_corrections=False)
    assert contact_id is not None
    about = uuid.uuid4()
    ids = {
        services.queue(desk=cast.desk, contact_id=contact_id, reason="r", object_id=about, subject="s", body="b")
        for _ in range(3)
    }
    assert len(ids) == 1
    assert Outbox.objects.count() == 1


def test_a_contact_that_is_gone_gets_nothing_and_troubles_nobody(cast: people.Cast) -> None:
    gone = uuid.uuid4()
    assert services.queue(desk=cast.desk, contact_id=gone, reason="r", object_id=gone, subject="s", body="b") is None
    services.shorten_contact(contact_id=gone)
    assert selectors.contact_language(gone) is None


def test_line_breaks_in_a_subject_make_no_headers(cast: people.Cast, mail_server: MailServer) -> None:
    contact_id = services.keep_contact(address=ADDRESS, language="vi", wants_corrections=False)
    assert contact_id is not None
    outbox_id = services.queue(
        desk=cast.desk,
        contact_id=contact_id,
        reason="r",
        object_id=uuid.uuid4(),
        subject="Xin chào\r\nBcc: ke-la@thu.example",
        body="b",
    )
    assert outbox_id
    services.send(outbox_id=outbox_id)
    assert letter_of(mail_server)["Bcc"] is None
    assert mail_server.letters[0].rcpt_tos == [ADDRESS]


def test_the_days_of_a_contact(cast: people.Cast, on: SetToday) -> None:
    start = services.today()
    plain_id = services.keep_contact(address=ADDRESS, language="vi", wants_corrections=False)
    asks_id = services.keep_contact(address=ADDRESS, language="vi", wants_corrections=True)
    assert plain_id
    assert asks_id

    def day_of(contact_id: uuid.UUID) -> int:
        return (Contact.objects.get(id=contact_id).key_day - start).days

    assert (day_of(plain_id), day_of(asks_id)) == (90, 90)
    on(start + dt.timedelta(days=10))
    for contact_id in (plain_id, asks_id):
        services.shorten_contact(contact_id=contact_id)
    assert (day_of(plain_id), day_of(asks_id)) == (40, 375)
    # Shortened again later, a contact without the wish does not live longer.
    on(start + dt.timedelta(days=30))
    services.shorten_contact(contact_id=plain_id)
    assert day_of(plain_id) == 40


def test_a_shortened_contact_still_gets_what_waits(cast: people.Cast, mail_server: MailServer) -> None:
    outbox_id = queued(cast)
    services.shorten_contact(contact_id=Outbox.objects.get().contact_id)
    assert services.send(outbox_id=outbox_id) == Outcome.SENT
    assert mail_server.letters[0].rcpt_tos == [ADDRESS]


def test_after_its_day_neither_row_nor_letter_is_left(cast: people.Cast, data_dir: Path) -> None:
    sent, waiting = queued(cast), queued(cast, "khac@thu.example")
    services.send(outbox_id=sent)
    (letter,) = (data_dir / "mailbox").rglob("*.eml")
    soon, day = sorted(Contact.objects.values_list("key_day", flat=True))
    assert soon == services.today() + services.AFTER_ANSWER
    assert letter.parent.name == soon.isoformat()
    assert services.destroy_due_keys(today=soon - dt.timedelta(days=1)) == 0
    assert services.destroy_due_keys(today=soon) == 1
    assert not letter.exists()
    assert Outbox.objects.filter(id=waiting).exists()

    assert services.destroy_due_keys(today=day) == 1
    assert (Contact.objects.count(), Outbox.objects.count(), Receipt.objects.count()) == (0, 0, 0)
    entry = LogEntry.objects.filter(verb="contacts_destroyed").latest("id")
    assert entry.data == {"until": day.isoformat(), "contacts": 1, "unsent": 1}
    assert services.send(outbox_id=waiting) == Outcome.NOTHING_TO_DO


def test_a_message_whose_key_went_first_is_settled_as_lost(cast: people.Cast) -> None:
    outbox_id = queued(cast)
    services.key_ring().destroy_until(Contact.objects.get().key_day)
    assert services.send(outbox_id=outbox_id) == Outcome.KEY_GONE
    assert Receipt.objects.get().outcome == "key_gone"


def test_the_daily_job_uses_todays_date(cast: people.Cast, on: SetToday) -> None:
    queued(cast)
    assert jobs.destroy_keys(0) == 0
    on(services.today() + services.ON_ARRIVAL)
    assert jobs.destroy_keys(0) == 1


def test_a_refused_address_is_given_up(cast: people.Cast, mail_server: MailServer) -> None:
    mail_server.to_recipient = f"550 5.1.1 <{ADDRESS}> unknown"
    outbox_id = queued(cast)
    assert services.send(outbox_id=outbox_id) == Outcome.FAILED
    receipt = Receipt.objects.get()
    assert (receipt.outcome, receipt.detail) == ("failed", "smtp 550")
    assert services.send(outbox_id=outbox_id) == Outcome.NOTHING_TO_DO


@pytest.mark.parametrize(("where", "says"), [("to_recipient", "451 4.3.0 later"), ("to_data", "452 4.3.1 full")])
def test_a_busy_server_is_tried_again_with_growing_pauses(
    cast: people.Cast, mail_server: MailServer, where: str, says: str
) -> None:
    setattr(mail_server, where, says)
    outbox_id = queued(cast)
    pauses = []
    for _ in range(len(services.BACK_OFF) + 1):
        Outbox.objects.update(due_at=timezone.now())
        assert services.send(outbox_id=outbox_id) == Outcome.LATER
        assert services.send(outbox_id=outbox_id) == Outcome.NOTHING_TO_DO
        pauses.append(round((Outbox.objects.get().due_at - timezone.now()) / dt.timedelta(minutes=1)))
    assert pauses == [1, 5, 15, 60, 240, 720, 1440, 1440]
    assert set(Receipt.objects.values_list("detail", flat=True)) == {f"later: smtp {says[:3]}"}
    setattr(mail_server, where, "250 OK")
    Outbox.objects.update(due_at=timezone.now())
    assert services.send(outbox_id=outbox_id) == Outcome.SENT


def test_no_server_at_all_means_later(cast: people.Cast, settings: object) -> None:
    settings.MAIL = Mail(host="127.0.0.1", port=1, tls="off")  # type: ignore[attr-defined]
    outbox_id = queued(cast)
    assert services.send(outbox_id=outbox_id) == Outcome.LATER
    assert Receipt.objects.get().detail == "later: ConnectionRefusedError"


def test_a_server_without_encryption_gets_nothing_when_encryption_is_set(
    cast: people.Cast, mail_server: MailServer, settings: object
) -> None:
    settings.MAIL = Mail(host="127.0.0.1", port=mail_server.port, tls="start")  # type: ignore[attr-defined]
    assert services.send(outbox_id=queued(cast)) == Outcome.LATER
    assert mail_server.letters == []


def test_the_sweep_finds_what_its_job_lost(cast: people.Cast) -> None:
    outbox_id = queued(cast)
    # Its job still waits: nothing to add.
    assert jobs.sweep(0) == 0
    ProcrastinateJob.objects.all().delete()
    assert jobs.sweep(0) == 1
    assert jobs.sweep(0) == 0
    assert ProcrastinateJob.objects.get().args == {"outbox_id": str(outbox_id)}
    services.send(outbox_id=outbox_id)
    ProcrastinateJob.objects.all().delete()
    assert jobs.sweep(0) == 0


def test_whoever_opts_out_hears_no_more(cast: people.Cast, mail_server: MailServer) -> None:
    services.send(outbox_id=queued(cast))
    path = letter_of(mail_server)["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    waiting = queued(cast)
    browser = Client(enforce_csrf_checks=True)
    # Looking at the page, as mail scanners do, changes nothing.
    assert browser.get(path).status_code == 200
    assert services.keep_contact(address=ADDRESS, language="vi", wants_corrections=False)
    # One tap in the mail program (RFC 8058).
    answer = browser.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert services.send(outbox_id=waiting) == Outcome.OPTED_OUT
    assert services.keep_contact(address="Nguoi.Gui@THU.example", language="vi", wants_corrections=True) is None
    assert len(mail_server.letters) == 1
    # Also when the contact is long gone.
    services.destroy_due_keys(today=services.today() + dt.timedelta(days=400))
    assert browser.post(path).status_code == 200
    assert LogEntry.objects.filter(verb="opted_out").count() == 1


@pytest.mark.parametrize("token", ["x", "a" * 64, "a" * 64 + ":" + "b" * 43])
def test_a_guessed_opt_out_link_is_unknown(cast: people.Cast, token: str) -> None:
    with pytest.raises(UnknownToken):
        services.opt_out(token=token)
    assert Client().get(f"/vi/opt-out/{token}/").status_code == 404
    assert Client().post(f"/vi/opt-out/{token}/").status_code == 404


def test_account_mail_takes_the_same_way_and_lives_seven_days(cast: people.Cast, mail_server: MailServer) -> None:
    services.opt_out(token=services.opt_out_token(services.key_ring().keyed_hash(ADDRESS)))
    backend = get_connection("sangto.delivery.backend.OutboxEmailBackend")
    with translation.override("en"):
        sent = backend.send_messages([DjangoMessage("Choose a password", "Here: https://x.example/", to=[ADDRESS])])
    assert sent == 1
    row = Outbox.objects.get()
    assert (row.key_day - services.today()).days == 7
    assert row.desk_id == cast.desk.id
    assert services.send(outbox_id=row.id) == Outcome.SENT
    letter = letter_of(mail_server)
    # It is needed to sign in, so an opt-out does not stop it and it offers none.
    assert letter["List-Unsubscribe"] is None
    assert letter["Content-Language"] == "en"
    assert letter["From"].addresses[0].display_name == "Red River News"


def test_the_backend_says_when_an_address_is_none(cast: people.Cast) -> None:
    letter = DjangoMessage("s", "b", to=["khong phai"])
    with pytest.raises(InvalidAddress):
        get_connection("sangto.delivery.backend.OutboxEmailBackend").send_messages([letter])
    quiet = get_connection("sangto.delivery.backend.OutboxEmailBackend", fail_silently=True)
    assert quiet.send_messages([letter]) == 0


def test_no_address_in_any_log_line_or_error(
    cast: people.Cast, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mail_server.to_recipient = f"550 <{ADDRESS}> never"
    services.send(outbox_id=queued(cast))
    mail_server.to_recipient = "250 OK"
    mail_server.to_data = f"451 <{ADDRESS}> later"
    services.send(outbox_id=queued(cast))
    mail_server.to_data = "250 OK"
    services.send(outbox_id=queued(cast))
    own = [line for line in caplog.records if not line.name.startswith("mail.log")]
    # `mail.log` is the test's own server, which of course knows whom it got mail for.
    assert ADDRESS not in " ".join(line.getMessage() for line in own)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(args::text, ' ') FROM procrastinate_jobs")
        assert ADDRESS not in str(cursor.fetchone())
