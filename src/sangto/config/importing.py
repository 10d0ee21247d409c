"""Published answers from YAML files, through the same services as everything else.

Each file is one transaction: rumour, evidence, article, review and publication. The log remembers which file it was, so
that a second import of the same folder adds only what is new.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from django.db import transaction

from sangto.audit import selectors as audit_log
from sangto.audit.services import record
from sangto.intake.services import receive_tip, settle
from sangto.lib.codes import LANGUAGES, DoorKind, ReviewDecision
from sangto.lib.progress import Progress
from sangto.network import selectors as network
from sangto.network.types import DeskInfo, UnknownDesk, Viewer
from sangto.publishing import services as publishing
from sangto.publishing.definitions import CHECKLIST_CODES
from sangto.publishing.errors import PublishingError
from sangto.publishing.selectors.desk import editor_page
from sangto.publishing.types import Draft, TextFields
from sangto.rumours import selectors as rumours
from sangto.rumours import services as rumour_services

# Names what was imported, for good: another value would import everything once more.
_NAMESPACE: Final = uuid.UUID("5f1f4f0e-8a1c-5d0e-9b4f-6a5f0f2c7d11")
_TEXTS: Final = ("title", "claim", "short_answer", "why", "known", "how_checked")


class ImportFailed(Exception):
    """A file cannot be imported; the message names the file and says why. Files before it stay."""


@dataclass(frozen=True)
class Imported:
    """How many answers were published now, and how many had been before."""

    published: int
    known: int


@dataclass(frozen=True)
class Hands:
    """Who writes, who reviews, and at which desk."""

    desk: DeskInfo
    author: Viewer
    reviewer: Viewer


def hands(*, desk_slug: str, author_email: str, reviewer_email: str) -> Hands:
    try:
        desk = network.desk_by_slug(desk_slug)
    except UnknownDesk as unknown:
        raise ImportFailed(f"there is no desk {desk_slug!r}") from unknown
    people = []
    for email in (author_email, reviewer_email):
        person_id = network.person_by_email(email)
        if person_id is None:
            raise ImportFailed(f"nobody here has the address {email}")
        people.append(network.viewer_of_person(person_id))
    if people[0].id == people[1].id:
        raise ImportFailed("author and reviewer must be two people: nobody publishes what they wrote")
    return Hands(desk, *people)


def run(*, folder: Path, desk_slug: str, author_email: str, reviewer_email: str, progress: Progress) -> Imported:
    """For the command: messages of readers in the files are left out, since nobody sent them to this desk."""
    if not folder.is_dir():
        raise ImportFailed(f"{folder} is no folder")
    by = hands(desk_slug=desk_slug, author_email=author_email, reviewer_email=reviewer_email)
    return folder_into(folder, by, progress=progress, with_tips=False)


def folder_into(folder: Path, by: Hands, *, progress: Progress, with_tips: bool) -> Imported:
    contents = {file: _read(file) for file in sorted(folder.glob("*.yaml"))}
    marks = {file: uuid.uuid5(_NAMESPACE, f"{by.desk.id}/{content['slug']}") for file, content in contents.items()}
    fresh = [file for file, mark in marks.items() if not audit_log.log_of("import", mark)]
    for number, file in enumerate(fresh):
        progress(number / len(fresh), f"Publishing {file.stem}")
        _one(file, contents[file], marks[file], by, with_tips=with_tips)
    if fresh:
        progress(1.0, f"{len(fresh)} answers published")
    return Imported(len(fresh), len(contents) - len(fresh))


def _read(file: Path) -> Mapping[str, Any]:
    try:
        # The C reader: the other one takes a second for forty files.
        content: Mapping[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        content["slug"]
    except (yaml.YAMLError, KeyError, TypeError) as problem:
        raise ImportFailed(f"{file.name} is not as it must be: {problem!r}") from problem
    return content


def _one(file: Path, content: Mapping[str, Any], mark: uuid.UUID, by: Hands, *, with_tips: bool) -> None:
    try:
        with transaction.atomic():
            _publish(content, by, with_tips=with_tips)
            record(
                actor=by.author.actor, verb="answer_imported", object_kind="import", object_id=mark, desk_id=by.desk.id
            )
    except (KeyError, TypeError) as problem:
        raise ImportFailed(f"{file.name} is not as it must be: {problem!r}") from problem
    except (PublishingError, ValueError) as problem:
        raise ImportFailed(f"{file.name}: {problem}") from problem


def _publish(content: Mapping[str, Any], by: Hands, *, with_tips: bool) -> None:
    lang = content.get("original_lang", "vi")
    rumour_id = _tips_of(content, by) if with_tips else None
    if rumour_id is None:
        rumour_id = rumour_services.open_rumour(
            desk=by.desk, text=content["claim"][lang], lang=lang, actor=by.author.actor
        )
    rumour_services.take_ownership(rumour_id=rumour_id, viewer=by.author)
    rumour_services.state_claim(
        rumour_id=rumour_id,
        viewer=by.author,
        edit_number=rumours.rumour(rumour_id).edit_number,
        claim_vi=content["claim"]["vi"],
        claim_en=content["claim"]["en"],
        topic=content["topic"],
        speaker_kind=content.get("speaker_kind", "unknown"),
        speaker_office=content.get("speaker_office", ""),
        involves_publisher=False,
        not_involved_reason="",
        named=False,
    )
    for source in content["sources"]:
        rumour_services.add_exhibit(
            rumour_id=rumour_id,
            viewer=by.author,
            url=source["url"],
            title=source["title"],
            organisation=source["publisher"],
            lang=source["lang"],
            stance=source["stance"],
            quality=source["kind"],
            passage=source["passage"],
            translation=source.get("translation", ""),
            seen_on=_day(source["read_on"]),
            published_on=_day(source["published"]) if source.get("published") else None,
        )
    article_id = publishing.start_article(rumour_id=rumour_id, viewer=by.author)
    number = rumours.rumour(rumour_id).number
    saved = publishing.save_version(
        article_id=article_id,
        edit_number=editor_page(by.desk, number, by.author).edit_number,
        draft=Draft(
            verdict=content["verdict"],
            texts={
                language: TextFields(**{name: content[name][language].strip() for name in _TEXTS})
                for language in LANGUAGES
            },
        ),
        viewer=by.author,
    )
    version_id = publishing.submit_for_review(article_id=article_id, viewer=by.author, edit_number=saved.edit_number)
    publishing.review_version(
        version_id=version_id, viewer=by.reviewer, decision=ReviewDecision.APPROVE, checked=CHECKLIST_CODES
    )
    publishing.publish_version(version_id=version_id, viewer=by.reviewer)


def _tips_of(content: Mapping[str, Any], by: Hands) -> uuid.UUID | None:
    """The messages of the file come in as messages do; where each opens a rumour of its own, they are merged."""
    found: uuid.UUID | None = None
    for tip in content.get("tips", ()):
        received = receive_tip(desk=by.desk, door=DoorKind.API, text=tip["text"], lang=tip["lang"])
        if received.decision == "suggest":
            # Whoever sent it would say "not this": it is about what is being imported.
            settle(token=received.page.token, document_id=None)
        rumour_id = rumours.rumour_of_tip(received.page.id)
        if rumour_id is None:
            # Another answer was found for it already.
            continue
        if found is None:
            found = rumour_id
        elif rumour_id != found:
            rumour_services.merge(rumour_id=rumour_id, into_number=rumours.rumour(found).number, viewer=by.author)
    return found


def _day(said: object) -> dt.date:
    return said if isinstance(said, dt.date) else dt.date.fromisoformat(str(said))
