"""Workspaces, and what makes a row one of a desk."""

from __future__ import annotations

from django.db import models

from sangto.lib.codes import DeskKind
from sangto.lib.ids import uuid7
from sangto.network.models.organisation import Unit


class Desk(models.Model):
    """A workspace. A drill desk has a clock of its own; a live desk has the wall's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=DeskKind.pairs(), default=DeskKind.LIVE)
    slug = models.SlugField(max_length=60, unique=True)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="desks")
    # The live desk that the ask page writes to.
    is_default = models.BooleanField(default=False)
    # Careful: copies and near copies are answered, the rest is suggested, until the desk's own labels show the bar.
    careful = models.BooleanField(default=True)
    # A drill's clock: at wall time `clock_set_at` it showed `clock_shows`, and runs `clock_rate` times as fast
    # (0 = paused).
    clock_set_at = models.DateTimeField(null=True, blank=True)
    clock_shows = models.DateTimeField(null=True, blank=True)
    clock_rate = models.FloatField(default=1.0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("id", "kind"), name="desk_id_kind"),
            models.UniqueConstraint(
                fields=("is_default",), condition=models.Q(is_default=True), name="one_default_desk"
            ),
            models.CheckConstraint(
                condition=models.Q(is_default=False) | models.Q(kind="live"), name="default_desk_is_live"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="drill") | models.Q(clock_set_at=None, clock_shows=None, clock_rate=1.0),
                name="live_desk_has_wall_clock",
            ),
            models.CheckConstraint(
                condition=models.Q(clock_set_at=None, clock_shows=None)
                | models.Q(clock_set_at__isnull=False, clock_shows__isnull=False),
                name="clock_set_whole",
            ),
            models.CheckConstraint(condition=models.Q(clock_rate__gte=0), name="clock_never_runs_back"),
        )

    def __str__(self) -> str:
        return self.slug


class DeskRow(models.Model):
    """A row that a drill could make. The kind stands on the row, so that PostgreSQL can refuse a mix (see `walls`)."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    desk_kind = models.CharField(max_length=8, choices=DeskKind.pairs(), editable=False)

    class Meta:
        abstract = True
