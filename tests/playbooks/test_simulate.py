"""Random walks: the same for the same seed, every count adds up, and what cannot happen does not."""

from __future__ import annotations

from playbooks.trees import EVERY_KIND, SMALL
from sangto.playbooks.files import library_files, read_file
from sangto.playbooks.reading import read
from sangto.playbooks.simulate import quantile, simulate


def test_it_works() -> None:
    found = simulate(read(SMALL), runs=1_000, seed=7)
    assert sum(found.outcomes.values()) + found.cut == 1_000
    assert found.ways["first", "yes"] + found.ways["first", "no"] == 1_000
    assert found.ways["look", "done"] == found.ways["first", "yes"] + found.ways["found", "again"]
    assert found.outcomes["answer"] == found.ways["found", "yes"]
    # A fair coin, thrown a thousand times: five standard deviations.
    assert abs(found.ways["first", "yes"] - 500) < 80


def test_the_same_seed_walks_the_same_way() -> None:
    tree = read(EVERY_KIND)
    assert simulate(tree, runs=200, seed=3) == simulate(tree, runs=200, seed=3)
    assert simulate(tree, runs=200, seed=3).ways != simulate(tree, runs=200, seed=4).ways


def test_time_is_what_targets_and_waits_say() -> None:
    text = SMALL.replace("kind: action", "kind: action\n    target: 5 h")
    slow, usual = simulate(read(text), runs=500, seed=1), simulate(read(SMALL), runs=500, seed=1)
    assert slow.outcomes == usual.outcomes
    assert quantile(slow.minutes, 0.9) > quantile(usual.minutes, 0.9) + 250
    # Two hours at most for each time that nothing came.
    waiting = simulate(read(EVERY_KIND), runs=500, seed=1)
    assert max(waiting.minutes) > 120


def test_a_rule_that_never_holds_is_named() -> None:
    text = EVERY_KIND.replace("tips_per_hour >= 20 or harm_safety", "tips < 0")
    found = simulate(read(text), runs=300, seed=1)
    assert ("loud", "fast") in found.never
    assert ("loud", "otherwise") not in found.never


def test_every_branch_of_the_library_is_walked() -> None:
    for path in library_files():
        found = simulate(read_file(path), runs=4_000, seed=1)
        assert not found.cut, path.name
        assert not found.never, (path.name, found.never)
