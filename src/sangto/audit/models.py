"""The log of who did what, and the feed that followers read by position."""

from __future__ import annotations

from django.db import models

from sangto.lib.ids import uuid7


class LogEntry(models.Model):
    """One thing that was done. Written once; only the sequencer may add its place in the chain, once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.UUIDField(null=True)
    verb = models.CharField(max_length=64)
    object_kind = models.CharField(max_length=64)
    object_id = models.UUIDField(null=True)
    desk_id = models.UUIDField(null=True)
    # Ids and codes only; never a text, a name or a contact.
    data = models.JSONField(default=dict)
    position = models.BigIntegerField(null=True, unique=True)
    previous_hash = models.CharField(max_length=64, null=True)  # noqa: DJ001  (null means: not chained yet)
    hash = models.CharField(max_length=64, null=True)  # noqa: DJ001

    class Meta:
        ordering = ("position", "id")
        indexes = (
            models.Index(fields=("object_kind", "object_id"), name="log_of_object"),
            models.Index(fields=("id",), name="log_unchained", condition=models.Q(position=None)),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.object_kind} {self.object_id}"


class Event(models.Model):
    """Something that happened, for followers such as the index; read in order of `position`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=64)
    desk_id = models.UUIDField(null=True)
    desk_kind = models.CharField(max_length=8, default="live")
    object_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    position = models.BigIntegerField(null=True, unique=True)

    class Meta:
        ordering = ("position", "id")
        indexes = (models.Index(fields=("id",), name="event_unplaced", condition=models.Q(position=None)),)

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class ChainHead(models.Model):
    """The last position and hash of each chain: one row for the log, one for the feed."""

    name = models.CharField(max_length=8, primary_key=True)
    position = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.name} {self.position}"
