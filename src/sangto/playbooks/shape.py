"""Whether the steps of a playbook make a tree that can be walked. Pure: the steps as far as they could be read in,
problems out as (line, code, text)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sangto.lib.said import Words
from sangto.playbooks.tree import TIMEOUT, Kind, Link, Needs, Option, StepRole

Found = tuple[int, str, str]


@dataclass
class Draft:
    """A step as far as it could be read; None where something is missing or wrong."""

    id: str
    line: int
    kind: Kind | None = None
    text: Words | None = None
    guidance: Words | None = None
    options: list[Option] = field(default_factory=list)
    outcome: str = ""
    role: StepRole | None = None
    links: tuple[Link, ...] = ()
    needs: Needs | None = None
    target: timedelta | None = None
    waits: timedelta | None = None
    # A step with a broken option is no dead end, only unfinished.
    whole: bool = True


def problems(drafts: Mapping[str, Draft], start: str, start_line: int) -> Iterator[Found]:
    """Every step can be reached and can reach an end, and in every loop there is a person."""
    if start not in drafts:
        yield start_line, "unknown_step", f"'start' names an unknown step '{start}'"
    for draft in drafts.values():
        for option in draft.options:
            if option.to not in drafts:
                yield option.line, "unknown_step", f"step '{draft.id}' leads to unknown step '{option.to}'"
            elif option.to == draft.id:
                yield option.line, "loop", f"option '{option.id}' of step '{draft.id}' leads back to itself"
    if not any(draft.kind == Kind.END for draft in drafts.values()):
        # An end whose kind is misspelt is reported where it stands.
        if all(draft.kind is not None for draft in drafts.values()):
            yield start_line, "no_end", "no step is an end"
        return
    onward = {draft.id: [option.to for option in draft.options if option.to in drafts] for draft in drafts.values()}
    reached = reachable(onward, [start]) if start in drafts else set(drafts)
    for draft in drafts.values():
        if draft.id not in reached:
            yield draft.line, "unreachable", f"step '{draft.id}' cannot be reached from '{start}'"
    yield from _without_a_way_out(drafts, onward)
    yield from _loops(drafts)


def _without_a_way_out(drafts: Mapping[str, Draft], onward: Mapping[str, list[str]]) -> Iterator[Found]:
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
    out = reachable(backward, open_steps)
    for draft in drafts.values():
        if draft.id not in out:
            yield draft.line, "dead_end", f"step '{draft.id}' can never reach an end"


def _loops(drafts: Mapping[str, Draft]) -> Iterator[Found]:
    """A round that the machine walks alone would turn for ever; so would one in which nobody is asked anything."""
    alone = {
        draft.id: [
            option.to
            for option in draft.options
            if option.to in drafts
            and option.to != draft.id
            and (draft.kind == Kind.DECISION or (draft.kind == Kind.WAIT and option.id == TIMEOUT))
        ]
        for draft in drafts.values()
    }
    acts = {
        draft.id: [
            option.to
            for option in draft.options
            if draft.kind == Kind.ACTION and option.to in drafts and option.to != draft.id
        ]
        for draft in drafts.values()
    }
    for onward, what in ((alone, "a loop without a person in it"), (acts, "a loop without a question in it")):
        told: set[frozenset[str]] = set()
        for loop in circles(onward):
            if frozenset(loop) not in told:
                told.add(frozenset(loop))
                yield drafts[loop[0]].line, "loop", f"{what}: {' → '.join([*loop, loop[0]])}"


def circles(onward: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """For each place at which a walk in depth meets its own trail, the round that it found."""
    done: set[str] = set()
    for start in onward:
        trail: list[str] = []
        waiting: list[tuple[str, int]] = [(start, 0)] if start not in done else []
        while waiting:
            here, nth = waiting.pop()
            del trail[len(waiting) :]
            trail.append(here)
            if nth == len(onward[here]):
                done.add(here)
                continue
            waiting.append((here, nth + 1))
            target = onward[here][nth]
            if target in trail:
                yield trail[trail.index(target) :]
            elif target not in done:
                waiting.append((target, 0))


def reachable(onward: Mapping[str, list[str]], starts: Iterable[str]) -> set[str]:
    found = set(starts)
    waiting = list(found)
    while waiting:
        for target in onward[waiting.pop()]:
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found
