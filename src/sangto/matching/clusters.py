"""Tips grouped by the claim they make, as they come in.

A tip joins the cluster whose members it is most like (`likeness.py`), or founds one. Linkage: the mean of the best half
of all links between two sides, at most `_LINKS`: single links chain subjects together, the mean of all tears apart
claims that people put in many ways.

What a machine did is seen: a tip keeps its cluster; two clusters that turn out to be one are joined, the younger into
the older, the join is recorded and the old id still resolves. What a person did stays: `merge` and `split` are
remembered as constraints that no later tip can undo.
"""

from __future__ import annotations

import heapq
import itertools
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sangto.matching.cleaning import read_message
from sangto.matching.cluster_state import FORMAT, read_state
from sangto.matching.likeness import Likeness, Weights
from sangto.matching.types import Progress
from sangto.matching.when import written_on

Floats = NDArray[np.float32]

# Log-odds of a pair. A compromise between two data sets, in the middle of a plateau of both: English posts with dates
# (development clusters) and the project's own Vietnamese and English messages without (eval/own, split train).
WEIGHTS: Final = Weights(intercept=-10.5, meaning=1.2, letters=12.0, page=3.0, time=1.0, detail=2.0)
# Linkage from which a tip that comes in joins a cluster, or two clusters are joined; and the same where many tips are
# grouped at once. What is known when a tip comes in is less, and stays: so it must be surer.
JOIN_AT: Final = 0.25
GATHER_AT: Final = -0.25
# Neighbours kept for a tip, and the log-odds below which none is kept; what is not kept counts as `_FAR`.
_NEIGHBOURS: Final = 30
_EDGE: Final = -4.0
# Below this a pair joins nothing by itself, and its details need not be compared.
_DOUBTED: Final = -2.5
_FAR: Final = -6.0
# No single likeness counts more than this: a copy does not outvote everything else.
_NEAR: Final = 6.0
_BEST_SHARE: Final = 0.5
_LINKS: Final = 12


@dataclass(frozen=True, slots=True)
class Tip:
    """`vector` is that of `readable(text)`. `day`: when it came in, where known; else the text may tell when
    it was written.
    """

    id: str
    text: str
    vector: Floats
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """The cluster `id` became part of `into`; `by_hand` tells whether a person did it."""

    id: str
    into: str
    by_hand: bool


class Unknown(LookupError):
    """A tip or cluster that was never added, or was forgotten."""


class Clusters:
    """Deterministic. Not thread-safe: one writer."""

    def __init__(self, means: Floats | None = None, weights: Weights = WEIGHTS) -> None:
        """`means`: what vectors of a language have in common, shape (languages, dim) (`Background.queries`)."""
        self._likeness = Likeness(weights, means)
        self._row_of: dict[str, int] = {}
        self._tip_of: list[str] = []
        self._edges: list[dict[int, float]] = []
        self._cluster_of: dict[str, str] = {}
        self._members: dict[str, list[str]] = {}
        self._births = itertools.count()
        self._born: dict[str, int] = {}
        self._joined: dict[str, str] = {}
        self._joins: list[Join] = []
        self._apart: list[tuple[frozenset[str], frozenset[str]]] = []
        self._together: list[tuple[str, str]] = []

    # Reading

    def __len__(self) -> int:
        return len(self._cluster_of)

    @property
    def joins(self) -> tuple[Join, ...]:
        """All joins, oldest first."""
        return tuple(self._joins)

    def cluster_of(self, tip_id: str) -> str:
        try:
            return self._cluster_of[tip_id]
        except KeyError:
            raise Unknown(tip_id) from None

    def resolve(self, cluster_id: str) -> str:
        """The id under which a cluster goes now."""
        while cluster_id in self._joined:
            cluster_id = self._joined[cluster_id]
        if cluster_id not in self._members:
            raise Unknown(cluster_id)
        return cluster_id

    def members(self, cluster_id: str) -> tuple[str, ...]:
        return tuple(self._members[self.resolve(cluster_id)])

    def groups(self) -> dict[str, str]:
        """Cluster id of each tip, in order of arrival."""
        return dict(self._cluster_of)

    # Growing

    def add(self, tip_id: str, text: str, vector: Floats, day: date | None = None) -> str:
        """The cluster of the tip; a tip that is known keeps its cluster."""
        if tip_id in self._cluster_of and tip_id in self._row_of:
            return self._cluster_of[tip_id]
        row = self._append(Tip(tip_id, text, vector, day))
        self._likeness.bring_up()
        self._link(row)
        if tip_id in self._cluster_of:
            return self._cluster_of[tip_id]
        best = self._nearest(row)
        cluster = self._found(tip_id) if best is None else self._enter(tip_id, best)
        return self._settle(cluster, row)

    def add_all(self, tips: Iterable[Tip], progress: Progress | None = None) -> dict[str, str]:
        """Many tips at once, the surest links first: what is learnt from all tips serves all of them.

        Clusters that stood before are joined only where one of the new tips shows them to be the same.
        """
        rows = [self._append(tip) for tip in tips if tip.id not in self._row_of]
        before = set(self._members)
        if not rows:
            return self.groups()
        self._likeness.bring_up()
        for done, row in enumerate(rows, 1):
            self._link(row)
            if progress and (done % 200 == 0 or done == len(rows)):
                progress(done / len(rows), f"Compared {done:,} of {len(rows):,} tips")
        new = {self._found(tip) for tip in map(self._tip_of.__getitem__, rows) if tip not in self._cluster_of}
        self._agglomerate(before, new)
        return self.groups()

    def forget(self, tip_id: str) -> None:
        """Drops what is held of a tip; its cluster stays while it has members."""
        cluster = self._cluster_of.pop(tip_id, None)
        if cluster is not None:
            self._members[cluster].remove(tip_id)
            if not self._members[cluster]:
                del self._members[cluster], self._born[cluster]
        row = self._row_of.pop(tip_id, None)
        if row is not None:
            self._likeness.remove(row)
            for other in self._edges[row]:
                self._edges[other].pop(row, None)
            self._edges[row] = {}
            self._tip_of[row] = ""
        self._apart = [(one - {tip_id}, other - {tip_id}) for one, other in self._apart]
        self._apart = [sides for sides in self._apart if sides[0] and sides[1]]
        self._together = [pair for pair in self._together if tip_id not in pair]

    # By hand

    def merge(self, first: str, second: str) -> str:
        """Two clusters are one claim: the younger joins the older. Undoes an earlier `split` between their tips."""
        one, other = self.resolve(first), self.resolve(second)
        if one == other:
            return one
        both = {*self._members[one], *self._members[other]}
        self._together.append((self._members[one][0], self._members[other][0]))
        self._apart = [(a - both, b) if a & both and b & both else (a, b) for a, b in self._apart]
        self._apart = [sides for sides in self._apart if sides[0]]
        return self._join(one, other, by_hand=True)

    def split(self, tip_ids: Sequence[str]) -> str:
        """These tips of one cluster make another claim: they leave for a new cluster, and stay apart from the rest."""
        leaving = dict.fromkeys(tip_ids)
        homes = {self.cluster_of(tip_id) for tip_id in leaving}
        if len(homes) != 1:
            raise ValueError("Tips to split off must be of one cluster.")
        home = homes.pop()
        rest = [tip for tip in self._members[home] if tip not in leaving]
        if not rest:
            return home
        self._members[home] = rest
        self._apart.append((frozenset(leaving), frozenset(rest)))
        self._together = [pair for pair in self._together if (pair[0] in leaving) == (pair[1] in leaving)]
        first, *others = leaving
        cluster = self._found(first)
        for tip in others:
            self._cluster_of[tip] = cluster
            self._members[cluster].append(tip)
        return cluster

    # Keeping

    def to_json(self) -> str:
        """Ids only: who is where, what was joined, what people decided. Texts and vectors stay with their tips."""
        state = {
            "format": FORMAT,
            "members": self._members,
            "joins": [[join.id, join.into, join.by_hand] for join in self._joins],
            "apart": [[sorted(one), sorted(other)] for one, other in self._apart],
            "together": [list(pair) for pair in self._together],
        }
        return json.dumps(state, ensure_ascii=False)

    @classmethod
    def from_json(
        cls, state: str, tips: Iterable[Tip], means: Floats | None = None, weights: Weights = WEIGHTS
    ) -> Clusters:
        """The clusters as they were; `tips` bring their texts and vectors, and those that are new find a cluster.

        Raises ValueError on a state that is damaged or was not written by `to_json`.
        """
        clusters = cls(means, weights)
        kept = read_state(state)
        for cluster, members in kept.members.items():
            clusters._members[cluster] = list(members)
            clusters._born[cluster] = next(clusters._births)
            clusters._cluster_of.update(dict.fromkeys(members, cluster))
        clusters._joins = [Join(old, into, by_hand) for old, into, by_hand in kept.joins]
        clusters._joined = {old: into for old, into, _ in kept.joins}
        clusters._apart, clusters._together = list(kept.apart), list(kept.together)
        clusters.add_all(tips)
        return clusters

    # Inside

    def _append(self, tip: Tip) -> int:
        message = read_message(tip.text)
        row = self._likeness.append(message.core, message.urls, tip.vector, tip.day or written_on(tip.text))
        self._row_of[tip.id] = row
        self._tip_of.append(tip.id)
        self._edges.append({})
        return row

    def _link(self, row: int) -> None:
        """Keeps the links of a row to its likest neighbours before it, on both sides."""
        if not row:
            return
        scores = self._likeness.scores(row, row)
        near = np.flatnonzero(scores > _EDGE)
        if len(near) > _NEIGHBOURS:
            near = near[np.argsort(-scores[near], kind="stable")[:_NEIGHBOURS]]
        for other in near:
            value = float(min(scores[other], _NEAR))
            if value > _DOUBTED:
                value -= self._likeness.told_apart(row, int(other))
            self._edges[row][int(other)] = value
            self._edges[int(other)][row] = value

    def _nearest(self, row: int) -> str | None:
        """The cluster a new tip belongs to, if any."""
        tip = self._tip_of[row]
        homes = {self._cluster_of[self._tip_of[other]] for other in self._edges[row]}
        best: tuple[float, str] | None = None
        for home in sorted(homes):
            score = self._linkage([tip], self._members[home])
            if score >= JOIN_AT and (best is None or score > best[0]) and not self._forbidden({tip}, home):
                best = (score, home)
        return best[1] if best else None

    def _settle(self, cluster: str, row: int) -> str:
        """Joins the cluster with others that the tip of this row, its newest, showed to be the same."""
        while True:
            near = {self._cluster_of[self._tip_of[other]] for other in self._edges[row]} - {cluster}
            scored = sorted((-self._linkage(self._members[cluster], self._members[other]), other) for other in near)
            fitting = [
                other
                for score, other in scored
                if -score >= JOIN_AT and not self._forbidden(set(self._members[cluster]), other)
            ]
            if not fitting:
                return cluster
            cluster = self._join(cluster, fitting[0], by_hand=False)

    def _linkage(self, one: Sequence[str], other: Sequence[str]) -> float:
        """Mean of the best half of the links between two sides, at most `_LINKS`; a link that was not kept is far."""
        if len(one) > len(other):
            one, other = other, one
        rows = {self._row_of[tip] for tip in other if tip in self._row_of}
        kept = [
            value
            for tip in one
            if tip in self._row_of
            for row, value in self._edges[self._row_of[tip]].items()
            if row in rows
        ]
        wanted = max(1, min(_LINKS, math.ceil(len(one) * len(other) * _BEST_SHARE)))
        best = heapq.nlargest(wanted, kept)
        return (sum(best) + _FAR * (wanted - len(best))) / wanted

    def _agglomerate(self, before: set[str], new: set[str]) -> None:
        """Joins clusters, the surest first, until no two are alike enough, one of them with a tip that is new.

        Joins of ids known `before` are recorded.
        """
        versions = dict.fromkeys(self._members, 0)
        near = self._neighbouring()
        queue: list[tuple[float, str, str, int, int]] = []

        def offer(one: str, two: str) -> None:
            score = self._linkage(self._members[one], self._members[two])
            if score >= GATHER_AT:
                one, two = sorted((one, two))
                heapq.heappush(queue, (-score, one, two, versions[one], versions[two]))

        for one, others in near.items():
            for two in sorted(others):
                if one < two and (one in new or two in new):
                    offer(one, two)
        while queue:
            _, one, two, first, second = heapq.heappop(queue)
            if versions.get(one) != first or versions.get(two) != second:
                continue
            if self._forbidden(set(self._members[one]), two):
                continue
            kept = self._join(one, two, by_hand=False, known=before)
            lost = two if kept == one else one
            del versions[lost]
            versions[kept] += 1
            near[kept] = (near[kept] | near.pop(lost)) - {kept, lost}
            for other in sorted(near[kept]):
                near[other].discard(lost)
                near[other].add(kept)
                offer(kept, other)

    def _neighbouring(self) -> dict[str, set[str]]:
        """Which clusters have a link to which."""
        near: dict[str, set[str]] = {cluster: set() for cluster in self._members}
        for row, edges in enumerate(self._edges):
            for other in edges:
                one, two = self._cluster_of[self._tip_of[row]], self._cluster_of[self._tip_of[other]]
                if one != two:
                    near[one].add(two)
        return near

    def _forbidden(self, tips: set[str], cluster: str) -> bool:
        """Whether a person said that some of these tips and some of the cluster make different claims."""
        there = set(self._members[cluster])
        return any((tips & one and there & other) or (tips & other and there & one) for one, other in self._apart)

    def _found(self, tip: str) -> str:
        cluster, number = tip, 2
        while cluster in self._members or cluster in self._joined:
            cluster, number = f"{tip}~{number}", number + 1
        self._members[cluster] = [tip]
        self._cluster_of[tip] = cluster
        self._born[cluster] = next(self._births)
        return cluster

    def _enter(self, tip: str, cluster: str) -> str:
        self._members[cluster].append(tip)
        self._cluster_of[tip] = cluster
        return cluster

    def _join(self, one: str, two: str, *, by_hand: bool, known: set[str] | None = None) -> str:
        """The younger cluster (in the order of founding) becomes part of the older one."""
        older, younger = (one, two) if self._born[one] < self._born[two] else (two, one)
        for tip in self._members[younger]:
            self._cluster_of[tip] = older
        self._members[older] += self._members.pop(younger)
        del self._born[younger]
        if known is None or younger in known:
            self._joins.append(Join(younger, older, by_hand))
            self._joined[younger] = older
        return older
