"""Messages that people sent, and which answer they got."""

from __future__ import annotations

from django.db import models

from sangto.catalogue.models import Document
from sangto.lib.codes import DoorKind, TipState
from sangto.lib.ids import uuid7
from sangto.network.models import DeskRow


class Door(DeskRow):
    """A way in: the web page, the API, later a chat."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=DoorKind.pairs())

    class Meta:
        constraints = (models.UniqueConstraint(fields=("desk", "kind"), name="door_once"),)

    def __str__(self) -> str:
        return f"{self.desk_id} {self.kind}"


class Tip(DeskRow):
    """One message someone sent. Nothing here says who: a contact, if left, is a sealed row of delivery."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    door = models.ForeignKey(Door, on_delete=models.PROTECT, related_name="tips")
    text = models.TextField()
    lang = models.CharField(max_length=5)
    state = models.CharField(max_length=12, choices=TipState.pairs())
    received_at = models.DateTimeField()
    # Chosen by the sender's form or program: the same sending twice is one tip.
    once = models.UUIDField(null=True, blank=True, unique=True)
    # SHA-256 of the token in the private follow link; the token itself is not stored.
    follow_hash = models.CharField(max_length=64, unique=True)
    contact_id = models.UUIDField(null=True, blank=True)
    # Why it was closed without an answer (a code of ClosingReason), for the follow page.
    closing_reason = models.CharField(max_length=24, default="", blank=True)
    # Text is removed after twelve months; the row stays for counts.
    text_removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("desk", "state", "received_at"), name="tip_by_state"),
            models.Index(fields=("desk", "received_at"), name="tip_by_time"),
        )

    def __str__(self) -> str:
        return f"tip {self.id}"


class Reply(DeskRow):
    """Which version of which document was shown for a tip, and whether asker and editor agreed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tip = models.ForeignKey(Tip, on_delete=models.CASCADE, related_name="replies")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    document_version = models.PositiveIntegerField()
    # "answer", "suggest", or "later" when the desk answered after the tip came.
    decision = models.CharField(max_length=8)
    rank = models.PositiveSmallIntegerField(default=1)
    probability = models.FloatField(null=True)
    # What a label needs to know of how it was proposed: see catalogue's Label.
    copy = models.BooleanField(default=False)
    blocked = models.BooleanField(default=False)
    engine = models.CharField(max_length=120, default="", blank=True)
    reasons = models.JSONField(default=list)
    differences = models.JSONField(default=list)
    confirmed = models.BooleanField(null=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    # An editor's word, which outweighs the asker's; whose it was stands in the log.
    judged = models.BooleanField(null=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("rank",)
        constraints = (models.UniqueConstraint(fields=("tip", "document", "document_version"), name="reply_once"),)

    def __str__(self) -> str:
        return f"{self.decision} {self.tip_id}"
