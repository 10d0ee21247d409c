"""Streams and the messages that a reader who was away can still be given."""

from __future__ import annotations

from django.db import models


class Stream(models.Model):
    """One stream; its row lock makes ids commit in order."""

    name = models.CharField(max_length=120, primary_key=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """One message of a stream, kept for replay for a while."""

    pk = models.CompositePrimaryKey("stream_id", "number")
    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="messages")
    number = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.stream_id} {self.number}"
