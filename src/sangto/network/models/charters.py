"""What collaborators of a desk agreed to, and when that is talked over again."""

from __future__ import annotations

from django.db import models

from sangto.lib.codes import CollaboratorKind
from sangto.lib.ids import uuid7
from sangto.network.models.desks import Desk, DeskRow
from sangto.network.models.people import Person


class Charter(models.Model):
    """One version of how a desk works and what it never does; without a desk, of the whole installation.

    A version never changes: whoever agreed to it can read what they agreed to. Drills have none of their own.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, null=True, blank=True, related_name="charters")
    version = models.PositiveIntegerField()
    text_vi = models.TextField()
    text_en = models.TextField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("desk", "version"), nulls_distinct=False, name="charter_version_once"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="charter_version_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.desk_id} {self.version}"


class Collaborator(DeskRow):
    """Someone who works with a desk, with or without an account. Nothing stands here about what they think."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=CollaboratorKind.pairs())
    since = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("desk", "person"), condition=models.Q(ended_on=None), name="collaborator_once"
            ),
        )

    def __str__(self) -> str:
        return self.kind


class Agreement(DeskRow):
    """A collaborator agreed to one version of a charter, on a day; it is talked over again a year later."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaborator = models.ForeignKey(Collaborator, on_delete=models.CASCADE, related_name="agreements")
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="agreements")
    agreed_on = models.DateField()
    review_due_on = models.DateField()
    # The day on which the desk was reminded of the review.
    reminded_on = models.DateField(null=True, blank=True)
    # Whoever wrote it down: the collaborator, or who has the signed paper.
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(review_due_on__gte=models.F("agreed_on")), name="review_not_before_agreement"
            ),
        )
        indexes = (models.Index(fields=("review_due_on",), name="agreement_review_due"),)

    def __str__(self) -> str:
        return f"{self.collaborator_id} {self.agreed_on:%F}"
