"""People, what they may do, what they know, and guests."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from sangto.lib.codes import RoleCode, SpokenLanguage, SuspensionReason, Topic
from sangto.lib.ids import uuid7
from sangto.network.models.desks import Desk, DeskRow
from sangto.network.models.organisation import Unit


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
    # Until then nobody gets in with this account, and its person is not on duty. Both or neither.
    suspended_until = models.DateTimeField(null=True, blank=True)
    suspended_reason = models.CharField(max_length=24, choices=SuspensionReason.pairs(), default="", blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(Lower("email"), name="person_email_any_case"),
            models.CheckConstraint(
                condition=models.Q(suspended_until__isnull=True, suspended_reason="")
                | (models.Q(suspended_until__isnull=False) & ~models.Q(suspended_reason="")),
                name="suspension_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(left_at__isnull=True) | models.Q(is_active=False), name="who_left_is_not_active"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """What a person may do: at a desk; at a unit, so at every desk of it and below; or, as `admin`, everywhere."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, null=True, blank=True, related_name="roles")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, blank=True, related_name="roles")
    code = models.CharField(max_length=16, choices=RoleCode.pairs())
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "desk", "unit", "code"), name="role_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(desk__isnull=False) | models.Q(unit__isnull=False) | models.Q(code="admin"),
                name="role_has_desk",
            ),
            models.CheckConstraint(
                condition=models.Q(desk__isnull=True) | models.Q(unit__isnull=True), name="role_at_desk_or_unit"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.desk_id or self.unit_id}"


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


class Invitation(DeskRow):
    """A letter to someone new that asks them to a desk; it is taken up by choosing a password."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invitations")
    code = models.CharField(max_length=16, choices=RoleCode.pairs())
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person", "desk"), condition=models.Q(withdrawn_at=None), name="one_open_invitation"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.code}"


class PersonLanguage(models.Model):
    """A language that a person speaks well enough to work in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="languages")
    code = models.CharField(max_length=8, choices=SpokenLanguage.pairs())

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "code"), name="language_once"),)

    def __str__(self) -> str:
        return self.code


class Expertise(models.Model):
    """A topic in which a person is at home."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="expertise")
    topic = models.CharField(max_length=24, choices=Topic.pairs())

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "topic"), name="expertise_once"),)

    def __str__(self) -> str:
        return self.topic


class SkillTag(DeskRow):
    """One entry of the list of skills that a desk keeps: a craft or a field, never a view."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    label = models.CharField(max_length=40)

    class Meta:
        constraints = (models.UniqueConstraint("desk", Lower("label"), name="skill_tag_once"),)

    def __str__(self) -> str:
        return self.label


class Skill(DeskRow):
    """A person of the desk has a skill of its list."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tag = models.ForeignKey(SkillTag, on_delete=models.CASCADE, related_name="held")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="skills")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("tag", "person"), name="skill_once"),)

    def __str__(self) -> str:
        return f"{self.tag_id} {self.person_id}"
