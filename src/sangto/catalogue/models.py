"""What can be matched. Everything but the vectors can be derived again from the rooms above."""

from __future__ import annotations

from django.db import models

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
