"""Publishing playbooks, and walking them. A choice is a record: it is never undone, only a new walk is begun."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import partial
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sangto.audit.services import announce, record
from sangto.audit.types import Actor
from sangto.lib.cleaning import clean_line, clean_text
from sangto.live.services import publish
from sangto.network import rules
from sangto.network import selectors as network
from sangto.network.clock import desk_now
from sangto.network.types import DeskInfo, Viewer
from sangto.playbooks.files import library_files, read_text
from sangto.playbooks.models import Choice, Playbook, PlaybookVersion, Run
from sangto.playbooks.reading import read
from sangto.playbooks.shelf import tree_of
from sangto.playbooks.signals import choice_made, run_ended, run_started
from sangto.playbooks.tree import RESTARTED, Kind
from sangto.playbooks.types import (
    NOTE_MAX,
    NoteTooLong,
    RunEnded,
    RunOpen,
    StaleChoice,
    UnknownOption,
    UnknownPlaybook,
    UnknownRun,
)

PERM = "playbooks.run"


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


def start_run(*, desk: DeskInfo, playbook_slug: str, subject_kind: str, subject_id: UUID, viewer: Viewer) -> UUID:
    """Begin to walk the newest version of a playbook about a subject of this desk.

    Whoever calls has checked that the subject is the desk's. Raises PermissionDenied, UnknownPlaybook, RunOpen.
    """
    _person_who_may(viewer, desk)
    with transaction.atomic():
        run = _begin(desk, playbook_slug, subject_kind, subject_id, viewer)
    return run.id


def choose(*, run_id: UUID, step: str, option: str, note: str, viewer: Viewer, seen: int | None = None) -> UUID:
    """Record one answer and go where it leads.

    `step`, and `seen` where the page had it, are what the person had before them: how many choices there were tells
    two visits of one step apart. The same choice sent twice by the same person is one choice.

    Raises PermissionDenied, UnknownRun, RunEnded, StaleChoice, UnknownOption, NoteTooLong; then nothing was written.
    """
    clean = clean_text(note)
    if len(clean) > NOTE_MAX:
        raise NoteTooLong(
            _("The note has %(count)s characters; at most 2,000 are kept. Nothing was recorded. Shorten it.")
            % {"count": f"{len(clean):,}"}
        )
    with transaction.atomic():
        run, desk = _locked(run_id)
        person_id = _person_who_may(viewer, desk)
        last = run.choices.order_by("-number").first()
        made = last.number if last else 0
        if run.step != step or (seen is not None and seen != made):
            if (
                last
                and (last.step, last.option, last.person_id) == (step, option, person_id)
                and seen in (None, made - 1)
            ):
                return last.id
            raise StaleChoice(
                _("Someone answered this step before you. Your answer was not recorded. See where it stands now.")
            )
        if run.ended_at is not None:
            raise RunEnded(_("This walk has ended. Nothing was recorded."))
        tree = tree_of(run.version.text)
        chosen = tree.steps[run.step].option(option)
        if chosen is None:
            raise UnknownOption(_("This step has no such answer. Nothing was recorded. Choose one that is shown."))
        choice = Choice.objects.create(
            desk_id=desk.id,
            desk_kind=desk.kind,
            run=run,
            number=made + 1,
            step=run.step,
            option=chosen.id,
            to_step=chosen.to,
            note=clean,
            person_id=person_id,
            at=desk_now(desk),
        )
        run.step = chosen.to
        run.save(update_fields=["step"])
        data = {
            "run": run.id,
            "step": choice.step,
            "option": choice.option,
            "subject_kind": run.subject_kind,
            "subject": run.subject_id,
        }
        record(
            actor=viewer.actor,
            verb="choice_made",
            object_kind="run",
            object_id=run.id,
            desk_id=desk.id,
            data={**data, "choice": choice.id},
        )
        announce(kind="choice_made", object_id=choice.id, desk_id=desk.id, desk_kind=desk.kind, data=data)
        choice_made.send(
            sender=Choice,
            run_id=run.id,
            choice_id=choice.id,
            step=choice.step,
            option=choice.option,
            subject_kind=run.subject_kind,
            subject_id=run.subject_id,
            desk=desk,
            viewer=viewer,
        )
        reached = tree.steps[chosen.to]
        if reached.kind == Kind.END:
            _end(run, desk, reached.outcome, viewer)
        _hint(run, desk)
    return choice.id


def restart_run(*, run_id: UUID, viewer: Viewer, playbook_slug: str | None = None) -> UUID:
    """Give a walk up for a new one from the start, on the newest version, of the same playbook or another.

    What was chosen stays on record. Raises PermissionDenied, UnknownRun, RunEnded, UnknownPlaybook.
    """
    with transaction.atomic():
        run, desk = _locked(run_id)
        _person_who_may(viewer, desk)
        if run.ended_at is not None:
            raise RunEnded(_("This walk has ended already."))
        slug = playbook_slug or tree_of(run.version.text).slug
        _end(run, desk, RESTARTED, viewer)
        begun = _begin(desk, slug, run.subject_kind, run.subject_id, viewer)
    return begun.id


def _person_who_may(viewer: Viewer, desk: DeskInfo) -> UUID:
    if viewer.id is None or not viewer.is_person or not rules.may(viewer, PERM, desk):
        raise PermissionDenied
    return viewer.id


def _locked(run_id: UUID) -> tuple[Run, DeskInfo]:
    run = Run.objects.select_for_update(of=("self",)).select_related("version").filter(id=run_id).first()
    if run is None:
        raise UnknownRun(_("There is no such walk."))
    return run, network.desk(run.desk_id)


def _begin(desk: DeskInfo, playbook_slug: str, subject_kind: str, subject_id: UUID, viewer: Viewer) -> Run:
    slug = clean_line(playbook_slug)
    version = PlaybookVersion.objects.filter(playbook__slug=slug).order_by("-number").first()
    if version is None:
        raise UnknownPlaybook(_("There is no such playbook. Choose one from the list."))
    try:
        # A savepoint: the refusal of a second open walk must not spoil the caller's transaction.
        with transaction.atomic():
            run = Run.objects.create(
                desk_id=desk.id,
                desk_kind=desk.kind,
                version=version,
                subject_kind=subject_kind,
                subject_id=subject_id,
                step=tree_of(version.text).start,
                started_at=desk_now(desk),
            )
    except IntegrityError as clash:
        if not Run.objects.filter(subject_kind=subject_kind, subject_id=subject_id, ended_at=None).exists():
            raise
        raise RunOpen(_("A playbook has been started here already. Go on with that one.")) from clash
    data = {
        "playbook": slug,
        "number": version.number,
        "subject_kind": run.subject_kind,
        "subject": run.subject_id,
    }
    record(actor=viewer.actor, verb="run_started", object_kind="run", object_id=run.id, desk_id=desk.id, data=data)
    announce(kind="run_started", object_id=run.id, desk_id=desk.id, desk_kind=desk.kind, data=data)
    run_started.send(
        sender=Run, run_id=run.id, subject_kind=subject_kind, subject_id=subject_id, desk=desk, viewer=viewer
    )
    _hint(run, desk)
    return run


def _end(run: Run, desk: DeskInfo, outcome: str, viewer: Viewer) -> None:
    run.ended_at = desk_now(desk)
    run.outcome = outcome
    run.save(update_fields=["ended_at", "outcome"])
    data = {"outcome": outcome, "subject_kind": run.subject_kind, "subject": run.subject_id}
    record(actor=viewer.actor, verb="run_ended", object_kind="run", object_id=run.id, desk_id=desk.id, data=data)
    announce(kind="run_ended", object_id=run.id, desk_id=desk.id, desk_kind=desk.kind, data=data)
    run_ended.send(
        sender=Run,
        run_id=run.id,
        subject_kind=run.subject_kind,
        subject_id=run.subject_id,
        outcome=outcome,
        desk=desk,
        viewer=viewer,
    )


def _hint(run: Run, desk: DeskInfo) -> None:
    """Tell the open pages of the desk, once it is true, that this walk has moved."""
    data = {"run": run.id, "subject_kind": run.subject_kind, "subject": run.subject_id}
    transaction.on_commit(partial(publish, stream=f"desk:{desk.id}", kind="run_changed", data=data))
