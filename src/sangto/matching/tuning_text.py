"""What tuning found, for a person at a terminal."""

from __future__ import annotations

from typing import Final

from sangto.matching.reliability import drawing
from sangto.matching.tuning import MOST_ALIKE, WRONG_AT_MOST, Point, Step, Tuned

_FOLLOWS: Final[dict[Step, str]] = {
    Step.LEAVE_CAREFUL: "The labels show the bar: careful mode can end, and matches are answered from {after}.",
    Step.LOWER: "The labels show the bar further down: matches can be answered from {after} instead of {before}.",
    Step.RAISE: "More than 1 in 100 is wrong from {before}: matches should be answered from {after} only.",
    Step.BACK_TO_CAREFUL: "More than 1 in 100 is wrong from {before}, and no higher threshold holds: back to careful"
    " mode.",
}


def as_text(tuned: Tuned) -> str:
    """Figures, a table of thresholds, the reliability diagram, and what follows."""
    decided = tuned.labels - tuned.copies - tuned.blocked
    first = (
        f"{tuned.labels} labels: {tuned.copies} on copies ({tuned.copies_wrong} wrong), {tuned.blocked} stopped by a"
        f" difference or an open question ({tuned.blocked_right} would have been right), {decided} that the threshold"
        " decides."
    )
    if not tuned.labels:
        return follows(tuned)
    lines = [first]
    if tuned.left_out:
        lines.append(
            f"{tuned.left_out} of these are right labels beyond {MOST_ALIKE} about one document; they do not count"
            " below."
        )
    lines += ["", f"{'from':>7}  answered  wrong  wrong at most  recall  of all messages wrongly answered"]
    lines += [_row(point) for point in tuned.curve]
    lines += [f"{'now' if tuned.step is Step.STAY else 'then':>7}  {_row(tuned.at)[9:]}", ""]
    if tuned.reliability:
        lines += [drawing(tuned.reliability), f"Expected calibration error {tuned.calibration_error:.3f}", ""]
    lines.append(follows(tuned))
    return "\n".join(lines)


def follows(tuned: Tuned) -> str:
    """One or two sentences: what the labels say should change, and how many are missing."""
    if tuned.step is not Step.STAY:
        return _FOLLOWS[tuned.step].format(before=f"{tuned.before.answer_at:.3f}", after=f"{tuned.after.answer_at:.3f}")
    if tuned.before.careful:
        wanting = "label is" if tuned.missing == 1 else "labels are"
        return (
            "Careful mode stays: copies are answered, the rest is suggested."
            f" At least {tuned.missing} more right {wanting} missing, of those that the threshold decides,"
            f" to show one from which at most {WRONG_AT_MOST:.0%} of the answers is wrong."
        )
    return (
        f"Nothing changes: from {tuned.before.answer_at:.3f} on there are {tuned.at.answered} labels that count,"
        f" {tuned.at.wrong} of them wrong."
    )


def _row(point: Point) -> str:
    start = "copies" if point.threshold is None else f"{point.threshold:.3f}"
    return (
        f"{start:>7}  {point.answered:>8}  {point.wrong:>5}  {point.wrong_share_at_most:>13.3f}  {point.recall:>6.3f}"
        f"  {point.wrong_answers} ({point.wrong_answer_rate:.3f}, at most {point.wrong_answer_rate_at_most:.3f})"
    )


__all__ = ["as_text", "follows"]
