"""What changed from one text of a playbook to another, in words and for the picture. Pure.

Steps are the same where their ids are; a renamed step is one that went and one that came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sangto.lib.said import Words
from sangto.playbooks.tree import Needs, Option, Step, Tree, outcome_words


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different: where (empty for the head), a code of painting.CHANGES, and what was and is."""

    step: str
    code: str
    what: Words
    before: Words | None = None
    after: Words | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that is different, in the order of the newer text; what went comes last."""

    changes: tuple[Change, ...]
    # Of the newer picture: added and changed steps, and ways that are new or lead elsewhere.
    marks: Mapping[str, str]
    ways: frozenset[tuple[str, str]]
    # Of the older picture: removed and changed steps.
    old_marks: Mapping[str, str]


_NAME: Final = Words("Tên sổ tay", "Name of the playbook")
_ABOUT: Final = Words("Giới thiệu", "What it is for")
_SOURCES: Final = Words("Các nguồn", "Sources")
_START: Final = Words("Bước đầu", "First step")


def compare(old: Tree, new: Tree) -> Comparison:
    """From `old` to `new`. The same texts give no change."""
    changes = list(_head(old, new))
    marks: dict[str, str] = {}
    old_marks: dict[str, str] = {}
    ways: set[tuple[str, str]] = set()
    for step_id in new.numbers():
        step = new.steps[step_id]
        before = old.steps.get(step_id)
        if before is None:
            marks[step_id] = "added"
            ways |= {(step_id, option.id) for option in step.options}
            changes.append(Change(step_id, "added", Words("Bước mới", "New step"), after=step.text))
            continue
        found = [*_fields(before, step), *_options(before, step)]
        if found:
            marks[step_id] = old_marks[step_id] = "changed"
            changes += found
        ways |= {
            (step_id, option.id)
            for option in step.options
            if (was := before.option(option.id)) is None or was.to != option.to
        }
    for step_id in old.numbers():
        if step_id not in new.steps:
            old_marks[step_id] = "removed"
            changes.append(
                Change(step_id, "removed", Words("Bước bị bỏ", "Step removed"), before=old.steps[step_id].text)
            )
    return Comparison(tuple(changes), marks, frozenset(ways), old_marks)


def _head(old: Tree, new: Tree) -> Iterator[Change]:
    yield from _differs("", _NAME, old.name, new.name)
    yield from _differs("", _ABOUT, old.about, new.about)
    was, now = (_both("\n".join(f"{s.title} <{s.url}>" for s in tree.sources)) for tree in (old, new))
    yield from _differs("", _SOURCES, was, now)
    yield from _differs("", _START, _both(old.start), _both(new.start))


def _fields(old: Step, new: Step) -> Iterator[Change]:
    named = (
        (Words("Loại bước", "Kind of step"), _code(old.kind), _code(new.kind)),
        (Words("Lời", "Words"), old.text, new.text),
        (Words("Hướng dẫn", "Guidance"), old.guidance, new.guidance),
        (Words("Ai trả lời", "Who answers"), _code(old.role), _code(new.role)),
        (Words("Cần xong trong", "To be done within"), _span(old.target), _span(new.target)),
        (Words("Chờ bao lâu", "How long it waits"), _span(old.waits), _span(new.waits)),
        (Words("Bằng chứng cần có", "Evidence asked for"), _needs(old.needs), _needs(new.needs)),
        (Words("Kết thúc bằng", "Ends with"), _outcome(old.outcome), _outcome(new.outcome)),
        (Words("Đường dẫn", "Links"), _links(old), _links(new)),
    )
    for what, before, after in named:
        yield from _differs(new.id, what, before, after)


def _options(old: Step, new: Step) -> Iterator[Change]:
    for option in new.options:
        before = old.option(option.id)
        if before is None:
            yield Change(new.id, "added", Words("Nhánh mới", "New way"), after=_way(option))
            continue
        yield from _differs(new.id, Words("Lời của nhánh", "Words of a way"), before.label, option.label)
        if before.to != option.to:
            yield Change(
                new.id, "changed", Words("Nhánh dẫn đi nơi khác", "A way leads elsewhere"), _way(before), _way(option)
            )
        yield from _differs(new.id, Words("Quy tắc của nhánh", "Rule of a way"), _rule(before), _rule(option))
    for option in old.options:
        if new.option(option.id) is None:
            yield Change(new.id, "removed", Words("Nhánh bị bỏ", "Way removed"), before=_way(option))
    shared = [option.id for option in old.options if new.option(option.id)]
    if shared != [option.id for option in new.options if old.option(option.id)]:
        yield Change(new.id, "changed", Words("Thứ tự các nhánh", "Order of the ways"))


def _differs(step: str, what: Words, before: Words | None, after: Words | None) -> Iterator[Change]:
    if before != after:
        code = "added" if before is None else "removed" if after is None else "changed"
        yield Change(step, code, what, before, after)


def _both(text: str) -> Words | None:
    return Words(text, text) if text else None


def _code(value: object) -> Words | None:
    return Words(value.vi, value.en) if hasattr(value, "vi") and hasattr(value, "en") else None


def _span(span: timedelta | None) -> Words | None:
    if span is None:
        return None
    minutes = round(span.total_seconds() / 60)
    return Words(f"{minutes} phút", f"{minutes} min")


def _needs(needs: Needs | None) -> Words | None:
    if needs is None:
        return None
    return Words(
        f"{needs.at_least} nguồn, {needs.independent} không phải của mình, {needs.primary} nguồn gốc",
        f"{needs.at_least} sources, {needs.independent} not ours, {needs.primary} primary",
    )


def _outcome(outcome: str) -> Words | None:
    return outcome_words(outcome) if outcome else None


def _links(step: Step) -> Words | None:
    if not step.links:
        return None
    return Words(
        "\n".join(f"{link.title.vi} <{link.url}>" for link in step.links),
        "\n".join(f"{link.title.en} <{link.url}>" for link in step.links),
    )


def _way(option: Option) -> Words:
    return Words(f"{option.label.vi} → {option.to}", f"{option.label.en} → {option.to}")


def _rule(option: Option) -> Words | None:
    return _both(option.when.text) if option.when else None
