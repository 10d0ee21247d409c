"""From which probability a desk may answer by itself, shown by its own labels.

A label is somebody's word on one proposal of the machine: how probable it was, and whether it was right. The bar is
that at most 1 answer in 100 is wrong (`BAR`). What "the labels show the bar" means is decided here:

1. **Only what the threshold decides counts.** Copies are answered in careful mode too, and what the difference guard or
   an open question stopped is suggested at any probability: neither says anything about a threshold.
2. **Laxer only when it is proven.** A threshold is *shown* where the exact upper bound (95 %, one-sided, bounds.py) of
   the share of wrong answers among the labels at or above it is at most .01. That takes 299 labels with none wrong, 473
   with one, 628 with two: DESIGN's "about 300" is this number. Only a shown threshold takes a desk out of careful mode,
   or lowers the one that it has.
3. **Stricter as soon as the count says so.** A desk that is out stays out as long as at most 1 in 100 of its labels at
   or above its threshold is wrong. Otherwise it gets the lowest threshold above at which that holds in at least 100
   labels (fewer cannot have a single error), and careful mode where there is none. A shown threshold is therefore not
   lost by the first error after it, and needs no second proof.
4. **No answer carries more than a tenth of the proof.** Beyond `MOST_ALIKE` labels about one document further *right*
   ones are left out: 300 messages about one rumour show that this one is recognised, and nothing about the next.
   Wrong ones always count.

How sure is that? The threshold is looked for, at many places and as labels come in, so one bound of 95 % is passed by
luck more often than one time in twenty. Exactly, for a desk whose labels up to its threshold are wrong with a chance of
1.01 %, 1.2 %, 1.5 % or 2 %: within 1,000 labels the bar is passed by 11.4, 5.5, 1.8 or 0.3 of 100 such desks
(tests/matching/test_tuning.py computes it). A desk just below the bar may slip through; one with twice the errors
does not.

What labels cannot show: messages for which nothing was proposed have no label, so recall is that of messages with a
proposal; who is content may not answer, so editors should look through what nobody said a word about.

The probabilities are not fitted again on these labels. A fit that keeps the order (isotonic, Platt) moves threshold and
probabilities together and changes no decision, and with a few hundred labels it would follow their noise; the
diagram shows where they are off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

from sangto.matching.bounds import CONFIDENCE, at_most, cases_needed
from sangto.matching.reliability import Bin, bins, calibration_error

# Share of answers that must be right (DESIGN §6; issue 3).
BAR: Final = 0.99
WRONG_AT_MOST: Final = 0.01
# With one error in fewer labels the share of errors is above WRONG_AT_MOST.
HELD_AT_LEAST: Final = 100
# A tenth of the 299 labels that a proof takes: at least ten documents stand behind it.
MOST_ALIKE: Final = 30
# Thresholds at which a table is shown, whatever was decided.
SHOWN_AT: Final = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)


@dataclass(frozen=True, slots=True)
class Label:
    """One word on the proposal that was ranked first for a message."""

    probability: float
    right: bool
    blocked: bool = False
    """The difference guard or an open question made it a suggestion, whatever the probability."""
    copy: bool = False
    """Recognised as a copy or near copy: answered in careful mode too."""
    had_match: bool | None = None
    """Whether any published answer fits the message; None where nobody said more than "right" or "not this"."""
    nth: int = 1
    """The how-manieth right label about the same document it is."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a desk answers: in careful mode copies only (whatever `answer_at` is), else from `answer_at`."""

    careful: bool
    answer_at: float


class Step(StrEnum):
    """What the labels say should change."""

    STAY = "stay"
    LEAVE_CAREFUL = "leave_careful"
    LOWER = "lower"
    RAISE = "raise"
    BACK_TO_CAREFUL = "back_to_careful"


@dataclass(frozen=True, slots=True)
class Point:
    """What answering from `threshold` would have done to the labels. None: careful mode, copies only.

    `answered` and `wrong` are of the labels that the threshold decides and that count; the rest is of all labels.
    """

    threshold: float | None
    answered: int
    wrong: int
    wrong_share_at_most: float
    recall: float
    """Rightly answered, copies too, of messages that a published answer fits."""
    wrong_answers: int
    wrong_answer_rate: float
    """Wrongly answered, copies too, of all labelled messages."""
    wrong_answer_rate_at_most: float

    @property
    def precision(self) -> float | None:
        return 1 - self.wrong / self.answered if self.answered else None


@dataclass(frozen=True, slots=True)
class Tuned:
    """The figures, and what follows from them for a desk with the standing `before`."""

    labels: int
    copies: int
    copies_wrong: int
    blocked: int
    blocked_right: int
    left_out: int
    """Right labels beyond MOST_ALIKE about one document."""
    before: Standing
    after: Standing
    step: Step
    missing: int
    """Further right labels that the threshold would decide until one is shown; 0 where one is."""
    at: Point
    curve: tuple[Point, ...]
    reliability: tuple[Bin, ...]
    calibration_error: float

    def as_json(self) -> dict[str, Any]:
        return {
            "labels": self.labels,
            "copies": self.copies,
            "copies_wrong": self.copies_wrong,
            "blocked": self.blocked,
            "blocked_right": self.blocked_right,
            "left_out": self.left_out,
            "bar": BAR,
            "confidence": CONFIDENCE,
            "before": _standing(self.before),
            "after": _standing(self.after),
            "step": self.step.value,
            "missing": self.missing,
            **_point(self.at),
            "curve": [_point(point) for point in self.curve],
            "calibration_error": round(self.calibration_error, 4),
            "reliability": [
                {
                    "from": one.low,
                    "to": one.high,
                    "labels": one.labels,
                    "predicted": round(one.predicted, 4),
                    "right": round(one.seen, 4),
                    "right_at_least": round(one.seen_at_least, 4),
                    "right_at_most": round(one.seen_at_most, 4),
                }
                for one in self.reliability
            ],
        }


def tune(labels: Sequence[Label], before: Standing) -> Tuned:
    """What the labels show, and the standing that follows; `before` is how the desk answers now."""
    decided = [label for label in labels if not (label.copy or label.blocked)]
    counted = [label for label in decided if label.nth <= MOST_ALIKE or not label.right]
    shown = shown_from(counted)
    after, step = _follows(counted, before, shown)
    found = bins((label.probability, label.right) for label in decided)
    return Tuned(
        labels=len(labels),
        copies=sum(label.copy for label in labels),
        copies_wrong=sum(label.copy and not label.right for label in labels),
        blocked=sum(label.blocked and not label.copy for label in labels),
        blocked_right=sum(label.blocked and not label.copy and label.right for label in labels),
        left_out=len(decided) - len(counted),
        before=before,
        after=after,
        step=step,
        missing=0 if shown is not None else missing(counted),
        at=_measured(labels, counted, None if after.careful else after.answer_at),
        curve=tuple(_measured(labels, counted, threshold) for threshold in SHOWN_AT),
        reliability=found,
        calibration_error=calibration_error(found),
    )


def shown_from(counted: Iterable[Label]) -> float | None:
    """The lowest probability of a right label from which the bar is shown (rule 2); None where it is not."""
    return min((t for t, answered, wrong in _steps(counted) if answered >= _needed(wrong)), default=None)


def missing(counted: Iterable[Label]) -> int:
    """How many more labels, all right and above the best threshold, rule 2 asks for."""
    return min([_needed(0), *(max(0, _needed(wrong) - answered) for _, answered, wrong in _steps(counted))])


def _needed(wrong: int) -> int:
    return cases_needed(wrong, WRONG_AT_MOST)


def _steps(counted: Iterable[Label]) -> list[tuple[float, int, int]]:
    """(threshold, labels at or above it, wrong ones of them) for each probability of a right label, from the top.

    A threshold at the probability of a wrong label alone would answer one more wrong message and no right one.
    """
    found = []
    answered = wrong = 0
    ordered = sorted(counted, key=lambda label: -label.probability)
    for probability, group in groupby(ordered, key=lambda label: label.probability):
        rights = [label.right for label in group]
        answered += len(rights)
        wrong += rights.count(False)
        if any(rights):
            found.append((probability, answered, wrong))
    return found


def _follows(counted: Sequence[Label], before: Standing, shown: float | None) -> tuple[Standing, Step]:
    if before.careful:
        return (before, Step.STAY) if shown is None else (Standing(False, shown), Step.LEAVE_CAREFUL)
    if shown is not None and shown < before.answer_at:
        return Standing(False, shown), Step.LOWER
    above = [label for label in counted if label.probability >= before.answer_at]
    if sum(not label.right for label in above) <= WRONG_AT_MOST * len(above):
        return before, Step.STAY
    held = [
        threshold
        for threshold, answered, wrong in _steps(above)
        if answered >= HELD_AT_LEAST and wrong <= WRONG_AT_MOST * answered
    ]
    if held:
        return Standing(False, min(held)), Step.RAISE
    return Standing(True, before.answer_at), Step.BACK_TO_CAREFUL


def _measured(labels: Sequence[Label], counted: Sequence[Label], threshold: float | None) -> Point:
    above = [] if threshold is None else [label for label in counted if label.probability >= threshold]
    wrong = sum(not label.right for label in above)
    answered = [
        label
        for label in labels
        if label.copy or (threshold is not None and not label.blocked and label.probability >= threshold)
    ]
    wrong_answers = sum(not label.right for label in answered)
    matching = sum(label.right or bool(label.had_match) for label in labels)
    return Point(
        threshold=threshold,
        answered=len(above),
        wrong=wrong,
        wrong_share_at_most=at_most(wrong, len(above)),
        recall=(len(answered) - wrong_answers) / matching if matching else 0.0,
        wrong_answers=wrong_answers,
        wrong_answer_rate=wrong_answers / len(labels) if labels else 0.0,
        wrong_answer_rate_at_most=at_most(wrong_answers, len(labels)),
    )


def _standing(standing: Standing) -> dict[str, Any]:
    return {"careful": standing.careful, "answer_at": None if standing.careful else round(standing.answer_at, 4)}


def _point(point: Point) -> dict[str, Any]:
    return {
        "threshold": None if point.threshold is None else round(point.threshold, 4),
        "answered": point.answered,
        "wrong": point.wrong,
        "precision": None if point.precision is None else round(point.precision, 4),
        "wrong_share_at_most": round(point.wrong_share_at_most, 4),
        "recall": round(point.recall, 4),
        "wrong_answers": point.wrong_answers,
        "wrong_answer_rate": round(point.wrong_answer_rate, 4),
        "wrong_answer_rate_at_most": round(point.wrong_answer_rate_at_most, 4),
    }


__all__ = [
    "BAR",
    "MOST_ALIKE",
    "Label",
    "Point",
    "Standing",
    "Step",
    "Tuned",
    "missing",
    "shown_from",
    "tune",
]
