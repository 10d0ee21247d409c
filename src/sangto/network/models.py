"""The publisher, its people and places, and its desks."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from treebeard.mp_tree import MP_Node

from sangto.lib.codes import DeskKind, RoleCode
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


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Someone with a sign-in. What they may do stands in Role, not here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=5, default="vi")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="people")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="person_email_any_case"),)

    def __str__(self) -> str:
        return self.name


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


class Role(models.Model):
    """What a person may do at a desk; without a desk, at the whole installation (only `admin`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, null=True, blank=True, related_name="roles")
    code = models.CharField(max_length=16, choices=RoleCode.pairs())
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "desk", "code"), name="role_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(desk__isnull=False) | models.Q(code="admin"), name="role_has_desk"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.desk_id}"


class Guest(DeskRow):
    """Someone by signed link: an expert on one rumour, a participant of one drill. No account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    purpose = models.CharField(
        max_length=16, choices=[("expert", "expert"), ("participant", "participant"), ("observer", "observer")]
    )
    subject_id = models.UUIDField(null=True, blank=True)
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"
