"""Decision trees, their published versions, and the walks through them."""

from __future__ import annotations

from django.db import models

from sangto.lib.ids import uuid7
from sangto.network.models import DeskRow, Person


class Playbook(models.Model):
    """A named decision tree of the installation."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.slug


class PlaybookVersion(models.Model):
    """One published text of it. The database refuses to change it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    playbook = models.ForeignKey(Playbook, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("playbook", "number"), name="playbook_version_once"),)

    def __str__(self) -> str:
        return f"{self.playbook_id} {self.number}"


class Run(DeskRow):
    """One walk through one version, about a subject of a room above (kind and id only)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(PlaybookVersion, on_delete=models.PROTECT, related_name="runs")
    subject_kind = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    step = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        indexes = (models.Index(fields=("subject_kind", "subject_id"), name="run_of_subject"),)
        constraints = (
            models.UniqueConstraint(
                fields=("subject_kind", "subject_id"), condition=models.Q(ended_at=None), name="one_open_run"
            ),
        )

    def __str__(self) -> str:
        return f"run {self.id}"


class Choice(DeskRow):
    """One recorded answer on the way."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="choices")
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=60)
    option = models.CharField(max_length=60)
    to_step = models.CharField(max_length=60)
    note = models.TextField(default="", blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("run", "number"), name="choice_in_order"),)

    def __str__(self) -> str:
        return f"{self.step} → {self.option}"
