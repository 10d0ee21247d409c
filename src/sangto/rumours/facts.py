"""What a playbook's rules may know of a rumour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db.models import Count, Q

from sangto.evidence.selectors import sources
from sangto.lib.codes import Harm, SourceQuality
from sangto.lib.working_hours import is_open
from sangto.network.clock import desk_now
from sangto.network.selectors import calendar_of
from sangto.rumours import workflow
from sangto.rumours.models import Exhibit, Rumour, Sighting

HOUR: Final = dt.timedelta(hours=1)
_OPEN: Final = [state.value for state in workflow.OPEN]


def facts_of(rumour_id: UUID) -> Mapping[str, object]:
    """By the names of `playbooks.facts`; nothing at all where there is no such rumour. Seven queries."""
    rumour = Rumour.objects.filter(id=rumour_id).first()
    if rumour is None:
        return {}
    now = desk_now(rumour.desk_id)
    exhibits = list(Exhibit.objects.filter(rumour_id=rumour_id).values_list("source_id", "quality"))
    cited = sources({source_id for source_id, _quality in exhibits})
    there = Rumour.objects.filter(desk_id=rumour.desk_id).aggregate(
        open=Count("id", filter=Q(state__in=_OPEN)),
        same=Count("id", filter=Q(state__in=_OPEN, topic=rumour.topic) & ~Q(topic="")),
    )
    of_topic = Sighting.objects.filter(desk_id=rumour.desk_id, at__gt=now - 24 * HOUR, rumour__topic=rumour.topic)
    return {
        "tips": rumour.tip_count,
        # Counted now: what triage saw last may be minutes old.
        "tips_per_hour": float(rumour.sightings.filter(at__gt=now - HOUR).count()),
        "doors": len(rumour.doors),
        "places": len(rumour.places),
        "age_hours": (now - rumour.opened_at) / HOUR,
        "topic": rumour.topic,
        "harm_health": Harm.HEALTH.value in rumour.harms,
        "harm_money": Harm.MONEY.value in rumour.harms,
        "harm_safety": Harm.SAFETY.value in rumour.harms,
        "urgency": rumour.urgency,
        "priority": rumour.priority,
        "checkability": rumour.checkability or 0.0,
        "speaker_kind": rumour.speaker_kind,
        "involves_publisher": rumour.involves_publisher,
        "exhibits": len(exhibits),
        "independent_exhibits": sum(not cited[source_id].is_own for source_id, _quality in exhibits),
        "primary_exhibits": sum(quality == SourceQuality.PRIMARY for _source, quality in exhibits),
        "open_rumours": there["open"],
        "same_topic_open": there["same"],
        "same_topic_tips": of_topic.count() if rumour.topic else 0,
        "working_hours": is_open(calendar_of(rumour.desk_id), now),
    }
