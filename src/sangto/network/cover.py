"""Arithmetic of spans of time: who covers what, and what stays open. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable

from sangto.network.types import Span


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time in order, spans that touch or overlap made one, empty ones dropped."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: span.starts_at):
        if span.ends_at <= span.starts_at:
            continue
        if found and span.starts_at <= found[-1].ends_at:
            found[-1] = Span(found[-1].starts_at, max(found[-1].ends_at, span.ends_at))
        else:
            found.append(span)
    return tuple(found)


def without(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of `spans` when every moment of `taken` is cut out."""
    left = list(joined(spans))
    for hole in joined(taken):
        cut: list[Span] = []
        for span in left:
            if hole.ends_at <= span.starts_at or span.ends_at <= hole.starts_at:
                cut.append(span)
                continue
            if span.starts_at < hole.starts_at:
                cut.append(Span(span.starts_at, hole.starts_at))
            if hole.ends_at < span.ends_at:
                cut.append(Span(hole.ends_at, span.ends_at))
        left = cut
    return tuple(left)
