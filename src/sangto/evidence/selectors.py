"""Reads of the evidence room."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sangto.evidence.models import Source
from sangto.evidence.types import SourceInfo
from sangto.network.types import DeskInfo


def _info(source: Source) -> SourceInfo:
    return SourceInfo(
        id=source.id,
        url=source.url,
        title=source.title,
        organisation=source.organisation,
        lang=source.lang,
        published_on=source.published_on,
        is_own=source.is_own,
    )


def sources(ids: Collection[UUID]) -> dict[UUID, SourceInfo]:
    """The sources with these ids, by id; unknown ids are left out."""
    return {source.id: _info(source) for source in Source.objects.filter(id__in=ids)}


def sources_of(desk: DeskInfo, *, limit: int = 200) -> list[SourceInfo]:
    """The desk's sources, newest first."""
    return [_info(source) for source in Source.objects.filter(desk_id=desk.id).order_by("-added_at")[:limit]]
