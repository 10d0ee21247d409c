"""Who is on duty when: shifts, swaps, leave, and the secret links under which calendars read them."""

from __future__ import annotations

from django.db import models

from sangto.lib.codes import RoleCode
from sangto.lib.ids import uuid7
from sangto.network.models.desks import Desk, DeskRow
from sangto.network.models.people import Person


class Shift(DeskRow):
    """A person is on duty at a desk, in one role, from one moment to another."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="shifts")
    code = models.CharField(max_length=16, choices=RoleCode.pairs())
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    called_off_at = models.DateTimeField(null=True, blank=True)
    # Counts changes, so that a calendar takes the newer copy.
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="shift_ends_after_start"
            ),
        )
        indexes = (
            models.Index(fields=("desk", "ends_at"), condition=models.Q(called_off_at=None), name="shift_at_desk"),
            models.Index(fields=("person", "ends_at"), condition=models.Q(called_off_at=None), name="shift_of_person"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.starts_at:%F %R}"


class Swap(DeskRow):
    """Someone offers a shift of theirs to one colleague, or to everyone at the desk. Rows stay as the record of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="swaps")
    offered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    offered_to = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    offered_at = models.DateTimeField(auto_now_add=True)
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # When it was taken, withdrawn or overtaken; open until then.
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("shift",), condition=models.Q(settled_at=None), name="one_open_swap"),
            models.CheckConstraint(
                condition=models.Q(taken_by=None) | models.Q(settled_at__isnull=False), name="taken_swap_is_settled"
            ),
        )

    def __str__(self) -> str:
        return f"{self.shift_id}"


class Leave(models.Model):
    """A person is away from every desk, from one moment to another. Why is their own matter: no column holds it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="leaves")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="leave_ends_after_start"
            ),
        )
        indexes = (models.Index(fields=("person", "ends_at"), name="leave_of_person"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.starts_at:%F}"


class CalendarLink(models.Model):
    """A secret address where a calendar reads shifts: the person's own or, with `desk`, the rota of a live desk."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="calendar_links")
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person", "desk"),
                condition=models.Q(revoked_at=None),
                nulls_distinct=False,
                name="one_open_calendar_link",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)
