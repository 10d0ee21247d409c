"""Walking a playbook at random, to see how long it may take and which branches nobody reaches. Pure.

Not a forecast: a person does not choose at random. It shows what is possible: walks that turn round for long, ends that
are hardly ever reached, rules that never hold.

How it draws, for one walk of a seeded generator:
- a question or a hand-over: each answer alike; a wait: that it comes, or that the time is over, alike;
- a decision: facts drawn anew each time (the world moves on): numbers exponential about the half of `Fact.usual`,
  yes or no and codes each alike;
- time: what a person does takes a log-normal time about the step's target (10 minutes where it has none) with sigma .5;
  what was awaited comes at any moment of the wait alike.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log
from typing import Final

from sangto.playbooks.facts import FACTS, Type, Value
from sangto.playbooks.tree import TIMEOUT, Kind, Step, Tree

# A step without a target: about what a short look takes.
USUAL_TIME: Final = timedelta(minutes=10)
SPREAD: Final = 0.5
# A walk of more steps is cut and counted as such.
STEPS_MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Simulation:
    """What many random walks of one tree did."""

    runs: int
    seed: int
    # How often each way (step, option) was taken, with zeros, in the order of reading.
    ways: Mapping[tuple[str, str], int]
    outcomes: Mapping[str, int]
    # Of each whole walk: minutes, and steps a person answered; both sorted.
    minutes: Sequence[float]
    steps: Sequence[int]
    cut: int

    @property
    def never(self) -> tuple[tuple[str, str], ...]:
        return tuple(way for way, count in self.ways.items() if count == 0)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which this share of the sorted values lies; 0 for none."""
    return float(ordered[min(len(ordered) - 1, int(share * len(ordered)))]) if ordered else 0.0


def simulate(tree: Tree, *, runs: int, seed: int) -> Simulation:
    """Walk so often from the start to an end. The same seed gives the same walks."""
    rng = random.Random(seed)  # noqa: S311 - nothing depends on nobody guessing it
    ways: Counter[tuple[str, str]] = Counter()
    outcomes: Counter[str] = Counter()
    minutes: list[float] = []
    steps: list[int] = []
    cut = 0
    for _run in range(runs):
        outcome, taken, spent, answered = _walk(tree, rng)
        ways.update(taken)
        if outcome is None:
            cut += 1
            continue
        outcomes[outcome] += 1
        minutes.append(spent.total_seconds() / 60)
        steps.append(answered)
    in_order = {
        (step, option.id): ways[step, option.id] for step in tree.numbers() for option in tree.steps[step].options
    }
    return Simulation(runs, seed, in_order, dict(outcomes.most_common()), sorted(minutes), sorted(steps), cut)


def _walk(tree: Tree, rng: random.Random) -> tuple[str | None, list[tuple[str, str]], timedelta, int]:
    here = tree.steps[tree.start]
    taken: list[tuple[str, str]] = []
    spent = timedelta()
    answered = 0
    while here.kind != Kind.END:
        if len(taken) >= STEPS_MOST:
            return None, taken, spent, answered
        option = here.decide(_facts(rng)) if here.kind == Kind.DECISION else rng.choice(here.options)
        spent += _time(here, option.id, rng)
        answered += here.kind != Kind.DECISION and option.id != TIMEOUT
        taken.append((here.id, option.id))
        here = tree.steps[option.to]
    return here.outcome, taken, spent, answered


def _time(step: Step, option: str, rng: random.Random) -> timedelta:
    if step.kind == Kind.DECISION:
        return timedelta()
    if step.kind == Kind.WAIT:
        return (step.waits or timedelta()) * (1.0 if option == TIMEOUT else rng.random())
    usual = step.target or USUAL_TIME
    return timedelta(minutes=rng.lognormvariate(log(usual.total_seconds() / 60), SPREAD))


def _facts(rng: random.Random) -> dict[str, Value]:
    facts: dict[str, Value] = {}
    for name, fact in FACTS.items():
        match fact.kind:
            case Type.TRUTH:
                facts[name] = rng.random() < 0.5
            case Type.CODE:
                facts[name] = rng.choice(fact.codes.values()) if fact.codes else ""
            case Type.NUMBER:
                drawn = rng.expovariate(2 / fact.usual)
                facts[name] = min(1.0, drawn) if fact.usual <= 1 else round(drawn)
    return facts
