from __future__ import annotations

import json
import random
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from matching.tip_rows import MEANS, SUBJECTS, far, grown, tip, twin
from sangto.matching.clusters import Clusters, Tip, Unknown

EACH = 4


def _many(count: int = EACH) -> list[Tip]:
    """Tips of all subjects, mixed."""
    tips = [tip(f"s{subject}-{number}", subject) for subject in range(len(SUBJECTS)) for number in range(count)]
    random.Random(5).shuffle(tips)
    return tips


def _partition(clusters: Clusters) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, cluster in clusters.groups().items():
        found.setdefault(cluster, set()).add(name)
    return {frozenset(names) for names in found.values()}


def _by_subject(tips: Iterable[Tip]) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for one in tips:
        found.setdefault(one.id.split("-")[0], set()).add(one.id)
    return {frozenset(names) for names in found.values()}


def test_it_works() -> None:
    tips = _many()
    assert _partition(grown(tips)) == _by_subject(tips)


def test_all_at_once_finds_the_same() -> None:
    tips = _many()
    clusters = Clusters(MEANS)
    steps: list[float] = []
    found = clusters.add_all(tips, lambda share, _: steps.append(share))
    assert _partition(clusters) == _by_subject(tips)
    assert found == clusters.groups()
    assert clusters.add_all([]) == found
    assert clusters.joins == (), "clusters nobody has seen yet are not told as joined"


def test_the_same_tips_in_the_same_order_give_the_same_clusters() -> None:
    tips = _many()
    first, second = grown(tips), grown(tips)
    assert first.groups() == second.groups()
    assert first.joins == second.joins
    together, again = Clusters(MEANS), Clusters(MEANS)
    assert together.add_all(tips) == again.add_all(tips)


def test_at_once_the_order_does_not_matter() -> None:
    tips = _many()
    turned, straight = Clusters(MEANS), Clusters(MEANS)
    turned.add_all(tips[::-1])
    straight.add_all(tips)
    assert _partition(turned) == _partition(straight)


def test_a_tip_that_is_known_keeps_its_cluster() -> None:
    clusters = grown([tip("a", 0), tip("b", 1)])
    before = clusters.groups()
    assert clusters.add("a", tip("a", 1).text, tip("a", 1).vector) == before["a"]
    clusters.add_all([tip("b", 0), tip("b", 0)])
    assert clusters.groups() == before


def test_an_id_that_is_there_twice_at_once_counts_once() -> None:
    clusters = Clusters(MEANS)
    assert clusters.add_all([tip("a", 0), tip("a", 1), tip("b", 0)]).keys() == {"a", "b"}
    assert len(clusters) == 2


def test_what_was_never_there_is_unknown() -> None:
    clusters = grown([tip("a", 0)])
    for ask in (clusters.cluster_of, clusters.resolve, clusters.members):
        with pytest.raises(Unknown, match="nobody"):
            ask("nobody")


def test_clusters_that_turn_out_to_be_one_are_joined_the_younger_into_the_older_and_it_is_told() -> None:
    """A message that says both brings them together; asked for by its old id, the younger is still found."""
    clusters = grown([tip("a", 0), tip("b", 1), tip("c", 2)])
    kept = clusters.merge("b", "a")
    assert kept == "a"
    [join] = clusters.joins
    assert (join.id, join.into, join.by_hand) == ("b", "a", True)
    assert clusters.resolve("b") == "a"
    assert clusters.members("b") == ("a", "b")
    assert clusters.merge("a", "b") == "a"
    assert len(clusters.joins) == 1, "merging what is one is nothing new"


def test_the_machine_joins_too_and_says_so() -> None:
    """Two tips too far from each other, until others between them come in."""
    first, last = tip("first", 0, noise=0.0), tip("last", 0, noise=2.2)
    words = SUBJECTS[0].split()
    ends = [Tip("first", " ".join(words[:4]), first.vector), Tip("last", " ".join(words[-4:]), last.vector)]
    filling = [tip(f"f{number}", 1 + number % 5) for number in range(30)]
    clusters = grown([*filling, *ends])
    assert clusters.cluster_of("first") != clusters.cluster_of("last")
    for number in range(12):
        share = (number + 1) / 13
        vector = (1 - share) * first.vector + share * last.vector
        clusters.add(f"between{number}", SUBJECTS[0], (vector / np.linalg.norm(vector)).astype(np.float32))
    assert clusters.cluster_of("first") == clusters.cluster_of("last")
    told = [join for join in clusters.joins if not join.by_hand]
    assert told
    assert all(clusters.resolve(join.id) == clusters.resolve(join.into) for join in told)


def test_split_tips_stay_apart_whatever_comes() -> None:
    clusters = grown([tip(f"s0-{number}", 0) for number in range(6)])
    home = clusters.cluster_of("s0-0")
    away = clusters.split(["s0-4", "s0-5"])
    assert clusters.members(home) == ("s0-0", "s0-1", "s0-2", "s0-3")
    assert clusters.members(away) == ("s0-4", "s0-5")
    for number in range(30):
        clusters.add(f"new{number}", SUBJECTS[0], tip(f"new{number}", 0).vector)
    clusters.add_all([tip(f"more{number}", 0) for number in range(10)])
    assert clusters.cluster_of("s0-4") == away
    assert clusters.cluster_of("s0-0") == home


def test_a_merge_lifts_the_split_between_the_two_only() -> None:
    clusters = grown([tip(f"s0-{number}", 0) for number in range(3)])
    clusters.split(["s0-1"])
    clusters.split(["s0-2"])
    clusters.merge(clusters.cluster_of("s0-0"), clusters.cluster_of("s0-1"))
    for number in range(20):
        clusters.add(f"new{number}", SUBJECTS[0], tip(f"new{number}", 0).vector)
    assert clusters.cluster_of("s0-0") == clusters.cluster_of("s0-1") != clusters.cluster_of("s0-2")


def test_what_cannot_be_split_is_said() -> None:
    clusters = grown([tip("a", 0), tip("b", 1)])
    with pytest.raises(ValueError, match="one cluster"):
        clusters.split(["a", "b"])
    with pytest.raises(ValueError, match="one cluster"):
        clusters.split([])
    with pytest.raises(Unknown):
        clusters.split(["nobody"])
    assert clusters.split(["a"]) == clusters.cluster_of("a"), "all of a cluster is no part of it"


def test_a_forgotten_tip_leaves_nothing_but_the_cluster_of_the_others() -> None:
    clusters = grown([tip("a", 0), tip("b", 0), tip("c", 1)])
    home = clusters.cluster_of("b")
    assert clusters.cluster_of("a") == home
    clusters.split(["b"])
    clusters.forget("b")
    with pytest.raises(Unknown):
        clusters.cluster_of("b")
    kept = json.loads(clusters.to_json())
    assert kept["apart"] == []
    assert all("b" not in names for names in kept["members"].values())
    likeness = clusters._likeness
    row = 1
    assert not likeness._raw[row].any()
    assert likeness._cores[row] == ""
    assert not len(likeness._grams[row])
    assert clusters.add("d", tip("b", 0).text, tip("b", 0).vector) == home, "what it said is no bar to others any more"


def test_forgetting_the_last_tip_ends_the_cluster_and_forgetting_twice_is_nothing() -> None:
    clusters = grown([tip("a", 0), tip("b", 1)])
    clusters.forget("a")
    clusters.forget("a")
    clusters.forget("nobody")
    with pytest.raises(Unknown):
        clusters.members("a")
    assert clusters.add("a", tip("a", 1).text, tip("a", 1).vector) == "b"


def test_clusters_come_back_without_all_their_tips() -> None:
    """A texts is gone, its place is not: nothing that comes later fails on it."""
    tips = _many()
    clusters = grown(tips)
    clusters.merge(clusters.cluster_of("s0-0"), clusters.cluster_of("s1-0"))
    again = Clusters.from_json(clusters.to_json(), tips[: len(tips) // 2], MEANS)
    assert again.groups() == clusters.groups()
    for subject in range(len(SUBJECTS)):
        again.add(f"new{subject}", SUBJECTS[subject], tip(f"new{subject}", subject).vector)
    assert again.cluster_of("new3") == again.cluster_of("s3-0")


def test_the_older_stays_the_older_after_coming_back_in_any_order() -> None:
    tips = [tip("z", 0), tip("a", 1), tip("m", 2)]
    clusters = Clusters.from_json(grown(tips).to_json(), tips[::-1], MEANS)
    assert clusters.merge("a", "z") == "z"


def test_texts_without_words_are_alone() -> None:
    vector = tip("a", 0).vector
    clusters = Clusters(MEANS)
    for name, text in (("a", ""), ("b", "🙏🙏"), ("c", " \n "), ("d", "!!!")):
        clusters.add(name, text, vector)
    assert len(_partition(clusters)) == 4


class Desk(RuleBasedStateMachine):
    """Tips come in any order, people merge and split, tips are forgotten, the state is kept and read again."""

    def __init__(self) -> None:
        super().__init__()
        self.clusters = Clusters(MEANS)
        self.tips: dict[str, Tip] = {}
        self.count = 0
        self.where: dict[str, str] = {}
        self.apart: set[frozenset[str]] = set()
        self.together: set[frozenset[str]] = set()

    @initialize()
    def start(self) -> None:
        self.arrive(0, "near")
        self.arrive(1, "near")

    @rule(subject=st.integers(0, 2), how=st.sampled_from(["near", "copy", "far"]))
    def arrive(self, subject: int, how: str) -> None:
        self.count += 1
        name = f"t{self.count}"
        new = far(name) if how == "far" else tip(name, subject)
        if how == "copy" and self.tips:
            new = twin(list(self.tips.values())[subject % len(self.tips)], name)
        self.tips[name] = new
        assert self.clusters.add(name, new.text, new.vector) == self.clusters.cluster_of(name)

    @rule(subjects=st.lists(st.integers(0, 2), max_size=4))
    def arrive_at_once(self, subjects: list[int]) -> None:
        new = []
        for subject in subjects:
            self.count += 1
            new.append(tip(f"t{self.count}", subject))
        self.tips |= {one.id: one for one in new}
        self.clusters.add_all(new)

    @precondition(lambda self: len(self.tips) > 1)
    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        one, other = (data.draw(st.sampled_from(sorted(self.tips))) for _ in range(2))
        first, second = self.clusters.cluster_of(one), self.clusters.cluster_of(other)
        mine, theirs = self.clusters.members(first), self.clusters.members(second)
        kept = self.clusters.merge(first, second)
        assert set(self.clusters.members(kept)) == {*mine, *theirs}
        self.apart -= {frozenset((a, b)) for a in mine for b in theirs}
        self.together |= {frozenset((a, b)) for a in mine for b in theirs if a != b}

    @precondition(lambda self: self.tips)
    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(sorted(self.tips)))
        home = self.clusters.cluster_of(one)
        others = self.clusters.members(home)
        leaving = data.draw(st.lists(st.sampled_from(others), min_size=1, unique=True))
        new = self.clusters.split(leaving)
        staying = set(others) - set(leaving)
        if not staying:
            assert new == home
            return
        assert new != home
        pairs = {frozenset((a, b)) for a in leaving for b in staying}
        self.apart |= pairs
        self.together -= pairs
        self.where |= dict.fromkeys(leaving, new)

    @precondition(lambda self: self.tips)
    @rule(data=st.data())
    def forget(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.tips)))
        self.clusters.forget(name)
        del self.tips[name]
        self.where.pop(name, None)
        self.apart = {pair for pair in self.apart if name not in pair}
        self.together = {pair for pair in self.together if name not in pair}

    @rule(missing=st.booleans(), turned=st.booleans())
    def keep_and_read(self, missing: bool, turned: bool) -> None:
        tips = list(self.tips.values())[:: -1 if turned else 1]
        before, joins = self.clusters.groups(), self.clusters.joins
        self.clusters = Clusters.from_json(self.clusters.to_json(), tips[1:] if missing else tips, MEANS)
        assert self.clusters.groups() == before
        assert self.clusters.joins == joins

    @invariant()
    def every_tip_is_in_one_cluster(self) -> None:
        groups = self.clusters.groups()
        assert groups.keys() == self.tips.keys()
        assert len(self.clusters) == len(self.tips)
        for name, cluster in groups.items():
            assert self.clusters.resolve(cluster) == cluster
            assert name in self.clusters.members(cluster)
        assert sum(len(self.clusters.members(cluster)) for cluster in set(groups.values())) == len(groups)

    @invariant()
    def a_tip_moves_only_by_a_join_that_is_told(self) -> None:
        for name, before in self.where.items():
            assert self.clusters.cluster_of(name) == self.clusters.resolve(before)
        told = {join.id for join in self.clusters.joins}
        groups = self.clusters.groups()
        assert all(before in told for name, before in self.where.items() if groups[name] != before)
        self.where = groups

    @invariant()
    def what_people_said_stands(self) -> None:
        groups = self.clusters.groups()
        for one, other in map(tuple, self.apart):
            assert groups[one] != groups[other]
        for one, other in map(tuple, self.together):
            assert groups[one] == groups[other]


Desk.TestCase.settings = settings(max_examples=50, stateful_step_count=25, deadline=None)
TestDesk = Desk.TestCase
