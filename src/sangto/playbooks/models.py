"""Decision trees, their published versions, and the walks through them."""

from __future__ import annotations

from django.db import models

from sangto.lib.ids import uuid7
from sangto.network.models import DeskRow, Person
from sangto.playbooks.tree import ChosenBy, DraftState


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
    # By the clock of the desk: when the step was entered, how long it should take, and when a wait is over.
    step_since = models.DateTimeField()
    target_at = models.DateTimeField(null=True, blank=True)
    wait_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("subject_kind", "subject_id"), name="run_of_subject"),
            models.Index(
                fields=("wait_until",),
                condition=models.Q(ended_at=None, wait_until__isnull=False),
                name="run_that_waits",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("subject_kind", "subject_id"), condition=models.Q(ended_at=None), name="one_open_run"
            ),
        )

    def __str__(self) -> str:
        return f"run {self.id}"


class Choice(DeskRow):
    """One recorded way on: an answer of a person, what a rule decided, or a wait that was over."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="choices")
    # The text by which it was made: a walk can be moved to a newer one.
    version = models.ForeignKey(PlaybookVersion, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=60)
    option = models.CharField(max_length=60)
    to_step = models.CharField(max_length=60)
    note = models.TextField(default="", blank=True)
    by = models.CharField(max_length=8, choices=ChosenBy.pairs(), default=ChosenBy.PERSON)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # What a rule saw when it decided: numbers, truths and codes, never words of a message.
    facts = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        # How often each way was taken, by live work and by drills.
        indexes = (models.Index(fields=("version", "step", "option", "desk_kind"), name="choice_of_way"),)
        constraints = (
            models.UniqueConstraint(fields=("run", "number"), name="choice_in_order"),
            models.CheckConstraint(
                condition=models.Q(by=ChosenBy.PERSON, person__isnull=False)
                | models.Q(by__in=(ChosenBy.RULE, ChosenBy.CLOCK), person__isnull=True),
                name="a_person_is_named_or_none_chose",
            ),
        )

    def __str__(self) -> str:
        return f"{self.step} → {self.option}"


class Draft(models.Model):
    """A playbook that is being written. It may be incomplete; only a text that passes every check is published."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Taken from the text; empty while it names none.
    slug = models.CharField(max_length=60, default="", blank=True)
    base = models.ForeignKey(PlaybookVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="drafts")
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    # How many edits there were: what a form must still find true when it is sent.
    edit_number = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=DraftState.pairs(), default=DraftState.OPEN)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # Review was asked for exactly this text.
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_sha256 = models.CharField(max_length=64, default="", blank=True)
    # Why the second person sent it back.
    note = models.TextField(default="", blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    published = models.ForeignKey(PlaybookVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = (models.Index(fields=("state", "-changed_at"), name="draft_by_change"),)

    def __str__(self) -> str:
        return f"draft {self.id}"


class DraftEditor(models.Model):
    """Who has written in a draft: none of them may be the one who publishes it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="editors")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    last_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("draft", "person"), name="draft_editor_once"),)

    def __str__(self) -> str:
        return f"{self.draft_id} {self.person_id}"
