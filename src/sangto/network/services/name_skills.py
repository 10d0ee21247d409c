"""What people know: topics and languages of closed lists, and skills of a list that each desk keeps."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db import IntegrityError, transaction

from sangto.audit import services as audit
from sangto.audit.types import Actor
from sangto.lib.codes import SpokenLanguage, Topic
from sangto.network.models import Expertise, PersonLanguage, Skill, SkillTag
from sangto.network.skills import refused
from sangto.network.types import DeskInfo, InvalidSkill

# A list that a person can look through.
MOST_SKILLS = 60


@transaction.atomic
def set_expertise(
    *,
    person_id: uuid.UUID,
    topics: Collection[Topic | str],
    languages: Collection[SpokenLanguage | str],
    actor: Actor,
) -> None:
    """Exactly these, and no others."""
    wanted = {Topic(topic) for topic in topics}
    spoken = {SpokenLanguage(code) for code in languages}
    Expertise.objects.filter(person_id=person_id).exclude(topic__in=wanted).delete()
    PersonLanguage.objects.filter(person_id=person_id).exclude(code__in=spoken).delete()
    Expertise.objects.bulk_create(
        [Expertise(person_id=person_id, topic=topic) for topic in sorted(wanted)], ignore_conflicts=True
    )
    PersonLanguage.objects.bulk_create(
        [PersonLanguage(person_id=person_id, code=code) for code in sorted(spoken)], ignore_conflicts=True
    )
    audit.record(
        actor=actor,
        verb="expertise_set",
        object_kind="person",
        object_id=person_id,
        data={"topics": sorted(wanted), "languages": sorted(spoken)},
    )


@transaction.atomic
def add_skill(*, desk: DeskInfo, label: str, actor: Actor) -> uuid.UUID:
    """One more entry of the desk's list: a craft or a field. Raises InvalidSkill; about_views for what people think."""
    label = " ".join(label.split())
    if code := refused(label):
        raise InvalidSkill(code)
    if SkillTag.objects.filter(desk_id=desk.id).count() >= MOST_SKILLS:
        raise InvalidSkill("too_many")
    try:
        with transaction.atomic():
            row = SkillTag.objects.create(desk_id=desk.id, desk_kind=desk.kind, label=label)
    except IntegrityError as taken:
        raise InvalidSkill("taken") from taken
    audit.record(actor=actor, verb="skill_added", object_kind="skill_tag", object_id=row.id, desk_id=desk.id)
    return row.id


@transaction.atomic
def remove_skill(*, desk: DeskInfo, tag_id: uuid.UUID, actor: Actor) -> None:
    """It disappears from everyone who had it."""
    gone, _ = SkillTag.objects.filter(id=tag_id, desk_id=desk.id).delete()
    if gone:
        audit.record(actor=actor, verb="skill_removed", object_kind="skill_tag", object_id=tag_id, desk_id=desk.id)


@transaction.atomic
def set_skills(*, desk: DeskInfo, person_id: uuid.UUID, tag_ids: Collection[uuid.UUID], actor: Actor) -> None:
    """Exactly these of the desk's list; tags of another desk are passed over."""
    known = set(SkillTag.objects.filter(desk_id=desk.id, id__in=tag_ids).values_list("id", flat=True))
    Skill.objects.filter(desk_id=desk.id, person_id=person_id).exclude(tag_id__in=known).delete()
    Skill.objects.bulk_create(
        [Skill(desk_id=desk.id, desk_kind=desk.kind, tag_id=tag, person_id=person_id) for tag in sorted(known)],
        ignore_conflicts=True,
    )
    audit.record(
        actor=actor,
        verb="skills_set",
        object_kind="person",
        object_id=person_id,
        desk_id=desk.id,
        data={"skills": sorted(known)},
    )
