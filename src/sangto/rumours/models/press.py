"""Questions of the press."""

from __future__ import annotations

from django.db import models

from sangto.lib.codes import EnquiryState
from sangto.lib.ids import uuid7
from sangto.network.models import DeskRow, Person
from sangto.rumours.models.rumour import Rumour


class Enquiry(DeskRow):
    """What a newsroom asked, by when, who speaks, and the wording that was approved.

    No journalist is recorded: the answer goes to the newsroom, by the way it asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.PositiveIntegerField()
    rumour = models.ForeignKey(Rumour, on_delete=models.PROTECT, null=True, blank=True, related_name="enquiries")
    outlet = models.CharField(max_length=200)
    question = models.TextField()
    lang = models.CharField(max_length=5, default="vi")
    deadline = models.DateTimeField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=EnquiryState.pairs(), default=EnquiryState.OPEN)
    spokesperson = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    wording = models.TextField(default="", blank=True)
    worded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    # SHA-256 of the wording that was approved: an approval never slides to another text.
    approved_sha256 = models.CharField(max_length=64, default="", blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, default="", blank=True)
    edit_number = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("deadline",)
        constraints = (
            models.UniqueConstraint(fields=("desk", "number"), name="enquiry_number"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "answered"])
                | (models.Q(approved_by__isnull=False) & ~models.Q(approved_sha256="")),
                name="enquiry_answer_was_approved",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("worded_by")),
                name="enquiry_approved_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"enquiry {self.number}"
