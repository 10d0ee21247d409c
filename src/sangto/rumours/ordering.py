"""What to answer next: one order over the open rumours, and why each stands where it stands. Pure.

First what the clock and the priority say, in ranks that nothing else can turn round; within a rank by points of triage,
with a little more for what is mine, what is in my field and what one article would answer together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from math import log2

from sangto.lib.codes import Priority
from sangto.lib.said import Words
from sangto.rumours.clock import ClockState

# Points beside those of triage (0 to 100).
MINE, MY_FIELD, NOBODYS_ON_MY_DUTY, EXPERT_ANSWERED, FOR_EACH_DOUBLING_OF_A_THEME = 8.0, 5.0, 4.0, 6.0, 3.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open rumour as the order sees it, for one person."""

    number: int
    score: float
    priority: Priority
    state: ClockState
    # Working time until the clock is over, below nothing after it; None while it stands still or has none.
    left: dt.timedelta | None = None
    mine: bool = False
    owned: bool = False
    # I am on duty now.
    on_duty: bool = False
    # Its topic is one of my fields.
    my_field: bool = False
    # An expert was asked and has not answered; or has.
    waits_for_expert: bool = False
    expert_answered: bool = False
    # Open rumours of the same theme, this one counted: one article may answer them.
    theme: int = 1
    age_hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that put it where it is."""

    code: str
    words: Words


@dataclass(frozen=True, slots=True)
class Place:
    """A rumour in the order."""

    number: int
    rank: int
    points: float
    reasons: tuple[Reason, ...]


def in_order(rows: Iterable[Waiting]) -> tuple[Place, ...]:
    """All of them, the first to answer first. The same rows give the same order, however they come."""
    return tuple(
        Place(row.number, rank(row), round(points(row), 1), reasons(row))
        for row in sorted(rows, key=lambda row: (rank(row), -points(row), _left(row), row.number))
    )


def rank(row: Waiting) -> int:
    """0 comes first. What waits for somebody else comes after what one can go on with."""
    over = row.state == ClockState.BREACHED
    if row.state == ClockState.PAUSED:
        return 8
    if row.priority == Priority.URGENT:
        return 0 if over else 1
    if row.waits_for_expert and not over:
        return 7
    if over:
        return 2 if row.priority == Priority.HIGH else 3
    if row.state == ClockState.WARNED:
        return 4
    return {Priority.HIGH: 5, Priority.NORMAL: 6}.get(row.priority, 7)


def points(row: Waiting) -> float:
    """Those of triage, and a little more for what this person had better take."""
    return (
        row.score
        + MINE * row.mine
        + MY_FIELD * row.my_field
        + NOBODYS_ON_MY_DUTY * (row.on_duty and not row.owned)
        + EXPERT_ANSWERED * row.expert_answered
        + FOR_EACH_DOUBLING_OF_A_THEME * log2(max(1, row.theme))
    )


def reasons(row: Waiting) -> tuple[Reason, ...]:
    """Why it stands there, what weighs most first."""
    found = [reason for holds, reason in _reasons(row) if holds]
    return tuple(found) or (
        Reason("score", Words(f"{row.score:g} điểm phân loại".replace(".", ","), f"{row.score:g} points of triage")),
    )


def _reasons(row: Waiting) -> Iterable[tuple[bool, Reason]]:
    over = row.state == ClockState.BREACHED
    told = row.left is not None
    span = span_words(abs(row.left)) if row.left is not None else Words("", "")
    return (
        (row.priority == Priority.URGENT, Reason("urgent", Words("khẩn", "urgent"))),
        (over and not told, Reason("late", Words("quá hạn", "late"))),
        (over and told, Reason("late", Words(f"quá hạn {span.vi}", f"late by {span.en}"))),
        (
            row.state == ClockState.WARNED,
            Reason(
                "soon", Words(f"còn {span.vi}" if told else "sắp hết hạn", f"{span.en} left" if told else "due soon")
            ),
        ),
        (row.priority == Priority.HIGH, Reason("high", Words("ưu tiên cao", "high priority"))),
        (
            row.state == ClockState.PAUSED,
            Reason("paused", Words("đồng hồ đang dừng", "its clock stands still")),
        ),
        (row.mine, Reason("mine", Words("của bạn", "yours"))),
        (
            row.on_duty and not row.owned,
            Reason("duty", Words("bạn đang trực, chưa ai nhận", "you are on duty, nobody has taken it")),
        ),
        (row.my_field, Reason("field", Words("đúng chuyên môn của bạn", "in your field"))),
        (row.expert_answered, Reason("expert", Words("chuyên gia đã trả lời", "an expert has answered"))),
        (row.waits_for_expert, Reason("asked", Words("đang chờ chuyên gia", "waits for an expert"))),
        (
            row.theme > 1,
            Reason(
                "theme",
                Words(f"{row.theme} tin cùng chủ đề, một bài trả lời chung", f"{row.theme} of one theme: one article"),
            ),
        ),
    )


def span_words(span: dt.timedelta) -> Words:
    """A length of working time, roughly: minutes below an hour and a half, else hours."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 90:
        return Words(f"{minutes} phút", f"{minutes} min")
    hours = f"{minutes / 60:.1f}".removesuffix(".0")
    return Words(f"{hours.replace('.', ',')} giờ", f"{hours} h")


def _left(row: Waiting) -> dt.timedelta:
    return dt.timedelta.max if row.left is None else row.left
