"""Where evidence is. (Captures, custody and holds come with the evidence locker.)"""

from __future__ import annotations

from django.db import models

from sangto.lib.ids import uuid7
from sangto.network.models import DeskRow, Person


class Source(DeskRow):
    """A page or document that evidence stands on. There is no column for who wrote a post."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    url = models.URLField(max_length=2000)
    title = models.CharField(max_length=300)
    # The organisation that answers for the page; never a private person.
    organisation = models.CharField(max_length=200)
    lang = models.CharField(max_length=5, default="vi")
    published_on = models.DateField(null=True, blank=True)
    # The publisher's own page: it never settles a verdict alone.
    is_own = models.BooleanField(default=False)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("desk", "url"), name="source_once"),)

    def __str__(self) -> str:
        return self.title
