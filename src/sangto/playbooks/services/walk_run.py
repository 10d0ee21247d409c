"""Walking playbooks. A choice is a record: it is never undone, only a new walk is begun.

A person answers; then the machine goes on as far as it can by itself, through decisions by rule. A wait is left by a
person when what was awaited has come, or by the clock when its time is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sangto.audit.services import announce, record
from sangto.audit.types import SYSTEM
from sangto.lib.cleaning import clean_line, clean_text
from sangto.lib.codes import DeskKind
from sangto.live.services import publish
from sangto.network import rules
from sangto.network import selectors as network
from sangto.network.clock import desk_now
from sangto.network.types import DeskInfo, Viewer
from sangto.playbooks.facts import Value
from sangto.playbooks.models import Choice, PlaybookVersion, Run
from sangto.playbooks.sayings import evidence_said
from sangto.playbooks.shelf import tree_of
from sangto.playbooks.signals import choice_made, run_ended, run_moved, run_started
from sangto.playbooks.subjects import facts_of
from sangto.playbooks.tree import RESTARTED, TIMEOUT, ChosenBy, Kind, Option, Step, StepRole, Tree
from sangto.playbooks.types import (
    NOTE_MAX,
    EvidenceMissing,
    NoteTooLong,
    NotYourStep,
    RunEnded,
    RunOpen,
    StaleChoice,
    StepGone,
    UnknownOption,
    UnknownPlaybook,
    UnknownRun,
    may_answer,
)

PERM: Final = "playbooks.run"
PERM_ANSWER: Final = "playbooks.answer"
# So many waits are looked at in one turn of the job; what is left is done in the next turn of its loop.
BATCH: Final = 200


def start_run(*, desk: DeskInfo, playbook_slug: str, subject_kind: str, subject_id: UUID, viewer: Viewer) -> UUID:
    """Begin to walk the newest version of a playbook about a subject of this desk.

    Whoever calls has checked that the subject is the desk's. Raises PermissionDenied, UnknownPlaybook, RunOpen.
    """
    _person_who_may(viewer, desk)
    with transaction.atomic():
        run = _begin(desk, playbook_slug, subject_kind, subject_id, viewer)
    return run.id


def choose(*, run_id: UUID, step: str, option: str, note: str, viewer: Viewer, seen: int | None = None) -> UUID:
    """Record one answer and go where it leads, and on through what the machine decides by itself.

    `step`, and `seen` where the page had it, are what the person had before them: how many choices there were tells
    two visits of one step apart. The same choice sent twice by the same person is one choice.

    Raises PermissionDenied, UnknownRun, RunEnded, StaleChoice, UnknownOption, NotYourStep, EvidenceMissing,
    NoteTooLong; then nothing was written.
    """
    clean = clean_text(note)
    if len(clean) > NOTE_MAX:
        raise NoteTooLong(
            _("The note has %(count)s characters; at most 2,000 are kept. Nothing was recorded. Shorten it.")
            % {"count": f"{len(clean):,}"}
        )
    with transaction.atomic():
        run, desk = _locked(run_id)
        person_id = _person_who_may(viewer, desk, PERM_ANSWER)
        last = run.choices.filter(by=ChosenBy.PERSON).order_by("-number").first()
        made = _made(run)
        if run.step != step or (seen is not None and seen != made):
            # Sent twice: what the machine decided since then was a consequence of it.
            if (
                last
                and (last.step, last.option, last.person_id) == (step, option, person_id)
                and seen in (None, last.number - 1)
            ):
                return last.id
            raise StaleChoice(
                _("Someone answered this step before you. Your answer was not recorded. See where it stands now.")
            )
        if run.ended_at is not None:
            raise RunEnded(_("This walk has ended. Nothing was recorded."))
        tree = tree_of(run.version.text)
        here = tree.steps[run.step]
        chosen = next((way for way in here.by_person if way.id == option), None)
        if chosen is None:
            raise UnknownOption(_("This step has no such answer. Nothing was recorded. Choose one that is shown."))
        if not may_answer(viewer, desk, here):
            if here.role != StepRole.REVIEWER:
                # Who answers no step but a reviewer's has no business here.
                _person_who_may(viewer, desk)
            raise NotYourStep(_whose(here))
        if here.needs is not None:
            lacks = here.needs.missing(facts_of(run.subject_kind, run.subject_id))
            if lacks is not None:
                raise EvidenceMissing(
                    _(
                        "This step asks for evidence first. Missing: %(missing)s. Nothing was recorded; add it on the"
                        " rumour's page, then answer."
                    )
                    % {"missing": evidence_said(lacks)}
                )
        choice = _take(run, desk, chosen, by=ChosenBy.PERSON, viewer=viewer, note=clean)
        _go_on(run, desk, tree, viewer)
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


def move_run(*, run_id: UUID, viewer: Viewer) -> int:
    """Go on by the newest version, from the step where the walk stands; gives that version's number.

    Possible where the step exists in both and is of the same kind. What was answered stays as it was, by the text of
    its time. Done again, it changes nothing. Raises PermissionDenied, UnknownRun, RunEnded, StepGone.
    """
    with transaction.atomic():
        run, desk = _locked(run_id)
        _person_who_may(viewer, desk)
        if run.ended_at is not None:
            raise RunEnded(_("This walk has ended already."))
        newest = PlaybookVersion.objects.filter(playbook_id=run.version.playbook_id).latest("number")
        if newest.id == run.version_id:
            return newest.number
        tree = tree_of(newest.text)
        there = tree.steps.get(run.step)
        if there is None or there.kind != tree_of(run.version.text).steps[run.step].kind:
            raise StepGone(
                _("The newest version has no such step. The walk stays on its own version; you can also start over.")
            )
        before = run.version.number
        run.version = newest
        # A time that began keeps its beginning; how long it lasts is the new text's.
        _set_times(run, there)
        run.save(update_fields=["version", "target_at", "wait_until"])
        data = {"from": before, "to": newest.number, "subject_kind": run.subject_kind, "subject": run.subject_id}
        record(actor=viewer.actor, verb="run_moved", object_kind="run", object_id=run.id, desk_id=desk.id, data=data)
        announce(kind="run_moved", object_id=run.id, desk_id=desk.id, desk_kind=desk.kind, data=data)
        run_moved.send(
            sender=Run,
            run_id=run.id,
            subject_kind=run.subject_kind,
            subject_id=run.subject_id,
            desk=desk,
            viewer=viewer,
        )
        _hint(run, desk)
    return newest.number


def pass_timeouts() -> int:
    """Every wait that is over goes on by its way `timeout`; gives how many did.

    A live desk's by the wall's clock, a drill's by its own. Two workers at once share the work; what one has in hand
    the other leaves. A walk is moved in a transaction of its own: one that fails holds up no other.
    """
    passed = 0
    for run_id in _waits_that_are_over():
        with transaction.atomic():
            run = (
                Run.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("version")
                .filter(id=run_id, ended_at=None)
                .first()
            )
            if run is None or run.wait_until is None:
                continue
            desk = network.desk(run.desk_id)
            # A drill's clock may have been set back since.
            if run.wait_until > desk_now(desk):
                continue
            tree = tree_of(run.version.text)
            over = tree.steps[run.step].option(TIMEOUT)
            if over is None:
                continue
            _take(run, desk, over, by=ChosenBy.CLOCK, viewer=None)
            _go_on(run, desk, tree, None)
            passed += 1
    return passed


def _waits_that_are_over() -> tuple[UUID, ...]:
    waiting = Run.objects.filter(ended_at=None, wait_until__isnull=False)
    now = timezone.now()
    over = list(
        waiting.filter(desk_kind=DeskKind.LIVE, wait_until__lte=now)
        .order_by("wait_until")
        .values_list("id", flat=True)[:BATCH]
    )
    drills = waiting.filter(desk_kind=DeskKind.DRILL).values_list("desk_id", flat=True).distinct()
    for desk_id in drills:
        over += (
            waiting.filter(desk_id=desk_id, wait_until__lte=desk_now(desk_id))
            .order_by("wait_until")
            .values_list("id", flat=True)[:BATCH]
        )
    return tuple(over)


def _made(run: Run) -> int:
    return run.choices.order_by("-number").values_list("number", flat=True).first() or 0


def _take(
    run: Run,
    desk: DeskInfo,
    way: Option,
    *,
    by: ChosenBy,
    viewer: Viewer | None,
    note: str = "",
    facts: Mapping[str, Value] | None = None,
) -> Choice:
    """Record a way on and stand where it leads. `viewer` is None where no person chose."""
    now = desk_now(desk)
    person = viewer if by == ChosenBy.PERSON else None
    choice = Choice.objects.create(
        desk_id=desk.id,
        desk_kind=desk.kind,
        run=run,
        version=run.version,
        number=_made(run) + 1,
        step=run.step,
        option=way.id,
        to_step=way.to,
        note=note,
        by=by,
        person_id=person.id if person else None,
        facts=dict(facts or {}),
        at=now,
    )
    run.step, run.step_since = way.to, now
    _set_times(run, tree_of(run.version.text).steps[way.to])
    run.save(update_fields=["step", "step_since", "target_at", "wait_until"])
    data = {
        "run": run.id,
        "step": choice.step,
        "option": choice.option,
        "by": by.value,
        "subject_kind": run.subject_kind,
        "subject": run.subject_id,
    }
    record(
        actor=person.actor if person else SYSTEM,
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
        viewer=person,
    )
    return choice


def _go_on(run: Run, desk: DeskInfo, tree: Tree, viewer: Viewer | None) -> None:
    """Through the decisions by rule, to where a person or the clock is needed, or to the end.

    It comes to a stop: the check of a playbook refuses a circle of decisions. `viewer` is who brought it here.
    """
    facts: dict[str, Value] | None = None
    while (here := tree.steps[run.step]).kind == Kind.DECISION:
        facts = facts_of(run.subject_kind, run.subject_id) if facts is None else facts
        asked = frozenset[str]().union(*(way.when.asks for way in here.options if way.when))
        seen = {name: facts[name] for name in sorted(asked)}
        _take(run, desk, here.decide(facts), by=ChosenBy.RULE, viewer=None, facts=seen)
    if here.kind == Kind.END:
        _end(run, desk, here.outcome, viewer)
    _hint(run, desk)


def _set_times(run: Run, step: Step) -> None:
    run.target_at = run.step_since + step.target if step.target else None
    run.wait_until = run.step_since + step.waits if step.waits else None


def _whose(step: Step) -> str:
    """Why this person cannot answer; the step has a role."""
    if step.role == StepRole.LEAD:
        return _("Only the lead of this desk answers this step. Nothing was recorded; ask the lead.")
    if step.role == StepRole.REVIEWER:
        return _("A reviewer or the lead answers this step. Nothing was recorded; ask one of them.")
    return _("An editor or the lead answers this step. Nothing was recorded; ask one of them.")


def _person_who_may(viewer: Viewer, desk: DeskInfo, perm: str = PERM) -> UUID:
    if viewer.id is None or not viewer.is_person or not rules.may(viewer, perm, desk):
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
    tree = tree_of(version.text)
    now = desk_now(desk)
    try:
        # A savepoint: the refusal of a second open walk must not spoil the caller's transaction.
        with transaction.atomic():
            run = Run.objects.create(
                desk_id=desk.id,
                desk_kind=desk.kind,
                version=version,
                subject_kind=subject_kind,
                subject_id=subject_id,
                step=tree.start,
                started_at=now,
                step_since=now,
            )
            _set_times(run, tree.steps[tree.start])
            run.save(update_fields=["target_at", "wait_until"])
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
    _go_on(run, desk, tree, viewer)
    return run


def _end(run: Run, desk: DeskInfo, outcome: str, viewer: Viewer | None) -> None:
    run.ended_at = desk_now(desk)
    run.outcome = outcome
    run.target_at = run.wait_until = None
    run.save(update_fields=["ended_at", "outcome", "target_at", "wait_until"])
    data = {"outcome": outcome, "subject_kind": run.subject_kind, "subject": run.subject_id}
    actor = viewer.actor if viewer else SYSTEM
    record(actor=actor, verb="run_ended", object_kind="run", object_id=run.id, desk_id=desk.id, data=data)
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
