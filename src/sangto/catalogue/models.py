"""What can be matched, and how sure the machine must be. Documents and indexes can be derived again, the rest not."""

from __future__ import annotations

from django.db import models

from sangto.catalogue.types import SaidBy
from sangto.lib.codes import DocumentKind, Topic, Verdict
from sangto.lib.ids import uuid7
from sangto.network.models import DeskRow


class Document(DeskRow):
    """One thing a message can match: a published answer in one language, or an open rumour (never public)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=DocumentKind.pairs())
    # The article or rumour that it stands for; one document for each language.
    object_id = models.UUIDField()
    lang = models.CharField(max_length=5)
    url = models.CharField(max_length=300, default="", blank=True)
    claim = models.TextField()
    title = models.TextField(default="", blank=True)
    short_answer = models.TextField(default="", blank=True)
    verdict = models.CharField(max_length=16, choices=Verdict.pairs(), default="", blank=True)
    topic = models.CharField(max_length=24, choices=Topic.pairs(), default="", blank=True)
    # Further wordings of the claim: its translations and tips of the rumour.
    wordings = models.JSONField(default=list)
    # A list of objects with title, url, passage and date.
    evidence = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    put_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "object_id", "lang"), name="document_once"),
            models.CheckConstraint(
                condition=models.Q(verdict="") | models.Q(kind="answer"), name="open_has_no_verdict"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.lang}"


class DocumentVector(models.Model):
    """The meaning of one text under one encoder, kept so that nothing is embedded twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    encoder = models.CharField(max_length=80)
    text_hash = models.CharField(max_length=64)
    vector = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("encoder", "text_hash"), name="vector_once"),)

    def __str__(self) -> str:
        return f"{self.encoder} {self.text_hash[:8]}"


class IndexBuild(models.Model):
    """One index on one host, and the event position that it reflects."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    host = models.CharField(max_length=120)
    # What it holds: live or drill, answers or open rumours.
    name = models.CharField(max_length=24)
    encoder = models.CharField(max_length=80)
    position = models.BigIntegerField(default=0)
    documents = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("host", "name"), name="build_once"),)

    def __str__(self) -> str:
        return f"{self.host} {self.name} {self.position}"


class Label(DeskRow):
    """Somebody's word on one proposal of the machine: ids and numbers. When the tip's text goes, the ids go too."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Bare ids: tips and articles belong to rooms further up.
    tip_id = models.UUIDField(null=True, blank=True)
    object_id = models.UUIDField(null=True, blank=True)
    said_by = models.CharField(max_length=8, choices=[(one.value, one.value) for one in SaidBy])
    right = models.BooleanField()
    # Whether any published answer fits the message, where that was said.
    had_match = models.BooleanField(null=True)
    # What the engine had said: the place of the document among the hits, and what became of it.
    rank = models.PositiveSmallIntegerField()
    decision = models.CharField(max_length=8)
    probability = models.FloatField()
    copy = models.BooleanField()
    blocked = models.BooleanField()
    # Probabilities of two engines are two scales.
    engine = models.CharField(max_length=120)
    # The how-manieth right label about this document at this desk: what is left of the document's id after a year.
    nth = models.PositiveIntegerField()
    # False where an editor said something else about the same proposal.
    stands = models.BooleanField(default=True)
    said_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("tip_id", "object_id", "said_by"), name="label_once"),)
        indexes = (models.Index(fields=("desk", "engine"), name="label_of_desk"),)

    def __str__(self) -> str:
        return f"{self.said_by} {self.probability:.2f} {self.right}"


class Tuning(DeskRow):
    """How a desk answers from then on, and the figures of its labels on which that was decided."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.PositiveIntegerField()
    careful = models.BooleanField(default=True)
    # Empty in careful mode.
    answer_at = models.FloatField(null=True)
    engine = models.CharField(max_length=120)
    step = models.CharField(max_length=16)
    figures = models.JSONField(default=dict)
    # What the desk goes back to when the first one is taken back.
    was_careful = models.BooleanField()
    by_kind = models.CharField(max_length=16)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("desk", "number"), name="tuning_number"),
            models.CheckConstraint(
                condition=models.Q(careful=True, answer_at=None)
                | models.Q(careful=False, answer_at__gte=0, answer_at__lte=1),
                name="tuning_careful_or_threshold",
            ),
        )

    def __str__(self) -> str:
        return f"{self.desk_id} {self.number}"
