"""Reading and checking the text of a playbook. Pure: text in, values out.

The format is a small YAML: no anchors, no tags, only mappings, lists and words. Every problem that is found carries
its file and line, and all problems of a text are found at once. `playbook.schema.json` says the same to other programs;
what goes beyond a schema (that every step is reached, that rules have types) is checked here and in `shape`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

import yaml

from sangto.lib.codes import LANGUAGES
from sangto.lib.said import Words
from sangto.playbooks import shape
from sangto.playbooks.expressions import BadExpression, Expression, parse
from sangto.playbooks.shape import Draft
from sangto.playbooks.tree import (
    DONE,
    GUIDANCE_MAX,
    LABEL_MAX,
    LINKS_MAX,
    OTHERWISE,
    REFUSED,
    STEPS_MAX,
    TAKEN,
    TEXT_MAX,
    TIMEOUT,
    WORDS_MAX,
    BadPlaybook,
    Kind,
    Link,
    Needs,
    Option,
    Problem,
    PublicSource,
    Step,
    StepRole,
    Tree,
    known_outcomes,
)

# Steps and options are stored by these ids (60 characters in the record).
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DURATION: Final = re.compile(r"(\d{1,4}) ?(min|h|days?)")
_UNITS: Final = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "day": timedelta(days=1)}
# A wait of a season is a new walk.
LONGEST: Final = timedelta(days=90)
_NEEDS: Final = ("at_least", "independent", "primary")
# More than this is not collected within one step.
EVIDENCE_MAX: Final = 20
_PERSONS: Final = (Kind.QUESTION, Kind.ACTION, Kind.HAND_OVER)
_ONLY: Final[Mapping[str, tuple[Kind, ...]]] = {
    "for": (Kind.WAIT,),
    "evidence": _PERSONS,
    "target": _PERSONS,
    "role": (*_PERSONS, Kind.WAIT),
}
# Who can answer a step; the others only receive.
_AT_THE_DESK: Final = (StepRole.LEAD, StepRole.EDITOR, StepRole.REVIEWER)


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
            for problem in shape.problems(drafts, start, top["start"][1].start_mark.line + 1):
                self._wrong(*problem)
        if self._problems or name is None:
            return None
        steps = {
            draft.id: Step(
                draft.id,
                draft.kind,
                draft.text,
                draft.guidance,
                tuple(draft.options),
                draft.outcome,
                draft.line,
                draft.role,
                draft.links,
                draft.needs,
                draft.target,
                draft.waits,
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

    def _steps(self, entry: _Entry | None) -> dict[str, Draft]:
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

    def _step(self, step_id: str, line: int, node: yaml.Node) -> Draft:
        what = f"step '{step_id}'"
        draft = Draft(step_id, line)
        self._check_id(step_id, what, line)
        found = self._mapping(
            node,
            what,
            required=("kind", "text"),
            optional=("guidance", "options", "outcome", "role", "links", "evidence", "target", "for"),
        )
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
        draft.role = self._role(found.get("role"), what)
        draft.links = self._links(found.get("links"), what)
        draft.needs = self._needs(found.get("evidence"), what)
        draft.target = self._duration(found.get("target"), f"the target of {what}")
        draft.waits = self._duration(found.get("for"), f"'for' of {what}")
        self._check_kind(draft, what, found)
        self._check_extras(draft, what, found)
        return draft

    def _role(self, entry: _Entry | None, what: str) -> StepRole | None:
        role = self._scalar(entry, f"the role of {what}")
        if entry is None or not role:
            return None
        if role not in StepRole.values():
            self._wrong(
                entry[0], "unknown_role", f"{what} has an unknown role '{role}' (known: {', '.join(StepRole.values())})"
            )
            return None
        return StepRole(role)

    def _links(self, entry: _Entry | None, what: str) -> tuple[Link, ...]:
        if entry is None:
            return ()
        if not isinstance(entry[1], yaml.SequenceNode):
            self._wrong(entry[0], "not_a_list", f"'links' of {what} must be a list")
            return ()
        if len(entry[1].value) > LINKS_MAX:
            self._wrong(entry[0], "too_long", f"{what} has more than {LINKS_MAX} links")
        links = []
        for number, item in enumerate(entry[1].value, start=1):
            named = f"link {number} of {what}"
            found = self._mapping(item, named, required=("title", "url"))
            if found is None or "title" not in found or "url" not in found:
                continue
            title = self._words(found["title"], f"the title of {named}", LABEL_MAX * 2)
            url = self._scalar(found["url"], f"the address of {named}")
            if url and not _is_web_address(url):
                self._wrong(found["url"][0], "bad_url", f"{named}: '{url}' is not a web address")
            if title is not None:
                links.append(Link(title, url))
        return tuple(links)

    def _needs(self, entry: _Entry | None, what: str) -> Needs | None:
        if entry is None:
            return None
        found = self._mapping(entry[1], f"'evidence' of {what}", optional=_NEEDS)
        if found is None:
            return None
        counts: dict[str, int] = {}
        for name, (line, node) in found.items():
            text = self._scalar((line, node), f"'{name}' of {what}")
            if not text.isdecimal() or not 1 <= int(text) <= EVIDENCE_MAX:
                self._wrong(line, "bad_number", f"'{name}' of {what} must be a number from 1 to {EVIDENCE_MAX}")
            else:
                counts[name] = int(text)
        if not found:
            self._wrong(entry[0], "empty", f"'evidence' of {what} says nothing: {', '.join(_NEEDS)}")
        return Needs(**counts)

    def _duration(self, entry: _Entry | None, what: str) -> timedelta | None:
        if entry is None:
            return None
        text = self._scalar(entry, what)
        match = _DURATION.fullmatch(text)
        length = int(match[1]) * _UNITS[match[2].removesuffix("s")] if match else timedelta()
        if not timedelta() < length <= LONGEST:
            self._wrong(
                entry[0],
                "bad_duration",
                f"{what}: '{text}' is no time such as '30 min', '2 h' or '3 days' (at most 90)",
            )
            return None
        return length

    def _check_id(self, name: str, what: str, line: int) -> None:
        if not _ID.fullmatch(name):
            self._wrong(
                line, "bad_id", f"{what}: a name is of small letters, digits and _, begins with a letter, at most 60"
            )

    def _options(self, draft: Draft, what: str, entry: _Entry) -> list[Option]:
        found = self._mapping(entry[1], f"the options of {what}", optional=None)
        if found is None:
            draft.whole = False
            return []
        options: list[Option] = []
        for option_id, (line, node) in found.items():
            named = f"option '{option_id}' of {what}"
            self._check_id(option_id, named, line)
            parts = self._mapping(node, named, required=("label", "to"), optional=("when",))
            if parts is None or "label" not in parts or "to" not in parts:
                draft.whole = False
                continue
            label = self._words(parts["label"], f"the label of {named}", LABEL_MAX)
            to = self._scalar(parts["to"], f"'to' of {named}")
            if label is None or not to:
                draft.whole = False
                continue
            when = self._rule(parts.get("when"), named)
            options.append(Option(option_id, label, to, parts["to"][1].start_mark.line + 1, when))
        self._check_labels(options, what, found)
        return options

    def _rule(self, entry: _Entry | None, what: str) -> Expression | None:
        text = self._scalar(entry, f"'when' of {what}")
        if entry is None or not text:
            return None
        try:
            return parse(text)
        except BadExpression as bad:
            self._wrong(entry[0], "bad_rule", f"'when' of {what}: {bad}")
            return None

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

    def _check_kind(self, draft: Draft, what: str, found: Mapping[str, _Entry]) -> None:
        """What each kind of step must have, and must not."""
        if draft.kind == Kind.END:
            self._check_end(draft, what, found)
            return
        if "outcome" in found:
            self._wrong(found["outcome"][0], "outcome_before_end", f"{what} is no end and cannot have an outcome")
        if draft.kind is None or not draft.whole:
            return
        if not draft.options:
            self._wrong(draft.line, "dead_end", f"{what} is a dead end: it has no options and is no end")
            return
        checks = {
            Kind.QUESTION: self._check_question,
            Kind.ACTION: self._check_action,
            Kind.WAIT: self._check_wait,
            Kind.HAND_OVER: self._check_hand_over,
            Kind.DECISION: self._check_decision,
        }
        checks[draft.kind](draft, what, found)

    def _check_end(self, draft: Draft, what: str, found: Mapping[str, _Entry]) -> None:
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

    def _check_question(self, draft: Draft, what: str, _found: Mapping[str, _Entry]) -> None:
        if len(draft.options) < 2:
            self._wrong(draft.line, "one_option", f"{what} is a question and needs at least two options")

    def _check_action(self, draft: Draft, what: str, _found: Mapping[str, _Entry]) -> None:
        if [option.id for option in draft.options] != [DONE]:
            self._wrong(draft.line, "action_options", f"{what} is an action and must have one option, '{DONE}'")

    def _check_wait(self, draft: Draft, what: str, found: Mapping[str, _Entry]) -> None:
        if "for" not in found:
            self._wrong(draft.line, "missing_key", f"{what} waits and has no 'for', such as '2 h'")
        names = [option.id for option in draft.options]
        if TIMEOUT not in names:
            self._wrong(draft.line, "no_timeout", f"{what} waits and has no option '{TIMEOUT}': what then?")
        elif len(names) < 2:
            self._wrong(draft.line, "one_option", f"{what} waits for something and has no option for when it comes")

    def _check_hand_over(self, draft: Draft, what: str, found: Mapping[str, _Entry]) -> None:
        if "role" not in found:
            self._wrong(draft.line, "missing_key", f"{what} hands over and has no 'role' that receives it")
        names = [option.id for option in draft.options]
        if TAKEN not in names or not set(names) <= {TAKEN, REFUSED}:
            self._wrong(
                draft.line,
                "hand_over_options",
                f"{what} hands over and has the option '{TAKEN}', and may have '{REFUSED}'",
            )

    def _check_decision(self, draft: Draft, what: str, found: Mapping[str, _Entry]) -> None:
        entries = self._mapping(found["options"][1], f"the options of {what}", optional=None) or {}
        names = list(entries)
        if len(names) < 2 or names[-1] != OTHERWISE:
            self._wrong(
                draft.line, "no_otherwise", f"{what} decides by rule: its last option of at least two is '{OTHERWISE}'"
            )
        for name, (line, node) in entries.items():
            has_rule = isinstance(node, yaml.MappingNode) and any(key.value == "when" for key, _value in node.value)
            if name == OTHERWISE and has_rule:
                self._wrong(line, "rule_on_otherwise", f"'{OTHERWISE}' of {what} is what holds where no rule does")
            elif name != OTHERWISE and not has_rule:
                self._wrong(line, "no_rule", f"option '{name}' of {what} has no 'when'")

    def _check_extras(self, draft: Draft, what: str, found: Mapping[str, _Entry]) -> None:
        """What only some kinds of step can have."""
        if draft.kind is None:
            return
        for key, kinds in _ONLY.items():
            if key in found and draft.kind not in kinds:
                known = ", ".join(kind.value for kind in kinds)
                self._wrong(found[key][0], "not_here", f"{what} cannot have '{key}': it belongs to {known}")
        if draft.kind != Kind.HAND_OVER and draft.role is not None and draft.role not in _AT_THE_DESK:
            self._wrong(found["role"][0], "not_here", f"{what} cannot be answered by '{draft.role}': hand it over")
        if draft.kind != Kind.DECISION:
            for option in draft.options:
                if option.when is not None:
                    self._wrong(option.line, "not_here", f"option '{option.id}' of {what} cannot have 'when'")


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
