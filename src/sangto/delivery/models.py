"""What is to be sent, to a contact that nobody sees, under a key that dies on a named day."""

from __future__ import annotations

from django.db import models

from sangto.lib.ids import uuid7
from sangto.network.models import DeskRow


class Contact(models.Model):
    """An address, encrypted under the key of the day on which that key is destroyed. Seen by nobody."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.CharField(max_length=16, choices=[("email", "email")])
    # The day of destruction names the key file; the key is never in the database or its backups.
    key_day = models.DateField(db_index=True)
    ciphertext = models.BinaryField()
    language = models.CharField(max_length=5, default="vi")
    wants_corrections = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"contact {self.id}"


class Outbox(DeskRow):
    """One message to be sent for a live desk (the database refuses any other), committed with what caused it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=16, choices=[("email", "email")])
    reason = models.CharField(max_length=40)
    object_id = models.UUIDField(null=True)
    # Subject and body, encrypted under the contact's key: they carry private links.
    key_day = models.DateField(db_index=True)
    ciphertext = models.BinaryField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(desk_kind="live"), name="outbox_is_live"),
            # One message of one reason about one thing to one contact, whatever is retried.
            models.UniqueConstraint(fields=("contact", "reason", "object_id"), name="outbox_once"),
        )

    def __str__(self) -> str:
        return f"{self.reason} {self.id}"


class Receipt(models.Model):
    """What became of one attempt."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    outbox = models.ForeignKey(Outbox, on_delete=models.CASCADE, related_name="receipts")
    at = models.DateTimeField()
    outcome = models.CharField(
        max_length=16,
        choices=[("sent", "sent"), ("failed", "failed"), ("opted_out", "opted_out"), ("key_gone", "key_gone")],
    )
    detail = models.CharField(max_length=80, default="", blank=True)

    def __str__(self) -> str:
        return self.outcome


class OptOut(models.Model):
    """A keyed hash of an address that wants nothing more."""

    hash = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.hash[:8]
