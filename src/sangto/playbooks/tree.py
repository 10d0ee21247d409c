"""Decision trees, as values, and walking them. Pure. `reading` makes them from a text, `shape` checks the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sangto.lib.codes import ClosingReason, Code
from sangto.lib.said import Words
from sangto.playbooks.expressions import Expression
from sangto.playbooks.facts import Value

# Above this a playbook is no longer something that people read.
TEXT_MAX: Final = 200_000
STEPS_MAX: Final = 400
# A step's words must fit a box of the drawing, an option's words a button.
WORDS_MAX: Final = 160
LABEL_MAX: Final = 60
GUIDANCE_MAX: Final = 2_000
LINKS_MAX: Final = 8
# An action has one way on; so has a step that is handed over, unless it can be refused.
DONE: Final = "done"
TAKEN: Final = "taken"
REFUSED: Final = "refused"
# The way that the machine takes: where no rule holds, and when the time is over.
OTHERWISE: Final = "otherwise"
TIMEOUT: Final = "timeout"
CLOSE: Final = "close:"


class Kind(Code):
    """What a step asks of a person."""

    QUESTION = "question", "Câu hỏi", "Question"
    ACTION = "action", "Việc cần làm", "To do"
    DECISION = "decision", "Rẽ theo quy tắc", "Decided by rule"
    WAIT = "wait", "Chờ", "Wait"
    HAND_OVER = "hand_over", "Bàn giao", "Hand over"
    END = "end", "Kết thúc", "End"


class StepRole(Code):
    """Who answers a step; the last two receive what is handed over and have no seat at the desk."""

    LEAD = "lead", "Phụ trách", "Lead"
    EDITOR = "editor", "Biên tập viên", "Editor"
    REVIEWER = "reviewer", "Người duyệt", "Reviewer"
    EXPERT = "expert", "Chuyên gia", "Expert"
    OUTSIDE = "outside", "Cơ quan bên ngoài", "A body outside"


class ChosenBy(Code):
    """Who took a way on."""

    PERSON = "person", "Người", "A person"
    RULE = "rule", "Quy tắc", "A rule"
    CLOCK = "clock", "Đồng hồ", "The clock"


class DraftState(Code):
    """Where a playbook stands that is being written."""

    OPEN = "open", "Đang viết", "Being written"
    ASKED = "asked", "Chờ người thứ hai", "Waiting for a second person"
    PUBLISHED = "published", "Đã công bố", "Published"
    DROPPED = "dropped", "Đã bỏ", "Dropped"


class Outcome(Code):
    """Where a walk ends; beside these, `close:` with a closing reason."""

    ANSWER = "answer", "Viết câu trả lời", "Write the answer"
    NOTICE = "notice", "Đăng thông báo đang kiểm chứng", "Publish a holding notice"
    HAND_OVER = "hand_over", "Chuyển cho nơi có trách nhiệm", "Hand over to those responsible"
    MERGE = "merge", "Gộp vào tin đang có", "Join the rumour we already have"


# A walk that was given up for a new one. No text can name it.
RESTARTED: Final = "restarted"


@dataclass(frozen=True, slots=True)
class Option:
    """One way on from a step."""

    id: str
    label: Words
    to: str
    line: int
    # Of a decision: the rule under which the machine takes it.
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Where one reads or does what the step says."""

    title: Words
    url: str


@dataclass(frozen=True, slots=True)
class Needs:
    """The evidence without which a step cannot be left, as numbers of exhibits."""

    at_least: int = 0
    independent: int = 0
    primary: int = 0

    def missing(self, facts: Mapping[str, Value]) -> Needs | None:
        """How much is still missing of each; None where it is enough."""
        lacks = Needs(
            max(0, self.at_least - int(facts["exhibits"])),
            max(0, self.independent - int(facts["independent_exhibits"])),
            max(0, self.primary - int(facts["primary_exhibits"])),
        )
        return None if lacks == Needs() else lacks


@dataclass(frozen=True, slots=True)
class Step:
    """One node of the tree; what each kind has is said by `reading`."""

    id: str
    kind: Kind
    text: Words
    guidance: Words | None
    options: tuple[Option, ...]
    outcome: str
    line: int
    role: StepRole | None = None
    links: tuple[Link, ...] = ()
    needs: Needs | None = None
    # How long the step should take; how long a wait lasts.
    target: timedelta | None = None
    waits: timedelta | None = None

    def option(self, option_id: str) -> Option | None:
        return next((option for option in self.options if option.id == option_id), None)

    @property
    def by_person(self) -> tuple[Option, ...]:
        """The ways that a person may take here."""
        if self.kind == Kind.DECISION:
            return ()
        return tuple(option for option in self.options if self.kind != Kind.WAIT or option.id != TIMEOUT)

    def decide(self, facts: Mapping[str, Value]) -> Option:
        """The first way of a decision whose rule holds over complete facts; the last has none and always does."""
        return next(option for option in self.options if option.when is None or option.when.holds(facts))


@dataclass(frozen=True, slots=True)
class PublicSource:
    """What a playbook was written from, open to everyone."""

    title: str
    url: str


@dataclass(frozen=True, eq=False)
class Tree:
    """A checked playbook: every step can be reached, and from each an end can."""

    slug: str
    name: Words
    about: Words | None
    sources: tuple[PublicSource, ...]
    start: str
    steps: Mapping[str, Step]

    def numbers(self) -> Mapping[str, int]:
        """Each step's number, in the order in which one reads the tree: the first branch to its end, then the next."""
        return {step_id: number for number, step_id in enumerate(self._in_reading_order(), start=1)}

    def _in_reading_order(self) -> Iterator[str]:
        seen: set[str] = set()
        waiting = [self.start]
        while waiting:
            step_id = waiting.pop()
            if step_id in seen:
                continue
            seen.add(step_id)
            yield step_id
            waiting.extend(option.to for option in reversed(self.steps[step_id].options))


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with a text, and where."""

    file: str
    line: int
    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class BadPlaybook(ValueError):
    """The text is not a playbook; `problems` says why, one for each thing to mend."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class BadWalk(LookupError):
    """A choice that the tree does not offer where it was made."""

    def __init__(self, step: str, option: str) -> None:
        super().__init__(f"step '{step}' has no option '{option}'")
        self.step = step
        self.option = option


@dataclass(frozen=True, slots=True)
class Walk:
    """Where one is after some choices: the steps passed with the option taken at each, and the step reached."""

    path: tuple[tuple[Step, Option], ...]
    here: Step

    @property
    def ended(self) -> bool:
        return self.here.kind == Kind.END


def walk(tree: Tree, choices: Iterable[str]) -> Walk:
    """Follow the chosen options from the start. Raises BadWalk where a step does not offer the option."""
    here = tree.steps[tree.start]
    path: list[tuple[Step, Option]] = []
    for choice in choices:
        option = here.option(choice)
        if option is None:
            raise BadWalk(here.id, choice)
        path.append((here, option))
        here = tree.steps[option.to]
    return Walk(tuple(path), here)


def outcome_words(outcome: str) -> Words:
    """An outcome in words; one of a newer program is shown as it stands."""
    if outcome.startswith(CLOSE) and outcome.removeprefix(CLOSE) in ClosingReason.values():
        reason = ClosingReason(outcome.removeprefix(CLOSE))
        return Words(f"Đóng: {_small(reason.vi)}", f"Close: {_small(reason.en)}")
    if outcome == RESTARTED:
        return Words("Làm lại từ đầu", "Started over")
    if outcome in Outcome.values():
        return Words(Outcome(outcome).vi, Outcome(outcome).en)
    return Words(outcome, outcome)


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def known_outcomes() -> tuple[str, ...]:
    return (*Outcome.values(), *(CLOSE + reason for reason in ClosingReason.values()))
