"""Work on a rumour: tasks, notes, watchers, questions to experts, links to other rumours."""

from __future__ import annotations

from django.db import models

from sangto.lib.codes import RumourLinkKind, TaskKind
from sangto.lib.ids import uuid7
from sangto.network.models import DeskRow, Guest, Person
from sangto.rumours.models.rumour import Rumour


class Task(DeskRow):
    """Something to be done for a rumour; kinds are a closed list."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rumour = models.ForeignKey(Rumour, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=16, choices=TaskKind.pairs())
    note = models.CharField(max_length=300, default="", blank=True)
    assignee = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Note(DeskRow):
    """A remark for colleagues. Never shown outside the desk."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rumour = models.ForeignKey(Rumour, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # Chosen by the form: the same sending twice is one note.
    once = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"note {self.id}"


class Mention(DeskRow):
    """A colleague who was called by name in a note, and whether they saw it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=("person", "at"), condition=models.Q(seen_at=None), name="mention_unseen"),)
        constraints = (models.UniqueConstraint(fields=("note", "person"), name="mention_once"),)

    def __str__(self) -> str:
        return f"mention {self.id}"


class Watch(DeskRow):
    """A person who wants to know what happens to a rumour."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rumour = models.ForeignKey(Rumour, on_delete=models.CASCADE, related_name="watches")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    # What happened after this moment is new to them.
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("rumour", "person"), name="watch_once"),)

    def __str__(self) -> str:
        return f"watch {self.id}"


class ExpertRequest(DeskRow):
    """A question to someone who knows. They answer by their guest link and see this question only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rumour = models.ForeignKey(Rumour, on_delete=models.PROTECT, related_name="expert_requests")
    guest = models.OneToOneField(Guest, on_delete=models.PROTECT, related_name="+")
    question = models.TextField()
    # What of the rumour the expert is shown beside the question: the claim as it stood, never a tip.
    claim = models.CharField(max_length=300, default="", blank=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    task = models.OneToOneField(Task, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.TextField(default="", blank=True)
    # How sure, as a closed word, and where it can be read up.
    confidence = models.CharField(
        max_length=12,
        choices=[("certain", "certain"), ("likely", "likely"), ("unsure", "unsure"), ("outside", "outside")],
        default="",
        blank=True,
    )
    sources = models.TextField(default="", blank=True)
    may_be_quoted = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("asked_at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(answered_at=None) | ~models.Q(answer=""), name="expert_answer_has_words"
            ),
        )

    def __str__(self) -> str:
        return f"request {self.id}"


class RumourLink(DeskRow):
    """Two rumours that belong together without being the same claim."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=RumourLinkKind.pairs())
    first = models.ForeignKey(Rumour, on_delete=models.PROTECT, related_name="links_out")
    second = models.ForeignKey(Rumour, on_delete=models.PROTECT, related_name="links_in")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "first", "second"), name="rumour_link_once"),
            models.CheckConstraint(condition=~models.Q(first=models.F("second")), name="rumour_link_to_another"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
