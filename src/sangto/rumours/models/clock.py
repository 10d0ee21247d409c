"""What a rumour's clock did."""

from __future__ import annotations

from django.db import models

from sangto.lib.codes import PauseReason
from sangto.lib.ids import uuid7
from sangto.network.models import DeskRow, Person
from sangto.rumours.models.rumour import Rumour


class ClockPause(DeskRow):
    """A time in which the clock stood still, and why."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rumour = models.ForeignKey(Rumour, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=20, choices=PauseReason.pairs())
    paused_at = models.DateTimeField()
    paused_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    resumed_at = models.DateTimeField(null=True, blank=True)
    resumed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("paused_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("rumour",), condition=models.Q(resumed_at=None), name="one_pause_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(resumed_at=None) | models.Q(resumed_at__gte=models.F("paused_at")),
                name="pause_ends_after_it_began",
            ),
        )

    def __str__(self) -> str:
        return f"pause {self.id}"


class ClockEvent(DeskRow):
    """A warning, a breach or a step of the escalation that was told, each once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rumour = models.ForeignKey(Rumour, on_delete=models.PROTECT, related_name="clock_events")
    kind = models.CharField(
        max_length=12, choices=[("warned", "warned"), ("breached", "breached"), ("escalated", "escalated")]
    )
    level = models.PositiveSmallIntegerField(default=0)
    # The moment that the clock meant, and the moment at which it was told: a desk that slept tells late.
    due_at = models.DateTimeField()
    told_at = models.DateTimeField()
    # Whom an escalation reached, as a role; the people are found when it is shown.
    role = models.CharField(max_length=16, default="", blank=True)
    # Counts the clock's beginnings: a reopened rumour may breach again.
    round = models.PositiveIntegerField(default=1)
    seen_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("due_at",)
        constraints = (models.UniqueConstraint(fields=("rumour", "round", "kind", "level"), name="clock_event_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
