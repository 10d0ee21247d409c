"""Claims going round, the tips that carry them, and the evidence about them."""

from __future__ import annotations

from django.db import models

from sangto.evidence.models import Source
from sangto.intake.models import Tip
from sangto.lib.codes import ClosingReason, Priority, RumourState, SourceQuality, SpeakerKind, Stance, Topic, Urgency
from sangto.lib.ids import uuid7
from sangto.network.models import DeskRow, Person


class Rumour(DeskRow):
    """One claim going round: its state, owner and clock."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # A short number for people to say, counted per desk.
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=RumourState.pairs(), default=RumourState.NEW)
    # The claim: the one-sentence statement that evidence can settle. Empty until someone wrote it.
    claim_vi = models.CharField(max_length=300, default="", blank=True)
    claim_en = models.CharField(max_length=300, default="", blank=True)
    # How the first tip put it, shortened, until there is a claim; removed with the tip's text.
    headline = models.CharField(max_length=200)
    lang = models.CharField(max_length=5)
    # SHA-256 of the first tip's folded text: two equal messages at the same moment open one rumour.
    text_hash = models.CharField(max_length=64, default="", blank=True, db_index=True)
    topic = models.CharField(max_length=24, choices=Topic.pairs(), default="", blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closing_reason = models.CharField(max_length=24, choices=ClosingReason.pairs(), default="", blank=True)
    speaker_kind = models.CharField(max_length=16, choices=SpeakerKind.pairs(), default=SpeakerKind.UNKNOWN)
    # Institutions and office-holders speaking officially; never a private person.
    speaker_office = models.CharField(max_length=200, default="", blank=True)
    involves_publisher = models.BooleanField(default=False)
    # Why the suggestion "this is about us" was not followed: shown in public.
    not_involved_reason = models.CharField(max_length=300, default="", blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # Counts up at every edit: two people on one form see each other instead of overwriting.
    edit_number = models.PositiveIntegerField(default=0)

    # -- reach, counted as messages come, so that a board of many thousands asks nothing of a million tips
    tip_count = models.PositiveIntegerField(default=0)
    # Kinds of doors that messages came by.
    doors = models.JSONField(default=list, blank=True)
    last_tip_at = models.DateTimeField(null=True, blank=True)
    # Messages in the last hour, as triage saw it last.
    tips_per_hour = models.FloatField(default=0.0)
    # Provinces and the like that messages named, as codes of the place list; how many distinct ones is a part of reach.
    places = models.JSONField(default=list, blank=True)

    # -- triage: what the rule made of it, and an editor's word over it
    harms = models.JSONField(default=list, blank=True)
    harms_by_person = models.BooleanField(default=False)
    urgency = models.CharField(max_length=8, choices=Urgency.pairs(), default=Urgency.NONE)
    urgency_by_person = models.BooleanField(default=False)
    checkability = models.FloatField(null=True, blank=True)
    triage_rule = models.CharField(max_length=24, default="", blank=True)
    triage_score = models.FloatField(default=0.0)
    triage_parts = models.JSONField(default=list, blank=True)
    triaged_at = models.DateTimeField(null=True, blank=True)
    priority = models.CharField(max_length=8, choices=Priority.pairs(), default=Priority.NORMAL)
    # Empty: the rule's priority stands. Else why an editor set another one, and who.
    priority_reason = models.CharField(max_length=300, default="", blank=True)
    priority_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    # -- the clock: `due_at` is the moment of breach; the rest says what the clock will do next
    clock_rule = models.CharField(max_length=24, default="", blank=True)
    clock_started_at = models.DateTimeField(null=True, blank=True)
    # Working seconds spent before `clock_started_at`, under another priority.
    clock_carried_s = models.FloatField(default=0.0)
    # Counts its beginnings: a reopened rumour has a clock anew.
    clock_round = models.PositiveIntegerField(default=1)
    # When the first answer, notice or closing came: the clock is over.
    clock_met_at = models.DateTimeField(null=True, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)
    # The next warning, breach or escalation; empty while paused or over. A job looks for what has come.
    next_clock_at = models.DateTimeField(null=True, blank=True)
    # Every event of the clock up to this moment has been told.
    clock_told_until = models.DateTimeField(null=True, blank=True)
    escalation_level = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = (
            models.Index(fields=("desk", "state", "due_at"), name="rumour_by_due"),
            models.Index(fields=("desk", "state", "-triage_score"), name="rumour_by_triage"),
            models.Index(fields=("desk", "state", "-changed_at"), name="rumour_by_change"),
            models.Index(
                fields=("next_clock_at",), condition=models.Q(next_clock_at__isnull=False), name="rumour_clock_waits"
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("desk", "number"), name="rumour_number"),
            models.CheckConstraint(
                condition=(models.Q(state="closed") & ~models.Q(closing_reason=""))
                | (~models.Q(state="closed") & models.Q(closing_reason="")),
                name="closed_has_reason",
            ),
            models.CheckConstraint(
                condition=(models.Q(state="merged") & models.Q(merged_into__isnull=False))
                | (~models.Q(state="merged") & models.Q(merged_into__isnull=True)),
                name="merged_has_target",
            ),
        )

    def __str__(self) -> str:
        return f"#{self.number}"


class Sighting(DeskRow):
    """The link of a tip to a rumour."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rumour = models.ForeignKey(Rumour, on_delete=models.PROTECT, related_name="sightings")
    tip = models.OneToOneField(Tip, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # Empty when the machine joined them (labelled so); a person may move a tip by hand.
    joined_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    probability = models.FloatField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=("rumour", "at"), name="sighting_by_time"),)

    def __str__(self) -> str:
        return f"sighting {self.id}"


class Exhibit(DeskRow):
    """The use of a source for a claim, with a stance. Until captures come it cites address, passage and date."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rumour = models.ForeignKey(Rumour, on_delete=models.PROTECT, related_name="exhibits")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    stance = models.CharField(max_length=10, choices=Stance.pairs())
    quality = models.CharField(max_length=10, choices=SourceQuality.pairs())
    passage = models.TextField()
    translation = models.TextField(default="", blank=True)
    seen_on = models.DateField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("added_at", "id")

    def __str__(self) -> str:
        return f"exhibit {self.id}"
