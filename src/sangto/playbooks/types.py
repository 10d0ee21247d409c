"""What other rooms and the pages see of playbooks and of walks through them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import get_language, gettext

from sangto.lib.codes import RoleCode
from sangto.lib.said import Words
from sangto.network.rules import may
from sangto.network.types import DeskInfo, Viewer
from sangto.playbooks.compare import Change, Comparison, compare
from sangto.playbooks.facts import Value
from sangto.playbooks.painting import Counts, Picture, paint, paint_changes, paint_coverage
from sangto.playbooks.svg import A3
from sangto.playbooks.tree import (
    ChosenBy,
    Kind,
    Needs,
    Option,
    PublicSource,
    Step,
    StepRole,
    Tree,
    outcome_words,
)
from sangto.ui.types import TreeNode

NOTE_MAX = 2_000


class PlaybookRefusal(Exception):
    """A walk cannot go on like this; nothing was changed. The text says why, in the reader's language."""


class UnknownPlaybook(PlaybookRefusal, LookupError):
    """No playbook of this name is published."""


class UnknownRun(PlaybookRefusal, LookupError):
    """There is no such walk, or not at this desk."""


class UnknownOption(PlaybookRefusal):
    """The step does not offer this option."""


class RunOpen(PlaybookRefusal):
    """The subject has an open walk already."""


class RunEnded(PlaybookRefusal):
    """The walk has come to its end."""


class NoteTooLong(PlaybookRefusal):
    """The note is longer than NOTE_MAX characters."""


class StaleChoice(PlaybookRefusal):
    """Somebody chose first: the step that the person saw is no longer where the walk stands."""


class NotYourStep(PlaybookRefusal):
    """The step belongs to another role."""


class EvidenceMissing(PlaybookRefusal):
    """The step cannot be left before the subject has the evidence that it asks for."""


class StepGone(PlaybookRefusal):
    """The newest version has no such step: the walk cannot be moved to it."""


def may_answer(viewer: Viewer, desk: DeskInfo, step: Step) -> bool:
    """Whether this person answers the step: whoever runs playbooks, or the step's role; the lead always."""
    if not viewer.is_person:
        return False
    match step.role:
        case StepRole.LEAD | StepRole.EDITOR | StepRole.REVIEWER:
            return viewer.has(RoleCode(step.role.value), RoleCode.LEAD, desk=desk.id)
        case _:
            return may(viewer, "playbooks.run", desk)


@dataclass(frozen=True, slots=True)
class PlaybookInfo:
    """A published playbook in its newest version."""

    slug: str
    name: Words
    about: Words | None
    version: int
    published_at: dt.datetime
    steps: int
    questions: int
    sources: tuple[PublicSource, ...]


@dataclass(frozen=True)
class PlaybookPage:
    """A playbook with its whole tree."""

    info: PlaybookInfo
    tree: Tree
    # Every version, the newest first: number and when it was published.
    versions: tuple[tuple[int, dt.datetime], ...] = ()

    @property
    def is_newest(self) -> bool:
        return not self.versions or self.info.version == self.versions[0][0]

    @cached_property
    def picture(self) -> Picture:
        return paint(self.tree, _lang())

    @cached_property
    def sheet(self) -> Picture:
        """In strips, to be read on one A3."""
        return paint(self.tree, _lang(), sheet=A3)

    @property
    def sheet_is_wide(self) -> bool:
        return float(self.sheet.width) >= float(self.sheet.height)

    @cached_property
    def outline(self) -> tuple[TreeNode, ...]:
        return outline(self.tree, _lang())

    @property
    def in_order(self) -> tuple[NumberedStep, ...]:
        return numbered(self.tree)


@dataclass(frozen=True)
class ComparisonPage:
    """Two versions of a playbook, and what is different."""

    old: PlaybookPage
    new: PlaybookPage

    @cached_property
    def comparison(self) -> Comparison:
        return compare(self.old.tree, self.new.tree)

    @property
    def new_picture(self) -> Picture:
        return paint_changes(self.new.tree, _lang(), self.comparison.marks, self.comparison.ways)

    @property
    def old_picture(self) -> Picture:
        return paint_changes(self.old.tree, _lang(), self.comparison.old_marks)

    @cached_property
    def groups(self) -> tuple[ChangedStep, ...]:
        """The changes step by step, in the order in which they stand."""
        new, old = self.new.tree.numbers(), self.old.tree.numbers()
        found: dict[str, list[Change]] = {}
        for change in self.comparison.changes:
            found.setdefault(change.step, []).append(change)
        return tuple(
            ChangedStep(
                number=new.get(step) or old.get(step) or 0,
                gone=bool(step) and step not in new,
                text=(self.new.tree.steps.get(step) or self.old.tree.steps[step]).text if step else None,
                changes=tuple(changes),
            )
            for step, changes in found.items()
        )


@dataclass(frozen=True, slots=True)
class ChangedStep:
    """A step with what is different about it; without text: the head of the playbook."""

    number: int
    gone: bool
    text: Words | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class NumberedStep:
    """A step with the number that it has in the drawing and in the list."""

    number: int
    step: Step
    outcome: Words | None
    ways: tuple[NumberedWay, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberedWay:
    """A way on with the number of the step that it leads to."""

    option: Option
    to_number: int


@dataclass(frozen=True, slots=True)
class WayCount:
    """How often one way of a step was taken, by live work and by drills."""

    option: str
    label: Words
    to_number: int
    live: int
    drill: int

    @property
    def never(self) -> bool:
        return not self.live and not self.drill


@dataclass(frozen=True, slots=True)
class StepCoverage:
    """A step with its ways, and how often each was taken."""

    number: int
    step: Step
    ways: tuple[WayCount, ...]


@dataclass(frozen=True)
class Coverage:
    """What of a playbook was ever exercised: counts of the ways that its newest version has."""

    page: PlaybookPage
    counts: Counts
    live_runs: int
    drill_runs: int

    @cached_property
    def picture(self) -> Picture:
        return paint_coverage(self.page.tree, _lang(), self.counts)

    @cached_property
    def steps(self) -> tuple[StepCoverage, ...]:
        numbers = self.page.tree.numbers()
        return tuple(
            StepCoverage(
                number,
                step,
                tuple(
                    WayCount(way.id, way.label, numbers[way.to], *self.counts.get((step.id, way.id), (0, 0)))
                    for way in step.options
                ),
            )
            for step_id, number in numbers.items()
            if (step := self.page.tree.steps[step_id]).options
        )

    @cached_property
    def all_ways(self) -> int:
        return sum(len(step.ways) for step in self.steps)

    @cached_property
    def never(self) -> int:
        return sum(way.never for step in self.steps for way in step.ways)


@dataclass(frozen=True, slots=True)
class ChoiceInfo:
    """One recorded way on: what was asked, what was answered, by whom or what, and when."""

    number: int
    step: str
    step_number: int
    option: str
    question: Words
    answer: Words
    kind: Kind
    note: str
    by: ChosenBy
    # None, and no name, where a rule or the clock chose.
    person_id: uuid.UUID | None
    person_name: str
    # What a rule saw, in the words of the list of facts.
    saw: tuple[tuple[Words, Value], ...]
    at: dt.datetime


@dataclass(frozen=True)
class RunInfo:
    """One walk: where it stands, how it came there, and the tree around it."""

    id: uuid.UUID
    desk_id: uuid.UUID
    subject_kind: str
    subject_id: uuid.UUID
    slug: str
    name: Words
    version: int
    # A newer text has been published since this walk began; the walk stays on its own.
    newer_version: bool
    tree: Tree
    step: Step
    path: tuple[ChoiceInfo, ...]
    started_at: dt.datetime
    step_since: dt.datetime
    # By the desk's clock: when the step should be done, and when a wait is over.
    target_at: dt.datetime | None
    wait_until: dt.datetime | None
    is_late: bool
    # The evidence that the step still lacks; None where it asks for none or has it.
    lacks: Needs | None
    ended_at: dt.datetime | None
    outcome: str

    @property
    def ended(self) -> bool:
        return self.ended_at is not None

    @property
    def step_number(self) -> int:
        return self.tree.numbers()[self.step.id]

    @property
    def seen(self) -> int:
        """How many choices there were: with the step, what a form must still find true when it is sent."""
        return len(self.path)

    @property
    def outcome_words(self) -> Words | None:
        return outcome_words(self.outcome) if self.outcome else None

    @property
    def taken(self) -> frozenset[tuple[str, str]]:
        return frozenset((choice.step, choice.option) for choice in self.path)

    @cached_property
    def picture(self) -> Picture:
        """The drawing in the language of the page, with the path taken."""
        return paint(self.tree, _lang(), taken=self.taken, here=self.step.id)

    @cached_property
    def outline(self) -> tuple[TreeNode, ...]:
        """The same as a nested list."""
        return outline(self.tree, _lang(), taken=self.taken, here=self.step.id)


@dataclass(frozen=True, slots=True)
class PastRun:
    """A walk that has ended, in one line."""

    id: uuid.UUID
    slug: str
    name: Words
    version: int
    started_at: dt.datetime
    ended_at: dt.datetime
    outcome: str
    outcome_words: Words
    choices: int


def _lang() -> str:
    return get_language() or "vi"


def numbered(tree: Tree) -> tuple[NumberedStep, ...]:
    numbers = tree.numbers()
    return tuple(
        NumberedStep(
            number,
            tree.steps[step_id],
            outcome_words(step.outcome) if step.outcome else None,
            tuple(NumberedWay(option, numbers[option.to]) for option in step.options),
        )
        for step_id, number in numbers.items()
        if (step := tree.steps[step_id])
    )


def outline(
    tree: Tree, lang: str, *, taken: frozenset[tuple[str, str]] = frozenset(), here: str | None = None
) -> tuple[TreeNode, ...]:
    """The tree as a nested list; a step that several branches reach stands once, and is named by its number after."""
    return (_Outline(tree, lang, taken, here).node(tree.start, "", reached=True),)


class _Outline:
    def __init__(self, tree: Tree, lang: str, taken: frozenset[tuple[str, str]], here: str | None) -> None:
        self._tree = tree
        self._lang = lang
        self._taken = taken
        self._here = here
        self._passed = {step for step, _option in taken}
        self._numbers: Mapping[str, int] = tree.numbers()
        self._told: set[str] = set()

    def node(self, step_id: str, answer: str, *, reached: bool) -> TreeNode:
        step = self._tree.steps[step_id]
        words = f"{self._numbers[step_id]}. {step.text.name(self._lang)}"
        if step.outcome:
            words = f"{words} → {outcome_words(step.outcome).name(self._lang)}"
        if step_id in self._told:
            again = gettext("see step %(number)s above") % {"number": self._numbers[step_id]}
            return TreeNode(text=f"{words} ({again})", kind=step.kind, taken=reached, answer=answer)
        self._told.add(step_id)
        here = step_id == self._here
        if here:
            words = f"{words} ({gettext('here now')})"
        elif step_id in self._passed:
            words = f"✓ {words}"
        children = tuple(
            self.node(
                option.to,
                option.label.name(self._lang),
                reached=(step_id, option.id) in self._taken,
            )
            for option in step.options
        )
        # The start is passed as soon as anything was chosen there.
        taken = here or step_id in self._passed
        return TreeNode(text=words, kind=step.kind, taken=taken, here=here, answer=answer, children=children)
