"""The publisher, the tree of its organisation, and where and when it works."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from treebeard.mp_tree import MP_Node

from sangto.lib.codes import UnitKind
from sangto.lib.ids import uuid7


class Publisher(models.Model):
    """The one publisher of this installation; everything is published under its name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    # The names it is known by, public: they suggest `involves_publisher`.
    names = models.JSONField(default=list)
    # Hosts of its own pages: a source there is the publisher's own and never settles a verdict alone.
    own_hosts = models.JSONField(default=list)
    about_vi = models.TextField(default="", blank=True)
    about_en = models.TextField(default="", blank=True)
    contact_email = models.EmailField(default="", blank=True)
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(only=True), name="one_publisher"),)

    def __str__(self) -> str:
        return self.name_vi


class Unit(MP_Node):  # type: ignore[misc]
    """A node of the organisation tree."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=UnitKind.pairs(), default=UnitKind.ORGANISATION)
    node_order_by: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name_vi


class Site(models.Model):
    """A place where people sit together: a hall, a branch, a newsroom."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, default="", blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class UnitHours(models.Model):
    """When a unit works, and all below it that have no hours of their own: what a `WorkCalendar` needs."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.OneToOneField(Unit, on_delete=models.CASCADE, related_name="hours")
    # Name of a time zone, as in "Asia/Ho_Chi_Minh".
    tz = models.CharField(max_length=64)
    # Seven lists (Monday first) of [from, to) in minutes of the local day.
    week = models.JSONField()
    # Whose public holidays are free; "" for none.
    country = models.CharField(max_length=2, default="", blank=True)
    subdivision = models.CharField(max_length=8, default="", blank=True)
    # ISO dates on which it is closed, or works although it would be closed.
    extra_closed = models.JSONField(default=list, blank=True)
    extra_open = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return f"{self.unit_id} {self.tz}"
