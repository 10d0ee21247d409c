"""What the pages remember for the people at work."""

from __future__ import annotations

from django.db import models

from sangto.lib.ids import uuid7
from sangto.network.models import DeskRow, Person
from sangto.rumours.models.rumour import Rumour


class SavedView(DeskRow):
    """A filter of the board or the list, under a name, of one person or shared with the desk."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    # The query string of the page, as the filter form writes it.
    query = models.CharField(max_length=500)
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("desk", "person", "name"), name="saved_view_once"),)

    def __str__(self) -> str:
        return self.name


class Draft(DeskRow):
    """What a person is typing in a form of a rumour, kept until they send or drop it. Seen by them alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rumour = models.ForeignKey(Rumour, on_delete=models.PROTECT, related_name="drafts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # Which form of the page: "claim", "exhibit", "note", …
    form = models.CharField(max_length=24)
    fields = models.JSONField(default=dict)
    # The rumour's edit number that the form was drawn with.
    edit_number = models.PositiveIntegerField(default=0)
    # Counts the savings of this draft: of two tabs the older one does not overwrite.
    save_number = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("rumour", "person", "form"), name="draft_once"),)

    def __str__(self) -> str:
        return f"draft {self.id}"


class Presence(DeskRow):
    """Who has a rumour's page open, and which form they type in. Rows older than a minute mean nobody."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rumour = models.ForeignKey(Rumour, on_delete=models.CASCADE, related_name="present")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=24, default="", blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("rumour", "person"), name="presence_once"),)

    def __str__(self) -> str:
        return f"presence {self.id}"
