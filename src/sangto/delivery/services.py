"""Keeping an address sealed, sending to it as the publisher, and forgetting it on its day."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
import uuid
from typing import Final

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from sangto.audit import services as audit
from sangto.audit.types import PUBLIC, SYSTEM
from sangto.delivery import letters
from sangto.delivery.adapters import email
from sangto.delivery.keys import KeyGone, KeyRing, destroy_folders_until
from sangto.delivery.models import Contact, OptOut, Outbox, Receipt
from sangto.delivery.types import DrillRefused, InvalidAddress, Outcome, UnknownToken
from sangto.lib.codes import LANGUAGES
from sangto.network import selectors as network
from sangto.network.types import DeskInfo

# The sender's protection of the design: how far ahead the day of destruction lies.
ON_ARRIVAL: Final = dt.timedelta(days=90)
AFTER_ANSWER: Final = dt.timedelta(days=30)
FOR_CORRECTIONS: Final = dt.timedelta(days=365)
# A sign-in link is of no use after a few days.
FOR_ACCOUNTS: Final = dt.timedelta(days=7)
ACCOUNT_REASON: Final = "account"
# After the n-th failed attempt; the last one repeats until the key is gone.
BACK_OFF: Final = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
SEND_JOB: Final = "delivery.send_outbox"
OPT_OUT_SALT: Final = "sangto.delivery.opt-out"
# RFC 5321 §4.5.3.1.3, less the angle brackets.
LONGEST_ADDRESS: Final = 254

# No machine names and no bare IP addresses: mail there is never meant for a reader.
_is_address = EmailValidator(allowlist=[])


def key_ring() -> KeyRing:
    return KeyRing(settings.DATA_DIR / "keys")


def today() -> dt.date:
    """Days of destruction are days in UTC, like every time in the record."""
    return timezone.now().astimezone(dt.UTC).date()


def clean_address(address: str) -> str:
    """The address as it is kept: trimmed, NFC, its domain in ASCII and lower case.

    Raises InvalidAddress, which never quotes it.
    """
    plain = unicodedata.normalize("NFC", address.strip(" \t"))
    # Before anything else: a line break would let a sender write headers of their own.
    if any(unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"} for char in plain) or len(plain) > LONGEST_ADDRESS:
        raise InvalidAddress
    local, at, domain = plain.rpartition("@")
    try:
        kept = f"{local}{at}{domain.encode('idna').decode().lower()}"
        _is_address(kept)
    except (ValidationError, UnicodeError):
        raise InvalidAddress from None
    if domain.startswith("[") or local.startswith('"'):
        raise InvalidAddress
    return kept


@transaction.atomic
def keep_contact(*, address: str, language: str, wants_corrections: bool) -> uuid.UUID | None:
    """Seal an address under the key that is destroyed in 90 days; None when its owner wants nothing from us.

    Raises InvalidAddress.
    """
    kept = clean_address(address)
    if OptOut.objects.filter(hash=_hash(kept)).exists():
        return None
    row = _seal_contact(kept, language, wants_corrections=wants_corrections, day=today() + ON_ARRIVAL)
    audit.record(actor=PUBLIC, verb="contact_kept", object_kind="contact", object_id=row.id)
    return row.id


def _day_once_sent(contact: Contact) -> dt.date:
    """The day on which a contact that was written to is destroyed."""
    return today() + FOR_CORRECTIONS if contact.wants_corrections else min(contact.key_day, today() + AFTER_ANSWER)


@transaction.atomic
def shorten_contact(*, contact_id: uuid.UUID) -> None:
    """The answer is out: from now the contact lives 30 days, or 12 months if its owner asked for corrections.

    Without that wish the day is never moved further away than it was. A contact that is gone stays gone.
    """
    contact = Contact.objects.select_for_update().filter(id=contact_id).first()
    if contact is None:
        return
    day = _day_once_sent(contact)
    if day == contact.key_day:
        return
    ring = key_ring()
    try:
        contact.ciphertext = ring.seal(
            day, contact.id, ring.open(contact.key_day, contact.id, bytes(contact.ciphertext))
        )
        for row in Outbox.objects.select_for_update().filter(contact_id=contact_id):
            if row.settled_at is None:
                row.ciphertext = ring.seal(day, row.id, ring.open(row.key_day, row.id, bytes(row.ciphertext)))
            row.key_day = day
            row.save(update_fields=("ciphertext", "key_day"))
    except KeyGone:
        # Its day has come while we were at it; the rows go with the daily job.
        return
    contact.key_day = day
    contact.save(update_fields=("ciphertext", "key_day"))
    audit.record(
        actor=SYSTEM,
        verb="contact_rekeyed",
        object_kind="contact",
        object_id=contact_id,
        data={"key_day": day.isoformat()},
    )


@transaction.atomic
def queue(
    *, desk: DeskInfo, contact_id: uuid.UUID, reason: str, object_id: uuid.UUID, subject: str, body: str
) -> uuid.UUID | None:
    """A message that goes out if and only if the caller's transaction commits; its outbox id.

    The same reason about the same thing to the same contact is one message, however often it is queued. None when the
    contact is gone: nobody is left to tell. Raises DrillRefused at a drill desk.
    """
    if desk.is_drill:
        raise DrillRefused(desk.slug)
    contact = Contact.objects.select_for_update().filter(id=contact_id).first()
    if contact is None:
        return None
    return _queue(desk, contact, reason, object_id, subject, body)


@transaction.atomic
def queue_account_mail(*, address: str, language: str, subject: str, body: str) -> uuid.UUID | None:
    """Mail about someone's own account, such as a link to choose a password: sealed for seven days, from the default
    desk, and not subject to opt-outs, since without it they could not sign in.
    """
    desk = network.default_desk()
    contact = _seal_contact(clean_address(address), language, wants_corrections=False, day=today() + FOR_ACCOUNTS)
    return _queue(desk, contact, ACCOUNT_REASON, contact.id, subject, body)


def send(*, outbox_id: uuid.UUID) -> Outcome:
    """One attempt to send one message, with its receipt.

    The row is locked while the server is spoken to, so that two workers never send it at once. A crash between the
    server's word and the commit of the receipt leads to a second sending with the same Message-ID: at least once.
    """
    with transaction.atomic():
        row = (
            Outbox.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("contact")
            .filter(id=outbox_id, settled_at=None, due_at__lte=timezone.now())
            .first()
        )
        if row is None:
            return Outcome.NOTHING_TO_DO
        ring = key_ring()
        try:
            address = ring.open(row.contact.key_day, row.contact.id, bytes(row.contact.ciphertext)).decode()
            text = json.loads(ring.open(row.key_day, row.id, bytes(row.ciphertext)))
        except KeyGone:
            return _settle(row, Outcome.KEY_GONE)
        about_account = row.reason == ACCOUNT_REASON
        hashed = _hash(address)
        if not about_account and OptOut.objects.filter(hash=hashed).exists():
            return _settle(row, Outcome.OPTED_OUT)
        letter = letters.write(
            outbox_id=row.id,
            address=address,
            language=row.contact.language,
            subject=text["subject"],
            body=text["body"],
            publisher=network.publisher(),
            opt_out_token=None if about_account else opt_out_token(hashed),
        )
        try:
            day = row.key_day if about_account else _day_once_sent(row.contact)
            email.deliver(letter, to=address, outbox_id=row.id, key_day=day)
        except email.Refused as refused:
            return _settle(row, Outcome.FAILED, detail=refused.code)
        except email.TryLater as later:
            return _try_later(row, later.code)
        outcome = _settle(row, Outcome.SENT)
        if not about_account:
            # What it was kept for is done: it dies sooner now, or is kept for corrections if that was wished.
            shorten_contact(contact_id=row.contact_id)
        return outcome


def defer_unsettled() -> int:
    """Put a job for every message that is due and not settled, whatever became of its earlier job."""
    waiting = Outbox.objects.filter(settled_at=None, due_at__lte=timezone.now()).order_by("due_at")
    deferred = 0
    for outbox_id in waiting.values_list("id", flat=True)[:1000]:
        try:
            # Of its own, because a job that already waits breaks the transaction it is refused in.
            with transaction.atomic():
                _defer(outbox_id)
            deferred += 1
        except AlreadyEnqueued:
            continue
    return deferred


@transaction.atomic
def opt_out(*, token: str) -> None:
    """Whoever holds the link from a mail gets no more. Raises UnknownToken."""
    hashed = _hash_of_token(token)
    _row, made = OptOut.objects.get_or_create(hash=hashed, defaults={"at": timezone.now()})
    if made:
        audit.record(actor=PUBLIC, verb="opted_out", object_kind="opt_out", object_id=None)


def check_opt_out_token(*, token: str) -> None:
    """Raises UnknownToken for a link that was not signed here."""
    _hash_of_token(token)


def opt_out_token(hashed: str) -> str:
    """For the link in a mail. It carries the keyed hash, so that it works after the contact is gone."""
    return signing.Signer(salt=OPT_OUT_SALT).sign(hashed)


def destroy_due_keys(*, today: dt.date) -> int:
    """Destroy the keys whose day has come, then the rows and letters that nobody can read any more; how many contacts.

    The keys go first: if we are interrupted, what is left is unreadable, and the next run removes it.
    """
    key_ring().destroy_until(today)
    destroy_folders_until(settings.DATA_DIR / "mailbox", today)
    with transaction.atomic():
        # A contact that is being re-keyed is waited for, and spared if its day has moved.
        due = Contact.objects.select_for_update().filter(key_day__lte=today)
        doomed = list(due.values_list("id", flat=True))
        rows = Outbox.objects.filter(contact_id__in=doomed)
        unsent = rows.filter(settled_at=None).count()
        rows.delete()
        contacts, _ = Contact.objects.filter(id__in=doomed).delete()
        if contacts:
            audit.record(
                actor=SYSTEM,
                verb="contacts_destroyed",
                object_kind="contact",
                object_id=None,
                data={"until": today.isoformat(), "contacts": contacts, "unsent": unsent},
            )
    return contacts


def _seal_contact(address: str, language: str, *, wants_corrections: bool, day: dt.date) -> Contact:
    contact = Contact(
        channel="email",
        key_day=day,
        language=language if language in LANGUAGES else LANGUAGES[0],
        wants_corrections=wants_corrections,
        created_at=timezone.now(),
    )
    contact.ciphertext = key_ring().seal(day, contact.id, address.encode())
    contact.save(force_insert=True)
    return contact


def _queue(
    desk: DeskInfo, contact: Contact, reason: str, object_id: uuid.UUID, subject: str, body: str
) -> uuid.UUID | None:
    now = timezone.now()
    row = Outbox(
        desk_id=desk.id,
        desk_kind=desk.kind,
        contact=contact,
        channel=contact.channel,
        reason=reason,
        object_id=object_id,
        key_day=contact.key_day,
        created_at=now,
        due_at=now,
    )
    same = Outbox.objects.filter(contact=contact, reason=reason, object_id=object_id).values_list("id", flat=True)
    known = same.first()
    if known is not None:
        return known
    text = json.dumps({"subject": " ".join(subject.split()), "body": body}, ensure_ascii=False)
    try:
        row.ciphertext = key_ring().seal(row.key_day, row.id, text.encode())
    except KeyGone:
        return None
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        known = same.first()
        if known is None:
            raise
        return known
    _defer(row.id)
    audit.record(
        actor=SYSTEM,
        verb="message_queued",
        object_kind="outbox",
        object_id=row.id,
        desk_id=desk.id,
        data={"reason": reason, "about": str(object_id)},
    )
    return row.id


def _defer(outbox_id: uuid.UUID) -> None:
    app.configure_task(SEND_JOB, queueing_lock=f"outbox:{outbox_id}").defer(outbox_id=str(outbox_id))


def _settle(row: Outbox, outcome: Outcome, *, detail: str = "") -> Outcome:
    """The last word on a message. Its text is dropped at once; nobody needs it any more."""
    now = timezone.now()
    Receipt.objects.create(outbox=row, at=now, outcome=outcome.value, detail=detail)
    row.settled_at = now
    row.ciphertext = b""
    row.save(update_fields=("settled_at", "ciphertext"))
    audit.record(
        actor=SYSTEM,
        verb=f"message_{outcome.value}",
        object_kind="outbox",
        object_id=row.id,
        desk_id=row.desk_id,
        data={"detail": detail},
    )
    return outcome


def _try_later(row: Outbox, code: str) -> Outcome:
    tried = row.receipts.count()
    Receipt.objects.create(outbox=row, at=timezone.now(), outcome="failed", detail=f"later: {code}")
    row.due_at = timezone.now() + BACK_OFF[min(tried, len(BACK_OFF) - 1)]
    row.save(update_fields=("due_at",))
    return Outcome.LATER


def _hash(address: str) -> str:
    return key_ring().keyed_hash(address.casefold())


def _hash_of_token(token: str) -> str:
    try:
        return signing.Signer(salt=OPT_OUT_SALT).unsign(token)
    except signing.BadSignature:
        raise UnknownToken from None
