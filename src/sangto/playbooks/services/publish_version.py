"""Publishing playbooks: a text that passed every check becomes a version, and never changes again."""

from __future__ import annotations

import hashlib
import unicodedata
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from sangto.audit.services import announce, record
from sangto.audit.types import Actor
from sangto.playbooks.files import library_files, read_text
from sangto.playbooks.models import Playbook, PlaybookVersion
from sangto.playbooks.reading import read


def install_library(*, actor: Actor) -> tuple[UUID, ...]:
    """Publish the playbooks that come with the program; what changed since becomes a new version.

    Doing it again changes nothing. Gives the ids of the versions it published. Raises BadPlaybook before anything is
    written.
    """
    texts = [(unicodedata.normalize("NFC", read_text(path)), path.name) for path in library_files()]
    for text, file in texts:
        read(text, file)
    with transaction.atomic():
        published = [publish_version(text=text, actor=actor) for text, _file in texts]
    return tuple(version_id for version_id in published if version_id is not None)


def publish_version(*, text: str, actor: Actor) -> UUID | None:
    """A text as the next version of the playbook it names; None when it is the newest one already.

    Raises BadPlaybook.
    """
    text = unicodedata.normalize("NFC", text)
    tree = read(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        Playbook.objects.get_or_create(slug=tree.slug, defaults={"name_vi": tree.name.vi, "name_en": tree.name.en})
        # Of two who publish at once the second sees what the first did.
        playbook = Playbook.objects.select_for_update().get(slug=tree.slug)
        newest = playbook.versions.order_by("-number").first()
        if newest is not None and newest.sha256 == digest:
            return None
        version = PlaybookVersion.objects.create(
            playbook=playbook,
            number=newest.number + 1 if newest else 1,
            text=text,
            sha256=digest,
            published_at=timezone.now(),
        )
        playbook.name_vi, playbook.name_en = tree.name.vi, tree.name.en
        playbook.save(update_fields=["name_vi", "name_en"])
        record(
            actor=actor,
            verb="playbook_published",
            object_kind="playbook_version",
            object_id=version.id,
            data={"playbook": tree.slug, "number": version.number, "sha256": digest},
        )
        announce(kind="playbook_published", object_id=version.id, data={"playbook": tree.slug})
    return version.id
