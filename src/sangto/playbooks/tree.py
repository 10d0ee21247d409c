"""Decision trees: reading and checking their text, and walking them. Pure: text in, values out.

The format is a small YAML: no anchors, no tags, only mappings, lists and words. Every problem that is found carries
its file and line, and all problems of a text are found at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

import yaml

from sangto.lib.codes import LANGUAGES, ClosingReason, Code

# Above this a playbook is no longer something that people read.
TEXT_MAX: Final = 200_000
STEPS_MAX: Final = 400
# A step's words must fit a box of the drawing, an option's words a button.
WORDS_MAX: Final = 160
LABEL_MAX: Final = 60
GUIDANCE_MAX: Final = 2_000
# Steps and options are stored by these ids (60 characters in the record).
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# An action has one way on.
DONE: Final = "done"
CLOSE: Final = "close:"


class Kind(Code):
    """What a step asks of a person."""

    QUESTION = "question", "Câu hỏi", "Question"
    ACTION = "action", "Việc cần làm", "To do"
    END = "end", "Kết thúc", "End"


class Outcome(Code):
    """Where a walk ends; beside these, `close:` with a closing reason."""

    ANSWER = "answer", "Viết câu trả lời", "Write the answer"
    NOTICE = "notice", "Đăng thông báo đang kiểm chứng", "Publish a holding notice"
    HAND_OVER = "hand_over", "Chuyển cho nơi có trách nhiệm", "Hand over to those responsible"
    MERGE = "merge", "Gộp vào tin đang có", "Join the rumour we already have"


# A walk that was given up for a new one. No text can name it.
RESTARTED: Final = "restarted"


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in each language of the installation."""

    vi: str
    en: str

    def name(self, lang: str) -> str:
        return self.vi if lang.startswith("vi") else self.en


@dataclass(frozen=True, slots=True)
class Option:
    """One way on from a step."""

    id: str
    label: Words
    to: str
    line: int


@dataclass(frozen=True, slots=True)
class Step:
    """One node: a question with answers, an action that is done, or an end with its outcome."""

    id: str
    kind: Kind
    text: Words
    guidance: Words | None
    options: tuple[Option, ...]
    outcome: str
    line: int

    def option(self, option_id: str) -> Option | None:
        return next((option for option in self.options if option.id == option_id), None)


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


def check(text: str, file: str) -> tuple[Problem, ...]:
    """Everything wrong with the text, in the order of its lines; nothing: it is a playbook."""
    return _Reader(file).read(text)[1]


def read(text: str, file: str = "playbook") -> Tree:
    """The tree of a text. Raises BadPlaybook with all its problems."""
    tree, problems = _Reader(file).read(text)
    if tree is None:
        raise BadPlaybook(problems)
    return tree


# -- reading ----------------------------------------------------------------------------------------------------------
# One value of a mapping with the line on which its key stands.
_Entry = tuple[int, yaml.Node]


class _Anchored(Exception):
    """An anchor or alias, and its line."""

    def __init__(self, name: str, line: int) -> None:
        super().__init__(name)
        self.line = line


class _PlainLoader(yaml.SafeLoader):
    """Without anchors: with them a short text can stand for an endless one."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        anchor = getattr(event, "anchor", None)
        if anchor:
            raise _Anchored(str(anchor), event.start_mark.line + 1)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


@dataclass
class _Draft:
    """A step as far as it could be read; None where something is missing or wrong."""

    id: str
    line: int
    kind: Kind | None = None
    text: Words | None = None
    guidance: Words | None = None
    options: list[Option] = field(default_factory=list)
    outcome: str = ""
    # A step with a broken option is no dead end, only unfinished.
    whole: bool = True


class _Reader:
    """Reads one text and gathers its problems."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._problems: list[Problem] = []

    def read(self, text: str) -> tuple[Tree | None, tuple[Problem, ...]]:
        tree = self._tree(text)
        problems = tuple(sorted(set(self._problems)))
        return (None if problems else tree), problems

    def _wrong(self, line: int, code: str, text: str) -> None:
        self._problems.append(Problem(self._file, line, code, text))

    def _compose(self, text: str) -> yaml.Node | None:
        """The nodes of the text with their marks, or None with a problem noted."""
        if len(text) > TEXT_MAX:
            self._wrong(1, "too_long", f"the text has {len(text)} characters, at most {TEXT_MAX} are read")
            return None
        try:
            node: yaml.Node | None = yaml.compose(text, Loader=_PlainLoader)
        except _Anchored as error:
            self._wrong(error.line, "anchor", f"anchors and aliases ('{error}') are not used: write it out")
            return None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._wrong(mark.line + 1 if mark else 1, "yaml", f"this is not YAML: {error.problem or error.context}")
            return None
        except yaml.YAMLError as error:
            self._wrong(1, "yaml", f"this is not YAML: {str(error).splitlines()[0]}")
            return None
        except RecursionError:
            self._wrong(1, "yaml", "this is nested too deeply to be a playbook")
            return None
        if node is None:
            self._wrong(1, "empty", "the text is empty")
        return node

    def _tree(self, text: str) -> Tree | None:
        root = self._compose(text)
        if root is None:
            return None
        top = self._mapping(
            root, "the playbook", required=("playbook", "name", "start", "steps"), optional=("about", "sources")
        )
        if top is None:
            return None
        slug = self._slug(top.get("playbook"))
        name = self._words(top.get("name"), "the name", LABEL_MAX * 2)
        about = self._words(top.get("about"), "'about'", GUIDANCE_MAX, lines=True) if "about" in top else None
        sources = self._sources(top.get("sources"))
        drafts = self._steps(top.get("steps"))
        start = self._scalar(top.get("start"), "'start'")
        if drafts and start:
            self._check_shape(drafts, start, top["start"][1].start_mark.line + 1)
        if self._problems or name is None:
            return None
        steps = {
            draft.id: Step(
                draft.id, draft.kind, draft.text, draft.guidance, tuple(draft.options), draft.outcome, draft.line
            )
            for draft in drafts.values()
            if draft.kind is not None and draft.text is not None
        }
        return Tree(slug, name, about, sources, start, MappingProxyType(steps))

    def _mapping(
        self, node: yaml.Node, what: str, *, required: tuple[str, ...] = (), optional: tuple[str, ...] | None = ()
    ) -> dict[str, _Entry] | None:
        """The entries of a mapping by key; with `optional` None, any key is allowed."""
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            self._wrong(line, "not_a_mapping", f"{what} must be a mapping of names to values")
            return None
        entries: dict[str, _Entry] = {}
        for key_node, value in node.value:
            at = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._wrong(at, "bad_key", f"{what} has a key that is not a word")
                continue
            key = str(key_node.value)
            if key in entries:
                self._wrong(at, "twice", f"{what} has '{key}' twice (first on line {entries[key][0]})")
            elif optional is not None and key not in required and key not in optional:
                self._wrong(at, "unknown_key", f"{what} has an unknown key '{key}'")
            else:
                entries[key] = (at, value)
        for key in required:
            if key not in entries:
                self._wrong(line, "missing_key", f"{what} has no '{key}'")
        return entries

    def _scalar(self, entry: _Entry | None, what: str) -> str:
        """One plain word or text in NFC; '' with a problem noted when it is not one."""
        if entry is None:
            return ""
        line, node = entry
        if not isinstance(node, yaml.ScalarNode) or node.tag == "tag:yaml.org,2002:null":
            self._wrong(line, "not_a_text", f"{what} must be a text")
            return ""
        lines = unicodedata.normalize("NFC", str(node.value)).splitlines()
        return "\n".join(" ".join(line.split()) for line in lines).strip()

    def _words(self, entry: _Entry | None, what: str, longest: int, *, lines: bool = False) -> Words | None:
        if entry is None:
            return None
        line, node = entry
        found = self._mapping(node, what, optional=LANGUAGES)
        if found is None:
            return None
        texts: dict[str, str] = {}
        for lang in LANGUAGES:
            text = self._scalar(found[lang], f"{what} in '{lang}'") if lang in found else ""
            if lang not in found:
                self._wrong(line, "missing_language", f"{what} is missing in '{lang}'")
            elif not text:
                self._wrong(found[lang][0], "missing_language", f"{what} is empty in '{lang}'")
            elif len(text) > longest:
                self._wrong(found[lang][0], "too_long", f"{what} has {len(text)} characters, at most {longest} fit")
            elif "\n" in text and not lines:
                self._wrong(found[lang][0], "several_lines", f"{what} must stand on one line")
            texts[lang] = text
        return Words(**texts)

    def _slug(self, entry: _Entry | None) -> str:
        slug = self._scalar(entry, "'playbook'")
        if slug and entry is not None and (not _SLUG.fullmatch(slug) or len(slug) > 60):
            self._wrong(
                entry[0],
                "bad_slug",
                f"'{slug}' cannot be a playbook's name in an address: small letters, digits and hyphens, at most 60",
            )
        return slug

    def _sources(self, entry: _Entry | None) -> tuple[PublicSource, ...]:
        if entry is None:
            return ()
        line, node = entry
        if not isinstance(node, yaml.SequenceNode):
            self._wrong(line, "not_a_list", "'sources' must be a list")
            return ()
        sources = []
        for number, item in enumerate(node.value, start=1):
            found = self._mapping(item, f"source {number}", required=("title", "url"))
            if found is None or "title" not in found or "url" not in found:
                continue
            title = self._scalar(found["title"], f"the title of source {number}")
            url = self._scalar(found["url"], f"the address of source {number}")
            if url and not _is_web_address(url):
                self._wrong(found["url"][0], "bad_url", f"source {number}: '{url}' is not a web address")
            sources.append(PublicSource(title, url))
        return tuple(sources)

    def _steps(self, entry: _Entry | None) -> dict[str, _Draft]:
        if entry is None:
            return {}
        found = self._mapping(entry[1], "'steps'", optional=None)
        if found is None:
            return {}
        if not found:
            self._wrong(entry[0], "no_end", "there is no step, so there is no end")
        if len(found) > STEPS_MAX:
            self._wrong(entry[0], "too_long", f"there are {len(found)} steps, at most {STEPS_MAX} are read")
            return {}
        return {step_id: self._step(step_id, at, node) for step_id, (at, node) in found.items()}

    def _step(self, step_id: str, line: int, node: yaml.Node) -> _Draft:
        what = f"step '{step_id}'"
        draft = _Draft(step_id, line)
        self._check_id(step_id, what, line)
        found = self._mapping(node, what, required=("kind", "text"), optional=("guidance", "options", "outcome"))
        if found is None:
            draft.whole = False
            return draft
        draft.text = self._words(found.get("text"), f"the text of {what}", WORDS_MAX)
        draft.guidance = self._words(found.get("guidance"), f"the guidance of {what}", GUIDANCE_MAX, lines=True)
        kind = self._scalar(found.get("kind"), f"the kind of {what}")
        if kind and kind not in Kind.values():
            known_kinds = ", ".join(Kind.values())
            self._wrong(found["kind"][0], "unknown_kind", f"{what} has an unknown kind '{kind}' (known: {known_kinds})")
        elif kind:
            draft.kind = Kind(kind)
        if "options" in found:
            draft.options = self._options(draft, what, found["options"])
        self._check_kind(draft, what, found)
        return draft

    def _check_id(self, name: str, what: str, line: int) -> None:
        if not _ID.fullmatch(name):
            self._wrong(
                line, "bad_id", f"{what}: a name is of small letters, digits and _, begins with a letter, at most 60"
            )

    def _options(self, draft: _Draft, what: str, entry: _Entry) -> list[Option]:
        found = self._mapping(entry[1], f"the options of {what}", optional=None)
        if found is None:
            draft.whole = False
            return []
        options: list[Option] = []
        for option_id, (line, node) in found.items():
            named = f"option '{option_id}' of {what}"
            self._check_id(option_id, named, line)
            parts = self._mapping(node, named, required=("label", "to"))
            if parts is None or "label" not in parts or "to" not in parts:
                draft.whole = False
                continue
            label = self._words(parts["label"], f"the label of {named}", LABEL_MAX)
            to = self._scalar(parts["to"], f"'to' of {named}")
            if label is None or not to:
                draft.whole = False
                continue
            options.append(Option(option_id, label, to, parts["to"][1].start_mark.line + 1))
        self._check_labels(options, what, found)
        return options

    def _check_labels(self, options: list[Option], what: str, found: Mapping[str, _Entry]) -> None:
        for lang in LANGUAGES:
            seen: dict[str, str] = {}
            for option in options:
                label = option.label.name(lang).casefold()
                if label and label in seen:
                    self._wrong(
                        found[option.id][0],
                        "same_label",
                        f"options '{seen[label]}' and '{option.id}' of {what} read the same in '{lang}'",
                    )
                seen.setdefault(label, option.id)

    def _check_kind(self, draft: _Draft, what: str, found: Mapping[str, _Entry]) -> None:
        """What each kind of step must have, and must not."""
        if draft.kind == Kind.END:
            if "options" in found:
                self._wrong(found["options"][0], "end_with_options", f"{what} is an end and cannot have options")
            draft.outcome = self._scalar(found.get("outcome"), f"the outcome of {what}")
            if "outcome" not in found:
                self._wrong(draft.line, "missing_key", f"{what} is an end and has no 'outcome'")
            elif draft.outcome and draft.outcome not in known_outcomes():
                known = ", ".join(known_outcomes())
                self._wrong(
                    found["outcome"][0],
                    "unknown_outcome",
                    f"{what} ends with an unknown outcome '{draft.outcome}' (known: {known})",
                )
            return
        if "outcome" in found:
            self._wrong(found["outcome"][0], "outcome_before_end", f"{what} is no end and cannot have an outcome")
        if draft.kind is None or not draft.whole:
            return
        if not draft.options:
            self._wrong(draft.line, "dead_end", f"{what} is a dead end: it has no options and is no end")
        elif draft.kind == Kind.QUESTION and len(draft.options) < 2:
            self._wrong(draft.line, "one_option", f"{what} is a question and needs at least two options")
        elif draft.kind == Kind.ACTION and [option.id for option in draft.options] != [DONE]:
            self._wrong(draft.line, "action_options", f"{what} is an action and must have one option, '{DONE}'")

    # -- the shape of the whole ---------------------------------------------------------------------------------------
    def _check_shape(self, drafts: dict[str, _Draft], start: str, start_line: int) -> None:
        if start not in drafts:
            self._wrong(start_line, "unknown_step", f"'start' names an unknown step '{start}'")
        for draft in drafts.values():
            for option in draft.options:
                if option.to not in drafts:
                    self._wrong(option.line, "unknown_step", f"step '{draft.id}' leads to unknown step '{option.to}'")
                elif option.to == draft.id:
                    self._wrong(option.line, "loop", f"option '{option.id}' of step '{draft.id}' leads back to itself")
        if not any(draft.kind == Kind.END for draft in drafts.values()):
            # An end whose kind is misspelt is reported where it stands.
            if all(draft.kind is not None for draft in drafts.values()):
                self._wrong(start_line, "no_end", "no step is an end")
            return
        onward = {draft.id: [option.to for option in draft.options if option.to in drafts] for draft in drafts.values()}
        reached = _reachable(onward, [start]) if start in drafts else set(drafts)
        for draft in drafts.values():
            if draft.id not in reached:
                self._wrong(draft.line, "unreachable", f"step '{draft.id}' cannot be reached from '{start}'")
        self._check_ways_out(drafts, onward)
        self._check_loops(drafts, onward)

    def _check_ways_out(self, drafts: dict[str, _Draft], onward: Mapping[str, list[str]]) -> None:
        backward: dict[str, list[str]] = {step_id: [] for step_id in drafts}
        for step_id, targets in onward.items():
            for target in targets:
                backward[target].append(step_id)
        # What is unfinished may yet lead out; it has its own problem.
        open_steps = [
            draft.id
            for draft in drafts.values()
            if draft.kind in (Kind.END, None)
            or not draft.whole
            or len(onward[draft.id]) < len(draft.options)
            or not draft.options
        ]
        out = _reachable(backward, open_steps)
        for draft in drafts.values():
            if draft.id not in out:
                self._wrong(draft.line, "dead_end", f"step '{draft.id}' can never reach an end")

    def _check_loops(self, drafts: dict[str, _Draft], onward: Mapping[str, list[str]]) -> None:
        """A round of actions alone would turn for ever: somebody must be asked in every loop."""
        actions = {
            draft.id for draft in drafts.values() if draft.kind == Kind.ACTION and draft.id not in onward[draft.id]
        }
        told: set[str] = set()
        for step_id in drafts:
            trail: list[str] = []
            here = step_id
            # An action has one way on, so that its trail is a line.
            while here in actions and here not in trail and here not in told:
                trail.append(here)
                following = onward[here]
                if not following:
                    break
                here = following[0]
            if here in trail:
                loop = trail[trail.index(here) :]
                told.update(loop)
                self._wrong(
                    drafts[loop[0]].line, "loop", f"a loop without a question in it: {' → '.join([*loop, loop[0]])}"
                )


def _reachable(onward: Mapping[str, list[str]], starts: Iterable[str]) -> set[str]:
    found = set(starts)
    waiting = list(found)
    while waiting:
        for target in onward[waiting.pop()]:
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
